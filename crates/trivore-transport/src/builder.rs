//! Making a client: address, credentials, limits, layers.

use std::time::Duration;

use http::{HeaderValue, Request, Response};
use tokio::sync::Semaphore;
use tower::{Layer, Service};

use crate::base_url::{BaseUrl, InvalidAddress};
use crate::body::Body;
use crate::client::Client;
#[cfg(feature = "http-client")]
use crate::connector::Connector;
use crate::credentials::{Credentials, InvalidCredentials};
use crate::error::BoxError;
use crate::layer::RetryLayer;
use crate::observer::Observer;
use crate::rate_limit::RateLimiter;
use crate::retry::RetryPolicy;
use crate::slot::{Next, Slot};
use crate::stack::StackConfig;

/// Makes a [`Client`] with the default stack.
///
/// The three slots for your own tower layers are [`call_layer`](Self::call_layer),
/// [`attempt_layer`](Self::attempt_layer) and [`transport_layer`](Self::transport_layer).
/// Layers of a slot run in the order in which they were added, the first one outermost.
#[derive(Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct ClientBuilder {
    /// Read at once, so that `Debug` never shows what was put into a refused one.
    base_url: Result<BaseUrl, InvalidAddress>,
    user_agent: Option<String>,
    credentials: Option<Credentials>,
    allows_plain_http: bool,
    timeout: Option<Duration>,
    attempt_timeout: Option<Duration>,
    retry: RetryPolicy,
    has_retry_budget: bool,
    observer: Option<Observer>,
    max_concurrency: Option<usize>,
    rate_limiter: RateLimiter,
    max_response_size: usize,
    call_layers: Slot,
    attempt_layers: Slot,
    transport_layers: Slot,
    service: Option<Next>,
    #[cfg(feature = "http-client")]
    connector: Connector,
}

impl ClientBuilder {
    pub(crate) fn new(address: &str) -> Self {
        Self {
            base_url: address.parse(),
            user_agent: None,
            credentials: None,
            allows_plain_http: false,
            timeout: Some(DEFAULT_TIMEOUT),
            attempt_timeout: Some(DEFAULT_ATTEMPT_TIMEOUT),
            retry: RetryPolicy::new(),
            has_retry_budget: true,
            observer: None,
            max_concurrency: None,
            rate_limiter: RateLimiter::new(),
            max_response_size: DEFAULT_MAX_RESPONSE_SIZE,
            call_layers: Slot::default(),
            attempt_layers: Slot::default(),
            transport_layers: Slot::default(),
            service: None,
            #[cfg(feature = "http-client")]
            connector: Connector::default(),
        }
    }

    /// Signs requests; without this they are sent without credentials.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// Lets credentials travel unencrypted to a machine that is not this one.
    ///
    /// Whoever is on the way can read them. This machine (`localhost`,
    /// `127.0.0.0/8`, `::1`) is always allowed.
    pub fn allow_plain_http(mut self) -> Self {
        self.allows_plain_http = true;
        self
    }

    /// Puts a product before the SDK's own in `User-Agent`, such as `billing/1.4`.
    pub fn user_agent(mut self, product: &str) -> Self {
        self.user_agent = Some(product.to_owned());
        self
    }

    /// Limits a whole call, all waiting included; 90 seconds by default.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// Limits one attempt, from connecting to the answer's last byte; 30 seconds by default.
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.attempt_timeout = Some(limit);
        self
    }

    /// Takes the limit of a whole call away.
    pub fn no_timeout(mut self) -> Self {
        self.timeout = None;
        self
    }

    /// Takes the limit of an attempt away.
    pub fn no_attempt_timeout(mut self) -> Self {
        self.attempt_timeout = None;
        self
    }

    /// Tries calls again as this policy says; three attempts by default.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Retries whatever the rate: an outage then multiplies the load by the number of attempts.
    ///
    /// By default all clones of the client share a budget: over ten seconds, retries are at
    /// most a fifth of the calls, and ten a second besides.
    pub fn no_retry_budget(mut self) -> Self {
        self.has_retry_budget = false;
        self
    }

    /// Tells an observer of each attempt and each call that ends, for metrics.
    pub fn observer(mut self, observer: Observer) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Sends at most so many requests at the same time; no limit by default, zero counts as one.
    ///
    /// All clones of the client share it. A request counts from before its wait for the rate
    /// limit until its answer is read; its call's deadline covers the wait for a free place.
    /// A call that you keep without polling it keeps its place.
    pub fn max_concurrency(mut self, requests: usize) -> Self {
        self.max_concurrency = Some(requests.clamp(1, Semaphore::MAX_PERMITS));
        self
    }

    /// Limits how fast requests leave; give clones of it to several clients to share it.
    ///
    /// By default there is no steady rate, and when the server answers 429 all clones of the
    /// client wait until the time it names.
    pub fn rate_limiter(mut self, limiter: RateLimiter) -> Self {
        self.rate_limiter = limiter;
        self
    }

    /// Refuses larger answers, in bytes; 32 MiB by default.
    ///
    /// A page of 500 users takes about 1 MiB without custom fields.
    pub fn max_response_size(mut self, bytes: usize) -> Self {
        self.max_response_size = bytes;
        self
    }

    /// Adds a layer around each call: it sees one request and one result, and no credentials.
    ///
    /// A layer that makes a new request must take over the extensions of the one it got: they
    /// tell how far the call came. This holds for all three slots.
    ///
    /// The request has a path only, and its [`Operation`](crate::Operation) in its extensions.
    pub fn call_layer<L, B>(mut self, layer: L) -> Self
    where
        L: Layer<Next> + Send + Sync + 'static,
        L::Service: Service<Request<Body>, Response = Response<B>> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request<Body>>>::Error: Into<BoxError>,
        <L::Service as Service<Request<Body>>>::Future: Send + 'static,
        B: http_body::Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        self.call_layers.push(layer);
        self
    }

    /// Adds a layer around each attempt: it sees every try, with its full URL, and no credentials.
    pub fn attempt_layer<L, B>(mut self, layer: L) -> Self
    where
        L: Layer<Next> + Send + Sync + 'static,
        L::Service: Service<Request<Body>, Response = Response<B>> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request<Body>>>::Error: Into<BoxError>,
        <L::Service as Service<Request<Body>>>::Future: Send + 'static,
        B: http_body::Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        self.attempt_layers.push(layer);
        self
    }

    /// Adds a layer around the connector: it sees the signed request, **credentials included**,
    /// and the answer's body as it arrives.
    ///
    /// The attempt's limits of time and size hold for what it does.
    pub fn transport_layer<L, B>(mut self, layer: L) -> Self
    where
        L: Layer<Next> + Send + Sync + 'static,
        L::Service: Service<Request<Body>, Response = Response<B>> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request<Body>>>::Error: Into<BoxError>,
        <L::Service as Service<Request<Body>>>::Future: Send + 'static,
        B: http_body::Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        self.transport_layers.push(layer);
        self
    }

    /// Sends through a tower service of your own in place of the SDK's HTTP client.
    ///
    /// A request that it is called with counts as sent, see [`Delivery`](crate::Delivery).
    pub fn service<S, B>(mut self, service: S) -> Self
    where
        S: Service<Request<Body>, Response = Response<B>> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send + 'static,
        B: http_body::Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        self.service = Some(Next::own(service));
        self
    }

    /// Sends through the SDK's HTTP client with settings of your own.
    #[cfg(feature = "http-client")]
    #[cfg_attr(docsrs, doc(cfg(feature = "http-client")))]
    pub fn connector(mut self, connector: Connector) -> Self {
        self.connector = connector;
        self
    }

    /// Checks all settings and makes the client, without any I/O.
    ///
    /// # Errors
    ///
    /// The address is malformed, the credentials cannot be used or would travel
    /// unencrypted to another machine, a setting cannot be sent, the rate is none, or there
    /// is no HTTP client to send with.
    pub fn build(self) -> Result<Client, BuildError> {
        let base_url = self.base_url?;
        if let Some(credentials) = &self.credentials {
            credentials.validate()?;
            if !base_url.may_carry_credentials(self.allows_plain_http) {
                return Err(BuildError::PlainHttp);
            }
        }
        self.rate_limiter.validate()?;
        // A token endpoint may be elsewhere than the service.
        #[cfg(feature = "http-client")]
        let needs_tls =
            base_url.is_https() || self.credentials.as_ref().is_some_and(Credentials::gets_tokens);
        #[cfg(feature = "http-client")]
        let leaf = self.service.map_or_else(|| self.connector.build(needs_tls), Ok)?;
        #[cfg(not(feature = "http-client"))]
        let leaf = self.service.ok_or(BuildError::NoHttpClient)?;
        let retry = RetryLayer::new(self.retry);
        let retry = if self.has_retry_budget { retry } else { retry.without_budget() };
        let config = StackConfig {
            base_url,
            user_agent: user_agent(self.user_agent.as_deref())?,
            credentials: self.credentials,
            allows_plain_http: self.allows_plain_http,
            timeout: self.timeout,
            retry,
            observer: self.observer,
            max_concurrency: self.max_concurrency,
            rate_limiter: self.rate_limiter,
            attempt_timeout: self.attempt_timeout,
            max_response_size: self.max_response_size,
            call_layers: self.call_layers,
            attempt_layers: self.attempt_layers,
            transport_layers: self.transport_layers,
        };
        Ok(Client::from_stack(config.build(leaf)))
    }
}

/// Why a client could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The address is malformed.
    #[error(transparent)]
    InvalidAddress(#[from] InvalidAddress),
    /// The credentials cannot be used.
    #[error(transparent)]
    InvalidCredentials(#[from] InvalidCredentials),
    /// Credentials would travel unencrypted to another machine.
    #[error("credentials over plain http are refused: use https, or allow plain http explicitly")]
    PlainHttp,
    /// The product name cannot stand in a header.
    #[error("the user agent has characters that no header can carry")]
    InvalidUserAgent,
    /// The rate is not a number from one a day upwards.
    #[error("the rate limit is not a number of requests per second, one a day or more")]
    InvalidRate,
    /// The proxy is no `http://` URL.
    #[error("the proxy is not a URL such as http://proxy.example.com:3128")]
    InvalidProxy,
    /// The crate was built without an HTTP client, and no service was given in its place.
    #[error("this build has no HTTP client: give a service, or enable native-tls or rustls")]
    NoHttpClient,
    /// The platform's TLS library could not be set up.
    #[error("TLS could not be set up")]
    Tls(#[source] BoxError),
}

fn user_agent(product: Option<&str>) -> Result<HeaderValue, BuildError> {
    let text = match product {
        Some(product) => format!("{product} {OWN_PRODUCT}"),
        None => OWN_PRODUCT.to_owned(),
    };
    HeaderValue::try_from(text)
        .map_err(|_invalid: http::header::InvalidHeaderValue| BuildError::InvalidUserAgent)
}

const OWN_PRODUCT: &str = concat!("trivore-rust/", env!("CARGO_PKG_VERSION"));
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(90);
const DEFAULT_ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);
pub(crate) const DEFAULT_MAX_RESPONSE_SIZE: usize = 32 << 20;
