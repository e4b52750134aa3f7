//! Users as JSON documents that a person has written or changed.

use serde_json::{Map, Value};
use trivore::models::User;
use trivore::transport::decode_json;

use crate::expected::in_words;
use crate::failure::Failure;

/// Returns the JSON form of a user.
pub(crate) fn document_of(user: &User) -> Result<Value, Failure> {
    serde_json::to_value(user).map_err(|error| Failure::io("cannot write JSON", error.into()))
}

/// Reads a user from its JSON form.
///
/// # Errors
///
/// A field has a value of another type, or a name that is neither known nor in `known`.
pub(crate) fn user_from(document: &Value, known: Option<&User>) -> Result<User, Failure> {
    let json = serde_json::to_vec(document)
        .map_err(|error| Failure::io("cannot write JSON", error.into()))?;
    let user: User = decode_json(&json).map_err(|error| {
        let expected = error.expected().map_or("another value", in_words);
        let path = error.path().replace('[', ".").replace(']', "");
        let mut failure = Failure::usage(format!("`{path}`: expected {expected}"));
        if is_text(document, &path) {
            failure = failure.note(format!(
                "A value after = is text; write other values as JSON: '{path}:=...'"
            ));
        }
        failure
    })?;
    if let Some(known) = known {
        let known = unknown_fields(known);
        let unknown = unknown_fields(&user).into_iter().find(|field| !known.contains(field));
        if let Some(field) = unknown {
            return Err(Failure::usage(format!("a user has no field `{field}`")).note(
                "Look at the names with `trivore users get --output json`. If the installation has \
                 this field nevertheless, add --allow-unknown.",
            ));
        }
    }
    Ok(user)
}

fn is_text(document: &Value, path: &str) -> bool {
    let mut place = Some(document);
    for segment in path.split('.') {
        place = place.and_then(|place| match segment.parse::<usize>() {
            Ok(index) if place.is_array() => place.get(index),
            _ => place.get(segment),
        });
    }
    place.is_some_and(Value::is_string)
}

/// Returns the paths of the fields that this version does not name.
fn unknown_fields(user: &User) -> Vec<String> {
    let mut found: Vec<_> = user.extra.iter().map(|(name, _)| name.to_owned()).collect();
    let mut within = |field: &str, names: Option<&trivore::models::Extra>| {
        let names = names.into_iter().flat_map(trivore::models::Extra::iter);
        found.extend(names.map(|(name, _)| format!("{field}.{name}")));
    };
    within("name", user.name.as_ref().map(|name| &name.extra));
    within("consents", user.consents.as_ref().map(|consents| &consents.extra));
    within("place_of_birth", user.place_of_birth.as_ref().map(|place| &place.extra));
    for email in user.emails() {
        within("emails", Some(&email.extra));
    }
    for mobile in user.mobiles() {
        within("mobiles", Some(&mobile.extra));
    }
    for address in user.addresses() {
        within("addresses", Some(&address.extra));
    }
    found
}

/// Removes the fields that no request has.
pub(crate) fn without_read_only(document: &mut Map<String, Value>) {
    document.retain(|field, _| !User::READ_ONLY_FIELDS.contains(&field.as_str()));
}
