//! The stored data of a user.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::packed_document::PackedDocument;
use super::sent_times::SentTimes;
#[cfg(test)]
use crate::values::attribute_paths::AttributePaths;
use crate::values::document::Document;
use crate::values::filter::{Attribute, Found, Source};

/// A user: the document that clients see, and internal data.
///
/// It is small, and a copy shares its parts.
#[derive(Clone)]
pub(crate) struct Account {
    pub(super) document: PackedDocument,
    pub(super) namespace: Arc<str>,
    /// As in the details, so that a scan does not read them.
    pub(super) is_deleted: bool,
    pub(super) id: Arc<str>,
    pub(super) username: Arc<str>,
    pub(super) details: Arc<AccountDetails>,
}

/// What is stored of a user beside its document.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct AccountDetails {
    /// Newest first; the first one is the current password.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) passwords: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) legal: Option<Document>,
    #[serde(skip_serializing_if = "Document::is_empty")]
    pub(crate) enterprise: Document,
    /// Oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) identifications: Vec<Document>,
    #[serde(skip_serializing_if = "Document::is_empty")]
    pub(crate) student: Document,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) external_permissions: Vec<Value>,
    /// Further fields of entries of the group membership, by group.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) memberships: BTreeMap<String, Document>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) permissions: BTreeSet<String>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) builtin_roles: BTreeSet<String>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) custom_roles: BTreeSet<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<PendingCode>,
    /// Text messages that verify a number.
    #[serde(skip_serializing_if = "SentTimes::is_empty")]
    pub(crate) messages_sent: SentTimes,
    /// E-mails that verify an address.
    #[serde(skip_serializing_if = "SentTimes::is_empty")]
    pub(crate) emails_sent: SentTimes,
    /// Attempts to sign in since the last successful one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) incorrect_passwords: Vec<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) locked_out_until: Option<Timestamp>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) is_deleted: bool,
}

impl AccountDetails {
    /// Ends a lockout, and forgets incorrect passwords.
    pub(super) fn forget_incorrect_passwords(&mut self) {
        self.incorrect_passwords.clear();
        self.locked_out_until = None;
    }
}

impl Account {
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn username(&self) -> &str {
        &self.username
    }

    pub(crate) fn namespace_code(&self) -> &str {
        &self.namespace
    }

    /// Parses the document.
    pub(crate) fn document(&self) -> Document {
        self.document.unpack()
    }

    /// Returns the document as it is stored.
    pub(crate) fn packed(&self) -> &PackedDocument {
        &self.document
    }

    pub(crate) fn details(&self) -> &AccountDetails {
        &self.details
    }

    pub(crate) fn is_deleted(&self) -> bool {
        self.is_deleted
    }

    pub(crate) fn has_password(&self, password: &str) -> bool {
        self.details.passwords.first().is_some_and(|current| current == password)
    }
}

#[cfg(test)]
impl Account {
    pub(super) fn empty(id: &str, username: &str) -> Self {
        Self {
            document: PackedDocument::new(&Document::new(), &mut AttributePaths::default()),
            namespace: "".into(),
            is_deleted: false,
            id: id.into(),
            username: username.into(),
            details: Arc::default(),
        }
    }
}

impl std::ops::Deref for Account {
    type Target = AccountDetails;

    fn deref(&self) -> &AccountDetails {
        &self.details
    }
}

/// Filters see the document.
impl Source for Account {
    fn any_value<'a>(
        &'a self,
        attribute: &Attribute,
        test: &mut dyn FnMut(Found<'a>) -> bool,
    ) -> bool {
        self.document.any_value(attribute, test)
    }
}

/// A code that was sent to a mobile number.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PendingCode {
    pub(crate) code: String,
    pub(crate) mobile: String,
    pub(crate) expires: Timestamp,
}
