//! The text of a cell of a CSV file, and the value that it stands for.
//!
//! Writing a value and reading the cell gives the same value.

use serde_json::{Value, json};

use super::fields::FieldType;
use super::{list_cell, row_json};

/// Returns the value of a cell; `None` if it is empty.
pub(crate) fn read(text: &str, holds: FieldType, separator: &str) -> Result<Option<Value>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let value = match holds {
        FieldType::Text => unquoted(text).into(),
        FieldType::Flag => match text.trim().to_lowercase().as_str() {
            "true" => true.into(),
            "false" => false.into(),
            _ => return Err("expected true or false".to_owned()),
        },
        FieldType::Number => match row_json::parse(text.trim()) {
            Ok(value @ Value::Number(_)) => value,
            _ => return Err("expected a number".to_owned()),
        },
        FieldType::Texts | FieldType::Objects(..) if text.starts_with('[') => {
            json_of(text, "a JSON list; write a value that begins with [ as [\"[..\"]")?
        }
        FieldType::Texts => list_cell::split(text, separator).into(),
        FieldType::Objects(_, Some(main)) => {
            let items = list_cell::split(text, separator);
            items.into_iter().map(|item| json!({main: item})).collect::<Vec<_>>().into()
        }
        FieldType::Objects(_, None) => {
            return Err("expected a JSON list of objects, such as [{\"country\": \"FI\"}]".into());
        }
        FieldType::Object(_) | FieldType::Map => json_of(text, "a JSON object")?,
        FieldType::Any => json_value(text).unwrap_or_else(|| Value::String(text.to_owned())),
    };
    Ok(Some(value))
}

/// Returns the text of a cell for a value.
pub(crate) fn write(value: &Value, holds: FieldType, separator: &str) -> String {
    let list =
        |texts: Option<Vec<&str>>| texts.and_then(|texts| list_cell::join(&texts, separator));
    match (holds, value) {
        (FieldType::Text, Value::String(text)) => quoted(text),
        (FieldType::Any, Value::String(text)) => {
            // What reads as JSON would become another value.
            if text.is_empty() || json_value(text).is_some() {
                value.to_string()
            } else {
                text.clone()
            }
        }
        (FieldType::Texts, Value::Array(items)) => {
            let texts = items.iter().map(Value::as_str).collect();
            list(texts).unwrap_or_else(|| value.to_string())
        }
        (FieldType::Objects(_, Some(main)), Value::Array(items)) => {
            let texts = items.iter().map(|item| alone(item, main)).collect();
            list(texts).unwrap_or_else(|| value.to_string())
        }
        _ => value.to_string(),
    }
}

/// Returns the main field of an object that has nothing else to tell.
fn alone<'a>(item: &'a Value, main: &str) -> Option<&'a str> {
    let others = item.as_object()?.iter().filter(|(name, _)| *name != main);
    // The service says of a new address that it is not verified.
    let is_told = |(name, value): (&String, &Value)| name == "verified" && *value == json!(false);
    others.into_iter().all(is_told).then(|| item.get(main)?.as_str())?
}

/// Returns the JSON value that a cell of any type is; `None` if it is text.
///
/// A number is one only as JSON writes it: `1.50` and `1e3` may be codes, and stay text.
fn json_value(text: &str) -> Option<Value> {
    let value = row_json::parse(text).ok().filter(|_| text.trim() == text)?;
    let is_exact = value.as_number().is_none_or(|number| number.to_string() == text);
    is_exact.then_some(value)
}

fn json_of(text: &str, expected: &str) -> Result<Value, String> {
    row_json::parse(text).map_err(|error| format!("expected {expected}: {error}"))
}

/// Adds two quotes to text that consists of quotes, and to the empty text, since an empty cell
/// means that there is no value.
fn quoted(text: &str) -> String {
    let is_special = text.chars().all(|c| c == '"') && text != "\"";
    if is_special { format!("\"\"{text}") } else { text.to_owned() }
}

fn unquoted(text: &str) -> &str {
    let is_special = text.len() > 1 && text.bytes().all(|byte| byte == b'"');
    if is_special { &text[2..] } else { text }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{read, write};
    use crate::rows::fields::find;

    fn holds(path: &str) -> crate::rows::fields::FieldType {
        find(path.split('.')).unwrap()
    }

    #[test]
    fn a_value_that_was_written_is_read_again() {
        for (path, value, text) in [
            ("title", json!("Dr."), "Dr."),
            ("title", json!(""), "\"\""),
            ("title", json!("\""), "\""),
            ("title", json!("\"\""), "\"\"\"\""),
            ("domicileCode", json!("007"), "007"),
            ("title", json!(" a\r\nb "), " a\r\nb "),
            ("locked", json!(true), "true"),
            ("tags", json!(["a", "b;c"]), "a;b\\;c"),
            ("tags", json!([]), "[]"),
            ("tags", json!([""]), "[\"\"]"),
            ("emails", json!([{"address": "a@b.c"}]), "a@b.c"),
            (
                "emails",
                json!([{"address": "a@b.c", "verified": true}]),
                r#"[{"address":"a@b.c","verified":true}]"#,
            ),
            ("addresses", json!([{"country": "FI"}]), r#"[{"country":"FI"}]"#),
            ("customFields.a", json!("38"), "\"38\""),
            ("customFields.a", json!(38), "38"),
            ("customFields.a", json!(1.0), "1.0"),
            ("customFields.a", json!("007"), "007"),
            ("customFields.a", json!("1e5"), "1e5"),
            ("customFields.a", json!(1e300), "1e+300"),
            ("customFields.a", json!("true"), "\"true\""),
            ("customFields.a", json!(" 1 "), " 1 "),
            ("customFields.a", json!(""), "\"\""),
            ("customFields.a", json!("a;b"), "a;b"),
            ("customFields.a", json!({"b": [1, null]}), r#"{"b":[1,null]}"#),
            ("customFields", json!({}), "{}"),
            ("name", json!({}), "{}"),
        ] {
            assert_eq!(write(&value, holds(path), ";"), text);
            assert_eq!(read(text, holds(path), ";"), Ok(Some(value)), "{text}");
        }
        assert_eq!(
            write(&json!([{"address": "a@b.c", "verified": false}]), holds("emails"), ";"),
            "a@b.c"
        );
    }

    #[test]
    fn a_cell_of_another_type_is_an_error() {
        for (path, text) in [
            ("locked", "yes"),
            ("addresses", "Main street 1"),
            ("tags", "[a]"),
            ("name", "Jane"),
            ("emails", "[{\"address\": 1, \"address\": 2}]"),
        ] {
            assert!(read(text, holds(path), ";").is_err(), "{path}");
        }
        for (path, text, expected) in [
            ("locked", " TRUE", Some(json!(true))),
            ("locked", "", None),
            ("title", "\"\"\"", Some(json!("\""))),
            ("customFields.a", "1e3", Some(json!("1e3"))),
            ("customFields.a", "1.50", Some(json!("1.50"))),
            ("customFields.a", "12345678901234567890123", Some(json!("12345678901234567890123"))),
            ("emails", "a@b.c; d@e.f", Some(json!([{"address": "a@b.c"}, {"address": "d@e.f"}]))),
        ] {
            assert_eq!(read(text, holds(path), ";"), Ok::<Option<Value>, _>(expected), "{text}");
        }
    }
}
