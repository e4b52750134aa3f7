//! Settings for some calls, in place of the client's.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, Request};

use crate::layer::CallTimeout;
use crate::retry::RetryPolicy;

/// Settings for some calls, in place of the client's; see [`Client::with`](crate::Client::with).
///
/// ```
/// use std::time::Duration;
/// use trivore_transport::{CallOptions, Client, RetryPolicy};
///
/// # fn example(client: &Client) {
/// let impatient = client.with(
///     CallOptions::new().timeout(Duration::from_secs(2)).retry(RetryPolicy::off()),
/// );
/// # }
/// ```
#[derive(Clone, Default)]
#[must_use = "options do nothing until calls are made with them"]
pub struct CallOptions {
    headers: HeaderMap,
    extensions: Extensions,
}

impl CallOptions {
    /// Changes nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Limits each call, all waiting included.
    pub fn timeout(self, limit: Duration) -> Self {
        self.extension(CallTimeout(limit))
    }

    /// Tries each call again as this policy says.
    pub fn retry(self, policy: RetryPolicy) -> Self {
        self.extension(policy)
    }

    /// Sets a header on each request, unless the call sets it itself.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Puts a value into each request's extensions, for layers of your own.
    pub fn extension<V: Clone + Send + Sync + 'static>(mut self, value: V) -> Self {
        self.extensions.insert(value);
        self
    }

    /// These options, and below them those that were there before.
    pub(crate) fn over(mut self, before: &Self) -> Self {
        let mut extensions = before.extensions.clone();
        extensions.extend(std::mem::take(&mut self.extensions));
        self.extensions = extensions;
        for (name, value) in &before.headers {
            self.headers.entry(name).or_insert_with(|| value.clone());
        }
        self
    }

    /// What the call says itself stays.
    pub(crate) fn apply(&self, request: &mut Request<Bytes>) {
        let mut extensions = self.extensions.clone();
        extensions.extend(std::mem::take(request.extensions_mut()));
        *request.extensions_mut() = extensions;
        for (name, value) in &self.headers {
            request.headers_mut().entry(name).or_insert_with(|| value.clone());
        }
    }
}

impl fmt::Debug for CallOptions {
    /// Names headers, and shows no value.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallOptions")
            .field("timeout", &self.extensions.get::<CallTimeout>())
            .field("retry", &self.extensions.get::<RetryPolicy>())
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
