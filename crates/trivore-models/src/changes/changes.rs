//! The update itself.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, Error as _},
};
use serde_json::{Map, Value, value::RawValue};

use super::{
    diff::{Owner, Remaining, clear_missing, drop_nulls, keep_nulls},
    exact_numbers::Exact,
};
use crate::{
    InvalidUser, RepeatedMember, User, check_members,
    depth::{self, MAX_DEPTH, READ_DEPTH},
    user::check_change,
};

/// Fields of a user to update and their new values; `null` clears a field.
///
/// Fields that it does not contain are not part of the request. A changed nested object is
/// contained in full. Removed members of the service's own objects are contained as `null`, so
/// that they are cleared whether the service merges objects or replaces them (unknown). Removed
/// members of custom fields and of fields unknown to this version are omitted, because the
/// service could store the `null` (unknown); `Users::modify` of `trivore-users` checks whether
/// that removed them.
///
/// Read-only fields are not part of an update: the difference between two users leaves them out,
/// and an update that names one is an error; see [`User::READ_ONLY_FIELDS`].
///
/// It deserializes from the JSON that it serializes to, and keeps explicit `null`s, which a
/// [`User`](crate::User) does not. So it can be sent through a queue, applied to a user locally
/// with [`apply_to`](Self::apply_to), and combined with a later update with
/// [`then`](Self::then). Numbers that `serde_json` would round stay as they are in the text.
///
/// `Debug` shows the names of the fields, never their values, and names that are no fields of a
/// [`User`] as `*`.
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
/// let json = serde_json::to_string(&changes).unwrap();
/// assert_eq!(json, r#"{"locale":"fi","nickName":null}"#);
/// let received: Changes = serde_json::from_str(&json).unwrap();
/// assert_eq!(received.apply_to(&before)?, after);
/// # Ok::<(), trivore_models::InvalidChanges>(())
/// ```
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Changes(BTreeMap<String, Exact>);

impl Changes {
    /// Creates an empty update.
    pub fn new() -> Self {
        Self::default()
    }

    /// Computes the changes from one value to the other, without read-only fields.
    ///
    /// A new password is included like any other field, but `Users::modify` rejects it; use
    /// `Users::change_password`.
    ///
    /// # Errors
    ///
    /// One of the values does not serialize to a JSON object, is nested too deeply, or has a field
    /// twice: in its type and in `extra`.
    pub fn between<T: Serialize>(before: &T, after: &T) -> Result<Self, InvalidChanges> {
        Self::difference(before, after, &BTreeMap::new())
    }

    /// Computes the changes from a value that was read from a JSON text to another value.
    ///
    /// Parts of changed fields that did not change themselves are written as in the text. This
    /// matters for integers beyond 64 bits, which `serde_json` reads as floats.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::{Changes, User};
    ///
    /// let json = r#"{"customFields":{"big":123456789012345678901234,"other":1}}"#;
    /// let before: User = serde_json::from_str(json).unwrap();
    /// let mut after = before.clone();
    /// after.custom_fields.get_or_insert_default().insert("other", 2);
    ///
    /// let changes = Changes::between_as_received(&before, &after, json)?;
    ///
    /// assert_eq!(
    ///     serde_json::to_string(&changes).unwrap(),
    ///     r#"{"customFields":{"big":123456789012345678901234,"other":2}}"#,
    /// );
    /// # Ok::<(), trivore_models::InvalidChanges>(())
    /// ```
    ///
    /// # Errors
    ///
    /// One of the values does not serialize to a JSON object, is nested too deeply, or has a field
    /// twice: in its type and in `extra`.
    pub fn between_as_received<T: Serialize>(
        before: &T,
        after: &T,
        json: &str,
    ) -> Result<Self, InvalidChanges> {
        // Whatever the text is, values that differ from it are written without it.
        Self::difference(before, after, &serde_json::from_str(json).unwrap_or_default())
    }

    fn difference<T: Serialize>(
        before: &T,
        after: &T,
        received: &BTreeMap<String, &RawValue>,
    ) -> Result<Self, InvalidChanges> {
        // The difference to what was read may be a repair.
        let mut before = object(before, READ_DEPTH)?;
        let mut after = object(after, READ_DEPTH)?;
        for field in User::READ_ONLY_FIELDS {
            before.remove(field);
            after.remove(field);
        }
        let mut changes = BTreeMap::new();
        for (field, mut new) in after {
            let old = before.remove(&field);
            if old.as_ref() == Some(&new) {
                continue;
            }
            if let Some(old) = &old {
                clear_missing(old, &mut new, Owner::Service.within(&field));
            }
            let received = received.get(&field).copied();
            changes.insert(field, Exact::new(new, old.as_ref(), received));
        }
        // Fields that are left exist only in `before`: they were removed.
        changes.extend(before.into_iter().map(|(field, _)| (field, Value::Null.into())));
        Ok(Self(changes))
    }

    /// Sets a field by its JSON name.
    ///
    /// # Errors
    ///
    /// The value cannot be serialized as JSON, is nested too deeply, or has a field twice; the
    /// field is read-only.
    pub fn set(mut self, field: &str, value: impl Serialize) -> Result<Self, InvalidChanges> {
        check_writable(field)?;
        if !depth::is_within(&value, MAX_DEPTH - 1) {
            return Err(InvalidChanges(Problem::TooDeep));
        }
        check_members(&value).map_err(|error| InvalidChanges(Problem::Repeated(error)))?;
        let value = Exact::of(&value).ok_or(InvalidChanges(Problem::NotJson))?;
        self.0.insert(field.to_owned(), value);
        Ok(self)
    }

    /// Clears a field by its JSON name: the update contains an explicit `null`.
    ///
    /// If the field is read-only, the update [is invalid](Self::validate).
    #[must_use]
    pub fn clear(mut self, field: &str) -> Self {
        self.0.insert(field.to_owned(), Value::Null.into());
        self
    }

    /// Combines this update with a later one, which wins where both contain a field.
    ///
    /// The later value of a field replaces the earlier one as a whole, but members that only the
    /// earlier one clears stay cleared.
    ///
    /// For [`apply_to`](Self::apply_to) and for a service that replaces nested objects, the result
    /// does the same as both updates in order. Which the service does is unknown. For one that
    /// merges them, this is also true if the later update is [`between`](Self::between) the values
    /// that the earlier one leads to and others, except for:
    ///
    /// - a nested object that the earlier update clears and the later one sets again: its other
    ///   members, which the service has stored, stay;
    /// - members of application data that the earlier update adds and the later one omits: they are
    ///   never stored, but would stay after both in order.
    ///
    /// An update that was made without knowing the earlier one omits what the earlier one sets in
    /// the same object. A service that merges objects would keep that after both in order; the
    /// result does not contain it. Send such updates one after the other.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::Changes;
    ///
    /// let first = Changes::new().set("title", "Dr.")?.clear("nickName");
    /// let both = first.then(Changes::new().set("title", "Prof.")?);
    ///
    /// assert_eq!(
    ///     serde_json::to_string(&both).unwrap(),
    ///     r#"{"nickName":null,"title":"Prof."}"#,
    /// );
    /// # Ok::<(), trivore_models::InvalidChanges>(())
    /// ```
    #[must_use]
    pub fn then(mut self, later: Self) -> Self {
        for (field, later) in later.0 {
            let mut value = later.value.clone();
            if let Some(earlier) = self.0.get(&field) {
                keep_nulls(&earlier.value, &mut value, Owner::Service.within(&field));
            }
            let combined = later.changed_to(value);
            self.0.insert(field, combined);
        }
        self
    }

    /// Checks that the update has no read-only field, and the documented limits.
    ///
    /// The limits are those of [`User::validate`], for a user of which nothing else is known.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::Changes;
    ///
    /// assert!(Changes::new().set("tags", ["a"])?.validate().is_ok());
    /// assert!(Changes::new().set("tags", vec!["a"; 101])?.validate().is_err());
    /// assert!(Changes::new().clear("id").validate().is_err());
    /// # Ok::<(), trivore_models::InvalidChanges>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The update has a read-only field, or exceeds a limit.
    pub fn validate(&self) -> Result<(), InvalidChanges> {
        self.applied_to(&Map::new()).map(drop)
    }

    /// Applies the update to a value, such as a [`User`](crate::User) or a
    /// [`serde_json::Value`], and returns the result.
    ///
    /// An object or a list replaces the present one as a whole, and `null` removes a field.
    /// Within custom fields and fields unknown to this version, a `null` is a value.
    ///
    /// The limits are those of [`User::validate_change`]: a value that exceeds one may stay as it
    /// is or be repaired.
    ///
    /// # Examples
    ///
    /// ```
    /// use serde_json::json;
    /// use trivore_models::Changes;
    ///
    /// let changes = Changes::new().clear("title").set("locale", "fi")?;
    ///
    /// let user = changes.apply_to(&json!({"title": "Dr.", "minor": true}))?;
    ///
    /// assert_eq!(user, json!({"locale": "fi", "minor": true}));
    /// # Ok::<(), trivore_models::InvalidChanges>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The value does not serialize to a JSON object; the update has a read-only field, exceeds a
    /// limit, or has a value of another type than a field of the result.
    pub fn apply_to<T: Serialize + DeserializeOwned>(
        &self,
        value: &T,
    ) -> Result<T, InvalidChanges> {
        let fields = self.applied_to(&object(value, READ_DEPTH)?)?;
        serde_json::from_value(Value::Object(fields)).map_err(|_quoting| self.mistyped::<T>())
    }

    /// Applies the update to the fields of a value, and checks the result.
    fn applied_to(
        &self,
        before: &Map<String, Value>,
    ) -> Result<Map<String, Value>, InvalidChanges> {
        self.fields().try_for_each(check_writable)?;
        let mut fields = before.clone();
        for (field, new) in &self.0 {
            if new.value.is_null() {
                fields.remove(field);
                continue;
            }
            let mut new = new.value.clone();
            drop_nulls(&mut new, Owner::Service.within(field));
            fields.insert(field.clone(), new);
        }
        check_change(&fields, before).map_err(|limit| InvalidChanges(Problem::Limit(limit)))?;
        Ok(fields)
    }

    /// Returns what an update was to remove and a response still has.
    ///
    /// `before` is the value from which the update was computed, and `response` the service's
    /// response to it.
    ///
    /// # Examples
    ///
    /// ```
    /// use serde_json::json;
    /// use trivore_models::Changes;
    ///
    /// let before = json!({"customFields": {"old": 1, "kept": 2}});
    /// let after = json!({"customFields": {"kept": 2}});
    /// let changes = Changes::between(&before, &after)?;
    /// assert_eq!(serde_json::to_value(&changes).unwrap(), after);
    ///
    /// // The service merged the objects.
    /// let remaining = changes.remaining(&before, &before)?;
    ///
    /// assert_eq!(remaining.pointers(), ["/customFields/old"]);
    /// assert_eq!(
    ///     serde_json::to_value(remaining.with_nulls().unwrap()).unwrap(),
    ///     json!({"customFields": {"old": null, "kept": 2}}),
    /// );
    /// # Ok::<(), trivore_models::InvalidChanges>(())
    /// ```
    ///
    /// # Errors
    ///
    /// One of the values does not serialize to a JSON object.
    pub fn remaining<T: Serialize>(
        &self,
        before: &T,
        response: &T,
    ) -> Result<RemainingMembers, InvalidChanges> {
        self.remaining_as_received(before, response, "")
    }

    /// Returns the same as [`remaining`](Self::remaining), for a response that was read from a JSON
    /// text.
    ///
    /// The update of [`RemainingMembers::with_nulls`] has numbers as in the text.
    ///
    /// # Errors
    ///
    /// One of the values does not serialize to a JSON object.
    pub fn remaining_as_received<T: Serialize>(
        &self,
        before: &T,
        response: &T,
        json: &str,
    ) -> Result<RemainingMembers, InvalidChanges> {
        let (before, response) = (object(before, READ_DEPTH)?, object(response, READ_DEPTH)?);
        let received: BTreeMap<String, &RawValue> = serde_json::from_str(json).unwrap_or_default();
        let mut pointers = Vec::new();
        let mut with_nulls = BTreeMap::new();
        for (field, sent) in &self.0 {
            let (mut remaining, mut value) = (Remaining::default(), response.get(field).cloned());
            let place = ("", field.as_str(), Owner::Service);
            remaining.find(place, before.get(field), &sent.value, value.as_mut());
            if remaining.has_omitted
                && let Some(value) = value
            {
                let received = received.get(field).copied();
                with_nulls.insert(field.clone(), Exact::new(value, response.get(field), received));
            }
            pointers.extend(remaining.pointers);
        }
        let with_nulls = (!with_nulls.is_empty()).then_some(Self(with_nulls));
        Ok(RemainingMembers { pointers, with_nulls })
    }

    /// Returns the new value of a field; `null` if the field is cleared.
    pub fn get(&self, field: &str) -> Option<&Value> {
        self.0.get(field).map(|exact| &exact.value)
    }

    /// Iterates over the JSON names of the fields.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Returns `true` if the update changes nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Finds the field that `T` does not accept.
    fn mistyped<T: Serialize + DeserializeOwned>(&self) -> InvalidChanges {
        let is_mistyped = |field: &&String| {
            let with = self.0.get(*field).map(|new| ((*field).clone(), new.value.clone()));
            is_field_of::<T>(field) && read::<T>(with.into_iter().collect()).is_none()
        };
        let field = self.0.keys().find(is_mistyped).cloned();
        InvalidChanges(field.map_or(Problem::OtherType, Problem::Mistyped))
    }
}

fn read<T: DeserializeOwned>(fields: Map<String, Value>) -> Option<T> {
    serde_json::from_value(fields.into()).ok()
}

/// Whether `T` itself has a field of this name, which is then no data.
///
/// Unknown fields and keys of a map are written again, even if they are `null`.
fn is_field_of<T: Serialize + DeserializeOwned>(field: &str) -> bool {
    let write = |fields| read::<T>(fields).and_then(|value| serde_json::to_value(value).ok());
    let with_null = write(Map::from_iter([(field.to_owned(), Value::Null)]));
    with_null.is_some() && with_null == write(Map::new())
}

/// Rejects an update that names a read-only field.
impl<'de> Deserialize<'de> for Changes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let changes = Self(BTreeMap::deserialize(deserializer)?);
        changes.fields().try_for_each(check_writable).map_err(D::Error::custom)?;
        Ok(changes)
    }
}

impl fmt::Debug for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |field| if is_field_of::<User>(field) { field } else { "*" };
        f.debug_tuple("Changes").field(&self.fields().map(shown).collect::<Vec<_>>()).finish()
    }
}

/// Members that an update was to remove and a response still has; see [`Changes::remaining`].
///
/// `Debug` shows only how many there are: applications may make names of personal data.
#[derive(Clone, Default, PartialEq)]
pub struct RemainingMembers {
    pointers: Vec<String>,
    with_nulls: Option<Changes>,
}

impl RemainingMembers {
    /// Returns the JSON pointers (RFC 6901) of the members.
    pub fn pointers(&self) -> &[String] {
        &self.pointers
    }

    /// Returns `true` if nothing is left.
    pub fn is_empty(&self) -> bool {
        self.pointers.is_empty()
    }

    /// Returns an update that removes omitted members with `null`; `None` if none was omitted.
    ///
    /// It has the objects of the response in full, so it keeps what others added to them meanwhile.
    pub fn with_nulls(&self) -> Option<&Changes> {
        self.with_nulls.as_ref()
    }
}

impl fmt::Debug for RemainingMembers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemainingMembers")
            .field("count", &self.pointers.len())
            .finish_non_exhaustive()
    }
}

/// An update cannot be computed or applied.
///
/// The message never quotes a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
pub struct InvalidChanges(Problem);

impl InvalidChanges {
    /// Returns the JSON name of the read-only field, or of the field whose value is of another
    /// type, if it is known.
    pub fn field(&self) -> Option<&str> {
        match &self.0 {
            Problem::ReadOnly(field) => Some(field),
            Problem::Mistyped(field) => Some(field),
            Problem::NotJson
            | Problem::TooDeep
            | Problem::Repeated(_)
            | Problem::Limit(_)
            | Problem::OtherType => None,
        }
    }

    /// Whether the update has a value of another type than a field of the result.
    pub fn is_mistyped(&self) -> bool {
        matches!(self.0, Problem::Mistyped(_) | Problem::OtherType)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum Problem {
    #[error("value cannot be serialized to JSON or is not a JSON object")]
    NotJson,
    #[error("value is nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    #[error(transparent)]
    Repeated(RepeatedMember),
    #[error("`{0}` is read-only{hint}", hint = hint(.0))]
    ReadOnly(&'static str),
    #[error("the update exceeds a limit")]
    Limit(#[source] InvalidUser),
    /// The type names the field, so its name is no data.
    #[error("the update's `{0}` is of another type")]
    Mistyped(String),
    #[error("the result of the update is of another type")]
    OtherType,
}

fn check_writable(field: &str) -> Result<(), InvalidChanges> {
    match User::READ_ONLY_FIELDS.into_iter().find(|read_only| *read_only == field) {
        Some(field) => Err(InvalidChanges(Problem::ReadOnly(field))),
        None => Ok(()),
    }
}

fn hint(field: &str) -> &'static str {
    match field {
        "email" => " and follows the first address of `emails`; change `emails`",
        _ => "; only the service sets it",
    }
}

fn object<T: Serialize>(value: &T, limit: usize) -> Result<Map<String, Value>, InvalidChanges> {
    if !depth::is_within(value, limit) {
        return Err(InvalidChanges(Problem::TooDeep));
    }
    check_members(value).map_err(|error| InvalidChanges(Problem::Repeated(error)))?;
    match serde_json::to_value(value) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) | Err(_) => Err(InvalidChanges(Problem::NotJson)),
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
    fn an_object_of_the_service_is_sent_whole_and_its_missing_members_are_cleared() {
        check(
            &json!({"name": {"same": 1, "gone": 2, "meta": {"gone": 3}}}),
            &json!({"name": {"same": 1, "new": 4, "meta": {}}}),
            &json!({"name": {"same": 1, "gone": null, "new": 4, "meta": {"gone": null}}}),
        );
        check(&json!({"a": {"b": 1}}), &json!({"a": 1}), &json!({"a": 1}));
        check(&json!({"a": {"b": 1}}), &json!({}), &json!({"a": null}));
    }

    #[test]
    fn members_of_the_applications_data_are_omitted_at_every_depth() {
        for field in ["customFields", "aFutureField"] {
            check(
                &json!({field: {"same": 1, "gone": 2, "name": {"gone": 3, "null": null}}}),
                &json!({field: {"same": 1, "new": null, "name": {"null": null}}}),
                &json!({field: {"same": 1, "new": null, "name": {"null": null}}}),
            );
            check(&json!({field: {"a": 1}}), &json!({}), &json!({field: null}));
        }
        check(
            &json!({"name": {"aFutureField": {"gone": 1}}}),
            &json!({"name": {"aFutureField": {}}}),
            &json!({"name": {"aFutureField": {}}}),
        );
    }

    #[test]
    fn an_update_keeps_nulls_and_numbers_in_json() {
        #[derive(Deserialize)]
        #[serde(tag = "kind")]
        enum Message {
            Update { changes: Changes },
        }
        for json in [
            r#"{"title":null}"#,
            "{}",
            r#"{"customFields":{"a":null,"n":123456789012345678901234}}"#,
            r#"{"n":1.50}"#,
        ] {
            let changes: Changes = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::to_string(&changes).unwrap(), json);

            // Buffers of serde's own lose digits as they always do, and nothing else.
            let message = format!(r#"{{"kind":"Update","changes":{json}}}"#);
            let Message::Update { changes } = serde_json::from_str(&message).unwrap();
            let value: Value = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::to_value(&changes).unwrap(), value);
            assert_eq!(
                serde_json::to_value(serde_json::from_value::<Changes>(value.clone()).unwrap())
                    .unwrap(),
                value
            );
        }
        assert!(serde_json::from_str::<Changes>("[]").is_err());
        assert!(serde_json::from_str::<Changes>(&format!("{{\"a\":{}", "[".repeat(5000))).is_err());
    }

    #[test]
    fn the_changes_between_two_values_lead_from_one_to_the_other() {
        let steps = [
            json!({"title": "Dr.", "name": {"givenName": "A", "middleName": "B"}}),
            json!({"name": {"givenName": "A"}, "customFields": {"a": {"b": null, "c": 1}}}),
            json!({"name": {"givenName": "C"}, "customFields": {"a": {"b": null}}, "tags": ["x"]}),
            json!({"customFields": {"a": {}}, "tags": []}),
        ];
        let mut all = Changes::new();
        for (before, after) in steps.iter().zip(&steps[1..]) {
            let changes = Changes::between(before, after).unwrap();

            assert_eq!(changes.apply_to(before).unwrap(), *after);
            all = all.then(changes);
            assert_eq!(all.apply_to(&steps[0]).unwrap(), *after);
        }
        let both = Changes::between(&steps[0], &steps[1])
            .unwrap()
            .then(Changes::between(&steps[1], &steps[2]).unwrap());
        assert_eq!(both.get("name"), Some(&json!({"givenName": "C", "middleName": null})));
    }

    #[test]
    fn a_value_of_another_type_is_named_by_its_field_only() {
        let changes = Changes::new().set("title", "x").unwrap().set("tags", "secret").unwrap();

        let error = changes.apply_to(&User::new()).unwrap_err();

        assert_eq!(error.to_string(), "the update's `tags` is of another type");
        assert_eq!(error.field(), Some("tags"));
    }

    #[test]
    fn what_is_nested_too_deeply_is_no_update() {
        let deep = |levels| {
            (0..levels)
                .fold(json!(1), |inner, _| Value::from(Map::from_iter([("a".to_owned(), inner)])))
        };

        assert!(Changes::new().set("a", deep(MAX_DEPTH - 1)).is_ok());
        for levels in [MAX_DEPTH, 1000] {
            assert!(Changes::new().set("a", deep(levels)).is_err());
        }
        assert!(Changes::between(&json!({}), &deep(1000)).is_err());
    }

    #[test]
    fn what_is_no_object_has_no_changes() {
        assert!(Changes::between(&1, &2).is_err());
        assert!(Changes::new().set("a", BTreeMap::from([((1, 2), 3)])).is_err());
    }

    #[test]
    fn debug_shows_names_only() {
        let changes = Changes::new().set("nickName", "Jack").unwrap().clear("title");

        assert_eq!(format!("{changes:?}"), r#"Changes(["nickName", "title"])"#);
    }
}
