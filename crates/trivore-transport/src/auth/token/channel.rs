//! Sends token requests, with their own retries.

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, USER_AGENT};
use http::{HeaderValue, Request, Response, StatusCode, Uri};
use serde_json::Value;
use tokio::time::Instant;

use crate::address::BaseUrl;
use crate::auth::token::redaction::without;
use crate::auth::token::refresh_deadline::RefreshDeadline;
use crate::auth::token::secret_string::SecretString;
use crate::call::{AttemptEnd, AttemptOutcome, CallContext, Operation, Safety};
use crate::error::{ApiError, Error, Result};
use crate::message::server_wait;
use crate::retry::{RetryContext, RetryPolicy};
use crate::stack::Stack;

/// Sends token requests through the stack below the sign layer.
pub(crate) struct Channel {
    pub(crate) service: Stack,
    /// The base URL of the API.
    pub(crate) base_url: BaseUrl,
    pub(crate) allows_plain_http: bool,
    /// The `User-Agent` of the call that started the refresh.
    pub(crate) user_agent: Option<HeaderValue>,
    /// The innermost service records every request.
    pub(crate) is_managed: bool,
}

/// A token request that failed.
pub(crate) struct FailedRequest {
    pub(crate) error: Error,
    /// The status of the server's own response to the last attempt, if it responded.
    pub(crate) status: Option<StatusCode>,
    /// The server may have processed a request.
    pub(crate) may_be_processed: bool,
}

impl Channel {
    /// Whether credentials may be sent to `uri`: by https, to this machine, or if allowed.
    pub(crate) fn may_carry_credentials(&self, uri: &Uri) -> bool {
        let origin = BaseUrl::origin_of(uri);
        origin.is_some_and(|origin| origin.may_carry_credentials(self.allows_plain_http))
    }

    /// Sends a request, with retries; returns the response and the start of the last attempt.
    ///
    /// In the body of an error response, replaces each of the `secrets` with `<redacted>`.
    pub(crate) async fn send(
        &self,
        operation: &'static Operation,
        mut request: Request<Bytes>,
        secrets: &[&SecretString],
        deadline: &RefreshDeadline,
    ) -> Result<(Response<Bytes>, Instant), FailedRequest> {
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(user_agent) = &self.user_agent {
            request.headers_mut().insert(USER_AGENT, user_agent.clone());
        }
        let context = CallContext::new(operation.clone());
        if self.is_managed {
            context.delivery().manage();
        }
        request.extensions_mut().insert(context);
        let signature = signature(&request);
        let secrets: Vec<_> = secrets.iter().copied().chain(&signature).collect();
        let mut number = 1;
        let (result, begun, delivery) = loop {
            let begun = Instant::now();
            let mut attempt = request.clone();
            let delivery = CallContext::of_mut(&mut attempt)
                .begin_attempt(number, None)
                .map_err(|error| FailedRequest { error, status: None, may_be_processed: true })?;
            // A refresh token must not be sent late, beside another attempt.
            let round = delivery.clone().guard_round();
            let result = self.service.send(attempt).await;
            drop(round);
            let outcome = AttemptOutcome::of(&result, &delivery, operation.safety);
            let Some(delay) = delay(operation, &result, outcome, number, deadline) else {
                break (result, begun, delivery);
            };
            delivery.end_attempt(AttemptEnd::of(&result), delivery.may_be_applied(&result));
            tokio::time::sleep(delay).await;
            number += 1;
        };
        let status = delivery.server_status(&result);
        delivery.end_attempt(AttemptEnd::of(&result), delivery.may_be_applied(&result));
        let discovers = operation.name == DISCOVER.name;
        let error = match result.and_then(|result| accepted(result, &secrets, discovers)) {
            Ok(response) => return Ok((response, begun)),
            // An error of a token request speaks for itself.
            Err(error) if discovers => error.of(operation.clone()),
            Err(error) => error,
        };
        // Whoever sends a response that is too large may have issued a token in it.
        let may_be_processed = delivery.has_open_request() || error.is_too_large();
        Err(FailedRequest { error, status, may_be_processed })
    }
}

/// Returns the wait before the next attempt; `None` if there is none.
fn delay(
    operation: &Operation,
    result: &Result<Response<Bytes>>,
    outcome: AttemptOutcome,
    attempt: u32,
    deadline: &RefreshDeadline,
) -> Option<std::time::Duration> {
    let asked = result.as_ref().ok();
    let asked = asked.and_then(|response| server_wait(response.status(), response.headers()));
    let context = RetryContext { operation, attempt, outcome, retry_after: asked };
    let delay = RetryPolicy::default().delay(&context)?;
    (delay <= LONGEST_WAIT && deadline.allows(delay)).then_some(delay)
}

/// Returns a successful response; any other one is an error without the `secrets`.
///
/// A response is not successful if it holds a message in place of a token or an endpoint: some
/// servers send errors with status 200. Of a large error response, only the beginning is read.
fn accepted(
    response: Response<Bytes>,
    secrets: &[&SecretString],
    discovers: bool,
) -> Result<Response<Bytes>> {
    let (head, mut body) = response.into_parts();
    let is_success = head.status.is_success();
    if is_success && body.len() > MAX_SIZE {
        return Err(Error::too_large(MAX_SIZE));
    }
    body.truncate(MAX_SIZE);
    let wanted = if discovers { "token_endpoint" } else { "access_token" };
    if is_success && has_text(&body, wanted) {
        return Ok(Response::from_parts(head, body));
    }
    let clean = without(secrets, body.clone());
    let error = if discovers {
        ApiError::new(head.clone(), clean)
    } else {
        ApiError::of_token_request(head.clone(), &body, clean)
    };
    if is_success && error.message().is_none() {
        return Ok(Response::from_parts(head, body));
    }
    Err(Error::refused(error))
}

/// Whether the body is an object with a text of this name that is not empty.
fn has_text(body: &[u8], name: &str) -> bool {
    let json = serde_json::from_slice::<Value>(body).unwrap_or_default();
    json.get(name).and_then(Value::as_str).is_some_and(|text| !text.is_empty())
}

/// Returns what the `Authorization` header of a request holds: the encoded client and its secret.
fn signature(request: &Request<Bytes>) -> Option<SecretString> {
    let value = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    value.split_once(' ').map(|(_scheme, encoded)| encoded.into())
}

/// Reads the discovery document.
///
/// The names of these operations are visible to layers below the sign layer.
pub(crate) static DISCOVER: Operation = Operation::get("token.discover", "");
/// Requests a token with the configured grant; an additional token does no harm.
pub(crate) static ISSUE: Operation = Operation::post("token.issue", "", Safety::Idempotent);
/// Requests a token with a refresh token.
///
/// A server that rotates refresh tokens may treat the second use of one as theft and end the
/// whole session.
pub(crate) static REFRESH: Operation = Operation::post("token.refresh", "", Safety::OneShot);
/// Longest wait between two attempts; if the server asks for more, its response is returned.
const LONGEST_WAIT: std::time::Duration = std::time::Duration::from_secs(10);
/// Largest body that is read; tokens and discovery documents are much smaller.
const MAX_SIZE: usize = 256 << 10;
