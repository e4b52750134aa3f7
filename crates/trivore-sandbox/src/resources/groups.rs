//! Endpoints for groups.

use serde_json::Value;

use crate::access::caller::{Caller, CallerId};
use crate::access::permissions::{GROUP_MODIFY, GROUP_VIEW};
use crate::api::authorization::check_joining;
use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, HttpMethod};
use crate::api::listing;
use crate::api::response::{ApiResponse, ApiResult};
use crate::resources::operations::groups as docs;
use crate::store::custom_fields;
use crate::store::state::{State, touch};
use crate::values::api_error::ApiError;
use crate::values::document::{self, Document, drop_nulls, text, texts};
use crate::values::field_types::{self, FieldType, Fields};

pub(crate) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::get("/group", &docs::LIST_GROUPS, list).inferred(GROUP_VIEW).scope("groups.readonly"),
    Endpoint::new(HttpMethod::Post, "/group", &docs::CREATE, create)
        .records("group", "create")
        .inferred(GROUP_MODIFY)
        .scope("groups"),
    Endpoint::get("/group/{groupId}", &docs::READ, read)
        .inferred(GROUP_VIEW)
        .scope("groups.readonly"),
    Endpoint::new(HttpMethod::Put, "/group/{groupId}", &docs::UPDATE, update)
        .records("group", "update")
        .inferred(GROUP_MODIFY)
        .scope("groups"),
    Endpoint::new(HttpMethod::Delete, "/group/{groupId}", &docs::DELETE, delete)
        .records("group", "delete")
        .inferred(GROUP_MODIFY)
        .scope("groups"),
    Endpoint::get("/group/{groupId}/nested", &docs::LIST_NESTED, nested)
        .inferred(GROUP_VIEW)
        .scope("groups.readonly"),
];

fn list(state: &State, call: &Call) -> ApiResult {
    let accessible = state
        .groups
        .values()
        .filter(|group| call.caller.may_access(text(group, "nsCode").unwrap_or_default()));
    listing::page(accessible, &call.request.query, &state.rules, |group| group.clone().into())
}

fn create(state: &mut State, call: &Call) -> ApiResult {
    let body = call.object()?;
    field_types::check(&body, FIELDS, &state.rules)?;
    let code = state.named_namespace(&call.caller, text(&body, "nsCode"))?;
    Ok(ApiResponse::created(state.add_group(&code, body)?))
}

fn read(state: &State, call: &Call) -> ApiResult {
    Ok(ApiResponse::ok(find(state, &call.caller, call.parameter("groupId"))?))
}

fn update(state: &mut State, call: &Call) -> ApiResult {
    let id = call.parameter("groupId");
    let before = find(state, &call.caller, id)?;
    let mut group = before.clone();
    let mut body = call.object()?;
    field_types::check(&body, FIELDS, &state.rules)?;
    body.retain(|key, _| !["id", "nsCode", "meta"].contains(&key.as_str()));
    document::put(&mut group, body, REQUIRED, &state.rules);
    drop_nulls(&mut group);
    custom_fields::check_new(&group, &before)?;
    let code = text(&group, "nsCode").unwrap_or_default();
    let name = text(&group, "name").unwrap_or_default();
    if name.is_empty() {
        return Err(ApiError::bad_request("Field \"name\" must not be empty."));
    }
    let namesake = state.group_named(code, name).and_then(|other| text(other, "id"));
    if namesake.is_some_and(|other| other != id) {
        return Err(state.duplicate("A group with this name already exists."));
    }
    state.check_parents(&group, &before)?;
    if is_member(state, &call.caller, id) {
        check_joining(state, &call.caller, &texts(&group, "memberOf"))?;
    }
    touch(&mut group, state.now());
    state.groups.insert(id.to_owned(), group.clone());
    state.record("group", "update", id);
    Ok(ApiResponse::ok(group))
}

/// Returns whether the calling user is in a group, directly or through other groups.
fn is_member(state: &State, caller: &Caller, id: &str) -> bool {
    let CallerId::User(user) = &caller.id else { return false };
    state.account(user).is_ok_and(|account| {
        state.groups_with_ancestors(&texts(&account.document(), "memberOf")).contains(id)
    })
}

fn delete(state: &mut State, call: &Call) -> ApiResult {
    let id = call.parameter("groupId");
    find(state, &call.caller, id)?;
    state.remove_group(id);
    Ok(ApiResponse::no_content())
}

/// Returns all direct and indirect members of a group that are groups.
fn nested(state: &State, call: &Call) -> ApiResult {
    let id = call.parameter("groupId");
    find(state, &call.caller, id)?;
    let below = state.groups.iter().filter(|(other, group)| {
        *other != id && state.groups_with_ancestors(&texts(group, "memberOf")).contains(id)
    });
    Ok(ApiResponse::ok(below.map(|(_, group)| group.clone().into()).collect::<Vec<Value>>()))
}

fn find(state: &State, caller: &Caller, id: &str) -> Result<Document, ApiError> {
    let group = state.groups.get(id).ok_or_else(|| ApiError::not_found("Group"))?;
    caller.require_namespace(&state.rules, text(group, "nsCode").unwrap_or_default(), "Group")?;
    Ok(group.clone())
}

/// Fields that every group has, because they cannot be cleared.
pub(crate) const REQUIRED: &[&str] = &["id", "memberOf", "meta", "name", "nsCode"];

pub(crate) const FIELDS: Fields = &[
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
