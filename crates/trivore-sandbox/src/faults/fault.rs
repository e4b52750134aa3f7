//! The script of a fault.

use std::collections::BTreeMap;
use std::fmt;

use http::{HeaderMap, Method};
use serde::{Deserialize, Serialize};

use super::checks::header;
use super::invalid_fault::InvalidFault;
use super::kind::FaultKind;
use super::route_filter::{KnownRoute, RouteFilter};

/// A failure that the sandbox injects: what fails, for which calls, and how often.
///
/// By default, a fault affects every call until it is removed.
/// [`Sandbox::inject`](crate::Sandbox::inject) checks and activates it.
///
/// # Examples
///
/// ```
/// use http::{Method, Request};
/// use tower::ServiceExt as _;
/// use trivore_sandbox::{Fault, Sandbox};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let sandbox = Sandbox::start().await?;
/// let fault = Fault::status(503).header("retry-after", "1").on(Method::GET, "/user").times(2);
/// let fault = sandbox.inject(fault)?;
///
/// let request = Request::get("/api/rest/v1/user").body(String::new())?;
/// let response = sandbox.service().oneshot(request).await?;
/// assert_eq!(response.status(), 503);
/// assert_eq!(fault.hits(), 1);
/// # sandbox.shutdown().await;
/// # Ok(())
/// # }
/// ```
///
/// In JSON, the kinds of faults have the names of the constructors, with `-` instead of `_`:
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
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Fault {
    #[serde(rename = "fault")]
    pub(super) kind: FaultKind,
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

/// Shows the names of headers, and neither their values nor the body.
impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fault")
            .field("kind", &self.kind)
            .field("method", &self.method)
            .field("route", &self.route)
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .field("times", &self.times)
            .field("skip", &self.skip)
            .field("every", &self.every)
            .finish_non_exhaustive()
    }
}

/// Which calls are affected, how often, and with what in the response.
impl Fault {
    /// Limits the fault to a method and a [`route`](Self::route).
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
    /// Routes of the API may omit `/api/rest/v1`. A segment in braces matches any value, and a
    /// final `/*` matches one or more segments. Other segments match only themselves.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_sandbox::{Fault, Sandbox};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// sandbox.inject(Fault::status(503).route("/user/{userId}"))?;
    /// sandbox.inject(Fault::status(503).route("/user/*"))?;
    /// sandbox.inject(Fault::status(503).route("/openid/token"))?;
    ///
    /// let error = sandbox.inject(Fault::status(503).route("/usr")).unwrap_err();
    /// assert_eq!(error.to_string(), "no operation has the route `/usr`");
    /// # sandbox.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn route(mut self, route: &str) -> Self {
        self.route = Some(route.to_owned());
        self
    }

    /// Limits the number of calls that are affected.
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }

    /// Affects only one call.
    pub fn once(self) -> Self {
        self.times(1)
    }

    /// Leaves a number of matching calls alone first.
    pub fn skip(mut self, calls: u64) -> Self {
        self.skip = calls;
        self
    }

    /// Affects only every `calls`-th matching call, for example every third one.
    pub fn every(mut self, calls: u64) -> Self {
        self.every = Some(calls);
        self
    }

    /// Adds a header to the response, or replaces one.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Sets the response body of [`status`](Self::status) and
    /// [`apply_then_status`](Self::apply_then_status).
    ///
    /// By default, errors have the error body of the service.
    pub fn body(mut self, body: &str) -> Self {
        self.body = Some(body.to_owned());
        self
    }

    /// Checks the script and parses its route.
    pub(super) fn parse_route(&self, known: &[KnownRoute]) -> Result<RouteFilter, InvalidFault> {
        self.kind.check()?;
        if self.times == Some(0) {
            return Err(InvalidFault::new("`times` must be at least 1"));
        }
        if self.every == Some(0) {
            return Err(InvalidFault::new("`every` must be at least 1"));
        }
        if self.every.is_some() && matches!(self.kind, FaultKind::RateLimit { .. }) {
            return Err(InvalidFault::new("`every` does not apply to a rate limit"));
        }
        if !self.headers.is_empty() && !self.kind.responds() {
            return Err(InvalidFault::new("`headers` requires a fault that sends a response"));
        }
        if self.body.is_some() && !self.kind.takes_body() {
            return Err(InvalidFault::new(
                "`body` applies only to `status` and `apply-then-status`",
            ));
        }
        self.headers()?;
        RouteFilter::parse(self.method.as_deref(), self.route.as_deref(), known)
    }

    /// Returns the headers to add to the response.
    pub(super) fn headers(&self) -> Result<HeaderMap, InvalidFault> {
        self.headers.iter().map(|(name, value)| header(name, value)).collect()
    }
}

impl From<FaultKind> for Fault {
    fn from(kind: FaultKind) -> Self {
        Self {
            kind,
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

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}
