//! Endpoints for permissions, built-in roles and custom roles.

use serde_json::{Value, json};

use crate::access::builtin_roles::{BUILTIN_ROLES, BuiltinRole};
use crate::access::caller::Caller;
use crate::access::permissions::{
    PERMISSIONS, ROLE_MODIFY, ROLE_VIEW, is_permission, permission_json,
};
use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, Verb};
use crate::api::listing;
use crate::api::response::{ApiResponse, ApiResult};
use crate::store::state::{State, touch};
use crate::values::api_error::ApiError;
use crate::values::document::{self, Document, drop_nulls, text, texts};
use crate::values::fields::{self, FieldType, Fields};

pub(crate) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::new(Verb::Get, "/permission", permissions),
    Endpoint::new(Verb::Get, "/permission/{permissionId}", permission),
    Endpoint::new(Verb::Get, "/role/builtin", builtin_roles),
    Endpoint::new(Verb::Get, "/role/custom", list).inferred(ROLE_VIEW),
    Endpoint::new(Verb::Post, "/role/custom", create).inferred(ROLE_MODIFY),
    Endpoint::new(Verb::Get, "/role/custom/{roleId}", read).inferred(ROLE_VIEW),
    Endpoint::new(Verb::Put, "/role/custom/{roleId}", update).inferred(ROLE_MODIFY),
    Endpoint::new(Verb::Delete, "/role/custom/{roleId}", delete).inferred(ROLE_MODIFY),
];

impl State {
    /// Adds a custom role to the namespace `code`.
    pub(crate) fn add_role(
        &mut self,
        code: &str,
        mut role: Document,
    ) -> Result<Document, ApiError> {
        drop_nulls(&mut role);
        if text(&role, "name").is_none_or(str::is_empty) {
            return Err(ApiError::bad_request("Field \"name\" is required."));
        }
        self.check_role(&role)?;
        let id = self.next_id();
        role.insert("id".to_owned(), id.clone().into());
        role.insert("nsCode".to_owned(), code.into());
        for list in ["permissions", "memberOf"] {
            role.entry(list).or_insert_with(|| json!([]));
        }
        role.insert("meta".to_owned(), self.new_meta("role/custom", &id));
        self.custom_roles.insert(id.clone(), role.clone());
        self.record("role", "create", &id);
        Ok(role)
    }

    /// Deletes a custom role and takes it from all users.
    pub(crate) fn remove_role(&mut self, id: &str) {
        self.custom_roles.remove(id);
        for account in self.users.values_mut() {
            account.custom_roles.remove(id);
        }
        self.record("role", "delete", id);
    }

    fn find_role(&self, caller: &Caller, id: &str) -> Result<Document, ApiError> {
        let role = self.custom_roles.get(id).ok_or_else(|| ApiError::not_found("Role"))?;
        caller.require_namespace(&self.rules, text(role, "nsCode").unwrap_or_default(), "Role")?;
        Ok(role.clone())
    }

    fn check_role(&self, role: &Document) -> Result<(), ApiError> {
        if !texts(role, "permissions").into_iter().all(is_permission) {
            return Err(ApiError::bad_request(
                "Field \"permissions\" names an unknown permission.",
            ));
        }
        if !texts(role, "memberOf").into_iter().all(|id| self.groups.contains_key(id)) {
            return Err(ApiError::bad_request("Field \"memberOf\" names an unknown group."));
        }
        Ok(())
    }
}

#[expect(clippy::unnecessary_wraps, reason = "all operations have one signature")]
fn permissions(_: &mut State, _: &Call) -> ApiResult {
    Ok(ApiResponse::ok(PERMISSIONS.iter().map(permission_json).collect::<Vec<Value>>()))
}

fn permission(_: &mut State, call: &Call) -> ApiResult {
    let wanted = call.parameter("permissionId");
    let found = PERMISSIONS.iter().find(|(id, ..)| *id == wanted);
    found
        .map(|found| ApiResponse::ok(permission_json(found)))
        .ok_or_else(|| ApiError::not_found("Permission"))
}

#[expect(clippy::unnecessary_wraps, reason = "all operations have one signature")]
fn builtin_roles(_: &mut State, _: &Call) -> ApiResult {
    Ok(ApiResponse::ok(BUILTIN_ROLES.iter().map(BuiltinRole::to_json).collect::<Vec<Value>>()))
}

fn list(state: &mut State, call: &Call) -> ApiResult {
    let accessible = state
        .custom_roles
        .values()
        .filter(|role| call.caller.may_access(text(role, "nsCode").unwrap_or_default()));
    listing::page(accessible, &call.query, &state.rules, |role| role.clone().into())
}

fn create(state: &mut State, call: &Call) -> ApiResult {
    let body = call.object()?;
    fields::check(&body, FIELDS, &state.rules)?;
    let code = state.named_namespace(&call.caller, text(&body, "nsCode"))?;
    Ok(ApiResponse::created(state.add_role(&code, body)?))
}

fn read(state: &mut State, call: &Call) -> ApiResult {
    Ok(ApiResponse::ok(state.find_role(&call.caller, call.parameter("roleId"))?))
}

fn update(state: &mut State, call: &Call) -> ApiResult {
    let id = call.parameter("roleId");
    let mut role = state.find_role(&call.caller, id)?;
    let mut body = call.object()?;
    fields::check(&body, FIELDS, &state.rules)?;
    body.retain(|key, _| !["id", "nsCode", "meta"].contains(&key.as_str()));
    let kept = ["id", "nsCode", "meta", "name", "permissions", "memberOf"];
    document::put(&mut role, body, &kept, &state.rules);
    drop_nulls(&mut role);
    state.check_role(&role)?;
    touch(&mut role, state.now());
    state.custom_roles.insert(id.to_owned(), role.clone());
    state.record("role", "update", id);
    Ok(ApiResponse::ok(role))
}

fn delete(state: &mut State, call: &Call) -> ApiResult {
    let id = call.parameter("roleId");
    state.find_role(&call.caller, id)?;
    state.remove_role(id);
    Ok(ApiResponse::no_content())
}

const FIELDS: Fields = &[
    ("id", FieldType::Text),
    ("name", FieldType::Text),
    ("permissions", FieldType::Texts),
    ("nsCode", FieldType::Text),
    ("memberOf", FieldType::Texts),
    ("meta", FieldType::Map),
];
