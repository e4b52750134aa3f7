//! JSON of a row or of a cell.

use serde_json::Value;
use serde_json::error::Category;

use crate::exact_json::{self, InexactJson};

/// Reads a JSON value of which nothing is rounded or lost.
///
/// The message does not show values.
pub(crate) fn parse(text: &str) -> Result<Value, String> {
    exact_json::parse(text).map_err(|error| match error {
        InexactJson::Invalid(error) => message(&error),
        InexactJson::Rounded => error.to_string(),
    })
}

/// Reads a JSON value from bytes, which must be UTF-8.
pub(crate) fn parse_bytes(bytes: &[u8]) -> Result<Value, String> {
    let text = str::from_utf8(bytes).map_err(|error| {
        let at = bytes.get(error.valid_up_to()).copied().unwrap_or_default();
        super::encoding::not_utf8(at)
    })?;
    parse(text)
}

fn message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    // The place within the row; its line is said elsewhere.
    let text = text.split(" at line ").next().unwrap_or(&text);
    match (error.classify(), error.column()) {
        (Category::Data, _) | (_, 0) => text.to_owned(),
        (_, column) => format!("invalid JSON: {text} (character {column})"),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        for (text, expected) in [
            ("{\"b\": [{\"a\": 1, \"a\": 2}]}", "an object has the member \"a\" twice"),
            ("{", "invalid JSON: EOF while parsing an object (character 1)"),
            ("1e999", "invalid JSON: number out of range (character 5)"),
            ("12345678901234567890123", "an integer has more than 64 bits; write it as text"),
        ] {
            assert_eq!(parse(text).unwrap_err(), expected);
        }
        assert!(parse(&"[".repeat(100_000)).is_err());
    }
}
