//! Checks of error texts: one line, of limited length, without values from a body.

use std::collections::HashSet;
use std::error::Error as StdError;

use serde_json::Value;
use trivore::Error;

/// Checks all texts of an error.
pub(super) fn check(error: &Error) {
    let mut texts = vec![error.to_string()];
    let mut source = error.source();
    while let Some(inner) = source {
        texts.push(inner.to_string());
        source = inner.source();
    }
    for text in &texts {
        one_line(text);
    }
    if let Some(place) = error.decode_error() {
        one_line(place.path());
        // Fields of the models; names that an application chose are not shown.
        let is_ours = |c: char| c.is_ascii_alphanumeric() || "_.*[]".contains(c);
        assert!(place.path().chars().all(is_ours), "{:?}", place.path());
        place.expected().iter().for_each(|text| one_line(text));
        place.content_type().iter().for_each(|text| one_line(text));
    }
    if let Some(response) = error.api() {
        response.message().iter().for_each(|text| message(text));
        response.oauth_error().iter().for_each(|text| message(text));
    }
    if let Some(permission) = error.missing_permission() {
        assert!(error.is_forbidden());
        assert!(!permission.is_empty());
        assert!(permission.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'));
    }
    assert!(!format!("{error:?}").contains(['\n', '\r']));
}

/// Checks that a text is safe to log: it cannot start a new line or hide the text after it.
pub(super) fn one_line(text: &str) {
    let forging = |c: char| {
        c.is_control()
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert!(!text.contains(forging), "not a single line: {text:?}");
    assert!(text.chars().count() <= MAX_LENGTH, "{} characters", text.chars().count());
}

fn message(text: &str) {
    one_line(text);
    assert!(!text.is_empty() && text.chars().count() <= 500);
}

/// Checks that an error contains no string value of a JSON body.
///
/// Member names are allowed, because the JSON path consists of them.
pub(super) fn no_value_of(body: &[u8], error: &Error) {
    let mut told = format!("{error} {error:?}");
    // Only valid JSON without escapes can be split into its strings reliably.
    let is_plain = !body.contains(&b'\\') && serde_json::from_slice::<Value>(body).is_ok();
    if let Some(place) = error.decode_error().filter(|_| !is_plain) {
        for name in [Some(place.path()), place.content_type()].into_iter().flatten() {
            told = told.replace(name, "").replace(&name.escape_debug().to_string(), "");
        }
    }
    let (mut names, mut values) = (HashSet::new(), HashSet::new());
    let mut rest = body;
    while let Some((text, after)) = string(rest) {
        let is_name = after.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':');
        if is_name {
            names.insert(text)
        } else {
            values.insert(text)
        };
        rest = after;
    }
    for value in values.into_iter().filter(|value| value.len() >= SHORTEST) {
        let is_name = names.iter().any(|name| name.contains(value));
        let is_ours = is_name || VOCABULARY.contains(value);
        assert!(is_ours || !told.contains(value), "{value:?} in {told:?}");
    }
}

/// Returns the next string literal without escapes, and the text after it.
fn string(text: &[u8]) -> Option<(&str, &[u8])> {
    let start = text.iter().position(|byte| *byte == b'"')? + 1;
    let length = text[start..].iter().position(|byte| *byte == b'"')?;
    let (literal, after) = (&text[start..start + length], &text[start + length + 1..]);
    Some((std::str::from_utf8(literal).unwrap_or_default(), after))
}

const MAX_LENGTH: usize = 1000;

/// Shorter strings can occur in any text by chance.
const SHORTEST: usize = 5;

/// The SDK's own error texts, which a body may contain as well.
const VOCABULARY: &str = "Error operation kind attempts DecodeError path expected content_type \
    Decode None Some(\"more input (the body is truncated)\") valid JSON the end of the body \
    could not decode the response at . : expected a string a boolean a map a sequence \
    struct User Page an array an object or a string a page object with elements borrowed string or bytes any value u64 i64 f64 u32 \
    call: could not decode the response at : expected valid JSON \
    call: could not decode the response: expected valid JSON \
    Error { operation: Some(\"call\"), kind: Decode(DecodeError { path: \"\", \
    expected: Some(\"valid JSON\"), content_type: None }), \
    attempts: [AttemptSummary { end: Status(200), elapsed: 0ns, waited: None }] }";
