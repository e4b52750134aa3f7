//! Checks of a user document: limits, contacts and the nickname.

use serde_json::Value;

use super::contact::is_email;
use super::custom_fields;
use super::state::State;
use super::user_index::IndexedField;
use crate::values::api_error::ApiError;
use crate::values::document::{Document, flag, list, text, texts};

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
pub(super) fn check_contact_limit(
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
pub(super) fn check_contact_values(
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

/// Rejects the nickname of another user of the namespace, unless the namespace allows it.
pub(super) fn check_nick_name(
    state: &State,
    user: &Document,
    before: &Document,
) -> Result<(), ApiError> {
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
    let mut namesakes = state.users.find_in(IndexedField::NickName, nick_name, code);
    let taken = namesakes.any(|other| {
        Some(other.id()) != text(user, "id")
            && text(&other.document(), "nickName") == Some(nick_name)
    });
    if taken { Err(state.duplicate("This nickname is taken.")) } else { Ok(()) }
}

/// Documented maximum number of tags, and of characters in a tag.
pub(crate) const MAX_TAGS: usize = 100;
