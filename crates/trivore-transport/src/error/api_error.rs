//! Error responses of the server.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, StatusCode, response};

use crate::decode::Members;
use crate::message::content_coding;

/// An error response of the server: any status other than 2xx.
///
/// A token endpoint may also respond with 200 and an error in place of a token.
///
/// The service documents `{"errorMessage": "…", "statusCode": 403}`; the token endpoint is
/// expected to follow OAuth 2.0 (`error`, `error_description`; inferred). A body in another format
/// is available from [`body`](Self::body).
///
/// ```
/// use http::{Request, Response, StatusCode};
/// use trivore_transport::{Body, BoxError, Call, Client};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let client = Client::new(tower::service_fn(async |_: Request<Body>| {
///     let body = r#"{"errorMessage": "Username is taken.", "statusCode": 409}"#;
///     let response = Response::builder().status(409).header("x-request-id", "f00d");
///     Ok::<_, BoxError>(response.body(body.to_owned())?)
/// }));
///
/// let error = client.execute(Call::post(&["user"])).await.unwrap_err();
///
/// let api = error.api().unwrap();
/// assert_eq!(api.status(), StatusCode::CONFLICT);
/// assert_eq!(api.message(), Some("Username is taken."));
/// assert_eq!(api.request_id(), Some("f00d"));
/// # }
/// ```
#[derive(Clone)]
pub struct ApiError {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    message: Option<String>,
    oauth_error: Option<String>,
    request_id: Option<String>,
    refuses_token: bool,
}

impl ApiError {
    pub(crate) fn new(head: response::Parts, body: Bytes) -> Self {
        let members = Members::of(&body, None);
        let (message, oauth_error) = (members.error().message(), members.error().code());
        let request_id = head.headers.get(REQUEST_ID);
        let request_id = request_id.and_then(|id| id.to_str().ok()).map(str::to_owned);
        let (status, headers, refuses_token) = (head.status, head.headers, false);
        Self { status, headers, body, message, oauth_error, request_id, refuses_token }
    }

    /// Reads an error response to a token request; `clean` is its body without secrets.
    ///
    /// Only an error code of RFC 6749, section 5.2 rejects the request, with status 400 or 401, or
    /// with 200, as some servers send it. Any other response may come from a proxy, or from a
    /// server that was not able to decide.
    pub(crate) fn of_token_request(head: response::Parts, body: &[u8], clean: Bytes) -> Self {
        let decides = matches!(head.status, StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED)
            || head.status.is_success();
        let mut error = Self::new(head, clean);
        // The code is one of a few words, even if one of them is a secret, too.
        let code = Members::of(body, None).error().code();
        if let Some(code) = code.filter(|code| TOKEN_REFUSALS.contains(&code.as_str())) {
            if error.message == error.oauth_error {
                error.message = Some(code.clone());
            }
            error.oauth_error = Some(code);
            error.refuses_token = decides;
        }
        error
    }

    /// Whether the token endpoint rejected the token request.
    pub(crate) fn refuses_token(&self) -> bool {
        self.refuses_token
    }

    /// Returns the HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the server's message.
    ///
    /// It is `errorMessage`, or `error_description` or `error` of OAuth 2.0.
    /// Control characters, line separators and marks that change the direction of text are removed,
    /// and it is truncated to 500 characters. `None` if the body has no message.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// Returns the error code of OAuth 2.0, such as `invalid_grant`.
    pub fn oauth_error(&self) -> Option<&str> {
        self.oauth_error.as_deref()
    }

    /// Returns the `X-Request-Id` header of the response.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// Returns the headers of the response.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the raw body, truncated at 256 KiB or at the client's limit for responses.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Returns the permission that a 403 response names.
    pub(crate) fn missing_permission(&self) -> Option<&str> {
        if self.status != StatusCode::FORBIDDEN {
            return None;
        }
        let (_, rest) = self.message()?.split_once("required permission ")?;
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let name = &rest[..end.unwrap_or(rest.len())];
        (!name.is_empty()).then_some(name)
    }

    /// Whether the request may have been applied.
    ///
    /// A 4xx response means that nothing was changed, except 408 and 499: the server or a gateway
    /// gave up, maybe while the request was processed. The server may respond with a 5xx or a
    /// redirect after it has applied the request.
    pub(crate) fn may_have_been_applied(&self) -> bool {
        leaves_open(self.status)
    }
}

/// Whether a request with this response status was or may have been applied.
pub(crate) fn leaves_open(status: StatusCode) -> bool {
    !status.is_client_error() || is_given_up(status)
}

/// Whether the server or a gateway gave up on the request, which may have been processed.
///
/// 499 is not registered; gateways use it for requests that they stopped waiting for.
pub(crate) fn is_given_up(status: StatusCode) -> bool {
    status == StatusCode::REQUEST_TIMEOUT || status.as_u16() == 499
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
        write!(f, "the server responded with {}", self.status)?;
        match &self.message {
            Some(message) => write!(f, ": {message}"),
            None => match content_coding(&self.headers) {
                Some(coding) => write!(f, " (the body has the content coding {coding})"),
                None => Ok(()),
            },
        }
    }
}

/// The error codes of a token endpoint (RFC 6749, section 5.2).
const TOKEN_REFUSALS: [&str; 6] = [
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
];

/// The header with the identifier of a request.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, body: &'static str) -> ApiError {
        let head = http::Response::builder().status(status).body(()).unwrap().into_parts().0;
        ApiError::new(head, Bytes::from_static(body.as_bytes()))
    }

    #[test]
    fn the_services_own_form_is_read() {
        let error = response(
            403,
            r#"{"errorMessage":"Client does not have required permission ACCOUNT_VIEW.","statusCode":403}"#,
        );

        assert_eq!(error.missing_permission(), Some("ACCOUNT_VIEW"));
        assert_eq!(
            error.to_string(),
            "the server responded with 403 Forbidden: \
             Client does not have required permission ACCOUNT_VIEW."
        );
    }

    #[test]
    fn an_oauth_error_is_read() {
        let error = response(400, r#"{"error":"invalid_grant","error_description":"Expired."}"#);

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
            r#"["MARK is taken"]"#,
            r#"["MARK", "MARK", "MARK"]"#,
            r#"[{"errorMessage":"MARK"}]"#,
            r#""MARK""#,
            "\u{7f}",
        ] {
            let error = response(502, body);

            assert_eq!(error.message(), None, "{body}");
            assert_eq!(error.body(), body);
        }
    }
}
