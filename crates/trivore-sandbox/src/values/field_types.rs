//! Checks the JSON types of known fields; errors name the field, never its value.

use serde_json::Value;

use crate::values::api_error::ApiError;
use crate::values::behavior_rules::Rules;
use crate::values::document::Document;

/// Known fields of an object.
pub(crate) type Fields = &'static [(&'static str, FieldType)];

/// JSON type of a field; `null` is allowed everywhere.
#[derive(Clone, Copy)]
pub(crate) enum FieldType {
    Any,
    Choice(&'static [&'static str]),
    Flag,
    Map,
    Number,
    Object(Fields),
    Objects(Fields),
    Text,
    Texts,
}

/// Rejects a document whose known fields have wrong types.
pub(crate) fn check(document: &Document, fields: Fields, rules: &Rules) -> Result<(), ApiError> {
    check_within(document, fields, "", rules)
}

/// Rewrites integers that are spelled as floats, such as `3.0`, in a document that was checked.
pub(crate) fn rewrite_integers(document: &mut Document, fields: Fields) {
    for (name, kind) in fields {
        match (kind, document.get_mut(*name)) {
            (FieldType::Number, Some(value)) => {
                if let Some(number) = integer(value) {
                    *value = number.into();
                }
            }
            (FieldType::Object(fields), Some(Value::Object(object))) => {
                rewrite_integers(object, fields);
            }
            _ => {}
        }
    }
}

/// Reads an integer, which JSON may spell as a float.
fn integer(value: &Value) -> Option<i64> {
    let whole =
        || value.as_f64().filter(|number| number.fract() == 0.0 && number.abs() < TWO_TO_63);
    // A whole number below the limit is written without a fraction.
    value.as_i64().or_else(|| format!("{:.0}", whole().filter(|_| value.is_f64())?).parse().ok())
}

const TWO_TO_63: f64 = 9_223_372_036_854_775_808.0;

/// Removes unknown fields.
pub(crate) fn drop_unknown(document: &mut Document, fields: Fields) {
    document.retain(|key, _| fields.iter().any(|(name, _)| name == key));
}

fn check_within(
    document: &Document,
    fields: Fields,
    path: &str,
    rules: &Rules,
) -> Result<(), ApiError> {
    for (name, kind) in fields {
        if let Some(value) = document.get(*name) {
            check_value(value, *kind, &format!("{path}{name}"), rules)?;
        }
    }
    Ok(())
}

fn check_value(value: &Value, kind: FieldType, path: &str, rules: &Rules) -> Result<(), ApiError> {
    let fits = match (kind, value) {
        (FieldType::Any, _) | (_, Value::Null) => true,
        (FieldType::Choice(choices), Value::String(text)) => {
            if rules.unknown_choices_refused && !choices.contains(&text.as_str()) {
                let choices = choices.join(", ");
                let message = format!("Field \"{path}\" must be one of {choices}.");
                return Err(ApiError::bad_request(message));
            }
            true
        }
        (FieldType::Object(fields), Value::Object(object)) => {
            check_within(object, fields, &format!("{path}."), rules)?;
            true
        }
        (FieldType::Objects(fields), Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                let path = format!("{path}[{index}]");
                if item.is_null() {
                    return Err(wrong(FieldType::Object(fields), &path));
                }
                check_value(item, FieldType::Object(fields), &path, rules)?;
            }
            true
        }
        (FieldType::Texts, Value::Array(items)) => items.iter().all(Value::is_string),
        (FieldType::Flag, value) => value.is_boolean(),
        (FieldType::Map, value) => value.is_object(),
        (FieldType::Number, value) => integer(value).is_some(),
        (FieldType::Text, value) => value.is_string(),
        (
            FieldType::Choice(_) | FieldType::Object(_) | FieldType::Objects(_) | FieldType::Texts,
            _,
        ) => false,
    };
    if fits { Ok(()) } else { Err(wrong(kind, path)) }
}

fn wrong(kind: FieldType, path: &str) -> ApiError {
    let expected = match kind {
        FieldType::Any => "anything",
        FieldType::Choice(_) | FieldType::Text => "a string",
        FieldType::Flag => "true or false",
        FieldType::Map | FieldType::Object(_) => "an object",
        FieldType::Number => "an integer",
        FieldType::Objects(_) => "a list of objects",
        FieldType::Texts => "a list of strings",
    };
    ApiError::bad_request(format!("Field \"{path}\" must be {expected}."))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const FIELDS: Fields = &[
        ("name", FieldType::Object(&[("givenName", FieldType::Text)])),
        ("emails", FieldType::Objects(&[("address", FieldType::Text), ("tags", FieldType::Texts)])),
        ("sex", FieldType::Choice(&["FEMALE", "MALE"])),
        ("locked", FieldType::Flag),
    ];

    #[track_caller]
    fn refused(document: &Value) -> String {
        check(document.as_object().unwrap(), FIELDS, &Rules::default()).unwrap_err().message
    }

    #[test]
    fn names_the_field() {
        assert_eq!(refused(&json!({"locked": "x"})), "Field \"locked\" must be true or false.");
        assert_eq!(
            refused(&json!({"emails": [{}, {"address": 1}]})),
            "Field \"emails[1].address\" must be a string.",
        );
        assert_eq!(refused(&json!({"emails": {}})), "Field \"emails\" must be a list of objects.");
        assert_eq!(refused(&json!({"emails": [null]})), "Field \"emails[0]\" must be an object.");
        assert_eq!(refused(&json!({"sex": "x"})), "Field \"sex\" must be one of FEMALE, MALE.");
        let name = refused(&json!({"name": {"givenName": []}}));
        assert_eq!(name, "Field \"name.givenName\" must be a string.");
    }

    #[test]
    fn integers_may_be_spelled_as_floats() {
        const FIELDS: Fields = &[("limit", FieldType::Number)];
        for (text, expected) in [
            ("3", Some(json!(3))),
            ("3.0", Some(json!(3))),
            ("-0.0", Some(json!(0))),
            ("3e2", Some(json!(300))),
            ("9223372036854775807", Some(json!(i64::MAX))),
            ("-9223372036854775808", Some(json!(i64::MIN))),
            ("9223372036854775808", None),
            ("-9223372036854775809", None),
            ("3.5", None),
            ("1e300", None),
        ] {
            let mut document: Document =
                serde_json::from_str(&format!("{{\"limit\": {text}}}")).unwrap();
            let fits = check(&document, FIELDS, &Rules::default()).is_ok();
            rewrite_integers(&mut document, FIELDS);
            assert_eq!(fits.then(|| document["limit"].clone()), expected, "{text}");
        }
    }

    #[test]
    fn nulls_and_unknown_fields_pass() {
        let document = json!({"name": null, "locked": null, "emails": [{"tags": null}], "z": 1});
        check(document.as_object().unwrap(), FIELDS, &Rules::default()).unwrap();
    }
}
