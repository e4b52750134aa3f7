//! The minimal shape of a successful response.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::decode_error::DecodeError;
use crate::one_line::one_line;

/// The minimal shape of a successful response of an operation.
///
/// Types that accept many responses, with no required field, would accept an error body or an
/// empty object, too. A response that decodes but is less than this is a decode error.
///
/// ```
/// use http::{Request, Response};
/// use trivore_transport::{Body, BoxError, Call, Client, Operation, ResponseShape};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// static GET_USER: Operation =
///     Operation::get("users.get", "/user/{userId}").returns(ResponseShape::Member("id"));
///
/// let client = Client::new(tower::service_fn(async |_: Request<Body>| {
///     let body = r#"{"errorMessage": "The database is down.", "statusCode": 500}"#;
///     Ok::<_, BoxError>(Response::new(body.to_owned()))
/// }));
/// let call: Call<serde_json::Value> = Call::of(&GET_USER, &["42"]);
/// let error = client.send(call).await.unwrap_err();
///
/// assert!(error.is_decode());
/// assert_eq!(error.decode_error().unwrap().message(), Some("The database is down."));
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ResponseShape {
    /// Whatever the type of the response accepts.
    #[default]
    Any,
    /// Anything but the service's error body: an object with `errorMessage` whose `statusCode` is
    /// absent or no success.
    NoError,
    /// An object in which this member has a value: neither `null` nor an empty string.
    Member(&'static str),
}

/// Checks that a response has at least this shape.
pub(crate) fn check(shape: ResponseShape, json: &[u8]) -> Result<(), DecodeError> {
    match shape {
        ResponseShape::Any => Ok(()),
        ResponseShape::NoError => match error_message(json) {
            None => Ok(()),
            message => Err(DecodeError { message, ..DecodeError::new(".", "no error body") }),
        },
        ResponseShape::Member(name) if has_member(json, name) => Ok(()),
        ResponseShape::Member(name) => {
            let message = error_message(json);
            Err(DecodeError { message, ..DecodeError::new(name, "a value") })
        }
    }
}

/// Returns the message of the service's error body; `None` if the body is no error.
pub(crate) fn error_message(json: &[u8]) -> Option<String> {
    // A derived type would also accept an array.
    if json.trim_ascii_start().first() != Some(&b'{') {
        return None;
    }
    let body: ErrorBody = serde_json::from_slice(json).ok()?;
    let is_success = |status: &Value| status.as_f64().is_some_and(|status| status < 400.0);
    if body.status_code.is_some_and(|status| is_success(&status)) {
        return None;
    }
    let message = one_line(body.error_message?.as_str()?, MAX_MESSAGE_LENGTH);
    (!message.is_empty()).then_some(message)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ErrorBody {
    error_message: Option<Value>,
    status_code: Option<Value>,
}

/// Whether a member of the object has a value.
///
/// Decoding has checked the JSON before.
fn has_member(json: &[u8], name: &str) -> bool {
    // The scan misses names with escapes; the slow way is for those, and for bodies without it.
    scan(json, name).unwrap_or_else(|| {
        let object: Option<Map<String, Value>> = serde_json::from_slice(json).ok();
        let value = object.as_ref().and_then(|object| object.get(name));
        value.is_some_and(|value| !value.is_null() && value != "")
    })
}

/// Finds a member of the outermost object and whether it has a value, without reading others.
fn scan(json: &[u8], name: &str) -> Option<bool> {
    if json.trim_ascii_start().first() != Some(&b'{') {
        return None;
    }
    let mut depth = 0_usize;
    let mut rest = json;
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => {
                let length = string_length(rest)?;
                let (text, after) = rest.split_at_checked(length)?;
                rest = after.get(1..)?;
                let value = (depth == 1 && text == name.as_bytes())
                    .then(|| rest.trim_ascii_start().strip_prefix(b":"))
                    .flatten();
                if let Some(value) = value.map(<[u8]>::trim_ascii_start) {
                    return Some(!value.starts_with(b"null") && !value.starts_with(b"\"\""));
                }
            }
            _ => {}
        }
    }
    None
}

/// Returns the length of a string whose opening quote was read.
fn string_length(json: &[u8]) -> Option<usize> {
    let mut is_escaped = false;
    json.iter().position(|byte| {
        let is_end = *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        is_end
    })
}

const MAX_MESSAGE_LENGTH: usize = 500;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn holds(shape: ResponseShape, body: &str, expected: bool) {
        assert_eq!(check(shape, body.as_bytes()).is_ok(), expected, "{shape:?} {body}");
    }

    #[test]
    fn a_member_has_to_be_there_with_a_value() {
        let id = ResponseShape::Member("id");
        for body in [
            r#"{"id":"1"}"#,
            r#"{"a":{"id":null},"b":[1],"id":"1","c":2}"#,
            r#"{"\u0069d":7}"#,
            r#"{"id":false}"#,
            r#"{"id":{}}"#,
            r#" { "a\\" : "\"id\":" , "x":"id", "id" : "1" } "#,
        ] {
            holds(id, body, true);
        }
        for body in [
            "{}",
            r#"{"id":null}"#,
            r#"{"id" : "" }"#,
            r#"{"a":{"id":"1"}}"#,
            r#"{"a":"\"id\":1"}"#,
            r#"[{"id":"1"}]"#,
            "[]",
            "null",
            "\"",
            "{\"id",
        ] {
            holds(id, body, false);
        }
    }

    #[test]
    fn an_error_body_is_known_by_its_members() {
        let no_error = ResponseShape::NoError;
        for body in [
            r#"{"errorMessage":"down","statusCode":500}"#,
            r#"{"errorMessage":"down"}"#,
            r#" {"statusCode":"500","errorMessage":"down","more":[]}"#,
        ] {
            holds(no_error, body, false);
            holds(ResponseShape::Any, body, true);
        }
        for body in [
            "",
            "null",
            "{}",
            r#"["down",500]"#,
            r#"{"errorMessage":null}"#,
            r#"{"errorMessage":""}"#,
            r#"{"errorMessage":"none","statusCode":200}"#,
            r#"{"lastQueryError":"x"}"#,
            "<html>",
        ] {
            holds(no_error, body, true);
        }
    }
}
