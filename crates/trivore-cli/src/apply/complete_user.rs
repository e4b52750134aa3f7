//! Services that clear the fields that a request does not name.
//!
//! The API does not say whether an update leaves them unchanged or clears them. If a response shows
//! that it clears them, they are written back, and further users are written with all their fields.

use serde_json::Value;
use trivore::models::{Changes, User, UserId};
use trivore::{Error, Result, Users};

use crate::plan::is_blank;
use crate::rows::Document;

/// Returns the fields that a response to a change lacks although the change does not name them;
/// `wanted` is the user as it is to be.
pub(super) fn lost_fields(
    wanted: &Document,
    changes: &Changes,
    response: &Document,
) -> Vec<String> {
    let is_lost = |name: &str, value: &Value| {
        let is_missing = response.get(name).is_none_or(is_blank);
        is_written(name, changes) && changes.get(name).is_none() && !is_blank(value) && is_missing
    };
    let lost = wanted.iter().filter(|(name, value)| is_lost(name, value));
    lost.map(|(name, _)| name.clone()).collect()
}

/// Writes a user with all its fields, and clears those that the changes clear.
pub(super) async fn write(
    users: &Users,
    id: &UserId,
    wanted: &Document,
    changes: &Changes,
) -> Result<User> {
    let is_written = |name: &str, value: &Value| is_written(name, changes) && !value.is_null();
    let fields = wanted.iter().filter(|(name, value)| is_written(name, value));
    let mut complete = Changes::new();
    for (name, value) in fields {
        complete = complete.set(name, value).map_err(Error::input)?;
    }
    // Members that the changes clear stay cleared.
    users.apply(id, &complete.then(changes.clone())).await
}

/// Returns the JSON of a user.
pub(super) fn document(user: &User) -> Result<Document> {
    match serde_json::to_value(user) {
        Ok(Value::Object(document)) => Ok(document),
        _ => Err(Error::input("a user cannot be written as JSON")),
    }
}

fn is_written(name: &str, changes: &Changes) -> bool {
    // The two are always the same, so the old value of one would undo the change of the other.
    let follows = match name {
        "locale" => changes.get("preferredLanguage").is_some(),
        "preferredLanguage" => changes.get("locale").is_some(),
        _ => false,
    };
    !follows && !User::READ_ONLY_FIELDS.contains(&name) && !NOT_WRITTEN.contains(&name)
}

/// Fields that an update cannot change, or that stay in any case.
const NOT_WRITTEN: [&str; 3] = ["customerGroupInfo", "nsCode", "username"];
