//! A row of a file with users.

use serde_json::Value;
use trivore::models::{InvalidUser, User};

use super::document::Document;
use super::fields::{self, FieldType, Fields};
use super::problem::Problem;

/// A row of a file with users.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// The position in the file, from 1, without the header.
    pub(crate) number: u64,
    /// The line at which it begins, from 1.
    pub(crate) line: u64,
    /// The fields that the row has, with their types; `null` clears a field.
    pub(crate) document: Document,
}

impl Row {
    /// Returns the user without read-only fields; what is `null` is left out.
    pub(crate) fn user(&self) -> Result<User, Problem> {
        let mut document = self.document.clone();
        for name in ["id", "meta", "strongIdentification"] {
            document.remove(name);
        }
        if document.remove("email").is_some_and(|email| !email.is_null())
            && document.get("emails").is_none_or(Value::is_null)
        {
            let message =
                "it is read-only, and follows the first of emails; name the column emails";
            return Err(Problem::new(message).in_column("email"));
        }
        remove_nulls(&mut document, fields::USER);
        for name in ["username", "nsCode"] {
            let text = document.get(name).and_then(Value::as_str);
            if text.is_some_and(|text| text.trim().is_empty()) {
                return Err(Problem::new("it is empty").in_column(name));
            }
        }
        let user: User = serde_json::from_value(Value::Object(document))
            .map_err(|_shows_values| Problem::new("the row cannot be read as a user"))?;
        user.validate().map_err(|error| problem(&error))?;
        Ok(user)
    }
}

fn problem(error: &InvalidUser) -> Problem {
    match error {
        InvalidUser::TooManyTags | InvalidUser::TagTooLong => {
            Problem::new(error.to_string()).in_column("tags")
        }
        InvalidUser::CustomField(field) => {
            let name = field.name();
            let column = if name.is_empty() {
                "customFields".into()
            } else {
                format!("customFields.{name}")
            };
            Problem::new(field.to_string()).in_column(&column)
        }
        _ => Problem::new(error.to_string()),
    }
}

/// Removes members that are `null`, but not those of custom fields.
fn remove_nulls(object: &mut Document, fields: Fields) {
    object.retain(|_, value| !value.is_null());
    for (name, holds) in fields {
        match (holds, object.get_mut(*name)) {
            (FieldType::Object(fields), Some(Value::Object(inner))) => remove_nulls(inner, fields),
            (FieldType::Objects(fields, _), Some(Value::Array(items))) => {
                items.retain(|item| !item.is_null());
                for item in items.iter_mut().filter_map(Value::as_object_mut) {
                    remove_nulls(item, fields);
                }
            }
            _ => {}
        }
    }
}
