//! Endpoints for users: list, create, read, update, delete.

use serde_json::Value;

use super::shown::{Shown, Viewer};
use super::view::view;
use crate::access::permissions::{ACCOUNT_MODIFY, ACCOUNT_VIEW};
use crate::api::authorization::check_joining;
use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, HttpMethod};
use crate::api::listing::Listing;
use crate::api::response::{ApiResponse, ApiResult};
use crate::resources::operations::users as docs;
use crate::store::account::Account;
use crate::store::password_policy::PasswordRequirements;
use crate::store::state::State;
use crate::store::user_checks::check_limits;
use crate::store::user_document::{normalize, read_aliases, unify_language};
use crate::store::user_fields::USER;
use crate::store::users::AddedBy;
use crate::values::api_error::ApiError;
use crate::values::document::{self, Document, flag, text, texts};
use crate::values::field_types;

pub(crate) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::get("/user", &docs::LIST_USERS, list_users)
        .documented(ACCOUNT_VIEW)
        .scope("users.readonly"),
    Endpoint::new(HttpMethod::Post, "/user", &docs::CREATE, create)
        .records("user", "create")
        .inferred(ACCOUNT_MODIFY)
        .scope("users"),
    Endpoint::get("/user/{userId}", &docs::READ, read)
        .inferred(ACCOUNT_VIEW)
        .scope("users.readonly"),
    Endpoint::new(HttpMethod::Put, "/user/{userId}", &docs::UPDATE, update)
        .records("user", "update")
        .documented(ACCOUNT_MODIFY)
        .scope("users"),
    Endpoint::new(HttpMethod::Delete, "/user/{userId}", &docs::DELETE, delete)
        .records("user", "delete")
        .inferred(ACCOUNT_MODIFY)
        .scope("users"),
];

fn list_users(state: &State, call: &Call) -> ApiResult {
    let caller = &call.caller;
    let listing =
        Listing::read(&call.request.query, &state.rules, &|path| state.users.paths().find(path))?;
    let candidates = listing.filter().and_then(|filter| state.users.candidates(filter));
    let is_visible = |account: &&Account| {
        caller.may_access(account.namespace_code()) && state.is_listed(account)
    };
    let attributes = listing.attributes();
    if attributes.iter().any(|attribute| Viewer::concerns(&attribute.name)) {
        let viewer = &Viewer::new(state, caller);
        let accounts = candidates.unwrap_or_else(|| state.users.scan(&attributes).collect());
        let accounts = accounts.into_iter().filter(is_visible);
        let shown: Vec<_> = accounts.map(|account| Shown { account, viewer }).collect();
        return listing.page(shown.iter(), |shown| view(state, shown.account, caller));
    }
    let render = |account| view(state, account, caller);
    if let Some(candidates) = candidates {
        return listing.page(candidates.into_iter().filter(is_visible), render);
    }
    listing.page(state.users.scan(&attributes).filter(is_visible), render)
}

fn create(state: &mut State, call: &Call) -> ApiResult {
    let mut user = call.object()?;
    field_types::check(&user, USER, &state.rules)?;
    read_aliases(state, &mut user)?;
    clean(state, &mut user);
    check_limits(&user, &Document::new())?;
    unify_language(&mut user, &Document::new());
    let code = state.named_namespace(&call.caller, text(&user, "nsCode"))?;
    check_joining(state, &call.caller, &state.known_groups(&code, &texts(&user, "memberOf")))?;
    let password = text(&user, "password").map(str::to_owned);
    user.remove("password");
    if let Some(password) = &password {
        let username = text(&user, "username").unwrap_or_default();
        check_password(state, &code, password, username)?;
    } else if state.rules.password_required {
        return Err(ApiError::bad_request("Field \"password\" is required."));
    }
    let id = state.add_user(&code, user)?;
    if let Some(password) = password {
        state.account_mut(&id)?.passwords.push(password);
    }
    Ok(ApiResponse::created(view(state, state.account(&id)?, &call.caller)))
}

fn read(state: &State, call: &Call) -> ApiResult {
    Ok(ApiResponse::ok(view(state, state.account(call.user_id())?, &call.caller)))
}

fn update(state: &mut State, call: &Call) -> ApiResult {
    let id = call.user_id();
    let mut body = call.object()?;
    let before = state.account(id)?.document();
    field_types::check(&body, USER, &state.rules)?;
    let password = body.remove("password").unwrap_or_default();
    if state.rules.password_in_put_refused && !password.is_null() {
        return Err(ApiError::bad_request("Field \"password\" cannot be changed here."));
    }
    clean(state, &mut body);
    unify_language(&mut body, &before);
    let code = text(&before, "nsCode").unwrap_or_default();
    let named = body.remove("nsCode");
    if state.rules.namespace_change_refused
        && named.and_then(|named| Some(named.as_str()? != code)).unwrap_or(false)
    {
        return Err(ApiError::bad_request("Field \"nsCode\" cannot be changed here."));
    }
    let from = text(&before, "username").unwrap_or_default();
    let to = text(&body, "username").unwrap_or(from).to_owned();
    if to.is_empty() {
        return Err(ApiError::bad_request("Field \"username\" must not be empty."));
    }
    if to.to_lowercase() != from.to_lowercase() {
        state.check_username(code, &to)?;
    }

    let mut user = before.clone();
    document::put(&mut user, body, KEPT, &state.rules);
    normalize(state, &mut user, &before, AddedBy::Client)?;
    check_limits(&user, &before)?;
    check_grants(state, call, &before, &user)?;
    state.set_groups(code, &mut user, &before)?;
    state.change_user("update", id, |account| account.set_document(user))?;
    Ok(ApiResponse::ok(view(state, state.account(id)?, &call.caller)))
}

/// Rejects a change with which a user would grant something that it does not have, to itself or to
/// an account that it may also use.
fn check_grants(
    state: &State,
    call: &Call,
    before: &Document,
    user: &Document,
) -> Result<(), ApiError> {
    let is_locked = |user: &Document| flag(user, "locked").unwrap_or(false);
    let is_unlocked = is_locked(before) && !is_locked(user);
    if call.is_own() && is_unlocked && !state.rules.self_may_grant {
        return Err(ApiError::forbidden("Users cannot unlock themselves."));
    }
    let code = text(before, "nsCode").unwrap_or_default();
    let known = state.known_groups(code, &texts(before, "memberOf"));
    let mut groups = state.known_groups(code, &texts(user, "memberOf"));
    groups.retain(|group| call.is_own() || !known.contains(group));
    check_joining(state, &call.caller, &groups)
}

/// Deletes a user, or only marks it as deleted, depending on the rules and the namespace's policy.
fn delete(state: &mut State, call: &Call) -> ApiResult {
    let id = call.user_id();
    let account = state.account(id)?;
    let mode = state.policy(account.namespace_code(), "deleteMode").and_then(Value::as_str);
    if state.rules.soft_delete || mode == Some("SOFT_DELETE") {
        state.change_user("soft-delete", id, |account| account.is_deleted = true)?;
    } else {
        state.remove_user(id);
    }
    Ok(ApiResponse::no_content())
}

/// Removes fields that clients cannot write.
fn clean(state: &State, body: &mut Document) {
    body.retain(|key, _| !["id", "meta", "strongIdentification", "email"].contains(&key.as_str()));
    if state.rules.customer_group_info_read_only {
        body.remove("customerGroupInfo");
    }
    if !state.rules.unknown_fields_kept {
        field_types::drop_unknown(body, USER);
    }
}

fn check_password(
    state: &State,
    code: &str,
    password: &str,
    username: &str,
) -> Result<(), ApiError> {
    if !state.rules.create_checks_password {
        return Ok(());
    }
    let violations = PasswordRequirements::of(state, code).violations(password, username, &[]);
    match violations.first().and_then(|violation| violation.get("message")?.as_str()) {
        Some(message) => Err(ApiError::bad_request(message)),
        None => Ok(()),
    }
}

/// Fields that cannot be cleared and that a replacing PUT keeps.
const KEPT: &[&str] = &["id", "meta", "nsCode", "username", "userAccountType", "locked"];
