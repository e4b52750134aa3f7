//! The stored data of a user.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;

use crate::values::document::{Document, text};

/// A user: the document that clients see, and internal data.
#[derive(Clone, Default)]
pub(crate) struct Account {
    pub(crate) document: Document,
    /// Newest first; the first one is the current password.
    pub(crate) passwords: Vec<String>,
    pub(crate) legal: Option<Document>,
    pub(crate) enterprise: Document,
    /// Oldest first.
    pub(crate) identifications: Vec<Document>,
    pub(crate) student: Document,
    pub(crate) external_permissions: Vec<Value>,
    /// Further fields of entries of the group membership, by group.
    pub(crate) memberships: BTreeMap<String, Document>,
    pub(crate) permissions: BTreeSet<String>,
    pub(crate) builtin_roles: BTreeSet<String>,
    pub(crate) custom_roles: BTreeSet<String>,
    pub(crate) code: Option<PendingCode>,
    pub(crate) messages_sent: Vec<Timestamp>,
    pub(crate) is_deleted: bool,
}

impl Account {
    pub(crate) fn id(&self) -> &str {
        text(&self.document, "id").unwrap_or_default()
    }

    pub(crate) fn username(&self) -> &str {
        text(&self.document, "username").unwrap_or_default()
    }

    pub(crate) fn namespace_code(&self) -> &str {
        text(&self.document, "nsCode").unwrap_or_default()
    }

    pub(crate) fn has_password(&self, password: &str) -> bool {
        self.passwords.first().is_some_and(|current| current == password)
    }
}

/// A code that was sent to a mobile number.
#[derive(Clone)]
pub(crate) struct PendingCode {
    pub(crate) code: String,
    pub(crate) mobile: String,
    pub(crate) expires: Timestamp,
}
