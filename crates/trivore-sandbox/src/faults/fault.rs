//! A script as tests write it.

use std::collections::BTreeMap;

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde::{Deserialize, Serialize};

use super::behavior::Behavior;
use super::invalid::InvalidFault;
use super::route::Route;

/// What goes wrong, for which calls, and how often.
///
/// Without further words, a fault strikes every call until it is cleared.
/// [`Sandbox::inject`](crate::Sandbox::inject) checks it and puts it into force.
///
/// # Examples
///
/// ```
/// use http::Method;
/// use trivore_sandbox::{Fault, Sandbox};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let sandbox = Sandbox::start().await?;
/// let busy = Fault::status(503).header("retry-after", "1").on(Method::POST, "/user").times(2);
/// let busy = sandbox.inject(busy)?;
///
/// // The client under test creates a user.
///
/// println!("refused {} times", busy.hits());
/// # sandbox.shutdown().await;
/// # Ok(())
/// # }
/// ```
///
/// A fault reads from JSON, too, by the names of its constructors, with `-` for `_`:
///
/// ```
/// use http::Method;
/// use trivore_sandbox::Fault;
///
/// let json = r#"{
///     "fault": {"status": {"code": 503}}, "headers": {"retry-after": "1"},
///     "method": "POST", "route": "/user", "times": 2
/// }"#;
/// let fault: Fault = serde_json::from_str(json)?;
/// let same = Fault::status(503).header("retry-after", "1").on(Method::POST, "/user").times(2);
/// assert_eq!(fault, same);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Fault {
    #[serde(rename = "fault")]
    pub(super) behavior: Behavior,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    route: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) times: Option<u64>,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) skip: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) every: Option<u64>,
}

/// For which calls, how often, and with what in the answer.
impl Fault {
    /// Limits the fault to an operation: a method, and a route as [`route`](Self::route) reads it.
    pub fn on(self, method: Method, route: &str) -> Self {
        self.method(method).route(route)
    }

    /// Limits the fault to a method.
    #[expect(clippy::needless_pass_by_value, reason = "`Method::POST` reads better than `&…`")]
    pub fn method(mut self, method: Method) -> Self {
        self.method = Some(method.as_str().to_owned());
        self
    }

    /// Limits the fault to a route, such as `/user/{userId}/roles/builtin` or `/openid/token`.
    ///
    /// Paths of the API may leave out `/api/rest/v1`. A segment in braces stands for any value,
    /// one without for itself, and a final `/*` for everything below.
    pub fn route(mut self, route: &str) -> Self {
        self.route = Some(route.to_owned());
        self
    }

    /// Strikes so many calls, and no more.
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }

    /// Strikes one call.
    pub fn once(self) -> Self {
        self.times(1)
    }

    /// Lets so many calls through first.
    pub fn skip(mut self, calls: u64) -> Self {
        self.skip = calls;
        self
    }

    /// Strikes each `calls`-th call only, for example every third one.
    pub fn every(mut self, calls: u64) -> Self {
        self.every = Some(calls);
        self
    }

    /// Adds a header to the answer, or replaces one.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Sets the body of [`status`](Self::status) and [`apply_then_status`](Self::apply_then_status).
    ///
    /// Without it, errors have the body that errors of the service have.
    pub fn body(mut self, body: &str) -> Self {
        self.body = Some(body.to_owned());
        self
    }

    /// Checks what can be checked without a sandbox.
    pub(super) fn parse_route(&self) -> Result<Route, InvalidFault> {
        self.behavior.check()?;
        if self.times == Some(0) {
            return Err(InvalidFault::new("`times` is 0, so it would never strike"));
        }
        if self.every == Some(0) {
            return Err(InvalidFault::new("`every` is 0, but counts from 1"));
        }
        if self.every.is_some() && matches!(self.behavior, Behavior::RateLimit { .. }) {
            return Err(InvalidFault::new("`every` means nothing for a rate limit"));
        }
        if !self.headers.is_empty() && !self.behavior.answers() {
            return Err(InvalidFault::new("`headers` need an answer, but this fault gives none"));
        }
        if self.body.is_some() && !self.behavior.takes_body() {
            return Err(InvalidFault::new("`body` is for `status` and `apply-then-status` only"));
        }
        self.headers()?;
        Route::parse(self.method.as_deref(), self.route.as_deref())
    }

    /// Returns the headers to add to the answer.
    pub(super) fn headers(&self) -> Result<HeaderMap, InvalidFault> {
        self.headers.iter().map(|(name, value)| header(name, value)).collect()
    }
}

impl From<Behavior> for Fault {
    fn from(behavior: Behavior) -> Self {
        Self {
            behavior,
            method: None,
            route: None,
            headers: BTreeMap::new(),
            body: None,
            times: None,
            skip: 0,
            every: None,
        }
    }
}

/// Reads a header; those that frame the message are not for scripts.
pub(super) fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), InvalidFault> {
    let wrong = || InvalidFault::new(format!("header `{name}` is not one that can be sent"));
    let parsed = HeaderName::try_from(name).ok().zip(HeaderValue::try_from(value).ok());
    let (name, value) = parsed.ok_or_else(wrong)?;
    if ["content-length", "transfer-encoding"].contains(&name.as_str()) {
        return Err(wrong());
    }
    Ok((name, value))
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}
