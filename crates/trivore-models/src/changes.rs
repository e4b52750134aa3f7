//! Partial updates.
//!
//! The service's update semantics are only partly documented. A field that is absent stays
//! unchanged (inferred), a list is replaced as a whole (documented), and it is unknown whether
//! a nested object is merged or replaced. Therefore a changed object is sent in full, with an
//! explicit `null` for each removed member: merging and replacing then give the same result.

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};

/// Fields to update and their new values; `null` clears a field.
///
/// Fields that it does not contain are not part of the request. A changed nested object is
/// contained in full, with `null` for each removed member.
///
/// `Debug` shows the names of the fields, never their values.
///
/// # Examples
///
/// ```
/// use trivore_models::{Changes, User};
///
/// let mut before = User::new();
/// before.nick_name = Some("Jack".to_owned());
/// before.title = Some("Dr.".to_owned());
/// let mut after = before.clone();
/// after.nick_name = None;
/// after.locale = Some("fi".to_owned());
///
/// let changes = Changes::between(&before, &after)?;
///
/// assert_eq!(serde_json::to_value(&changes).unwrap(), serde_json::json!({
///     "nickName": null,
///     "locale": "fi",
/// }));
/// # Ok::<(), trivore_models::InvalidChanges>(())
/// ```
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Changes(Map<String, Value>);

impl Changes {
    /// Creates an empty update.
    pub fn new() -> Self {
        Self::default()
    }

    /// Computes the changes from one value to the other.
    ///
    /// A new password is included like any other field; this method does not know whether the
    /// service accepts it in an update.
    ///
    /// # Errors
    ///
    /// One of the values does not serialize to a JSON object.
    pub fn between<T: Serialize>(before: &T, after: &T) -> Result<Self, InvalidChanges> {
        let mut before = object(before)?;
        let mut changes = Map::new();
        for (field, mut new) in object(after)? {
            match before.remove(&field) {
                Some(old) if old == new => continue,
                Some(old) => clear_missing(&old, &mut new),
                None => {}
            }
            changes.insert(field, new);
        }
        // Fields that are left exist only in `before`: they were removed.
        changes.extend(before.into_iter().map(|(field, _)| (field, Value::Null)));
        Ok(Self(changes))
    }

    /// Sets a field by its JSON name.
    ///
    /// # Errors
    ///
    /// The value cannot be serialized as JSON.
    pub fn set(mut self, field: &str, value: impl Serialize) -> Result<Self, InvalidChanges> {
        let value = serde_json::to_value(value).map_err(|_reason| InvalidChanges(()))?;
        self.0.insert(field.to_owned(), value);
        Ok(self)
    }

    /// Clears a field by its JSON name: the update contains an explicit `null`.
    #[must_use]
    pub fn clear(mut self, field: &str) -> Self {
        self.0.insert(field.to_owned(), Value::Null);
        self
    }

    /// Returns the new value of a field; `null` if the field is cleared.
    pub fn get(&self, field: &str) -> Option<&Value> {
        self.0.get(field)
    }

    /// Iterates over the JSON names of the fields.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Returns `true` if the update changes nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Changes").field(&self.fields().collect::<Vec<_>>()).finish()
    }
}

/// A value cannot be serialized as JSON, or is not a JSON object.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("value cannot be serialized as a JSON update")]
pub struct InvalidChanges(());

fn object<T: Serialize>(value: &T) -> Result<Map<String, Value>, InvalidChanges> {
    match serde_json::to_value(value) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) | Err(_) => Err(InvalidChanges(())),
    }
}

/// Adds a `null` to the new object for each member that only the old object has.
fn clear_missing(old: &Value, new: &mut Value) {
    let (Value::Object(old), Value::Object(new)) = (old, new) else {
        return;
    };
    for (member, old) in old {
        match new.get_mut(member) {
            Some(new) => clear_missing(old, new),
            None => {
                new.insert(member.clone(), Value::Null);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(before: &Value, after: &Value, expected: &Value) {
        let changes = Changes::between(before, after).unwrap();

        assert_eq!(serde_json::to_value(changes).unwrap(), *expected);
    }

    #[test]
    fn only_what_changed_is_sent() {
        check(&json!({"a": 1, "b": [1], "c": {}}), &json!({"a": 1, "b": [1], "c": {}}), &json!({}));
        check(&json!({"a": 1, "b": 2}), &json!({"a": 1, "b": 3, "c": 4}), &json!({"b": 3, "c": 4}));
        check(&json!({"a": [1, 2]}), &json!({"a": []}), &json!({"a": []}));
    }

    #[test]
    fn what_is_gone_is_cleared() {
        check(&json!({"a": 1, "b": null}), &json!({}), &json!({"a": null, "b": null}));
    }

    #[test]
    fn an_object_is_sent_whole_and_its_missing_members_are_cleared() {
        check(
            &json!({"a": {"same": 1, "gone": 2, "deep": {"gone": 3}}}),
            &json!({"a": {"same": 1, "new": 4, "deep": {}}}),
            &json!({"a": {"same": 1, "gone": null, "new": 4, "deep": {"gone": null}}}),
        );
        check(&json!({"a": {"b": 1}}), &json!({"a": 1}), &json!({"a": 1}));
        check(&json!({"a": {"b": 1}}), &json!({}), &json!({"a": null}));
    }

    #[test]
    fn what_is_no_object_has_no_changes() {
        assert!(Changes::between(&1, &2).is_err());
        assert!(Changes::new().set("a", std::collections::BTreeMap::from([((1, 2), 3)])).is_err());
    }

    #[test]
    fn debug_shows_names_only() {
        let changes = Changes::new().set("nickName", "Jack").unwrap().clear("title");

        assert_eq!(format!("{changes:?}"), r#"Changes(["nickName", "title"])"#);
    }
}
