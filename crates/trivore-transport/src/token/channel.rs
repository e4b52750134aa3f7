//! The way to the token endpoint.

use std::cmp::Reverse;

use bytes::Bytes;
use http::header::{ACCEPT, USER_AGENT};
use http::{HeaderValue, Request, Response, Uri};
use serde_json::Value;
use tokio::time::Instant;

use crate::api_error::ApiError;
use crate::base_url::BaseUrl;
use crate::error::{Error, Result};
use crate::once::once;
use crate::operation::{Operation, Safety};
use crate::retry::{Outcome, RetryContext, RetryPolicy, retry_after};
use crate::slot::Stack;
use crate::token::Secret;
use crate::token::patience::Patience;

/// Sends requests for tokens through the stack below authorization.
pub(crate) struct Channel {
    pub(crate) service: Stack,
    /// The address of the API.
    pub(crate) base_url: BaseUrl,
    pub(crate) allows_plain_http: bool,
    /// What calls name themselves, for token requests, too.
    pub(crate) user_agent: Option<HeaderValue>,
}

impl Channel {
    /// Whether credentials may travel there: encrypted, within this machine, or by permission.
    pub(crate) fn may_carry_credentials(&self, uri: &Uri) -> bool {
        let origin = BaseUrl::origin_of(uri);
        origin.is_some_and(|origin| origin.may_carry_credentials(self.allows_plain_http))
    }

    /// Sends a request, again if that may help, and tells when the last attempt began.
    ///
    /// Words of a refusal that repeat one of the `secrets` are made unreadable.
    pub(crate) async fn send(
        &self,
        operation: &'static Operation,
        mut request: Request<Bytes>,
        secrets: &[&Secret],
        patience: &Patience,
    ) -> Result<(Response<Bytes>, Instant)> {
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(user_agent) = &self.user_agent {
            request.headers_mut().insert(USER_AGENT, user_agent.clone());
        }
        request.extensions_mut().insert(operation.clone());
        let mut attempt = 1;
        loop {
            let begun = Instant::now();
            let answer = once(self.service.clone(), request.clone()).await;
            let Some(delay) = delay(operation, &answer, attempt, patience) else {
                return Ok((accepted(answer?, secrets)?, begun));
            };
            tokio::time::sleep(delay).await;
            attempt += 1;
        }
    }
}

/// How long to wait before the next attempt; `None` when there is to be none.
fn delay(
    operation: &Operation,
    answer: &Result<Response<Bytes>>,
    attempt: u32,
    patience: &Patience,
) -> Option<std::time::Duration> {
    let outcome = Outcome::of(answer);
    let asked = answer.as_ref().ok().and_then(|response| retry_after(response.headers()));
    let context = RetryContext { operation, attempt, outcome, retry_after: asked };
    let delay = RetryPolicy::new().delay(&context)?;
    (delay <= LONGEST_WAIT && patience.allows(delay)).then_some(delay)
}

fn accepted(response: Response<Bytes>, secrets: &[&Secret]) -> Result<Response<Bytes>> {
    if response.status().is_success() {
        return Ok(response);
    }
    let (head, body) = response.into_parts();
    Err(Error::refused(ApiError::new(head, without(secrets, body))))
}

/// Servers are known to repeat in their refusals what they were sent.
fn without(secrets: &[&Secret], body: Bytes) -> Bytes {
    // Shorter ones are no secrets, and may stand in any word.
    let secrets = secrets.iter().map(|secret| secret.expose()).filter(|text| text.len() > 3);
    let mut secrets: Vec<_> = secrets.collect();
    // One may be part of another.
    secrets.sort_by_key(|secret| Reverse(secret.len()));
    let clean = |text: &str| {
        secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, "<redacted>"))
    };
    // In JSON, a secret may be written with escapes.
    match serde_json::from_slice::<Value>(&body) {
        Ok(json) => {
            let mut cleaned = json.clone();
            for_each_text(&mut cleaned, &clean);
            if cleaned == json { body } else { cleaned.to_string().into() }
        }
        Err(_) => clean(&String::from_utf8_lossy(&body)).into(),
    }
}

fn for_each_text(json: &mut Value, change: &impl Fn(&str) -> String) {
    match json {
        Value::String(text) => *text = change(text),
        Value::Array(items) => items.iter_mut().for_each(|item| for_each_text(item, change)),
        Value::Object(members) => {
            let changed = std::mem::take(members).into_iter().map(|(name, mut value)| {
                for_each_text(&mut value, change);
                (change(&name), value)
            });
            *members = changed.collect();
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A look at the discovery document.
///
/// Layers below authorization see the names of these operations.
pub(crate) static DISCOVER: Operation = Operation::get("token.discover", "");
/// A first token: another one does no harm.
pub(crate) static ISSUE: Operation = Operation::post("token.issue", "", Safety::Idempotent);
/// The next token: a server that replaces refresh tokens may take the second use of one for a
/// theft, and end the whole session.
pub(crate) static REFRESH: Operation = Operation::post("token.refresh", "", Safety::OneShot);
/// A server that wants a longer wait is told of as it is.
const LONGEST_WAIT: std::time::Duration = std::time::Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_repeats_no_secret() {
        let body = Bytes::from_static(
            br#"{"error":"invalid_grant","error_description":"no s3cret, abc"}"#,
        );
        let (secret, short) = (Secret::from("s3cret"), Secret::from("abc"));

        let clean = without(&[&secret, &short], body);

        assert_eq!(
            clean,
            &br#"{"error":"invalid_grant","error_description":"no <redacted>, abc"}"#[..]
        );
    }

    #[test]
    fn nor_one_that_is_escaped_or_part_of_another() {
        let long = Secret::from("p\"w\\\u{e4}-user");
        let part = Secret::from("user");
        let body = Bytes::from_static(br#"{"error_description":"p\"w\\\u00e4-user, user"}"#);

        let clean = without(&[&part, &long], body);

        assert_eq!(clean, &br#"{"error_description":"<redacted>, <redacted>"}"#[..]);
    }
}
