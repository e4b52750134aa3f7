//! The builder of a client: address, credentials, limits, layers.

use std::time::Duration;

use http::{HeaderValue, Request};
use tokio::sync::Semaphore;
use tower::{Layer, ServiceExt as _};

use crate::address::{BaseUrl, InvalidAddress};
use crate::auth::Credentials;
use crate::client::client::Client;
#[cfg(feature = "http-client")]
use crate::connector::Connector;
use crate::dry_run::{DryRun, LimitsInForce};
use crate::error::BuildError;
use crate::message::{Body, refuse_codings};
use crate::observe::Observer;
use crate::rate_limit::{RateLimit, RateLimiter};
use crate::retry::{RetryLayer, RetryPolicy};
use crate::stack::{HttpService, LayerSlot, Next, StackConfig};

/// Builds a [`Client`] with the default stack.
///
/// The stack has three slots for your own tower layers: [`call_layer`](Self::call_layer),
/// [`attempt_layer`](Self::attempt_layer) and [`transport_layer`](Self::transport_layer).
/// The first layer that you add to a slot is its outermost. Your layers must pass the request's
/// extensions on: a layer that makes a new request copies them to it.
///
/// ```
/// use std::time::Duration;
/// use http::header::AUTHORIZATION;
/// use http::{Request, Response};
/// use tower::limit::GlobalConcurrencyLimitLayer;
/// use tower::util::MapRequestLayer;
/// use trivore_transport::{Body, BoxError, Call, Client, Credentials};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), BoxError> {
/// let client = Client::builder("https://id.example.com")
///     .credentials(Credentials::bearer("token"))
///     .timeout(Duration::from_secs(20))
///     // One call with a relative path, without credentials.
///     .call_layer(GlobalConcurrencyLimitLayer::new(16))
///     // Every attempt with its full URL, without credentials.
///     .attempt_layer(MapRequestLayer::new(|request: Request<Body>| {
///         assert_eq!(request.uri(), "https://id.example.com/ping");
///         assert!(!request.headers().contains_key(AUTHORIZATION));
///         request
///     }))
///     // Every request as it is sent, with credentials.
///     .transport_layer(MapRequestLayer::new(|request: Request<Body>| {
///         assert!(request.headers().contains_key(AUTHORIZATION));
///         request
///     }))
///     // Replaces HTTP; without it, the client connects to the address.
///     .service(tower::service_fn(async |_: Request<Body>| {
///         Ok::<_, BoxError>(Response::new("\"pong\"".to_owned()))
///     }))
///     .build()?;
///
/// let pong: String = client.send(Call::get(&["ping"])).await?;
/// assert_eq!(pong, "pong");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct ClientBuilder {
    /// Parsed early, so that `Debug` never shows the text of an invalid address.
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
    sheds_load: bool,
    rate_limiter: Result<RateLimiter, BuildError>,
    max_response_size: usize,
    call_layers: LayerSlot,
    attempt_layers: LayerSlot,
    transport_layers: LayerSlot,
    service: Option<Next>,
    #[cfg(feature = "http-client")]
    connector: Connector,
    dry_run: Option<DryRun>,
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
            retry: RetryPolicy::default(),
            has_retry_budget: true,
            observer: None,
            max_concurrency: None,
            sheds_load: false,
            rate_limiter: Ok(RateLimiter::default()),
            max_response_size: DEFAULT_MAX_RESPONSE_SIZE,
            call_layers: LayerSlot::default(),
            attempt_layers: LayerSlot::default(),
            transport_layers: LayerSlot::default(),
            service: None,
            #[cfg(feature = "http-client")]
            connector: Connector::default(),
            dry_run: None,
        }
    }

    /// Sets the credentials; by default, requests are sent without any.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// Allows credentials over plain http to other machines.
    ///
    /// Anybody on the network path can read them. Plain http to this machine (`localhost`,
    /// `127.0.0.0/8`, `::1`) is always allowed.
    pub fn allow_plain_http(mut self) -> Self {
        self.allows_plain_http = true;
        self
    }

    /// Adds a product before the SDK's own in `User-Agent`, such as `billing/1.4`.
    pub fn user_agent(mut self, product: &str) -> Self {
        self.user_agent = Some(product.to_owned());
        self
    }

    /// Limits a whole call, including all waits; 90 seconds by default.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// Limits one attempt; 30 seconds by default.
    ///
    /// An attempt begins when its request has a connection, and ends with the last byte of the
    /// response. The wait for a connection is limited by `Connector::connect_timeout`. With a
    /// [`service`](Self::service) of your own, an attempt begins when the service is called, and
    /// again when it calls [`Delivery::mark_sent`](crate::Delivery::mark_sent).
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.attempt_timeout = Some(limit);
        self
    }

    /// Removes the limit of a whole call.
    pub fn no_timeout(mut self) -> Self {
        self.timeout = None;
        self
    }

    /// Removes the limit of an attempt.
    pub fn no_attempt_timeout(mut self) -> Self {
        self.attempt_timeout = None;
        self
    }

    /// Sets the retry policy; three attempts by default.
    pub fn retry(mut self, policy: impl Into<RetryPolicy>) -> Self {
        self.retry = policy.into();
        self
    }

    /// Removes the retry budget: an outage then multiplies the load by the number of attempts.
    ///
    /// By default, all clones of the client share a budget: within ten seconds, the number of
    /// retries is at most a fifth of the number of calls, plus ten per second.
    pub fn no_retry_budget(mut self) -> Self {
        self.has_retry_budget = false;
        self
    }

    /// Calls an observer when an attempt or a call ends or a rate limit pauses calls, for metrics.
    pub fn observer(mut self, observer: Observer) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Limits the number of concurrent requests; no limit by default, zero counts as one.
    ///
    /// All clones of the client share the limit. A request holds a permit from its turn until its
    /// response has been read. It holds none while it waits for an access token, pauses after a 429
    /// or waits for the steady rate, so it stops no other request meanwhile. If its token has
    /// expired when its turn comes, it returns the permit, gets another token and waits for its
    /// turn again. The call's deadline includes the wait for a permit. The future of a call keeps
    /// its permit while you do not poll it.
    ///
    /// Further requests wait in the order of their turns, unless you add
    /// [`shed_load`](Self::shed_load). Layers of yours do not see whether the limit is reached.
    pub fn max_concurrency(mut self, requests: usize) -> Self {
        self.max_concurrency = Some(requests.clamp(1, Semaphore::MAX_PERMITS));
        self
    }

    /// Makes requests above [`max_concurrency`](Self::max_concurrency) fail immediately.
    ///
    /// A request fails if there is no permit when its turn comes: at once, or after it has waited
    /// for an access token or the rate limit. It was not sent, and the client does not retry it. If
    /// it is a retry of an earlier attempt,
    /// [`Error::may_have_been_applied`](crate::Error::may_have_been_applied) reports whether that
    /// one may have been applied.
    ///
    /// tower's `LoadShed` in a slot cannot do this, because all of the SDK's layers are always
    /// ready. It does shed load above a limit that was added to the same slot after it.
    ///
    /// ```
    /// use std::time::Duration;
    /// use http::{Request, Response};
    /// use trivore_transport::{Body, BoxError, Call, Client};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), BoxError> {
    /// let client = Client::builder("https://id.example.com")
    ///     .max_concurrency(1)
    ///     .shed_load()
    ///     .service(tower::service_fn(async |_: Request<Body>| {
    ///         tokio::time::sleep(Duration::from_secs(1)).await;
    ///         Ok::<_, BoxError>(Response::new(String::new()))
    ///     }))
    ///     .build()?;
    ///
    /// let (first, second) = tokio::join!(
    ///     client.execute(Call::post(&["user"])),
    ///     client.execute(Call::post(&["user"])),
    /// );
    ///
    /// assert!(first.is_ok());
    /// assert!(!second.unwrap_err().may_have_been_applied());
    /// # Ok(())
    /// # }
    /// ```
    pub fn shed_load(mut self) -> Self {
        self.sheds_load = true;
        self
    }

    /// Limits the rate of requests.
    ///
    /// By default there is no steady rate. After a 429, calls in its scope pause until the time
    /// that the server gives; see [`RateLimiter`]. All clones of the client share the limit.
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.rate_limiter = limit.build();
        self
    }

    /// Shares a rate limit with other clients: pass clones of one limiter to their builders.
    pub fn rate_limiter(mut self, limiter: RateLimiter) -> Self {
        self.rate_limiter = Ok(limiter);
        self
    }

    /// Limits the size of a response in bytes; 32 MiB by default.
    ///
    /// A page of 500 users without custom fields has about 1 MiB. The responses to an
    /// [`OidcGrant`](crate::OidcGrant), with a token or the discovery document, are limited to
    /// 256 KiB.
    pub fn max_response_size(mut self, bytes: usize) -> Self {
        self.max_response_size = bytes;
        self
    }

    /// Adds a layer around each call.
    ///
    /// It sees one request and one result per call, and no credentials. The request's URI is only a
    /// path; its extensions contain the
    /// [`CallContext`](crate::CallContext), which names the operation.
    ///
    /// A layer that makes a new request must copy the extensions of the original: they track
    /// whether the request was sent. This is true for all three slots.
    ///
    /// Layers of one slot see whether those that were added after them are ready, as in one
    /// `ServiceBuilder`. Below the last layer of a slot, everything is always ready and waits in
    /// `call`, except that a [`service`](Self::service) of your own reports its readiness to the
    /// transport layers.
    ///
    /// A response that the layer makes up is not the server's. Whether the server may have applied
    /// the call depends on what was sent and what the server responded, not on that response's
    /// status: see [`Error::may_have_been_applied`](crate::Error::may_have_been_applied). In the
    /// two inner slots, such a response also counts for retries. If a request was sent without a
    /// response of the server's, the outcome is [unknown](crate::AttemptOutcome::Unknown); if none
    /// was sent, the statuses that mean so otherwise count as [not
    /// sent](crate::AttemptOutcome::NeverSent). If the layer replaces the server's response, its
    /// status decides on retries, but never more boldly than the server's.
    pub fn call_layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<Next, Service: HttpService> + Send + Sync + 'static,
    {
        self.call_layers.push(layer);
        self
    }

    /// Adds a layer around each attempt.
    ///
    /// It sees every attempt with its full URL, and no credentials.
    pub fn attempt_layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<Next, Service: HttpService> + Send + Sync + 'static,
    {
        self.attempt_layers.push(layer);
        self
    }

    /// Adds a layer around the connector.
    ///
    /// It sees every attempt, **with credentials**, and the response's body as a stream.
    /// It also sees token requests. The attempt's limits of time and size include its work.
    pub fn transport_layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<Next, Service: HttpService> + Send + Sync + 'static,
    {
        self.transport_layers.push(layer);
        self
    }

    /// Sends requests through your own tower service instead of the SDK's HTTP client.
    ///
    /// A `POST`, `PUT` or `PATCH` without a body has the header `Content-Length: 0`. Pass it on:
    /// some servers require it. Requests have
    /// `Accept-Encoding: identity`, unless a layer of yours sets the header.
    ///
    /// # Requests that were not sent
    ///
    /// A request that the service is called with counts as sent, because it may have been. To
    /// report that it was not, so that any operation may be retried, the service returns
    /// [`Error::connect`], or [`Error::before_sending`] if a retry would not help:
    ///
    /// ```
    /// use http::{Request, Response};
    /// use trivore_transport::{Body, BoxError, Call, Client, Error};
    ///
    /// # #[derive(Debug, thiserror::Error)]
    /// # #[error("connection refused")]
    /// # struct HttpError;
    /// # impl HttpError {
    /// #     fn is_connect(&self) -> bool { true }
    /// # }
    /// # async fn send(_: Request<Body>) -> Result<Response<String>, HttpError> { Err(HttpError) }
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), BoxError> {
    /// // `send` is another HTTP client, such as reqwest, and its error has `is_connect`, too.
    /// let service = tower::service_fn(async |request: Request<Body>| {
    ///     send(request).await.map_err(|error| match error.is_connect() {
    ///         true => Error::connect(error),
    ///         false => Error::after_sending(error),
    ///     })
    /// });
    /// let client = Client::builder("https://id.example.com").service(service).build()?;
    ///
    /// let error = client.execute(Call::post(&["user"])).await.unwrap_err();
    /// assert!(error.is_connect() && !error.may_have_been_applied());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A service that waits before it sends can use [`Delivery`](crate::Delivery).
    ///
    /// [`Error::connect`]: crate::Error::connect
    /// [`Error::before_sending`]: crate::Error::before_sending
    pub fn service(mut self, service: impl HttpService) -> Self {
        self.service = Some(Next::custom(service.map_request(|mut request: Request<Body>| {
            refuse_codings(request.headers_mut());
            request
        })));
        self
    }

    /// Configures the SDK's HTTP client.
    #[cfg(feature = "http-client")]
    #[cfg_attr(docsrs, doc(cfg(feature = "http-client")))]
    pub fn connector(mut self, connector: Connector) -> Self {
        self.connector = connector;
        self
    }

    /// Shows requests instead of sending them; see [`DryRun`].
    ///
    /// It takes precedence over the connector and over a [`service`](Self::service), in whatever
    /// order they are set. Layers of your own still run.
    pub fn dry_run(mut self, dry_run: DryRun) -> Self {
        self.dry_run = Some(dry_run);
        self
    }

    /// Returns the address of the service, without a slash at its end; `None` if it is not valid.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_transport::Client;
    ///
    /// let builder = Client::builder("https://id.example.com/");
    /// assert_eq!(builder.address().as_deref(), Some("https://id.example.com"));
    /// ```
    pub fn address(&self) -> Option<String> {
        self.base_url.as_ref().ok().map(ToString::to_string)
    }

    /// Checks all settings and builds the client, without network I/O.
    ///
    /// # Errors
    ///
    /// The address, the credentials, the user agent, the rate limit or the proxy is invalid; the
    /// credentials would be sent over plain http to another machine; TLS could not be set up; or
    /// there is no HTTP client, or none with TLS for an https address. See [`BuildError`].
    pub fn build(mut self) -> Result<Client, BuildError> {
        if let Some(dry_run) = self.dry_run.take() {
            return self.planning(dry_run)?.build();
        }
        let base_url = self.base_url?;
        if let Some(credentials) = &self.credentials {
            credentials.validate()?;
            if !base_url.may_carry_credentials(self.allows_plain_http) {
                return Err(BuildError::PlainHttp);
            }
        }
        let rate_limiter = self.rate_limiter?;
        // A token endpoint may be at an https address even if the service is not.
        #[cfg(feature = "http-client")]
        let needs_tls =
            base_url.is_https() || self.credentials.as_ref().is_some_and(Credentials::gets_tokens);
        #[cfg(feature = "http-client")]
        if base_url.is_https() && self.service.is_none() && !self.connector.has_tls() {
            return Err(BuildError::NoTls);
        }
        #[cfg(feature = "http-client")]
        let (innermost, connections, probe) = if let Some(service) = self.service {
            (service, None, None)
        } else {
            let (innermost, connections, probe) =
                self.connector.build(needs_tls, base_url.origin())?;
            (innermost, Some(connections), Some(probe))
        };
        #[cfg(not(feature = "http-client"))]
        let innermost = self.service.ok_or(BuildError::NoHttpClient)?;
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
            sheds_load: self.sheds_load,
            rate_limiter,
            attempt_timeout: self.attempt_timeout,
            max_response_size: self.max_response_size,
            call_layers: self.call_layers,
            attempt_layers: self.attempt_layers,
            transport_layers: self.transport_layers,
        };
        let client = Client::from_stack(config.build(innermost));
        #[cfg(feature = "http-client")]
        let client = client.counting(connections).probing(probe);
        Ok(client)
    }

    /// Replaces what sends, what requests tokens, and the limits that other clients may share.
    fn planning(mut self, dry_run: DryRun) -> Result<Self, BuildError> {
        let limits = LimitsInForce {
            timeout: self.timeout,
            attempt_timeout: self.attempt_timeout,
            retry: self.retry.clone(),
            rate: self.rate_limiter?.steady(),
            max_concurrency: self.max_concurrency,
        };
        self.service = Some(dry_run.into_service(limits));
        self.credentials = self.credentials.map(Credentials::into_placeholder);
        self.rate_limiter = Ok(RateLimiter::default());
        Ok(self)
    }
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
