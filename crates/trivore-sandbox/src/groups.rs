//! Endpoints for groups.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::access::caller::Caller;
use crate::access::permissions::{GROUP_MODIFY, GROUP_VIEW};
use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, Verb};
use crate::api::listing;
use crate::api::response::{ApiResponse, ApiResult};
use crate::store::custom_fields;
use crate::store::state::{State, touch};
use crate::values::api_error::ApiError;
use crate::values::document::{self, Document, drop_nulls, text, texts};
use crate::values::fields::{self, FieldType, Fields};

pub(crate) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::new(Verb::Get, "/group", list).inferred(GROUP_VIEW).scope("groups.readonly"),
    Endpoint::new(Verb::Post, "/group", create).inferred(GROUP_MODIFY).scope("groups"),
    Endpoint::new(Verb::Get, "/group/{groupId}", read)
        .inferred(GROUP_VIEW)
        .scope("groups.readonly"),
    Endpoint::new(Verb::Put, "/group/{groupId}", update).inferred(GROUP_MODIFY).scope("groups"),
    Endpoint::new(Verb::Delete, "/group/{groupId}", delete).inferred(GROUP_MODIFY).scope("groups"),
    Endpoint::new(Verb::Get, "/group/{groupId}/nested", nested)
        .inferred(GROUP_VIEW)
        .scope("groups.readonly"),
];

impl State {
    /// Adds a group to the namespace `code`.
    pub(crate) fn add_group(
        &mut self,
        code: &str,
        mut group: Document,
    ) -> Result<Document, ApiError> {
        drop_nulls(&mut group);
        custom_fields::check_new(&group, &Document::new())?;
        let name = text(&group, "name").unwrap_or_default();
        if name.is_empty() {
            return Err(ApiError::bad_request("Field \"name\" is required."));
        }
        if self.group_named(code, name).is_some() {
            return Err(self.duplicate("A group with this name already exists."));
        }
        self.check_parents(&group, None)?;
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
    pub(crate) fn resolve_groups(
        &mut self,
        code: &str,
        wanted: &[&str],
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

    /// Deletes a group and all memberships in it.
    pub(crate) fn remove_group(&mut self, id: &str) {
        self.groups.remove(id);
        let users = self.users.values_mut().map(|account| &mut account.document);
        let others = self.groups.values_mut().chain(self.custom_roles.values_mut());
        for document in users.chain(others) {
            if let Some(Value::Array(groups)) = document.get_mut("memberOf") {
                groups.retain(|group| group != id);
            }
        }
        self.record("group", "delete", id);
    }

    pub(crate) fn group_named(&self, code: &str, name: &str) -> Option<&Document> {
        self.groups
            .values()
            .find(|group| text(group, "nsCode") == Some(code) && text(group, "name") == Some(name))
    }

    fn find_group(&self, caller: &Caller, id: &str) -> Result<Document, ApiError> {
        let group = self.groups.get(id).ok_or_else(|| ApiError::not_found("Group"))?;
        caller.require_namespace(
            &self.rules,
            text(group, "nsCode").unwrap_or_default(),
            "Group",
        )?;
        Ok(group.clone())
    }

    fn check_parents(&self, group: &Document, id: Option<&str>) -> Result<(), ApiError> {
        let parents = texts(group, "memberOf");
        if parents.iter().any(|parent| !self.groups.contains_key(*parent)) {
            return Err(ApiError::bad_request("Field \"memberOf\" names an unknown group."));
        }
        if id.is_some_and(|id| self.groups_with_ancestors(&parents).contains(id)) {
            return Err(ApiError::bad_request("A group cannot be a member of itself."));
        }
        Ok(())
    }
}

fn list(state: &mut State, call: &Call) -> ApiResult {
    let accessible = state
        .groups
        .values()
        .filter(|group| call.caller.may_access(text(group, "nsCode").unwrap_or_default()));
    listing::page(accessible, &call.query, &state.rules, |group| group.clone().into())
}

fn create(state: &mut State, call: &Call) -> ApiResult {
    let body = call.object()?;
    fields::check(&body, FIELDS, &state.rules)?;
    let code = state.named_namespace(&call.caller, text(&body, "nsCode"))?;
    Ok(ApiResponse::created(state.add_group(&code, body)?))
}

fn read(state: &mut State, call: &Call) -> ApiResult {
    Ok(ApiResponse::ok(state.find_group(&call.caller, call.parameter("groupId"))?))
}

fn update(state: &mut State, call: &Call) -> ApiResult {
    let id = call.parameter("groupId");
    let before = state.find_group(&call.caller, id)?;
    let mut group = before.clone();
    let mut body = call.object()?;
    fields::check(&body, FIELDS, &state.rules)?;
    body.retain(|key, _| !["id", "nsCode", "meta"].contains(&key.as_str()));
    document::put(&mut group, body, &["id", "nsCode", "meta", "name", "memberOf"], &state.rules);
    drop_nulls(&mut group);
    custom_fields::check_new(&group, &before)?;
    let code = text(&group, "nsCode").unwrap_or_default();
    let name = text(&group, "name").unwrap_or_default();
    let namesake = state.group_named(code, name).and_then(|other| text(other, "id"));
    if namesake.is_some_and(|other| other != id) {
        return Err(state.duplicate("A group with this name already exists."));
    }
    state.check_parents(&group, Some(id))?;
    touch(&mut group, state.now());
    state.groups.insert(id.to_owned(), group.clone());
    state.record("group", "update", id);
    Ok(ApiResponse::ok(group))
}

fn delete(state: &mut State, call: &Call) -> ApiResult {
    let id = call.parameter("groupId");
    state.find_group(&call.caller, id)?;
    state.remove_group(id);
    Ok(ApiResponse::no_content())
}

/// Returns all direct and indirect members of a group that are groups.
fn nested(state: &mut State, call: &Call) -> ApiResult {
    let id = call.parameter("groupId");
    state.find_group(&call.caller, id)?;
    let below = state.groups.iter().filter(|(other, group)| {
        *other != id && state.groups_with_ancestors(&texts(group, "memberOf")).contains(id)
    });
    Ok(ApiResponse::ok(below.map(|(_, group)| group.clone().into()).collect::<Vec<Value>>()))
}

fn id_of(group: &Document) -> String {
    text(group, "id").unwrap_or_default().to_owned()
}

const FIELDS: Fields = &[
    ("id", FieldType::Text),
    ("name", FieldType::Text),
    ("description", FieldType::Text),
    ("nsCode", FieldType::Text),
    ("disallowUsers", FieldType::Flag),
    ("disallowContacts", FieldType::Flag),
    ("disallowGroups", FieldType::Flag),
    ("memberOf", FieldType::Texts),
    ("customFields", FieldType::Map),
    ("meta", FieldType::Map),
];
