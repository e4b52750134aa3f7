//! Requests that a user shows to own an address or a number.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{EmailTemplateId, lenient, redact::redacted_debug};

/// A mail with a link that verifies an e-mail address (documented).
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EmailVerification {
    /// Address to verify; the user's primary one when absent.
    pub value: Option<String>,
    /// Where the user goes afterwards; the service's front page when absent.
    #[serde(rename = "returnURL")]
    pub return_url: Option<String>,
    /// How many days the link works; the policy decides when absent.
    pub expiration_days: Option<u32>,
    /// Template of the mail.
    pub email_template_id: Option<EmailTemplateId>,
    /// Properties for the template.
    #[serde(default, deserialize_with = "lenient::text_map")]
    pub email_template_properties: Option<BTreeMap<String, String>>,
}

redacted_debug!(EmailVerification shows "expirationDays" "emailTemplateId");

/// A text message with a link that verifies a mobile phone number (documented).
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SmsLinkVerification {
    /// Number to verify; the user's primary one when absent.
    pub value: Option<String>,
    /// Where the user goes afterwards; the service's front page when absent.
    #[serde(rename = "returnURL")]
    pub return_url: Option<String>,
    /// How many days the link works; the policy decides when absent.
    pub expiration_days: Option<u32>,
}

redacted_debug!(SmsLinkVerification shows "expirationDays");
