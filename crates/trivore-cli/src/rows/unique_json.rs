//! JSON in which no object has a member twice.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Reads a JSON value; an object that has a member twice is an error.
///
/// The message does not show values.
pub(crate) fn parse(text: &str) -> Result<Value, String> {
    let unique: Unique = serde_json::from_str(text).map_err(|error| message(&error))?;
    if has_long_number(text) {
        return Err("a number has too many digits to be kept exactly; write it as text".to_owned());
    }
    Ok(unique.0)
}

/// Whether a number has more digits than the largest one that is kept exactly.
fn has_long_number(json: &str) -> bool {
    let (mut digits, mut is_in_string, mut is_escaped) = (0, false, false);
    json.bytes().any(|byte| {
        digits = if byte.is_ascii_digit() && !is_in_string { digits + 1 } else { 0 };
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = is_in_string,
            b'"' => is_in_string = !is_in_string,
            _ => {}
        }
        digits >= MOST_DIGITS
    })
}

const MOST_DIGITS: u32 = 20;

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
        (serde_json::error::Category::Data, _) | (_, 0) => text.to_owned(),
        (_, column) => format!("invalid JSON: {text} (character {column})"),
    }
}

struct Unique(Value);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UniqueVisitor).map(Self)
    }
}

struct UniqueVisitor;

impl<'de> Visitor<'de> for UniqueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("a number is out of range"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(Unique(item)) = list.next_element()? {
            items.push(item);
        }
        Ok(items.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some((name, Unique(value))) = object.next_entry::<String, _>()? {
            if members.contains_key(&name) {
                return Err(A::Error::custom(format!("an object has the member {name:?} twice")));
            }
            members.insert(name, value);
        }
        Ok(members.into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::parse;

    #[test]
    fn json_is_read_unless_a_member_is_there_twice() {
        let text = r#"{"a": [1, -1, 1.5, "x", null, true], "b": {"a": {}}}"#;
        assert_eq!(parse(text), Ok(json!({"a": [1, -1, 1.5, "x", null, true], "b": {"a": {}}})));
        assert_eq!(
            parse(r#"{"b": [{"a": 1, "a": 2}]}"#),
            Err("an object has the member \"a\" twice".to_owned())
        );
        assert!(parse("{").unwrap_err().starts_with("invalid JSON: EOF"));
        assert!(parse("1e999").is_err());
        assert_eq!(
            parse("[9007199254740993, \"12345678901234567890\"]").unwrap()[0],
            9_007_199_254_740_993_i64
        );
        assert!(
            parse("{\"\\\"a\": 12345678901234567890}").unwrap_err().contains("too many digits")
        );
        assert!(parse(&"[".repeat(100_000)).is_err());
    }
}
