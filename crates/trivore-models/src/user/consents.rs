//! What a user agreed to.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::Extra;

/// What a user agreed to (documented).
///
/// `None` is not sent, so that an update never revokes what it does not name.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Consents {
    /// Marketing by post.
    pub marketing_post: Option<bool>,
    /// Marketing by e-mail.
    pub marketing_email: Option<bool>,
    /// Marketing by phone calls.
    pub marketing_phone: Option<bool>,
    /// Marketing by text messages.
    pub marketing_mobile_message: Option<bool>,
    /// Marketing by push notifications.
    pub marketing_push_notification: Option<bool>,
    /// Marketing by other means.
    pub marketing_other: Option<bool>,
    /// Use of the user's location.
    pub locationing: Option<bool>,
    /// Profiling.
    pub profiling: Option<bool>,
    /// Fields this version does not name.
    #[serde(flatten)]
    pub extra: Extra,
}
