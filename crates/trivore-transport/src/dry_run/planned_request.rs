//! A request that a dry run shows.

use std::fmt::{self, Write as _};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderName, Request, Uri};

use crate::call::{CallContext, Operation};
use crate::dry_run::redacted_json::Visible;
use crate::error::Error;
use crate::retry::RetryPolicy;

/// A request as it would be sent, without secrets and personal data.
///
/// `Display` shows the operation and what repeating it does, the method, the URL, the headers and
/// the body, and the limits and retries in force. Values of headers, of the query and of the body
/// are hidden, except for those that are known to be harmless, such as identifiers.
#[derive(Clone, Debug)]
pub struct PlannedRequest(Arc<Plan>);

#[derive(Debug)]
struct Plan {
    operation: Operation,
    url: String,
    headers: Vec<(HeaderName, String)>,
    body: String,
    limits: String,
}

/// The settings of the client that a request is subject to.
#[derive(Clone, Debug)]
pub(crate) struct LimitsInForce {
    pub(crate) timeout: Option<Duration>,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) retry: RetryPolicy,
    /// Requests each second, and how many of them at once.
    pub(crate) rate: Option<(f64, u32)>,
    pub(crate) max_concurrency: Option<usize>,
}

impl PlannedRequest {
    pub(super) fn new(request: &Request<Bytes>, limits: &LimitsInForce, visible: Visible) -> Self {
        let operation = CallContext::operation_of(request);
        let headers = request.headers();
        let mut names: Vec<_> = headers.keys().cloned().collect();
        names.sort_unstable_by(|one, other| one.as_str().cmp(other.as_str()));
        let body = match request.body() {
            body if body.is_empty() => String::new(),
            body => visible.body(operation.name, body),
        };
        Self(Arc::new(Plan {
            url: url(request.uri(), operation.route, visible),
            headers: names.into_iter().map(|name| (name.clone(), header(headers, &name))).collect(),
            body,
            limits: limits.in_force(request, &operation),
            operation,
        }))
    }

    /// Returns the request that a dry run showed instead of sending it, if an error is due to that.
    ///
    /// ```
    /// use trivore_transport::{Call, Client, DryRun, PlannedRequest};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), trivore_transport::BuildError> {
    /// let dry_run = DryRun::new(|request| println!("{request}"));
    /// let client = Client::builder("https://id.example.com").dry_run(dry_run).build()?;
    ///
    /// let error = client.execute(Call::delete(&["user", "1"])).await.unwrap_err();
    ///
    /// assert!(PlannedRequest::of(&error).is_some());
    /// assert!(!error.may_have_been_applied());
    /// # Ok(())
    /// # }
    /// ```
    pub fn of(error: &Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref().map(|NotSent(request)| request)
    }

    /// Returns the operation.
    pub fn operation(&self) -> &Operation {
        &self.0.operation
    }

    /// Returns the URL.
    ///
    /// Of the variables of the operation's route, identifiers have their values; all others are
    /// shown as in the route, such as `{code}`.
    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// Returns the headers in alphabetical order.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Returns the structure of the body; empty if the request has none.
    pub fn body(&self) -> &str {
        &self.0.body
    }
}

impl fmt::Display for PlannedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Plan { operation, url, headers, body, limits } = &*self.0;
        let Operation { name, method, route, safety, .. } = operation;
        match *route {
            "" => writeln!(f, "{name} ({safety})")?,
            route => writeln!(f, "{name}: {method} {route} ({safety})")?,
        }
        writeln!(f, "{method} {url}")?;
        for (name, value) in headers {
            writeln!(f, "{name}: {value}")?;
        }
        if !body.is_empty() {
            writeln!(f, "{body}")?;
        }
        f.write_str(limits)
    }
}

/// The error of a request that a dry run showed.
#[derive(Debug, thiserror::Error)]
#[error("not sent: this is a dry run")]
pub(super) struct NotSent(pub(super) PlannedRequest);

impl LimitsInForce {
    /// Describes the limits and retries of a request, which may have its own.
    fn in_force<B>(&self, request: &Request<B>, operation: &Operation) -> String {
        let context = CallContext::of(request);
        let time =
            |limit: Option<Duration>| limit.map_or("none".to_owned(), |limit| format!("{limit:?}"));
        let timeout = context.and_then(CallContext::timeout).or(self.timeout);
        let retry = context.and_then(CallContext::retry_policy).unwrap_or(&self.retry);
        let attempts = match retry.max_attempts() {
            None => "by a policy of your own".to_owned(),
            Some(1) => "off".to_owned(),
            Some(attempts) if operation.safety.is_repeatable() => {
                format!("up to {attempts} attempts")
            }
            Some(attempts) => {
                format!("up to {attempts} attempts, as long as the server cannot have applied any")
            }
        };
        let mut text = format!(
            "timeout: {} for the call, {} for an attempt\nretries: {attempts}",
            time(timeout),
            time(self.attempt_timeout),
        );
        if let Some((rate, burst)) = self.rate {
            _ = write!(text, "\nrate limit: {rate} requests each second, up to {burst} at once");
        }
        if let Some(requests) = self.max_concurrency {
            _ = write!(text, "\nconcurrency: up to {requests} requests");
        }
        text
    }
}

fn url(url: &Uri, route: &str, visible: Visible) -> String {
    let mut text = String::new();
    if let (Some(scheme), Some(authority)) = (url.scheme_str(), url.authority()) {
        _ = write!(
            text,
            "{scheme}://{}",
            authority.as_str().rsplit('@').next().unwrap_or_default()
        );
    }
    let segments: Vec<_> = url.path().split('/').skip(1).collect();
    let route: Vec<_> = route.split('/').skip(1).collect();
    // What comes before the route is the path of the service's address.
    let base = if route.is_empty() { 0 } else { segments.len().saturating_sub(route.len()) };
    for (index, segment) in segments.iter().enumerate() {
        let shown = match index.checked_sub(base).and_then(|index| route.get(index)) {
            None if index < base => segment,
            None => "*",
            Some(variable) if variable.starts_with('{') && !variable.ends_with("Id}") => variable,
            Some(_) => segment,
        };
        _ = write!(text, "/{shown}");
    }
    let mut mark = '?';
    for (name, value) in form_urlencoded::parse(url.query().unwrap_or_default().as_bytes()) {
        let name = if visible.shows_name(&name) { &*name } else { "*" };
        let shown = if visible.shows_value(name) { one_word(&value) } else { "<text>".to_owned() };
        _ = write!(text, "{mark}{name}={shown}");
        mark = '&';
    }
    text
}

fn one_word(value: &str) -> String {
    form_urlencoded::byte_serialize(value.as_bytes()).collect()
}

fn header(headers: &HeaderMap, name: &HeaderName) -> String {
    let values = headers.get_all(name).iter().map(|value| value.to_str().unwrap_or_default());
    let shown = |value: &str| match name {
        name if SHOWN_HEADERS.contains(name) => value.to_owned(),
        &AUTHORIZATION => {
            let scheme =
                value.split(' ').next().filter(|scheme| ["Basic", "Bearer"].contains(scheme));
            format!("{} <hidden>", scheme.unwrap_or_default()).trim_start().to_owned()
        }
        _ => "<hidden>".to_owned(),
    };
    values.map(shown).collect::<Vec<_>>().join(", ")
}

const SHOWN_HEADERS: [HeaderName; 4] = [ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, USER_AGENT];
