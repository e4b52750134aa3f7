//! Invitations.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{GroupRef, NamespaceCode, lenient, redact::redacted_debug};

/// An invitation to become a user, sent by e-mail to each address (documented).
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Invite {
    /// Whom to invite; required.
    #[serde(deserialize_with = "lenient::full_list")]
    pub emails: Vec<String>,
    /// Namespace of the new users; the inviter's when absent.
    #[serde(rename = "nsCode")]
    pub namespace_code: Option<NamespaceCode>,
    /// Groups of the new users.
    #[serde(deserialize_with = "lenient::list")]
    pub groups: Option<Vec<GroupRef>>,
    /// Subject of the mail.
    pub subject: Option<String>,
    /// Text of the mail.
    pub body_text: Option<String>,
    /// Language of the mail; `en` when absent.
    pub locale: Option<String>,
}

redacted_debug!(Invite shows "nsCode" "groups" "locale");
