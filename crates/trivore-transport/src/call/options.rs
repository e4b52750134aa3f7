//! Settings that override the client's for some calls.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, Request};

use crate::call::{CallContext, CallSettings};
use crate::error::Result;
use crate::message::{is_of_transport, refused};
use crate::retry::RetryPolicy;

/// Settings that override the client's for some calls; see [`Client::with`](crate::Client::with).
///
/// ```
/// use std::time::Duration;
/// use http::{Request, Response};
/// use trivore_transport::{Body, BoxError, Call, CallOptions, Client, RetryPolicy};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let client = Client::builder("https://id.example.com")
///     .service(tower::service_fn(|_: Request<Body>| {
///         // Never responds.
///         std::future::pending::<Result<Response<String>, BoxError>>()
///     }))
///     .build()?;
/// let impatient = client
///     .with(CallOptions::new().timeout(Duration::from_secs(2)).retry(RetryPolicy::off()));
///
/// let error = impatient.execute(Call::get(&["ping"])).await.unwrap_err();
///
/// assert_eq!(
///     error.to_string(),
///     "call: the call timed out after 2s; the request was already sent"
/// );
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
#[must_use = "options do nothing until calls are made with them"]
pub struct CallOptions {
    headers: HeaderMap,
    extensions: Extensions,
    settings: Arc<CallSettings>,
    /// A header that calls must not set.
    refused: Option<HeaderName>,
}

impl CallOptions {
    /// Overrides nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Limits each call, including all waits.
    pub fn timeout(mut self, limit: Duration) -> Self {
        Arc::make_mut(&mut self.settings).timeout = Some(limit);
        self
    }

    /// Retries calls by this policy.
    pub fn retry(mut self, policy: impl Into<RetryPolicy>) -> Self {
        Arc::make_mut(&mut self.settings).retry = Some(policy.into());
        self
    }

    /// Sets a header on each request, unless the call sets it itself.
    ///
    /// A header that belongs to the transport makes each call fail; see
    /// [`Call::header`](crate::Call::header).
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        if is_of_transport(&name) {
            self.refused.get_or_insert(name);
        } else {
            self.headers.insert(name, value);
        }
        self
    }

    /// Adds a value to each request's extensions, for layers of your own.
    pub fn extension<V: Clone + Send + Sync + 'static>(mut self, value: V) -> Self {
        self.extensions.insert(value);
        self
    }

    /// Merges these options with earlier ones; these take precedence.
    pub(crate) fn over(mut self, before: &Self) -> Self {
        let mut extensions = before.extensions.clone();
        extensions.extend(std::mem::take(&mut self.extensions));
        self.extensions = extensions;
        self.settings = Arc::new(self.settings.over(&before.settings));
        for (name, value) in &before.headers {
            self.headers.entry(name).or_insert_with(|| value.clone());
        }
        self.refused = self.refused.or_else(|| before.refused.clone());
        self
    }

    /// Applies the options; settings of the call itself take precedence.
    ///
    /// # Errors
    ///
    /// A header belongs to the transport.
    pub(crate) fn apply(&self, request: &mut Request<Bytes>) -> Result<()> {
        if let Some(name) = &self.refused {
            return Err(refused(name));
        }
        let mut extensions = self.extensions.clone();
        extensions.extend(std::mem::take(request.extensions_mut()));
        *request.extensions_mut() = extensions;
        if !self.settings.is_empty() {
            CallContext::of_mut(request).add_defaults(&self.settings);
        }
        for (name, value) in &self.headers {
            request.headers_mut().entry(name).or_insert_with(|| value.clone());
        }
        Ok(())
    }
}

impl fmt::Debug for CallOptions {
    /// Shows the names of headers, but not their values.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallOptions")
            .field("timeout", &self.settings.timeout)
            .field("retry", &self.settings.retry)
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
