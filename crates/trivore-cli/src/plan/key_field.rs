//! The field by which rows of a file are users of the service.

use std::fmt;
use std::str::FromStr;

use serde_json::Value;
use trivore::models::{Filter, NamespaceCode};

use crate::rows::Document;

/// The field by which rows of a file are users of the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeyField {
    /// The user name, in upper or lower case.
    Username,
    /// Any of the e-mail addresses, in upper or lower case.
    Email,
    /// A custom field of this name.
    CustomField(String),
}

impl KeyField {
    /// Returns the key of a row.
    pub(crate) fn of_row(&self, row: &Document) -> Option<String> {
        let email = || row.get("email").and_then(text);
        match self {
            Self::Username => row.get("username").and_then(text),
            Self::Email => addresses(row).into_iter().next().or_else(email),
            Self::CustomField(name) => row.get("customFields")?.get(name).and_then(text),
        }
    }

    /// Returns the keys by which a stored user is found.
    pub(crate) fn of_user(&self, user: &Document) -> Vec<String> {
        match self {
            Self::Username | Self::CustomField(_) => self.of_row(user).into_iter().collect(),
            Self::Email => addresses(user),
        }
    }

    /// Returns a key so that equal texts mean the same user.
    pub(crate) fn normalized(&self, key: &str) -> String {
        match self {
            Self::Username | Self::Email => key.to_lowercase(),
            Self::CustomField(_) => key.to_owned(),
        }
    }

    /// Whether a stored user has a key.
    pub(crate) fn is_key_of(&self, key: &str, user: &Document) -> bool {
        let key = self.normalized(key);
        self.of_user(user).iter().any(|other| self.normalized(other) == key)
    }

    /// Returns the filter that finds users with a key, and perhaps some others.
    pub(crate) fn filter(&self, key: &str, namespace: &NamespaceCode) -> Filter {
        let filter = match self {
            Self::Username => spellings("username", key),
            Self::Email => spellings("emails.address", key),
            Self::CustomField(name) => {
                let attribute = format!("customFields.{name}");
                let filter = Filter::eq(&attribute, key);
                match key.parse::<i64>() {
                    Ok(number) => filter.or(Filter::eq(&attribute, number)),
                    Err(_is_text) => filter,
                }
            }
        };
        Filter::eq("nsCode", namespace.as_str()).and(filter)
    }
}

impl FromStr for KeyField {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match (text, text.strip_prefix("customFields.")) {
            ("username", _) => Ok(Self::Username),
            ("email" | "emails", _) => Ok(Self::Email),
            (_, Some(name)) if !name.is_empty() => Ok(Self::CustomField(name.to_owned())),
            _ => Err("expected username, email or customFields.NAME"),
        }
    }
}

impl fmt::Display for KeyField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Username => f.write_str("username"),
            Self::Email => f.write_str("email"),
            Self::CustomField(name) => write!(f, "customFields.{name}"),
        }
    }
}

/// The service may have stored the text as it is or in lower case, and compare it exactly.
fn spellings(attribute: &str, key: &str) -> Filter {
    let filter = Filter::eq(attribute, key);
    let lower = key.to_lowercase();
    if lower == key { filter } else { filter.or(Filter::eq(attribute, lower.as_str())) }
}

fn addresses(user: &Document) -> Vec<String> {
    let emails = user.get("emails").and_then(Value::as_array);
    let emails = emails.into_iter().flatten();
    emails.filter_map(|email| text(email.get("address").unwrap_or(email))).collect()
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::KeyField;

    #[test]
    fn rows_and_users_have_keys() {
        let row = json!({
            "username": "Jane", "emails": ["A@b.c", {"address": "d@e.f"}],
            "customFields": {"number": 7, "none": null},
        });
        let row = row.as_object().unwrap();
        for (field, of_row, of_user) in [
            ("username", Some("Jane"), &["Jane"][..]),
            ("email", Some("A@b.c"), &["A@b.c", "d@e.f"]),
            ("customFields.number", Some("7"), &["7"]),
            ("customFields.none", None, &[]),
        ] {
            let field: KeyField = field.parse().unwrap();
            assert_eq!(field.of_row(row).as_deref(), of_row, "{field}");
            assert_eq!(field.of_user(row), of_user, "{field}");
        }
        assert!(KeyField::Email.is_key_of("D@E.F", row));
        assert!(!KeyField::Username.is_key_of("joe", row));
        let with_email = json!({"email": "a@b.c"});
        assert_eq!(KeyField::Email.of_row(with_email.as_object().unwrap()), Some("a@b.c".into()));
        for invalid in ["", "id", "customFields.", "customfields.a"] {
            assert!(invalid.parse::<KeyField>().is_err(), "{invalid}");
        }
    }
}
