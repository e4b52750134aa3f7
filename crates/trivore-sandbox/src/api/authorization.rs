//! Checks whether a caller may call an operation.

use super::call::Call;
use super::endpoint::Endpoint;
use crate::access::caller::{Caller, CallerId};
use crate::access::permissions::{ACCESSRIGHT_MODIFY, closure};
use crate::store::state::State;
use crate::values::api_error::ApiError;
use crate::values::document::{Document, texts};

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
    let is_own = call.is_own();
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

/// Rejects a user who would have more permissions as a member of these groups.
///
/// Who may grant permissions can have them anyway.
pub(crate) fn check_joining(
    state: &State,
    caller: &Caller,
    groups: &[&str],
) -> Result<(), ApiError> {
    let is_free = state.rules.self_may_grant || caller.may(ACCESSRIGHT_MODIFY);
    if is_free || !caller.is_user() {
        return Ok(());
    }
    if state.permissions_of_groups(groups).iter().all(|permission| caller.may(permission)) {
        return Ok(());
    }
    Err(ApiError::forbidden("Users cannot gain permissions by joining a group."))
}

/// Rejects a custom role with which its caller, who holds it, would have more permissions.
pub(crate) fn check_own_role(
    state: &State,
    caller: &Caller,
    id: &str,
    role: &Document,
) -> Result<(), ApiError> {
    let is_free = state.rules.self_may_grant || caller.may(ACCESSRIGHT_MODIFY);
    let CallerId::User(user) = &caller.id else { return Ok(()) };
    let Some(account) = state.users.get(user).filter(|_| !is_free) else { return Ok(()) };
    let document = account.document();
    let groups = state.groups_with_ancestors(&texts(&document, "memberOf"));
    let is_held = account.custom_roles.contains(id)
        || texts(role, "memberOf").iter().any(|group| groups.contains(*group));
    let permissions = closure(texts(role, "permissions").into_iter().map(str::to_owned).collect());
    if is_held && !permissions.iter().all(|permission| caller.may(permission)) {
        return Err(ApiError::forbidden("Users cannot give permissions to a role of their own."));
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
