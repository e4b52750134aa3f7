//! Custom fields: fields that an installation defines in addition to those of the API.

use std::fmt;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, map};

use crate::{
    check_members,
    depth::{self, MAX_DEPTH},
    redact::Count,
};

/// Custom fields of a user or a group.
///
/// Documented: names must not contain `.` or start with `$`, and the data should be small.
/// In filters, the attribute name of a custom field is `customFields.{name}`.
///
/// `Debug` shows how many fields there are, neither their names nor their values.
///
/// # Examples
///
/// ```
/// use trivore_models::CustomFields;
///
/// let mut fields = CustomFields::new();
/// fields.insert("employeeNumber", 1234);
///
/// assert_eq!(fields.get_as::<u32>("employeeNumber")?, Some(1234));
/// assert!(fields.validate().is_ok());
/// # Ok::<(), trivore_models::InvalidCustomField>(())
/// ```
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct CustomFields(Map<String, Value>);

impl CustomFields {
    /// Maximum number of levels of nesting, with the custom fields themselves as the first.
    ///
    /// The limit is this SDK's own: if fields that are nested much deeper were stored, no list
    /// that contains the user could be read.
    pub const MAX_DEPTH: usize = MAX_DEPTH - 4;

    /// Creates an empty set of fields.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the value of a field.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Deserializes the value of a field; a missing field and `null` are `None`.
    ///
    /// # Errors
    ///
    /// The value does not deserialize as a `T`.
    pub fn get_as<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, InvalidCustomField> {
        match self.0.get(name) {
            Some(value) => Option::deserialize(value)
                .map_err(|_reason| InvalidCustomField::new(name, "value has a different type")),
            None => Ok(None),
        }
    }

    /// Sets a field and returns its previous value.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        self.0.insert(name.into(), value.into())
    }

    /// Sets a field to any value that serializes as JSON, and returns the previous value.
    ///
    /// [`get_as`](Self::get_as) reads it again. JSON has no numbers that are infinite or not a
    /// number: they serialize as `null`.
    ///
    /// # Examples
    ///
    /// ```
    /// use serde::{Deserialize, Serialize};
    /// use trivore_models::CustomFields;
    ///
    /// #[derive(Debug, PartialEq, Serialize, Deserialize)]
    /// struct Office {
    ///     city: String,
    ///     floor: u8,
    /// }
    ///
    /// let office = Office { city: "Turku".to_owned(), floor: 3 };
    /// let mut fields = CustomFields::new();
    /// fields.insert_as("office", &office)?;
    ///
    /// assert_eq!(fields.get_as("office")?, Some(office));
    /// # Ok::<(), trivore_models::InvalidCustomField>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The name is empty, contains `.` or starts with `$`; the value cannot be written as JSON, has
    /// a member twice, or is nested deeper than [`MAX_DEPTH`](Self::MAX_DEPTH). Nothing is changed.
    pub fn insert_as<T: Serialize + ?Sized>(
        &mut self,
        name: &str,
        value: &T,
    ) -> Result<Option<Value>, InvalidCustomField> {
        check_name(name)?;
        if !depth::is_within(value, Self::MAX_DEPTH - 1) {
            return Err(InvalidCustomField::new(name, "value is nested too deeply"));
        }
        check_members(value)
            .map_err(|_error| InvalidCustomField::new(name, "value has a member twice"))?;
        let value = serde_json::to_value(value)
            .map_err(|_reason| InvalidCustomField::new(name, "value cannot be written as JSON"))?;
        Ok(self.0.insert(name.to_owned(), value))
    }

    /// Removes a field and returns its value.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }

    /// Iterates over the fields.
    pub fn iter(&self) -> map::Iter<'_> {
        self.0.iter()
    }

    /// Returns `true` if there are no fields.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the number of fields.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Checks the names against the documented rules, and the nesting of the values.
    ///
    /// # Errors
    ///
    /// A name is empty, contains `.` or starts with `$`, or a value is nested deeper than
    /// [`MAX_DEPTH`](Self::MAX_DEPTH).
    pub fn validate(&self) -> Result<(), InvalidCustomField> {
        self.0.iter().try_for_each(|(name, value)| {
            check_name(name)?;
            if depth::is_within(value, Self::MAX_DEPTH - 1) {
                Ok(())
            } else {
                Err(InvalidCustomField::new(name, "value is nested too deeply"))
            }
        })
    }

    /// Checks the names of the fields that only these custom fields have.
    pub(crate) fn validate_new_names(&self, before: &Self) -> Result<(), InvalidCustomField> {
        let mut names = self.0.keys();
        names.try_for_each(
            |name| {
                if before.0.contains_key(name) { Ok(()) } else { check_name(name) }
            },
        )
    }
}

fn check_name(name: &str) -> Result<(), InvalidCustomField> {
    let problem = match name {
        "" => "name is empty",
        _ if name.contains('.') => "name contains `.`",
        _ if name.starts_with('$') => "name starts with `$`",
        _ => return Ok(()),
    };
    Err(InvalidCustomField::new(name, problem))
}

impl fmt::Debug for CustomFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CustomFields").field(&Count(self.len())).finish()
    }
}

impl From<Map<String, Value>> for CustomFields {
    fn from(fields: Map<String, Value>) -> Self {
        Self(fields)
    }
}

impl From<CustomFields> for Map<String, Value> {
    fn from(fields: CustomFields) -> Self {
        fields.0
    }
}

impl<'a> IntoIterator for &'a CustomFields {
    type Item = (&'a String, &'a Value);
    type IntoIter = map::Iter<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// A custom field has a name that the service rejects, or a value of a different type.
///
/// `Display` and `Debug` do not show the name, because it may contain personal data; use
/// [`InvalidCustomField::name`] to get it.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("custom field {problem}")]
pub struct InvalidCustomField {
    name: String,
    problem: &'static str,
}

impl InvalidCustomField {
    /// Returns the name of the field.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn new(name: &str, problem: &'static str) -> Self {
        Self { name: name.to_owned(), problem }
    }
}

impl fmt::Debug for InvalidCustomField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InvalidCustomField").field("problem", &self.problem).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_documented_rules() {
        for (name, is_valid) in
            [("a", true), ("a$", true), ("", false), ("a.b", false), ("$a", false)]
        {
            let mut fields = CustomFields::new();
            fields.insert(name, true);

            assert_eq!(fields.validate().is_ok(), is_valid, "{name:?}");
        }
    }

    #[test]
    fn any_type_is_written_and_read() {
        #[derive(Debug, PartialEq, Serialize, Deserialize)]
        enum Shift {
            Day,
            Night { bonus: f64 },
        }
        let mut fields = CustomFields::new();

        fields.insert_as("shift", &Shift::Night { bonus: 1.5 }).unwrap();
        fields.insert_as("other", &Shift::Day).unwrap();
        fields.insert_as("list", &[Some(1_u8), None]).unwrap();
        fields.insert_as("large", &u64::MAX).unwrap();
        fields.insert_as("none", &None::<u8>).unwrap();
        let previous = fields.insert_as("list", "text").unwrap();

        assert_eq!(fields.get_as("shift"), Ok(Some(Shift::Night { bonus: 1.5 })));
        assert_eq!(fields.get_as("other"), Ok(Some(Shift::Day)));
        assert_eq!(fields.get_as("large"), Ok(Some(u64::MAX)));
        assert_eq!(fields.get_as::<u8>("none"), Ok(None));
        assert_eq!(previous, Some(serde_json::json!([1, null])));
        assert_eq!(fields.get_as::<String>("list"), Ok(Some("text".to_owned())));
    }

    #[test]
    fn what_cannot_be_stored_changes_nothing() {
        let mut fields = CustomFields::new();
        let deep = (0..5000).fold(Value::Null, |inner, _| Value::Array(vec![inner]));
        let keys = std::collections::BTreeMap::from([((1, 2), 3)]);

        assert!(fields.insert_as("a.b", &1).is_err());
        assert!(fields.insert_as("a", &deep).is_err());
        assert!(fields.insert_as("a", &keys).is_err());
        assert!(fields.insert_as("a", &u128::MAX).is_err());
        assert!(fields.is_empty());
        let at_limit = (0..59).fold(Value::Null, |inner, _| Value::Array(vec![inner]));
        assert!(fields.insert_as("a", &at_limit).is_ok() && fields.validate().is_ok());
    }

    #[test]
    fn a_value_of_another_type_is_an_error_that_does_not_show_it() {
        let mut fields = CustomFields::new();
        fields.insert("a", "secret");
        fields.insert("b", Value::Null);

        let error = fields.get_as::<u32>("a").unwrap_err();
        assert_eq!(error.to_string(), "custom field value has a different type");
        assert_eq!(error.name(), "a");
        assert!(!format!("{error:?}").contains("secret"));
        assert_eq!(fields.get_as::<u32>("b"), Ok(None));
        assert_eq!(fields.get_as::<u32>("c"), Ok(None));
    }
}
