//! The least that a successful response has to be.

use std::fmt;

use serde::Deserialize;
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::Value;

use crate::decode_error::DecodeError;
use crate::one_line::one_line;

/// The least that a successful response of an operation has to be.
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

/// Checks that a response is at least this.
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

/// Whether a member of the object has a value; reads no further than that.
fn has_member(json: &[u8], name: &str) -> bool {
    let mut found = false;
    let member = Member { name, found: &mut found };
    // An error ends the search, and decoding has checked before whether the JSON is valid.
    drop(serde_json::Deserializer::from_slice(json).deserialize_map(member));
    found
}

struct Member<'a> {
    name: &'a str,
    found: &'a mut bool,
}

impl<'de> Visitor<'de> for Member<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(is_it) = members.next_key_seed(Name(self.name))? {
            if !is_it {
                members.next_value::<IgnoredAny>()?;
            } else if members.next_value::<HasValue>()?.0 {
                *self.found = true;
                return Err(A::Error::custom("found"));
            }
        }
        Ok(())
    }
}

/// Compares a name without copying it.
struct Name<'a>(&'a str);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<bool, E> {
        Ok(name == self.0)
    }
}

struct HasValue(bool);

impl<'de> Deserialize<'de> for HasValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(HasValueVisitor)
    }
}

struct HasValueVisitor;

impl<'de> Visitor<'de> for HasValueVisitor {
    type Value = HasValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<HasValue, E> {
        Ok(HasValue(false))
    }

    fn visit_bool<E>(self, _: bool) -> Result<HasValue, E> {
        Ok(HasValue(true))
    }

    fn visit_u64<E>(self, _: u64) -> Result<HasValue, E> {
        Ok(HasValue(true))
    }

    fn visit_i64<E>(self, _: i64) -> Result<HasValue, E> {
        Ok(HasValue(true))
    }

    fn visit_f64<E>(self, _: f64) -> Result<HasValue, E> {
        Ok(HasValue(true))
    }

    fn visit_str<E>(self, text: &str) -> Result<HasValue, E> {
        Ok(HasValue(!text.is_empty()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<HasValue, A::Error> {
        IgnoredAny.visit_seq(elements)?;
        Ok(HasValue(true))
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<HasValue, A::Error> {
        IgnoredAny.visit_map(members)?;
        Ok(HasValue(true))
    }
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
        ] {
            holds(id, body, true);
        }
        for body in ["{}", r#"{"id":null}"#, r#"{"id":""}"#, r#"{"a":{"id":"1"}}"#, "[]", "null"] {
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
