//! What the server said when it refused.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode, response};
use serde::Deserialize;

use crate::one_line::one_line;

/// An error answer of the server.
///
/// The service documents `{"errorMessage": "…", "statusCode": 403}`; its token
/// endpoint is expected to follow OAuth 2.0 (`error`, `error_description`,
/// inferred). Any other body is kept as it came.
#[derive(Clone)]
pub struct ApiError {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    message: Option<String>,
    oauth_error: Option<String>,
    request_id: Option<String>,
}

/// Both forms in one, each field optional and of any type.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Wire {
    error_message: Option<serde_json::Value>,
    error: Option<serde_json::Value>,
    #[serde(rename = "error_description")]
    error_description: Option<serde_json::Value>,
}

impl ApiError {
    pub(crate) fn new(head: response::Parts, body: Bytes) -> Self {
        let wire: Wire = serde_json::from_slice(&body).unwrap_or_default();
        let oauth_error = wire.error.as_ref().and_then(text);
        let message = wire.error_message.as_ref().or(wire.error_description.as_ref());
        let message = message.and_then(text).or_else(|| oauth_error.clone());
        let request_id = head.headers.get("x-request-id");
        let request_id = request_id.and_then(|id| id.to_str().ok()).map(str::to_owned);
        Self { status: head.status, headers: head.headers, body, message, oauth_error, request_id }
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The server's words: `errorMessage`, or what OAuth 2.0 puts in its place.
    ///
    /// Control characters, separators of lines and marks that turn the direction of writing
    /// are taken out; `None` when the body has no message.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// OAuth 2.0's error code, such as `invalid_grant`.
    pub fn oauth_error(&self) -> Option<&str> {
        self.oauth_error.as_deref()
    }

    /// The request's identifier, as the server sent it back.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The answer's headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body as it came, cut at 256 KiB or at the client's limit for answers.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The permission that a 403 answer names.
    pub(crate) fn missing_permission(&self) -> Option<&str> {
        if self.status != StatusCode::FORBIDDEN {
            return None;
        }
        let (_, rest) = self.message()?.split_once("required permission ")?;
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let name = &rest[..end.unwrap_or(rest.len())];
        (!name.is_empty()).then_some(name)
    }

    /// A refusal changes nothing; a failure on the server's side may come too late for that,
    /// and a redirect may follow what was done.
    pub(crate) fn may_have_been_applied(&self) -> bool {
        leaves_open(self.status)
    }
}

/// Whether an answer with this status leaves open that the request was applied, or says so.
pub(crate) fn leaves_open(status: StatusCode) -> bool {
    !status.is_client_error()
}

impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("status", &self.status)
            .field("message", &self.message)
            .field("oauth_error", &self.oauth_error)
            .field("request_id", &self.request_id)
            .field("body", &format_args!("<{} bytes>", self.body.len()))
            .finish_non_exhaustive()
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the server answered {}", self.status)?;
        match &self.message {
            Some(message) => write!(f, ": {message}"),
            None => Ok(()),
        }
    }
}

/// A message on one line, of a length that a log can take.
fn text(value: &serde_json::Value) -> Option<String> {
    let text = one_line(value.as_str()?, MAX_MESSAGE_LENGTH);
    (!text.is_empty()).then_some(text)
}

const MAX_MESSAGE_LENGTH: usize = 500;

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &'static str) -> ApiError {
        let response = http::Response::builder().status(status).body(()).unwrap();
        ApiError::new(response.into_parts().0, Bytes::from_static(body.as_bytes()))
    }

    #[test]
    fn the_services_own_form_is_read() {
        let error = answer(
            403,
            r#"{"errorMessage":"Client does not have required permission ACCOUNT_VIEW.","statusCode":403}"#,
        );

        assert_eq!(error.missing_permission(), Some("ACCOUNT_VIEW"));
        assert_eq!(
            error.to_string(),
            "the server answered 403 Forbidden: Client does not have required permission ACCOUNT_VIEW."
        );
    }

    #[test]
    fn an_oauth_error_is_read() {
        let error = answer(400, r#"{"error":"invalid_grant","error_description":"Expired."}"#);

        assert_eq!(error.oauth_error(), Some("invalid_grant"));
        assert_eq!(error.message(), Some("Expired."));
    }

    #[test]
    fn any_body_makes_an_error() {
        for body in [
            "",
            "<html>",
            "null",
            "[]",
            r#"{"errorMessage":null}"#,
            r#"{"errorMessage":7}"#,
            "\u{7f}",
        ] {
            let error = answer(502, body);

            assert_eq!(error.message(), None, "{body}");
            assert_eq!(error.body(), body);
        }
    }
}
