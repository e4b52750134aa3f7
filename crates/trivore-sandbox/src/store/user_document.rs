//! Normalizes and checks a user document before it is stored.

use serde_json::{Value, json};

use super::contact::{ContactKind, is_email};
use super::custom_fields;
use super::state::State;
use super::user_fields::USER;
use crate::values::api_error::ApiError;
use crate::values::document::{Document, drop_nulls, flag, list, objects_mut, text, texts};
use crate::values::field_types;

/// Normalizes and checks `user`, which is to replace `before`.
pub(crate) fn normalize(
    state: &State,
    user: &mut Document,
    before: &Document,
) -> Result<(), ApiError> {
    drop_nulls(user);
    lower_tags(user);
    for contact in ContactKind::ALL {
        let (field, value) = (contact.list(), contact.value());
        check_contact_limit(state, user, before, field)?;
        if state.rules.contacts_checked {
            check_contact_values(user, before, field, value)?;
        }
        set_verified(state, user, before, field, value);
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
    match user.remove("email") {
        None | Some(Value::Null) => {}
        Some(Value::String(address)) => {
            if list(user, "emails").is_empty() {
                user.insert("emails".to_owned(), json!([{"address": address}]));
            }
        }
        Some(_) => return Err(ApiError::bad_request("Field \"email\" must be a string.")),
    }
    match user.remove("names") {
        None | Some(Value::Null) => {}
        Some(Value::Object(names)) => {
            if user.get("name").is_none_or(Value::is_null) {
                user.insert("name".to_owned(), names.into());
                field_types::check(user, USER, &state.rules)?;
            }
        }
        Some(_) => return Err(ApiError::bad_request("Field \"names\" must be an object.")),
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

/// Rejects tags and names of custom fields that exceed a limit, and exceed it more than before.
pub(crate) fn check_limits(user: &Document, before: &Document) -> Result<(), ApiError> {
    let (tags, old) = (list(user, "tags").len(), list(before, "tags").len());
    let (long, old_long) = (long_tags(user), long_tags(before));
    let is_longer = long.iter().zip(&old_long).any(|(new, old)| new > old);
    if tags > MAX_TAGS.max(old) || long.len() > old_long.len() || is_longer {
        let message = "Field \"tags\" holds at most 100 tags of at most 100 characters.";
        return Err(ApiError::bad_request(message));
    }
    custom_fields::check_new(user, before)
}

/// Returns the lengths of the tags that are too long, the longest first.
fn long_tags(user: &Document) -> Vec<usize> {
    let lengths = texts(user, "tags").into_iter().map(|tag| tag.chars().count());
    let mut lengths: Vec<usize> = lengths.filter(|length| *length > MAX_TAGS).collect();
    lengths.sort_unstable_by(|left, right| right.cmp(left));
    lengths
}

/// Rejects more contacts than the namespace allows, unless the user had as many in it before.
fn check_contact_limit(
    state: &State,
    user: &Document,
    before: &Document,
    field: &str,
) -> Result<(), ApiError> {
    let code = text(user, "nsCode").unwrap_or_default();
    let limit = state.namespace(code).and_then(|it| it.get("commMethodMaxQty")?.as_u64());
    let count = list(user, field).len();
    let had = if text(before, "nsCode") == Some(code) { list(before, field).len() } else { 0 };
    if let Some(limit) = limit
        && count > had
        && u64::try_from(count).is_ok_and(|count| count > limit)
    {
        let message = format!("Field \"{field}\" holds at most {limit} items in this namespace.");
        return Err(ApiError::bad_request(message));
    }
    Ok(())
}

/// Rejects malformed addresses and numbers, except those that are stored.
fn check_contact_values(
    user: &Document,
    before: &Document,
    field: &str,
    value: &str,
) -> Result<(), ApiError> {
    for (index, item) in list(user, field).iter().enumerate() {
        let found = item.get(value);
        let fits = found.and_then(Value::as_str).is_some_and(|found| match value {
            "address" => is_email(found),
            _ => !found.is_empty(),
        });
        if !fits && !list(before, field).iter().any(|stored| stored.get(value) == found) {
            let message = format!("Field \"{field}[{index}].{value}\" is missing or malformed.");
            return Err(ApiError::bad_request(message));
        }
    }
    Ok(())
}

/// Sets `verified` of addresses or numbers to the stored value.
fn set_verified(state: &State, user: &mut Document, before: &Document, field: &str, value: &str) {
    if state.rules.client_may_verify {
        for item in objects_mut(user, field) {
            item.entry("verified").or_insert(json!(false));
        }
        return;
    }
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

fn check_nick_name(state: &State, user: &Document, before: &Document) -> Result<(), ApiError> {
    let Some(nick_name) = text(user, "nickName") else { return Ok(()) };
    let code = text(user, "nsCode").unwrap_or_default();
    let may_repeat = state
        .namespace(code)
        .and_then(|namespace| flag(namespace, "duplicateNicknamesAllowed"))
        .unwrap_or(false);
    let is_stored =
        text(before, "nsCode") == Some(code) && text(before, "nickName") == Some(nick_name);
    if may_repeat || is_stored {
        return Ok(());
    }
    let taken = state.users.values().any(|other| {
        other.document.get("id") != user.get("id")
            && other.namespace_code() == code
            && text(&other.document, "nickName") == Some(nick_name)
    });
    if taken { Err(state.duplicate("This nickname is taken.")) } else { Ok(()) }
}

/// Documented maximum number of tags, and of characters in a tag.
const MAX_TAGS: usize = 100;
