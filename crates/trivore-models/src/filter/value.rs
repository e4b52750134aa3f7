//! Values of comparisons.

use std::fmt;

/// A value that a filter compares an attribute with.
///
/// Instants are text: the service compares a quoted ISO 8601 instant as an instant
/// (documented).
///
/// # Examples
///
/// ```
/// use trivore_models::{Filter, FilterValue, NamespaceCode};
///
/// let namespace = NamespaceCode::from("testsdk");
///
/// assert_eq!(Filter::eq("nsCode", &namespace).to_string(), r#"nsCode eq "testsdk""#);
/// assert_eq!(Filter::eq("locked", true).to_string(), "locked eq true");
/// assert_eq!(Filter::ge("customFields.age", 18).to_string(), "customFields.age ge 18");
/// assert_eq!(FilterValue::from("x"), FilterValue::Text("x".to_owned()));
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum FilterValue {
    /// Text or an instant.
    Text(String),
    /// An integer.
    Integer(i64),
    /// A floating-point number; one that is not finite makes the filter invalid.
    Float(f64),
    /// `true` or `false`.
    Boolean(bool),
}

/// Shows the kind of value, never the value.
impl fmt::Debug for FilterValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "Text(<redacted>)",
            Self::Integer(_) => "Integer(<redacted>)",
            Self::Float(_) => "Float(<redacted>)",
            Self::Boolean(_) => "Boolean(<redacted>)",
        })
    }
}

impl From<&str> for FilterValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for FilterValue {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for FilterValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i32> for FilterValue {
    fn from(number: i32) -> Self {
        Self::Integer(number.into())
    }
}

impl From<u32> for FilterValue {
    fn from(number: u32) -> Self {
        Self::Integer(number.into())
    }
}

impl From<i64> for FilterValue {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<f64> for FilterValue {
    fn from(number: f64) -> Self {
        Self::Float(number)
    }
}

impl From<bool> for FilterValue {
    fn from(fact: bool) -> Self {
        Self::Boolean(fact)
    }
}
