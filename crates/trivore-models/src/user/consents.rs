//! Consents of a user.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{Extra, redact::redacted_debug};

/// Consents of a user (documented).
///
/// A consent that is `None` is omitted from requests, so an update never revokes it.
///
/// # Examples
///
/// ```
/// use trivore_models::Consents;
///
/// let mut consents = Consents::default();
/// consents.marketing_email = Some(true);
/// consents.profiling = Some(false);
///
/// let json = serde_json::to_string(&consents)?;
/// assert_eq!(json, r#"{"marketingEmail":true,"profiling":false}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
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
    /// Fields unknown to this version.
    #[serde(flatten)]
    pub extra: Extra,
}

redacted_debug!(Consents shows);
