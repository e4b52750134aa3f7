//! Operations of the service that the sandbox lacks.

use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, any, on};
use http::StatusCode;

use crate::values::api_error::ApiError;
use crate::values::paths::API;

/// An operation that the service has and the sandbox lacks; it responds with 501.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MissingOperation {
    /// Method; `None` means every method.
    pub method: Option<&'static str>,
    /// Path; paths of the Management API have no `/api/rest/v1`.
    pub path: &'static str,
    /// What it does.
    pub name: &'static str,
}

/// Lists the operations that the service has and the sandbox lacks.
///
/// Paths that the public documents do not name are not in the list.
///
/// # Examples
///
/// ```
/// let missing = trivore_sandbox::missing_operations();
///
/// assert!(missing.iter().any(|operation| operation.path == "/sms/send"));
/// ```
pub fn missing_operations() -> &'static [MissingOperation] {
    MISSING
}

impl MissingOperation {
    const fn new(method: Option<&'static str>, path: &'static str, name: &'static str) -> Self {
        Self { method, path, name }
    }

    /// Returns the path from the root of the server.
    pub(super) fn full_path(&self) -> String {
        if self.path.starts_with("/openid/") {
            self.path.to_owned()
        } else {
            format!("{API}{}", self.path)
        }
    }

    /// Returns the route, which responds with the name of what is missing.
    pub(super) fn route(&'static self) -> MethodRouter {
        let handler = async move || self.respond();
        match self.method {
            Some("GET") => on(MethodFilter::GET, handler),
            Some("PATCH") => on(MethodFilter::PATCH, handler),
            Some("POST") => on(MethodFilter::POST, handler),
            _ => any(handler),
        }
    }

    fn respond(&self) -> Response {
        let Self { method, path, name } = self;
        let method = method.unwrap_or("all methods");
        let message = format!("The sandbox lacks this operation: {name} ({method} {path}).");
        ApiError::new(StatusCode::NOT_IMPLEMENTED, message).into_response()
    }
}

const GET: Option<&str> = Some("GET");
const PATCH: Option<&str> = Some("PATCH");
const POST: Option<&str> = Some("POST");

const MISSING: &[MissingOperation] = &[
    MissingOperation::new(POST, "/email/send", "send an e-mail"),
    MissingOperation::new(POST, "/group/{groupId}/email/send", "send an e-mail to a group"),
    MissingOperation::new(POST, "/user/{userId}/email/send", "send an e-mail to a user"),
    MissingOperation::new(GET, "/sms/regions", "list the regions of text messages"),
    MissingOperation::new(POST, "/sms/send", "send a text message"),
    MissingOperation::new(POST, "/user/{userId}/sms/send", "send a text message to a user"),
    MissingOperation::new(None, "/user/{userId}/mydata", "a user's own data (MyData)"),
    MissingOperation::new(None, "/mydata/user", "MyData of users"),
    MissingOperation::new(None, "/mydata/{dataId}", "a package of MyData"),
    MissingOperation::new(None, "/user/{userId}/personaldatarequests", "personal data requests"),
    MissingOperation::new(
        None,
        "/user/{userId}/personaldatarequests/{requestId}",
        "a personal data request",
    ),
    MissingOperation::new(None, "/user/{userId}/paycard", "payment cards of a user"),
    MissingOperation::new(None, "/user/{userId}/paycard/{paycardId}", "a payment card"),
    MissingOperation::new(
        None,
        "/user/{userId}/paycard/{paycardId}/pantoken",
        "tokens of a payment card's number",
    ),
    MissingOperation::new(
        None,
        "/user/{userId}/paycard/{paycardId}/pantoken/{tokenId}",
        "a token of a payment card's number",
    ),
    MissingOperation::new(None, "/token", "application tokens"),
    MissingOperation::new(None, "/user/{userId}/token", "user tokens (keys and values of a user)"),
    MissingOperation::new(None, "/user/{userId}/token/{key}", "a user token"),
    MissingOperation::new(None, "/user/{userId}/token/{key}/ro", "readers of a user token"),
    MissingOperation::new(None, "/user/{userId}/token/{key}/rw", "writers of a user token"),
    MissingOperation::new(
        None,
        "/user/{userId}/change-contact/begin",
        "begin to change an address or number",
    ),
    MissingOperation::new(
        None,
        "/user/{userId}/change-contact/finish",
        "finish the change of an address or number",
    ),
    MissingOperation::new(
        PATCH,
        "/user/{userId}/customfields",
        "patch the custom fields of a user",
    ),
    MissingOperation::new(None, "/group/{groupId}/customfields", "custom fields of a group"),
    MissingOperation::new(None, "/openid/register", "register an OIDC client"),
    MissingOperation::new(
        None,
        "/openid/strongidentification",
        "strong identification on a page, before version 3.7",
    ),
];
