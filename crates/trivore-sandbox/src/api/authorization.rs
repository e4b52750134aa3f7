//! Checks whether a caller may call an operation.

use super::call::Call;
use super::endpoint::Endpoint;
use crate::access::caller::CallerId;
use crate::store::state::State;
use crate::values::api_error::ApiError;

/// Checks the kind of caller, the scope, the permission and the namespace, in this order.
pub(crate) fn authorize(endpoint: &Endpoint, state: &State, call: &Call) -> Result<(), ApiError> {
    let caller = &call.caller;
    if endpoint.only_users && !caller.is_user() {
        return Err(ApiError::forbidden("This operation is for users, not for API clients."));
    }
    if state.rules.scopes_enforced
        && let (Some(needed), Some(scopes)) = (endpoint.scope, &caller.scopes)
        && !has_scope(scopes, needed)
    {
        return Err(ApiError::forbidden(format!("Token does not have required scope {needed}.")));
    }
    let is_own = matches!(&caller.id, CallerId::User(id) if id == call.user_id());
    let own_is_enough = !endpoint.self_needs_permission || state.rules.self_may_grant;
    if let Some(permission) = endpoint.permission
        && !(is_own && own_is_enough)
    {
        caller.require(permission.id)?;
    }
    if !is_own && let Ok(account) = state.account(call.user_id()) {
        caller.require_namespace(&state.rules, account.namespace_code(), "User")?;
    }
    Ok(())
}

/// Returns whether the scopes include the required one; a scope includes its `.readonly` form.
fn has_scope(scopes: &[String], needed: &str) -> bool {
    let writing = needed.strip_suffix(".readonly").unwrap_or(needed);
    scopes.iter().any(|scope| {
        let short = scope.strip_prefix("https://oneportal.trivore.com/scope/").unwrap_or(scope);
        short == needed || short == writing
    })
}
