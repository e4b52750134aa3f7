//! Stored groups, and their memberships in each other.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::custom_fields;
use super::state::State;
use super::user_index::IndexedField;
use crate::values::api_error::ApiError;
use crate::values::document::{self, Document, drop_nulls, text, texts};

impl State {
    /// Adds a group to the namespace `code`.
    pub(crate) fn add_group(
        &mut self,
        code: &str,
        mut group: Document,
    ) -> Result<Document, ApiError> {
        drop_nulls(&mut group);
        document::drop_filter_names(&mut group);
        custom_fields::check_new(&group, &Document::new())?;
        let name = text(&group, "name").unwrap_or_default();
        if name.is_empty() {
            return Err(ApiError::bad_request("Field \"name\" is required."));
        }
        if self.group_named(code, name).is_some() {
            return Err(self.duplicate("A group with this name already exists."));
        }
        self.check_parents(&group, &Document::new())?;
        let id = self.next_id();
        group.insert("id".to_owned(), id.clone().into());
        group.insert("nsCode".to_owned(), code.into());
        group.entry("memberOf").or_insert_with(|| json!([]));
        group.insert("meta".to_owned(), self.new_meta("group", &id));
        self.groups.insert(id.clone(), group.clone());
        self.record("group", "create", &id);
        Ok(group)
    }

    /// Resolves group identifiers and names to identifiers; an unknown name creates a group.
    ///
    /// A group that does not allow users is accepted only if it is one of `before`.
    pub(crate) fn resolve_groups(
        &mut self,
        code: &str,
        wanted: &[&str],
        before: &[&str],
    ) -> Result<Vec<String>, ApiError> {
        // All names are checked before a group is created, so that an error changes nothing.
        for &wanted in wanted {
            if wanted.is_empty() {
                return Err(ApiError::bad_request("Field \"memberOf\" contains an empty name."));
            }
            let group = self.groups.get(wanted);
            if group.is_some_and(|group| text(group, "nsCode") != Some(code)) {
                let message = "Field \"memberOf\" names a group of another namespace.";
                return Err(ApiError::bad_request(message));
            }
            let group = group.or_else(|| self.group_named(code, wanted));
            let refuses =
                |group: &Document| disallows(group, "disallowUsers") && !is_one_of(group, before);
            if group.is_some_and(refuses) {
                let message = "Field \"memberOf\" names a group that does not allow users.";
                return Err(ApiError::bad_request(message));
            }
        }
        let mut ids: Vec<String> = Vec::new();
        for &wanted in wanted {
            let known = self.groups.get(wanted).or_else(|| self.group_named(code, wanted));
            let id = if let Some(group) = known {
                id_of(group)
            } else {
                let group = Document::from_iter([("name".to_owned(), wanted.into())]);
                id_of(&self.add_group(code, group)?)
            };
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        Ok(ids)
    }

    /// Returns the identifiers of those groups that exist; each is named by identifier or name.
    pub(crate) fn known_groups(&self, code: &str, wanted: &[&str]) -> Vec<&str> {
        let find = |wanted: &&str| {
            let group = self.groups.get(wanted).or_else(|| self.group_named(code, wanted));
            group.and_then(|group| text(group, "id"))
        };
        wanted.iter().filter_map(find).collect()
    }

    /// Returns these groups and all their direct and indirect parents.
    pub(crate) fn groups_with_ancestors<'a>(&'a self, ids: &[&'a str]) -> BTreeSet<&'a str> {
        let mut found = BTreeSet::new();
        let mut open = ids.to_vec();
        while let Some(id) = open.pop() {
            if found.insert(id)
                && let Some(group) = self.groups.get(id)
            {
                open.extend(texts(group, "memberOf"));
            }
        }
        found
    }

    /// Deletes a group and all memberships in it, and returns whether it existed.
    pub(crate) fn remove_group(&mut self, id: &str) -> bool {
        if self.groups.remove(id).is_none() {
            return false;
        }
        let members = self.users.find(IndexedField::Group, id);
        let members: Vec<String> = members.map(|account| account.id().to_owned()).collect();
        for member in members {
            if let Some(mut account) = self.users.edit(&member) {
                leave(account.document_mut(), id);
            }
        }
        for table in [&mut self.groups, &mut self.custom_roles] {
            let is_member = |document: &Document| texts(document, "memberOf").contains(&id);
            let members = table.iter().filter(|(_, document)| is_member(document));
            let members: Vec<String> = members.map(|(id, _)| id.to_owned()).collect();
            for member in members {
                table.update(&member, |document| leave(document, id));
            }
        }
        self.record("group", "delete", id);
        true
    }

    pub(crate) fn group_named(&self, code: &str, name: &str) -> Option<&Document> {
        self.groups.named(&group_name(code, name))
    }

    /// Checks the groups that a group is to be a member of; `before` is the stored group, or empty.
    pub(crate) fn check_parents(
        &self,
        group: &Document,
        before: &Document,
    ) -> Result<(), ApiError> {
        let parents = texts(group, "memberOf");
        let old = texts(before, "memberOf");
        let refuses =
            |parent: &Document| disallows(parent, "disallowGroups") && !is_one_of(parent, &old);
        if parents.iter().any(|parent| !self.groups.contains(parent)) {
            return Err(ApiError::bad_request("Field \"memberOf\" names an unknown group."));
        }
        if parents.iter().filter_map(|parent| self.groups.get(parent)).any(refuses) {
            let message = "Field \"memberOf\" names a group that does not allow groups.";
            return Err(ApiError::bad_request(message));
        }
        let id = text(before, "id");
        if id.is_some_and(|id| self.groups_with_ancestors(&parents).contains(id)) {
            return Err(ApiError::bad_request("A group cannot be a member of itself."));
        }
        Ok(())
    }
}

/// Name of a group in the table of groups; the namespace is part of it.
pub(super) fn group_name(code: &str, name: &str) -> String {
    format!("{code}\0{name}")
}

fn leave(document: &mut Document, group: &str) {
    if let Some(Value::Array(groups)) = document.get_mut("memberOf") {
        groups.retain(|other| other != group);
    }
}

/// Returns whether a group has a flag that keeps some kind of members out.
fn disallows(group: &Document, flag: &str) -> bool {
    document::flag(group, flag).unwrap_or(false)
}

fn is_one_of(group: &Document, ids: &[&str]) -> bool {
    text(group, "id").is_some_and(|id| ids.contains(&id))
}

fn id_of(group: &Document) -> String {
    text(group, "id").unwrap_or_default().to_owned()
}
