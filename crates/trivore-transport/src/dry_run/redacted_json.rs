//! Shows the structure of JSON, without secrets and personal data.

use std::fmt::Write as _;

use serde_json::Value;

/// Which members of JSON objects are shown; everything else is hidden.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Visible {
    /// Members whose names are shown, and what they contain by the same rules.
    pub(super) names: &'static [&'static str],
    /// Members whose values are shown, too.
    pub(super) values: &'static [&'static str],
    /// Members that may contain other names, and operations whose whole body may.
    pub(super) maps: &'static [&'static str],
}

impl Visible {
    pub(super) fn shows_name(self, name: &str) -> bool {
        self.names.contains(&name) || self.shows_value(name)
    }

    pub(super) fn shows_value(self, name: &str) -> bool {
        self.values.contains(&name)
    }

    /// Returns the text of a body.
    pub(super) fn body(self, operation: &str, body: &[u8]) -> String {
        let mut text = String::new();
        match serde_json::from_slice(body) {
            Ok(value) if self.maps.contains(&operation) => text.push_str(&kind(&value)),
            Ok(value) => self.write(&value, false, 0, &mut text),
            // Too deep, or not JSON.
            Err(_invalid) => _ = write!(text, "<{} bytes>", body.len()),
        }
        text
    }

    fn write(self, value: &Value, is_shown: bool, depth: usize, text: &mut String) {
        match value {
            Value::Object(members) if !members.is_empty() => {
                text.push_str("{\n");
                let mut hidden = 0;
                for (name, value) in members {
                    if !self.shows_name(name) {
                        hidden += 1;
                        continue;
                    }
                    indent(depth + 1, text);
                    _ = write!(text, "\"{name}\": ");
                    if self.maps.contains(&name.as_str()) {
                        text.push_str(&kind(value));
                    } else {
                        self.write(value, self.shows_value(name), depth + 1, text);
                    }
                    text.push('\n');
                }
                if hidden > 0 {
                    indent(depth + 1, text);
                    _ = writeln!(text, "<{hidden} other>");
                }
                indent(depth, text);
                text.push('}');
            }
            Value::Array(elements) if !elements.is_empty() => {
                text.push_str("[\n");
                for element in elements {
                    indent(depth + 1, text);
                    self.write(element, is_shown, depth + 1, text);
                    text.push('\n');
                }
                indent(depth, text);
                text.push(']');
            }
            Value::String(_) | Value::Number(_) | Value::Bool(_) if !is_shown => {
                text.push_str(&kind(value));
            }
            // Control characters are escaped.
            _ => _ = write!(text, "{value}"),
        }
    }
}

fn indent(depth: usize, text: &mut String) {
    text.push_str(&"  ".repeat(depth));
}

/// Returns what a value is; `null` is itself, because it clears a field.
fn kind(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "<boolean>".to_owned(),
        Value::Number(_) => "<number>".to_owned(),
        Value::String(_) => "<text>".to_owned(),
        Value::Array(elements) => format!("<list of {}>", elements.len()),
        Value::Object(members) => format!("<{} members>", members.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VISIBLE: Visible = Visible {
        names: &["name", "given", "fields", "tags"],
        values: &["id", "groups"],
        maps: &["fields", "users.fields"],
    };

    #[track_caller]
    fn check(body: &str, expected: &str) {
        let shown = VISIBLE.body("users.get", body.as_bytes());
        assert_eq!(shown.split_whitespace().collect::<Vec<_>>().join(" "), expected);
    }

    #[test]
    fn what_is_not_named_is_hidden() {
        check(r#"{"id": "1", "secret": 2}"#, r#"{ "id": "1" <1 other> }"#);
        check(
            r#"{"name": {"given": "M", "x": 1}}"#,
            r#"{ "name": { "given": <text> <1 other> } }"#,
        );
        check(r#"{"secret": {"id": "1"}}"#, "{ <1 other> }");
        check(r#"{"fields": {"id": "M", "b": 1}}"#, r#"{ "fields": <2 members> }"#);
        check(r#"{"tags": ["a", true, 1.5]}"#, r#"{ "tags": [ <text> <boolean> <number> ] }"#);
        check(r#"["a"]"#, "[ <text> ]");
        check(r#""a""#, "<text>");
    }

    #[test]
    fn what_clears_a_field_is_shown() {
        check(
            r#"{"name": null, "tags": [], "fields": null, "groups": {}}"#,
            r#"{ "fields": null "groups": {} "name": null "tags": [] }"#,
        );
    }

    #[test]
    fn shown_values_are_in_one_line() {
        check(r#"{"id": "a\nb", "groups": ["1", 2]}"#, r#"{ "groups": [ "1" 2 ] "id": "a\nb" }"#);
    }

    #[test]
    fn a_body_with_names_of_its_own_shows_none() {
        assert_eq!(VISIBLE.body("users.fields", br#"{"id": "M"}"#), "<1 members>");
        assert_eq!(VISIBLE.body("users.get", b"{id"), "<3 bytes>");
        let deep = "[".repeat(5000);
        assert_eq!(VISIBLE.body("users.get", deep.as_bytes()), "<5000 bytes>");
    }
}
