//! All users, with the indexes that find them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use super::account::{Account, AccountDetails};
use super::account_list::AccountList;
use super::packed_document::{PackedDocument, warm};
use super::user_index::{IndexedField, UserIndex};
use crate::values::attribute_paths::AttributePaths;
use crate::values::document::{Document, text};
use crate::values::filter::{Attribute, Test};

/// Users by identifier, which is also the order of lists.
///
/// Every change goes through [`insert`](Self::insert), [`edit`](Self::edit) or
/// [`remove`](Self::remove), which maintain the indexes and note the identifier.
#[derive(Clone, Default)]
pub(crate) struct UserTable {
    accounts: AccountList,
    index: UserIndex,
    paths: AttributePaths,
    /// One text for each namespace, which its users share.
    namespaces: BTreeSet<Arc<str>>,
    /// Users that changed, as they were before.
    changed: BTreeMap<Arc<str>, Option<Account>>,
}

impl UserTable {
    pub(crate) fn get(&self, id: &str) -> Option<&Account> {
        self.accounts.get(id)
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &Account> {
        self.accounts.iter()
    }

    /// Returns all users, for a scan that reads these attributes of each.
    pub(crate) fn scan<'a>(
        &'a self,
        attributes: &'a [&'a Attribute],
    ) -> impl Iterator<Item = &'a Account> {
        let mut left = self.accounts.iter();
        let parts = std::iter::from_fn(move || {
            let part: Vec<&Account> = left.by_ref().take(SCANNED).collect();
            let documents: Vec<_> = part.iter().map(|account| account.packed()).collect();
            warm(&documents, attributes);
            (!part.is_empty()).then_some(part)
        });
        parts.flatten()
    }

    /// Returns all users as they are now; later changes leave them alone.
    pub(crate) fn frozen(&self) -> Vec<Account> {
        self.accounts.iter().cloned().collect()
    }

    pub(crate) fn paths(&self) -> &AttributePaths {
        &self.paths
    }

    /// Finds users with a value in any namespace; the value may differ in case.
    pub(crate) fn find(&self, field: IndexedField, value: &str) -> impl Iterator<Item = &Account> {
        self.index.find(field, value).filter_map(|id| self.get(id))
    }

    /// Finds users with a value in one namespace; the value may differ in case.
    pub(crate) fn find_in(
        &self,
        field: IndexedField,
        value: &str,
        namespace: &str,
    ) -> impl Iterator<Item = &Account> {
        self.index
            .find_in(field, value, namespace)
            .filter_map(|id| self.get(id))
            .filter(move |account| account.namespace_code() == namespace)
    }

    /// Returns all users that can match, if an index finds them faster than a scan.
    pub(crate) fn candidates(&self, test: &Test) -> Option<Vec<&Account>> {
        // A look-up takes about as long as a scan of this many users.
        let limit = (self.accounts.len() / 16).max(16);
        let ids = self.index.candidates(test, limit)?;
        Some(ids.iter().filter_map(|id| self.get(id)).collect())
    }

    /// Adds a user, or replaces the one with the same identifier.
    pub(crate) fn insert(&mut self, id: &str, document: &Document, details: AccountDetails) {
        self.put(&Arc::from(id), document, Arc::new(details));
    }

    /// Returns a user to change; the change takes effect when the guard is dropped.
    pub(crate) fn edit(&mut self, id: &str) -> Option<AccountEdit<'_>> {
        let account = self.accounts.get(id)?;
        let (id, details) = (Arc::clone(&account.id), Arc::clone(&account.details));
        Some(AccountEdit { table: self, id, document: None, details })
    }

    pub(crate) fn remove(&mut self, id: &str) -> Option<Account> {
        let account = self.accounts.remove(id)?;
        self.index.remove(&account.id, &account.document());
        self.note(&account.id, || Some(account.clone()));
        Some(account)
    }

    /// Returns the users that changed since changes were last kept or undone; `None` was removed.
    pub(crate) fn changed(&self) -> impl Iterator<Item = (&str, Option<&Account>)> {
        self.changed.keys().map(|id| (&**id, self.get(id)))
    }

    /// Forgets what changed.
    pub(crate) fn keep_changes(&mut self) {
        self.changed.clear();
    }

    /// Makes all users as they were when changes were last kept.
    pub(crate) fn undo_changes(&mut self) {
        for (id, before) in std::mem::take(&mut self.changed) {
            self.remove(&id);
            if let Some(account) = before {
                self.index.add(&id, &account.document());
                self.accounts.insert(account);
            }
        }
        self.changed.clear();
    }

    /// Notes a change, and if it is the first one of a user, what the user was before.
    fn note(&mut self, id: &Arc<str>, before: impl FnOnce() -> Option<Account>) {
        self.changed.entry(Arc::clone(id)).or_insert_with(before);
    }

    fn put(&mut self, id: &Arc<str>, document: &Document, details: Arc<AccountDetails>) {
        let before = self.accounts.get(id).cloned();
        if let Some(stored) = &before {
            self.index.remove(id, &stored.document());
        }
        self.index.add(id, document);
        let namespace = text(document, "nsCode").unwrap_or_default();
        let known = self.namespaces.get(namespace).cloned();
        let namespace = known.unwrap_or_else(|| namespace.into());
        self.namespaces.insert(Arc::clone(&namespace));
        let account = Account {
            id: Arc::clone(id),
            username: text(document, "username").unwrap_or_default().into(),
            namespace,
            document: PackedDocument::new(document, &mut self.paths),
            is_deleted: details.is_deleted,
            details,
        };
        self.note(id, || before);
        self.accounts.insert(account);
    }
}

/// How many users a scan reads ahead.
const SCANNED: usize = 64;

/// A user that is being changed.
pub(crate) struct AccountEdit<'a> {
    table: &'a mut UserTable,
    id: Arc<str>,
    document: Option<Document>,
    details: Arc<AccountDetails>,
}

impl AccountEdit<'_> {
    /// Returns the document, to change it.
    pub(crate) fn document_mut(&mut self) -> &mut Document {
        let stored = self.table.get(&self.id);
        self.document.get_or_insert_with(|| stored.map(Account::document).unwrap_or_default())
    }

    pub(crate) fn set_document(&mut self, document: Document) {
        self.document = Some(document);
    }
}

impl Deref for AccountEdit<'_> {
    type Target = AccountDetails;

    fn deref(&self) -> &AccountDetails {
        &self.details
    }
}

impl DerefMut for AccountEdit<'_> {
    fn deref_mut(&mut self) -> &mut AccountDetails {
        Arc::make_mut(&mut self.details)
    }
}

impl Drop for AccountEdit<'_> {
    fn drop(&mut self) {
        let (id, details) = (Arc::clone(&self.id), Arc::clone(&self.details));
        if let Some(document) = self.document.take() {
            self.table.put(&id, &document, details);
        } else if let Some(account) = self.table.accounts.get_mut(&id) {
            let before = account.clone();
            account.is_deleted = details.is_deleted;
            account.details = details;
            self.table.note(&id, || Some(before));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn add(table: &mut UserTable, id: &str, document: &Value) {
        table.insert(id, document.as_object().unwrap(), AccountDetails::default());
    }

    fn named(table: &UserTable, value: &str) -> Vec<String> {
        let found = table.find(IndexedField::NickName, value);
        found.map(|account| account.id().to_owned()).collect()
    }

    #[test]
    fn indexes_follow_every_change() {
        let mut table = UserTable::default();
        for id in ["1", "2"] {
            add(&mut table, id, &json!({"id": id, "nsCode": "n", "nickName": "J"}));
        }
        assert_eq!(named(&table, "J"), ["1", "2"]);

        table.edit("1").unwrap().document_mut().insert("nickName".to_owned(), json!("K"));
        assert_eq!((named(&table, "J").len(), named(&table, "K").len()), (1, 1));
        add(&mut table, "1", &json!({"nsCode": "n"}));
        assert_eq!(named(&table, "K").len(), 0);
        table.remove("2");
        assert_eq!(named(&table, "J").len(), 0);
    }

    #[test]
    fn an_edit_keeps_what_it_does_not_change() {
        let mut table = UserTable::default();
        add(&mut table, "1", &json!({"nsCode": "n", "username": "jane"}));
        table.edit("1").unwrap().passwords.push("x".to_owned());
        table.edit("1").unwrap().document_mut().insert("username".to_owned(), json!("joe"));
        table.edit("1").unwrap().is_deleted = true;

        let account = table.get("1").unwrap();
        assert_eq!((account.username(), account.namespace_code()), ("joe", "n"));
        assert!(account.has_password("x") && account.is_deleted());
        assert!(table.changed().map(|(id, _)| id).eq(["1"]));
        assert!(table.edit("2").is_none());
    }

    #[test]
    fn changes_are_undone_with_their_indexes() {
        let mut table = UserTable::default();
        add(&mut table, "1", &json!({"nsCode": "n", "nickName": "J"}));
        add(&mut table, "2", &json!({"nsCode": "n", "nickName": "J"}));
        table.keep_changes();
        table.edit("1").unwrap().document_mut().insert("nickName".to_owned(), json!("K"));
        table.edit("1").unwrap().passwords.push("x".to_owned());
        table.remove("2");
        add(&mut table, "3", &json!({"nsCode": "n", "nickName": "J"}));

        table.undo_changes();

        assert_eq!(
            (named(&table, "J"), named(&table, "K").len()),
            (vec!["1".into(), "2".into()], 0)
        );
        assert!(!table.get("1").unwrap().has_password("x") && table.get("3").is_none());
        assert_eq!(table.changed().count(), 0);
    }
}
