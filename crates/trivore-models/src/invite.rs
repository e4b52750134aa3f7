//! Invitations.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{GroupRef, NamespaceCode, lenient, redact::redacted_debug};

/// A request to invite people by e-mail to become users (documented).
///
/// # Examples
///
/// ```
/// use serde_json::json;
/// use trivore_models::Invite;
///
/// let invite = Invite {
///     emails: vec!["maija@example.com".to_owned()],
///     groups: Some(vec!["drivers".into()]),
///     locale: Some("fi".to_owned()),
///     ..Invite::default()
/// };
///
/// let expected = json!({"emails": ["maija@example.com"], "groups": ["drivers"], "locale": "fi"});
/// assert_eq!(serde_json::to_value(&invite)?, expected);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Invite {
    /// Addresses to invite, each by an e-mail of its own; required.
    #[serde(deserialize_with = "lenient::full_list")]
    pub emails: Vec<String>,
    /// Namespace of the new users; defaults to the inviter's namespace.
    #[serde(rename = "nsCode")]
    pub namespace_code: Option<NamespaceCode>,
    /// Groups of the new users.
    #[serde(deserialize_with = "lenient::list")]
    pub groups: Option<Vec<GroupRef>>,
    /// Subject of the e-mail.
    pub subject: Option<String>,
    /// Text of the e-mail.
    pub body_text: Option<String>,
    /// Language of the e-mail; defaults to `en`.
    pub locale: Option<String>,
}

redacted_debug!(Invite without extra shows "nsCode" "groups" "locale");
