//! Requests to verify an e-mail address or a mobile phone number.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{EmailTemplateId, lenient, redact::redacted_debug};

/// A request to send an e-mail with a verification link (documented).
///
/// # Examples
///
/// ```
/// use trivore_models::EmailVerification;
///
/// let verification = EmailVerification {
///     value: Some("maija@example.com".to_owned()),
///     return_url: Some("https://example.com/verified".to_owned()),
///     expiration_days: Some(3),
///     ..EmailVerification::default()
/// };
///
/// let json = serde_json::to_value(&verification)?;
/// assert_eq!(json["returnURL"], "https://example.com/verified");
/// assert!(json.get("emailTemplateId").is_none());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct EmailVerification {
    /// Address to verify; defaults to the user's primary address.
    pub value: Option<String>,
    /// Page to open after the verification; defaults to the service's front page.
    #[serde(rename = "returnURL")]
    pub return_url: Option<String>,
    /// Number of days until the link expires; defaults to the policy's value.
    pub expiration_days: Option<u32>,
    /// Template of the e-mail.
    pub email_template_id: Option<EmailTemplateId>,
    /// Properties that the template can use.
    #[serde(default, deserialize_with = "lenient::text_map")]
    pub email_template_properties: Option<BTreeMap<String, String>>,
}

redacted_debug!(EmailVerification without extra shows "expirationDays" "emailTemplateId");

/// A request to send a text message with a verification link (documented).
///
/// # Examples
///
/// ```
/// use trivore_models::SmsLinkVerification;
///
/// // Verifies the user's primary number, with the default page and expiration.
/// let verification = SmsLinkVerification::default();
///
/// assert_eq!(serde_json::to_string(&verification)?, "{}");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct SmsLinkVerification {
    /// Number to verify; defaults to the user's primary number.
    pub value: Option<String>,
    /// Page to open after the verification; defaults to the service's front page.
    #[serde(rename = "returnURL")]
    pub return_url: Option<String>,
    /// Number of days until the link expires; defaults to the policy's value.
    pub expiration_days: Option<u32>,
}

redacted_debug!(SmsLinkVerification without extra shows "expirationDays");
