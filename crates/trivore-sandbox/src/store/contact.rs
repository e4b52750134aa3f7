//! Kinds of contacts: e-mail addresses and mobile numbers.

use serde::{Deserialize, Serialize};

use super::outbox::MessageKind;
use super::user_index::IndexedField;

/// Kind of contact.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum ContactKind {
    Email,
    Mobile,
}

impl ContactKind {
    pub(crate) const ALL: [Self; 2] = [Self::Email, Self::Mobile];

    /// Returns the path segment of verification links.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Mobile => "sms",
        }
    }

    pub(crate) fn list(self) -> &'static str {
        match self {
            Self::Email => "emails",
            Self::Mobile => "mobiles",
        }
    }

    pub(crate) fn value(self) -> &'static str {
        match self {
            Self::Email => "address",
            Self::Mobile => "number",
        }
    }

    pub(crate) fn indexed(self) -> IndexedField {
        match self {
            Self::Email => IndexedField::Email,
            Self::Mobile => IndexedField::Mobile,
        }
    }

    pub(crate) fn message_kind(self) -> MessageKind {
        match self {
            Self::Email => MessageKind::Email,
            Self::Mobile => MessageKind::Sms,
        }
    }
}

/// Returns whether a text looks like an e-mail address.
///
/// The OpenAPI document has the same as a regular expression.
pub(crate) fn is_email(text: &str) -> bool {
    let has_parts = |(name, host): (&str, &str)| !name.is_empty() && !host.is_empty();
    text.rsplit_once('@').is_some_and(has_parts)
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}
