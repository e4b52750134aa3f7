//! JSON of which nothing is rounded or lost.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use thiserror::Error as ThisError;

/// Parses JSON, or says what is wrong with it, without values.
///
/// An integer beyond 64 bits would be rounded, and of a member that is there twice, one would be
/// lost: both are refused.
pub(crate) fn parse(json: &str) -> Result<Value, InexactJson> {
    let UniqueMembers(value) = serde_json::from_str(json)?;
    match rounded_integer(json) {
        Some(_) => Err(InexactJson::Rounded),
        None => Ok(value),
    }
}

/// Why a text is no JSON that can be kept as it is.
#[derive(Debug, ThisError)]
pub(crate) enum InexactJson {
    #[error("no valid JSON: {}", json_problem(.0))]
    Invalid(#[from] serde_json::Error),
    #[error("an integer has more than 64 bits; write it as text")]
    Rounded,
}

/// Says what is wrong with a text that is no JSON, and where.
pub(crate) fn json_problem(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.strip_prefix("EOF while parsing ") {
        Some(rest) => format!("it ends within {rest}"),
        None => text,
    }
}

/// Returns the first integer of a valid JSON text that does not fit in 64 bits.
fn rounded_integer(json: &str) -> Option<&str> {
    let mut is_string = false;
    let mut is_escaped = false;
    let mut start = None;
    for (at, c) in json.char_indices().chain([(json.len(), ' ')]) {
        let is_of_number = !is_string && (c.is_ascii_digit() || "+-.eE".contains(c));
        match (start, is_of_number) {
            (None, true) if c.is_ascii_digit() || c == '-' => start = Some(at),
            (Some(from), false) => {
                let number = &json[from..at];
                let is_integer = !number.contains(['.', 'e', 'E']);
                if is_integer && number.parse::<i64>().is_err() && number.parse::<u64>().is_err() {
                    return Some(number);
                }
                start = None;
            }
            _ => {}
        }
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if is_string => is_escaped = true,
            '"' => is_string = !is_string,
            _ => {}
        }
    }
    None
}

/// A JSON value; deserializing fails where an object has a member twice, of which one would be lost.
struct UniqueMembers(Value);

impl<'de> Deserialize<'de> for UniqueMembers {
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
        let number = Number::from_f64(value);
        number.map(Value::Number).ok_or_else(|| E::custom("a number is out of range"))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(UniqueMembers(element)) = elements.next_element()? {
            list.push(element);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.contains_key(&name) {
                return Err(A::Error::custom(format_args!(
                    "an object has the member {name:?} twice"
                )));
            }
            let UniqueMembers(value) = members.next_value()?;
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::parse;

    #[test]
    fn what_would_be_rounded_or_lost_is_refused() {
        for (json, is_exact) in [
            ("18446744073709551615", true),
            ("-9223372036854775808", true),
            ("18446744073709551616", false),
            ("-9223372036854775809", false),
            ("{\"a\": [1, 123456789012345678901]}", false),
            ("\"123456789012345678901\"", true),
            ("\"\\\"123456789012345678901\"", true),
            ("{\"123456789012345678901\": true, \"false\": 1e30}", true),
            ("1.5", true),
            ("[null, true, -1, {\"a\": {\"b\": 1}, \"b\": \"\"}]", true),
            ("[{\"a\": {\"b\": 1, \"b\": 1}}]", false),
            ("[", false),
        ] {
            let parsed = parse(json);
            assert_eq!(parsed.is_ok(), is_exact, "{json}");
            if let Ok(value) = parsed {
                assert_eq!(value, serde_json::from_str::<Value>(json).unwrap());
            }
        }
    }
}
