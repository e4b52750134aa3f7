//! The minimal shape of a successful response.

use crate::decode::Members;
use crate::error::{DecodeError, not_repeated};

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
    /// Anything but an error body: an object with a `statusCode` of 400 or more, or with an
    /// `errorMessage` or `error` whose `statusCode` is absent or no success.
    NoError,
    /// An object in which this member has a value: neither `null` nor an empty string.
    ///
    /// The member must not be repeated, whatever its type does about that. An object with a
    /// `statusCode` of 400 or more is an error in spite of it.
    Member(&'static str),
}

impl ResponseShape {
    /// Returns the name of the member that has to have a value.
    pub(crate) fn member(self) -> Option<&'static str> {
        match self {
            Self::Any | Self::NoError => None,
            Self::Member(name) => Some(name),
        }
    }

    /// Checks the members of a response.
    pub(crate) fn check(self, members: &Members<'_>) -> Result<(), DecodeError> {
        let (path, expected) = match self {
            Self::NoError if members.error().is_failure() => (".", NO_ERROR.to_owned()),
            Self::Member(_) if members.error().has_error_status() => (".", NO_ERROR.to_owned()),
            Self::Member(name) if members.is_repeated() => (".", not_repeated(name)),
            Self::Member(name) if !members.has_value() => (name, "a value".to_owned()),
            Self::Any | Self::NoError | Self::Member(_) => return Ok(()),
        };
        let message = members.error().failure_message();
        Err(DecodeError { message, ..DecodeError::new(path, &expected) })
    }
}

const NO_ERROR: &str = "no error body";

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn holds(shape: ResponseShape, body: &str, expected: bool) {
        let members = Members::of(body.as_bytes(), shape.member());
        assert_eq!(shape.check(&members).is_ok(), expected, "{shape:?} {body}");
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
