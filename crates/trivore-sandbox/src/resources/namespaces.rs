//! Endpoints for namespaces, by identifier or code.

use serde_json::Value;

use crate::access::caller::CallerId;
use crate::access::permissions::{NAMESPACE_MODIFY, NAMESPACE_VIEW};
use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, HttpMethod};
use crate::api::listing;
use crate::api::response::{ApiResponse, ApiResult};
use crate::resources::operations::namespaces as docs;
use crate::store::namespaces::FIELDS;
use crate::store::state::{State, touch};
use crate::store::user_index::IndexedField;
use crate::values::api_error::ApiError;
use crate::values::behavior_rules::Rules;
use crate::values::document::{self, Document, drop_nulls, object, text};
use crate::values::field_types;

pub(crate) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::get("/namespace", &docs::LIST_NAMESPACES, list)
        .inferred(NAMESPACE_VIEW)
        .scope("namespace.readonly"),
    Endpoint::new(HttpMethod::Post, "/namespace", &docs::CREATE, create)
        .records("namespace", "create")
        .inferred(NAMESPACE_MODIFY)
        .scope("namespace"),
    Endpoint::get("/namespace/{idOrCode}", &docs::READ, read)
        .inferred(NAMESPACE_VIEW)
        .scope("namespace.readonly"),
    Endpoint::new(HttpMethod::Put, "/namespace/{idOrCode}", &docs::UPDATE, update)
        .records("namespace", "update")
        .inferred(NAMESPACE_MODIFY)
        .scope("namespace"),
    Endpoint::new(HttpMethod::Delete, "/namespace/{idOrCode}", &docs::DELETE, delete)
        .records("namespace", "delete")
        .inferred(NAMESPACE_MODIFY)
        .scope("namespace"),
];

fn list(state: &State, call: &Call) -> ApiResult {
    let accessible = state
        .namespaces
        .values()
        .filter(|namespace| call.caller.may_access(text(namespace, "code").unwrap_or_default()));
    listing::page(accessible, &call.request.query, &state.rules, |namespace| {
        namespace.clone().into()
    })
}

/// Creates a namespace and gives the calling client access to it.
fn create(state: &mut State, call: &Call) -> ApiResult {
    let mut body = call.object()?;
    field_types::check(&body, FIELDS, &state.rules)?;
    field_types::rewrite_integers(&mut body, FIELDS);
    let namespace = state.add_namespace(body)?;
    if let CallerId::Client(id) = &call.caller.id {
        let code = text(&namespace, "code").unwrap_or_default();
        state.api_clients.update(id, |client| client.namespaces.add(code));
    }
    Ok(ApiResponse::created(namespace))
}

fn read(state: &State, call: &Call) -> ApiResult {
    Ok(ApiResponse::ok(find(state, call)?))
}

/// Changes a namespace; its code is permanent.
fn update(state: &mut State, call: &Call) -> ApiResult {
    let mut namespace = find(state, call)?;
    let mut body = call.object()?;
    field_types::check(&body, FIELDS, &state.rules)?;
    field_types::rewrite_integers(&mut body, FIELDS);
    body.retain(|key, _| !KEPT.contains(&key.as_str()));
    let code = text(&namespace, "code").unwrap_or_default();
    let others =
        if state.rules.put_replaces { state.namespace_defaults(code) } else { namespace.clone() };
    let policies = take_policies(&mut body, &others, &state.rules);
    document::put(&mut namespace, body, REQUIRED, &state.rules);
    namespace.extend(policies);
    drop_nulls(&mut namespace);
    touch(&mut namespace, state.now());
    let id = text(&namespace, "id").unwrap_or_default().to_owned();
    state.namespaces.insert(id.clone(), namespace.clone());
    state.record("namespace", "update", &id);
    Ok(ApiResponse::ok(namespace))
}

/// Deletes a namespace and its groups and roles.
fn delete(state: &mut State, call: &Call) -> ApiResult {
    let namespace = find(state, call)?;
    let code = text(&namespace, "code").unwrap_or_default();
    let users = state.users.find_in(IndexedField::Namespace, code, code);
    let has_users = users.into_iter().any(|account| !account.is_deleted());
    if has_users && !state.rules.namespace_delete_cascades {
        return Err(ApiError::conflict("The namespace has users."));
    }
    state.remove_namespace(code);
    Ok(ApiResponse::no_content())
}

/// Takes the policies from a body; those that it leaves out are `others`.
fn take_policies(body: &mut Document, others: &Document, rules: &Rules) -> Document {
    let mut policies = Document::new();
    for name in ["defaultGroupPolicy", "smsSettings"] {
        if let Some(Value::Object(given)) = body.get_mut(name).map(Value::take) {
            let mut all = object(others, name).cloned().unwrap_or_default();
            document::merge(&mut all, given, &[], rules);
            policies.insert(name.to_owned(), all.into());
            body.remove(name);
        }
    }
    policies
}

fn find(state: &State, call: &Call) -> Result<Document, ApiError> {
    let wanted = call.parameter("idOrCode");
    let found = state.namespaces.get(wanted).or_else(|| state.namespace(wanted));
    let namespace = found.ok_or_else(|| ApiError::not_found("Namespace"))?;
    let code = text(namespace, "code").unwrap_or_default();
    call.caller.require_namespace(&state.rules, code, "Namespace")?;
    Ok(namespace.clone())
}

/// Fields that clients cannot change.
const KEPT: &[&str] = &["id", "code", "meta"];
/// Fields that every namespace has, because they cannot be cleared.
pub(crate) const REQUIRED: &[&str] = &[
    "id",
    "code",
    "meta",
    "name",
    "usernamePolicy",
    "commMethodMaxQty",
    "duplicateNicknamesAllowed",
    "validFrom",
    "defaultGroupPolicy",
];
