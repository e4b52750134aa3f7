//! Normalizes a user document before it is stored.

use serde_json::{Value, json};

use super::contact::{ContactKind, is_email};
use super::state::State;
use super::user_checks::{check_contact_limit, check_contact_values, check_nick_name};
use super::user_fields::ALIASES;
use super::users::AddedBy;
use crate::values::api_error::ApiError;
use crate::values::document::{Document, drop_nulls, flag, list, objects_mut, text, texts};
use crate::values::field_types;

/// Normalizes and checks `user`, which is to replace `before`.
pub(crate) fn normalize(
    state: &State,
    user: &mut Document,
    before: &Document,
    by: AddedBy,
) -> Result<(), ApiError> {
    drop_nulls(user);
    lower_tags(user);
    for contact in ContactKind::ALL {
        let (field, value) = (contact.list(), contact.value());
        check_contact_limit(state, user, before, field)?;
        if state.rules.contacts_checked {
            check_contact_values(user, before, field, value)?;
        }
        if by == AddedBy::Client && !state.rules.client_may_verify {
            keep_verified(state, user, before, field, value);
        } else {
            for item in objects_mut(user, field) {
                item.entry("verified").or_insert(json!(false));
            }
        }
    }
    mirror_primary_email(user);
    check_nick_name(state, user, before)
}

/// Sets `email` to the address of the first of `emails`; nothing else can be stored there.
fn mirror_primary_email(user: &mut Document) {
    let primary = list(user, "emails").first().and_then(|email| email.get("address")).cloned();
    match primary {
        Some(address) => user.insert("email".to_owned(), address),
        None => user.remove("email"),
    };
}

/// Converts `email` and `names`, which the newest documentation uses to create a user.
pub(crate) fn read_aliases(state: &State, user: &mut Document) -> Result<(), ApiError> {
    if !state.rules.create_aliases {
        return Ok(());
    }
    field_types::check(user, ALIASES, &state.rules)?;
    if let Some(Value::String(address)) = user.remove("email") {
        if state.rules.contacts_checked && !is_email(&address) {
            return Err(ApiError::bad_request("Field \"email\" is not an e-mail address."));
        }
        if list(user, "emails").is_empty() {
            user.insert("emails".to_owned(), json!([{"address": address}]));
        }
    }
    if let Some(names @ Value::Object(_)) = user.remove("names")
        && user.get("name").is_none_or(Value::is_null)
    {
        user.insert("name".to_owned(), names);
    }
    Ok(())
}

/// Sets `locale` and `preferredLanguage` to the same value in a request body.
pub(crate) fn unify_language(body: &mut Document, before: &Document) {
    if !body.contains_key("locale") && !body.contains_key("preferredLanguage") {
        return;
    }
    let chosen = match (text(body, "locale"), text(body, "preferredLanguage")) {
        (Some(locale), Some(other)) if text(before, "locale") == Some(locale) => Some(other),
        (Some(locale), _) => Some(locale),
        (None, other) => other,
    };
    let chosen = chosen.map_or(Value::Null, Value::from);
    body.insert("locale".to_owned(), chosen.clone());
    body.insert("preferredLanguage".to_owned(), chosen);
}

/// Converts the user's own tags to lower case, but not those of addresses and numbers.
fn lower_tags(user: &mut Document) {
    if user.contains_key("tags") {
        let tags: Vec<String> = texts(user, "tags").into_iter().map(str::to_lowercase).collect();
        user.insert("tags".to_owned(), tags.into());
    }
}

/// Sets `verified` of addresses or numbers to the stored value.
fn keep_verified(state: &State, user: &mut Document, before: &Document, field: &str, value: &str) {
    for item in objects_mut(user, field) {
        let same = list(before, field).iter().filter_map(Value::as_object).find(|old| {
            state.rules.verified_survives_put
                && old.get(value) == item.get(value)
                && flag(old, "verified") == Some(true)
        });
        item.insert("verified".to_owned(), same.is_some().into());
        for key in ["verifiedBy", "verifiedDateTime"] {
            match same.and_then(|old| old.get(key)) {
                Some(old) => item.insert(key.to_owned(), old.clone()),
                None => item.remove(key),
            };
        }
    }
}
