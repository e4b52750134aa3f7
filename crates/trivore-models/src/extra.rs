//! JSON fields unknown to this version.
//!
//! An update may send a whole object back, so a field that is not kept would be lost. Every
//! type in a response has an [`Extra`] for such fields, except for [`Page`](crate::Page), which
//! is never sent back.

#[cfg(feature = "schemars")]
use std::borrow::Cow;
use std::{fmt, iter, mem, slice};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor},
};
use serde_json::{Map, Value};

use crate::redact::Count;

/// Fields of a JSON object that are unknown to this version, as they were received.
///
/// A field that the type itself declares belongs into the type. If it is set there and here, it
/// would be serialized twice: no such value is sent, and [`check_members`](crate::check_members)
/// finds it. If the type's field is `None`, a value here is sent, also an explicit `null`, but
/// [`Changes`](crate::Changes) is the simpler way to send that.
///
/// `Debug` shows how many fields there are, neither their names nor their values.
///
/// # Examples
///
/// ```
/// use trivore_models::Names;
///
/// let json = r#"{"givenName":"Maija","aFutureField":1}"#;
/// let names: Names = serde_json::from_str(json)?;
///
/// assert_eq!(names.extra.get("aFutureField"), Some(&1.into()));
/// assert_eq!(serde_json::to_string(&names)?, json);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default, PartialEq)]
pub struct Extra(
    /// Sorted by name. Most lists are empty or short, and need less memory than a tree.
    Vec<(String, Value)>,
);

impl Extra {
    /// Returns the value of a field.
    pub fn get(&self, field: &str) -> Option<&Value> {
        let at = self.find(field).ok()?;
        self.0.get(at).map(|(_, value)| value)
    }

    /// Sets a field and returns its previous value.
    pub fn insert(&mut self, field: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        let (field, value) = (field.into(), value.into());
        match self.find(&field) {
            Ok(at) => self.0.get_mut(at).map(|(_, old)| mem::replace(old, value)),
            Err(at) => {
                self.0.insert(at, (field, value));
                None
            }
        }
    }

    /// Removes a field and returns its value.
    pub fn remove(&mut self, field: &str) -> Option<Value> {
        let at = self.find(field).ok()?;
        Some(self.0.remove(at).1)
    }

    /// Iterates over the fields in the order of their names.
    pub fn iter(&self) -> Iter<'_> {
        self.0.iter().map(|(name, value)| (name, value))
    }

    /// Returns `true` if there are no fields.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the number of fields.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    fn find(&self, field: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(name, _)| name.as_str().cmp(field))
    }
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Extra").field(&Count(self.len())).finish()
    }
}

impl From<Map<String, Value>> for Extra {
    fn from(fields: Map<String, Value>) -> Self {
        fields.into_iter().collect()
    }
}

impl<'a> IntoIterator for &'a Extra {
    type Item = (&'a str, &'a Value);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

type Iter<'a> =
    iter::Map<slice::Iter<'a, (String, Value)>, fn(&'a (String, Value)) -> (&'a str, &'a Value)>;

/// Replaces existing fields of the same name.
impl Extend<(String, Value)> for Extra {
    fn extend<I: IntoIterator<Item = (String, Value)>>(&mut self, fields: I) {
        *self = mem::take(&mut self.0).into_iter().chain(fields).collect();
    }
}

/// Keeps the last one of several fields with the same name.
impl FromIterator<(String, Value)> for Extra {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(fields: I) -> Self {
        let mut fields = Vec::from_iter(fields);
        fields.sort_by(|(a, _), (b, _)| a.cmp(b));
        fields.dedup_by(|later, earlier| {
            let is_same = later.0 == earlier.0;
            if is_same {
                mem::swap(later, earlier);
            }
            is_same
        });
        Self(fields)
    }
}

impl Serialize for Extra {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Extra {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ExtraVisitor)
    }
}

struct ExtraVisitor;

impl<'de> Visitor<'de> for ExtraVisitor {
    type Value = Extra;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Extra, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(fields.into_iter().collect())
    }
}

/// Any fields, beside those of the object that holds these.
#[cfg(feature = "schemars")]
impl schemars::JsonSchema for Extra {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Extra".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "object", "additionalProperties": true})
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_are_set_found_and_removed_by_name() {
        let mut extra = Extra::default();

        assert_eq!(extra.insert("b", 1), None);
        assert_eq!(extra.insert("a", "x"), None);
        assert_eq!(extra.insert("b", 2), Some(json!(1)));
        assert_eq!(extra.iter().collect::<Vec<_>>(), [("a", &json!("x")), ("b", &json!(2))]);
        assert_eq!((extra.get("b"), extra.get("c")), (Some(&json!(2)), None));
        assert_eq!((extra.remove("a"), extra.remove("a")), (Some(json!("x")), None));
        assert_eq!((extra.len(), extra.is_empty()), (1, false));
        extra.extend([("b".to_owned(), json!(3)), ("a".to_owned(), json!(4))]);
        assert_eq!(
            extra.into_iter().rev().collect::<Vec<_>>(),
            [("b", &json!(3)), ("a", &json!(4))]
        );
    }

    #[test]
    fn of_a_field_that_was_sent_twice_the_last_one_stays() {
        let extra: Extra = serde_json::from_str(r#"{"b":1,"a":null,"b":2,"b":3}"#).unwrap();

        assert_eq!(serde_json::to_string(&extra).unwrap(), r#"{"a":null,"b":3}"#);
    }

    #[test]
    fn the_order_of_fields_does_not_matter() {
        let read = |json| serde_json::from_str::<Extra>(json).unwrap();

        assert_eq!(read(r#"{"a":1,"b":2}"#), read(r#"{"b":2,"a":1}"#));
    }
}
