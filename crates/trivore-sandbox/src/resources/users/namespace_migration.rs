//! Endpoint that moves a user to another namespace.

use super::view::view;
use crate::access::permissions::ACCOUNT_MODIFY;
use crate::api::authorization::check_joining;
use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, HttpMethod};
use crate::api::response::{ApiResponse, ApiResult};
use crate::resources::operations::users as docs;
use crate::store::account::AccountDetails;
use crate::store::password_policy::PasswordRequirements;
use crate::store::state::State;
use crate::store::users::AddedBy;
use crate::values::api_error::ApiError;
use crate::values::document::{Document, flag, text, texts};
use crate::values::field_types::{self, FieldType, Fields};

pub(crate) const ENDPOINTS: &[Endpoint] =
    &[Endpoint::new(HttpMethod::Post, "/user/{userId}/migratenamespace", &docs::MIGRATE, migrate)
        .records("user", "migrate")
        .inferred(ACCOUNT_MODIFY)
        .scope("users")
        .self_needs_permission()];

/// Creates a new user in the target namespace and deletes the original one.
fn migrate(state: &mut State, call: &Call) -> ApiResult {
    let id = call.user_id();
    let account = state.account(id)?;
    let options = call.object()?;
    field_types::check(&options, FIELDS, &state.rules)?;
    let Some(target) = text(&options, "targetNsCode") else {
        return Err(ApiError::bad_request("Field \"targetNsCode\" is required."));
    };
    if state.namespace(target).is_none() {
        return Err(ApiError::bad_request("Field \"targetNsCode\" names no namespace."));
    }
    call.caller.require_namespace(&state.rules, target, "Namespace")?;
    if target == account.namespace_code() {
        let message = "Field \"targetNsCode\": the user is in this namespace already.";
        return Err(ApiError::bad_request(message));
    }
    let username = text(&options, "username").filter(|name| !name.is_empty());
    if let Some(username) = username {
        state.check_username(target, username)?;
    }
    let password = text(&options, "userPassword");
    if let Some(password) = password {
        let requirements = PasswordRequirements::of(state, target);
        let violations = requirements.violations(password, username.unwrap_or_default(), &[]);
        if !violations.is_empty() && state.rules.create_checks_password {
            return Err(ApiError::bad_request("Field \"userPassword\" is too weak."));
        }
    }
    let before = account.document();
    let keeps = |name: &str| flag(&options, name).unwrap_or(name != "keepGroups");
    let mut user = kept(&before, keeps);
    if let Some(username) = username {
        user.insert("username".to_owned(), username.into());
    }
    if keeps("keepGroups") {
        let ids = texts(&before, "memberOf").into_iter();
        let names = ids.filter_map(|id| text(state.groups.get(id)?, "name"));
        let names = names.collect::<Vec<_>>();
        if call.is_own() {
            check_joining(state, &call.caller, &state.known_groups(target, &names))?;
        }
        user.insert("memberOf".to_owned(), names.into());
    }

    // The original is removed last, so that an error leaves it unchanged.
    let mut document = state.prepare_user(AddedBy::Client, target, user, &before)?;
    let password = password.map(str::to_owned);
    let new_id = if keeps("keepUserId") { id.to_owned() } else { state.next_id() };
    let Some(original) = state.users.remove(id) else {
        return Err(ApiError::not_found("User"));
    };
    restore_verified(&mut document, &before);
    let details = carried_over(original.details(), password, keeps);
    state.insert_account(document, details, &new_id);
    state.record("user", "migrate", &new_id);
    Ok(ApiResponse::ok(view(state, state.account(&new_id)?, &call.caller)))
}

/// Returns the fields that the new user keeps.
fn kept(user: &Document, keeps: impl Fn(&str) -> bool) -> Document {
    let is_kept = |key: &str| match key {
        "id" | "meta" | "nsCode" | "username" | "memberOf" => false,
        "emails" => keeps("keepEmails"),
        "mobiles" => keeps("keepMobiles"),
        "consents" => keeps("keepConsents"),
        "customFields" => keeps("keepCustomFields"),
        "userAccountType" | "locked" | "locale" | "preferredLanguage" => true,
        _ => keeps("keepProfile"),
    };
    let fields = user.iter().filter(|(key, _)| is_kept(key));
    fields.map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// Restores `verified` of the addresses and numbers that are kept.
fn restore_verified(user: &mut Document, original: &Document) {
    for field in ["emails", "mobiles"] {
        if user.contains_key(field)
            && let Some(value) = original.get(field)
        {
            user.insert(field.to_owned(), value.clone());
        }
    }
}

fn carried_over(
    original: &AccountDetails,
    password: Option<String>,
    keeps: impl Fn(&str) -> bool,
) -> AccountDetails {
    let mut details = AccountDetails {
        messages_sent: original.messages_sent.clone(),
        emails_sent: original.emails_sent.clone(),
        incorrect_passwords: original.incorrect_passwords.clone(),
        locked_out_until: original.locked_out_until,
        ..AccountDetails::default()
    };
    match password {
        Some(password) => details.passwords = vec![password],
        None if keeps("keepPassword") => details.passwords.clone_from(&original.passwords),
        None => {}
    }
    if keeps("keepProfile") {
        details.legal.clone_from(&original.legal);
        details.enterprise.clone_from(&original.enterprise);
        details.identifications.clone_from(&original.identifications);
        details.student.clone_from(&original.student);
    }
    details
}

pub(crate) const FIELDS: Fields = &[
    ("targetNsCode", FieldType::Text),
    ("keepUserId", FieldType::Flag),
    ("keepProfile", FieldType::Flag),
    ("keepEmails", FieldType::Flag),
    ("keepMobiles", FieldType::Flag),
    ("keepConsents", FieldType::Flag),
    ("keepCustomFields", FieldType::Flag),
    ("keepPassword", FieldType::Flag),
    ("keepGroups", FieldType::Flag),
    ("username", FieldType::Text),
    ("userPassword", FieldType::Text),
];
