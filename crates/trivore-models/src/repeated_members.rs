//! Members that occur twice in a JSON object.

use std::{collections::HashSet, fmt};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error, MapAccess, SeqAccess, Visitor},
};
use zeroize::Zeroizing;

use crate::depth::{self, READ_DEPTH};

/// Checks that no object of a value has a member twice.
///
/// This happens if [`Extra`](crate::Extra) has a field that the type itself declares, and both are
/// set. Which of them the service would use is unknown.
///
/// # Examples
///
/// ```
/// use trivore_models::{StudentState, check_members};
///
/// let mut state = StudentState::default();
/// state.extra.insert("source", "x");
/// assert!(check_members(&state).is_ok());
///
/// state.source = Some("y".to_owned());
/// assert!(check_members(&state).is_err());
/// ```
///
/// # Errors
///
/// An object has a member twice. A value that [`check_depth`](crate::check_depth) rejects is not
/// searched.
pub fn check_members<T: Serialize + ?Sized>(value: &T) -> Result<(), RepeatedMember> {
    // Serializing recurses: thousands of levels would overflow the stack.
    if !depth::is_within(value, READ_DEPTH) {
        return Ok(());
    }
    let json = Zeroizing::new(serde_json::to_string(value).unwrap_or_default());
    if repeats_member(&json) { Err(RepeatedMember(())) } else { Ok(()) }
}

/// A value has a member twice; see [`check_members`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a field is set in `extra`, too; set it in one place only")]
pub struct RepeatedMember(());

/// Whether an object in a JSON text has a member twice.
pub(crate) fn repeats_member(json: &str) -> bool {
    // What is no JSON at all is an error of another category.
    serde_json::from_str::<Unique>(json).is_err_and(|error| error.is_data())
}

/// Any JSON in which no object has a member twice.
struct Unique;

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UniqueVisitor)
    }
}

struct UniqueVisitor;

impl<'de> Visitor<'de> for UniqueVisitor {
    type Value = Unique;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value without repeated members")
    }

    fn visit_unit<E: Error>(self) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Unique, A::Error> {
        while elements.next_element::<Unique>()?.is_some() {}
        Ok(Unique)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Unique, A::Error> {
        let mut names = HashSet::new();
        while let Some((name, Unique)) = members.next_entry::<String, Unique>()? {
            if !names.insert(name) {
                return Err(A::Error::custom("a member is repeated"));
            }
        }
        Ok(Unique)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::User;

    #[test]
    fn repeated_members_are_found_at_every_depth() {
        for (json, is_repeated) in [
            ("{}", false),
            (r#"{"a":1,"b":{"a":[null,true,1.5,-1,"a",{"a":0}]}}"#, false),
            (r#"[{"a":1},{"a":1}]"#, false),
            (r#"{"a":1,"a":1}"#, true),
            (r#"{"a":1,"\u0061":2}"#, true),
            (r#"{"b":[{"c":{"a":1,"x":0,"a":null}}]}"#, true),
            (r#"{"a":123456789012345678901234,"b":1e300}"#, false),
            ("", false),
            (r#"{"a":1"#, false),
        ] {
            assert_eq!(repeats_member(json), is_repeated, "{json}");
        }
    }

    #[test]
    fn thousands_of_levels_are_no_problem() {
        let deep = (0..5000).fold(Value::Null, |inner, _| Value::Array(vec![inner]));
        let mut user = User::new();
        user.extra.insert("title", deep);
        user.title = Some("Dr.".to_owned());

        assert_eq!(check_members(&user), Ok(()));
        assert!(user.validate().is_err());
    }

    #[test]
    fn the_message_has_no_name() {
        let mut user = User::new();
        user.extra.insert("title", json!("MARK"));
        user.title = Some("MARK".to_owned());

        let error = check_members(&user).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("MARK"));
    }
}
