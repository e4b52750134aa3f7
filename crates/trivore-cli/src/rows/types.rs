//! Checks that the fields of a row's JSON object are known and have the right types.

use serde_json::Value;

use super::document::Document;
use super::field::unknown;
use super::fields::{self, FieldType, Fields};
use super::problem::Problem;
use crate::nearest::nearest;

/// Returns what is wrong with the types of a row; values are not shown.
///
/// Unknown fields are added to `unknown`, since a newer service may know them; one whose name is
/// like that of a known field is wrong, unless it is allowed.
pub(crate) fn check(
    document: &Document,
    allows_unknown: bool,
    unknown: &mut Vec<String>,
) -> Vec<Problem> {
    let mut check = Check { problems: Vec::new(), unknown, allows_unknown };
    check.object(document, fields::USER, "");
    check.problems
}

struct Check<'a> {
    problems: Vec<Problem>,
    unknown: &'a mut Vec<String>,
    allows_unknown: bool,
}

impl Check<'_> {
    fn object(&mut self, object: &Document, fields: Fields, path: &str) {
        for (name, value) in object {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            match fields.iter().find(|(known, _)| known == name) {
                Some((_, holds)) => self.value(value, *holds, &path),
                None => self.name(name, fields, path),
            }
        }
    }

    fn name(&mut self, name: &str, fields: Fields, path: String) {
        if self.allows_unknown {
            self.unknown.push(path);
        } else if name.contains('.') && fields::find(path.split('.')).is_some() {
            let message = "in JSON, the parts of a name are objects in each other";
            self.problems.push(Problem::new(message).in_column(&path));
        } else if nearest(name, fields.iter().map(|(known, _)| *known)).is_some() {
            self.problems.push(Problem::new(unknown(&path)).in_column(&path));
        } else {
            self.unknown.push(path);
        }
    }

    fn value(&mut self, value: &Value, holds: FieldType, path: &str) {
        let expected = match (holds, value) {
            (_, Value::Null)
            | (FieldType::Any, _)
            | (FieldType::Text, Value::String(_))
            | (FieldType::Flag, Value::Bool(_))
            | (FieldType::Number, Value::Number(_))
            | (FieldType::Map, Value::Object(_)) => return,
            (FieldType::Object(fields), Value::Object(object)) => {
                return self.object(object, fields, path);
            }
            (FieldType::Texts, Value::Array(items)) => {
                for (at, item) in items.iter().enumerate() {
                    self.value(item, FieldType::Text, &format!("{path}.{at}"));
                }
                return;
            }
            (FieldType::Objects(fields, main), Value::Array(items)) => {
                for (at, item) in items.iter().enumerate() {
                    if !(item.is_string() && main.is_some()) {
                        self.value(item, FieldType::Object(fields), &format!("{path}.{at}"));
                    }
                }
                return;
            }
            (FieldType::Text, _) => "expected text",
            (FieldType::Flag, _) => "expected true or false",
            (FieldType::Number, _) => "expected a number",
            (FieldType::Texts, _) => "expected a list of texts",
            (FieldType::Object(_) | FieldType::Map, _) => "expected an object",
            (FieldType::Objects(..), _) => "expected a list of objects",
        };
        self.problems.push(Problem::new(expected).in_column(path));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::check;

    #[track_caller]
    fn problems(row: &Value) -> Vec<String> {
        let problems = check(row.as_object().unwrap(), false, &mut Vec::new());
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn each_field_has_its_type() {
        assert_eq!(
            problems(&json!({
                "username": "jane", "locked": false, "tags": ["a"], "emails": ["a@b.c", {"address": "d"}],
                "name": {"givenName": null}, "customFields": {"a": [1]}, "newer": 1,
            })),
            [""; 0]
        );
        for (row, expected) in [
            (json!({"username": 1}), "column username: expected text"),
            (json!({"tags": "a"}), "column tags: expected a list of texts"),
            (json!({"tags": ["a", 1]}), "column tags.1: expected text"),
            (
                json!({"emails": [{"verified": "x"}]}),
                "column emails.0.verified: expected true or false",
            ),
            (json!({"addresses": ["x"]}), "column addresses.0: expected an object"),
            (json!({"name": []}), "column name: expected an object"),
            (json!({"usernam": ""}), "column usernam: unknown field; did you mean username?"),
            (
                json!({"name.givenName": ""}),
                "column name.givenName: in JSON, the parts of a name are objects in each other",
            ),
        ] {
            assert_eq!(problems(&row), [expected]);
        }
    }

    #[test]
    fn unknown_fields_are_told() {
        let mut unknown = Vec::new();
        let row = json!({"newer": 1, "name": {"suffix": ""}});
        assert!(check(row.as_object().unwrap(), false, &mut unknown).is_empty());
        assert_eq!(unknown, ["name.suffix", "newer"]);
        let row = json!({"placeOfBirth": {}});
        assert_eq!(check(row.as_object().unwrap(), false, &mut unknown).len(), 1);
        assert!(check(row.as_object().unwrap(), true, &mut unknown).is_empty());
    }
}
