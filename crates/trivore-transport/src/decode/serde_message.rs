//! What serde's messages say was expected, without the values that they quote.

use crate::error::{not_repeated, one_line};

/// Returns what serde expected, without the values that its message quotes.
pub(super) fn expectation(error: &serde_json::Error) -> Option<String> {
    if error.is_eof() {
        return Some(MORE_INPUT.to_owned());
    }
    let message = error.to_string();
    if error.is_syntax() {
        let limit = LIMITS.iter().find(|(start, _)| message.starts_with(start));
        return Some(limit.map_or(VALID_JSON, |(_, expected)| *expected).to_owned());
    }
    if let Some(expected) = expected_member(&message) {
        return Some(expected);
    }
    // The words of other errors are a type's own and could quote values.
    if !SERDES_OWN.iter().any(|start| message.starts_with(start)) {
        return None;
    }
    // In "invalid type: string "…", expected u64 at line 1 column 9", only the part after
    // "expected" is free of values.
    let (_, expected) = message.rsplit_once(", expected ")?;
    let expected = expected.rsplit_once(" at line ").map_or(expected, |(text, _)| text);
    // Then nothing is expected, and what was split off is a part of the value.
    (!expected.ends_with(NO_VARIANTS)).then(|| expected.to_owned())
}

/// Returns the member that is missing or repeated.
///
/// Its name is one of the type's own fields, and not a value: serde names no other ones here.
fn expected_member(message: &str) -> Option<String> {
    let named = |opening: &str| {
        let (name, _) = message.strip_prefix(opening)?.rsplit_once('`')?;
        Some(one_line(name, MAX_LENGTH))
    };
    let missing = named("missing field `").map(|name| format!("a member `{name}`"));
    missing.or_else(|| named("duplicate field `").map(|name| not_repeated(&name)))
}

/// How messages begin that serde itself makes of a value and of what was expected.
const SERDES_OWN: [&str; 4] =
    ["invalid type: ", "invalid value: ", "invalid length ", "unknown variant "];

/// How messages end about a value of an enum that has none.
const NO_VARIANTS: &str = "`, there are no variants";

/// How messages begin about valid JSON that exceeds a limit, and what is expected instead.
const LIMITS: [(&str, &str); 2] = [
    ("recursion limit exceeded", "fewer than 128 levels of nesting"),
    ("number out of range", "a number within the range of 64-bit floats"),
];

pub(super) const VALID_JSON: &str = "valid JSON";
pub(super) const MORE_INPUT: &str = "more input (the body is truncated)";

/// Limits the length of names and of the content type, which the server chooses.
pub(super) const MAX_LENGTH: usize = 200;
