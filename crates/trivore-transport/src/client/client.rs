//! The client that sends calls through the stack.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use serde::de::DeserializeOwned;
use tower::{Service, ServiceBuilder};

use crate::attempt::AttemptLayer;
use crate::call::{Call, CallContext, CallOptions, ResponseShape, RoundGuard};
use crate::client::builder::{ClientBuilder, DEFAULT_MAX_RESPONSE_SIZE};
use crate::client::calls_in_flight::{CallInFlight, CallsInFlight};
#[cfg(feature = "http-client")]
use crate::connector::{Connections, OpenConnections, Probe};
use crate::deadline::DeadlineLayer;
use crate::decode::{check_shape, decode_shaped};
use crate::error::{ApiError, Error, Result};
use crate::observe::OperationSpanLayer;
use crate::retry::{RetryLayer, RetryPolicy};
use crate::stack::{HttpService, Next, Stack};

/// Sends [`Call`]s through a stack of tower layers.
///
/// A client is cheap to clone; clones share connections, limits and the access token. It has no
/// type parameters, starts no thread and has no global state. It works on any tokio runtime with
/// time and I/O enabled.
///
/// ```no_run
/// use std::time::Duration;
/// use trivore_transport::{Call, Client, Credentials};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let client = Client::builder("https://id.example.com")
///     .credentials(Credentials::basic("9939129297585525", "secret"))
///     .timeout(Duration::from_secs(20))
///     .build()?;
///
/// let roles: Vec<String> =
///     client.send(Call::get(&["api", "rest", "v1", "role", "builtin"])).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    stack: Stack,
    options: Option<Arc<CallOptions>>,
    pub(super) in_flight: CallsInFlight,
    #[cfg(feature = "http-client")]
    pub(super) connections: Option<Arc<dyn OpenConnections>>,
    #[cfg(feature = "http-client")]
    pub(super) probe: Option<Probe>,
}

impl Client {
    /// Starts to build a client with the default stack.
    ///
    /// `address` is the URL of the service, such as `https://id.example.com`.
    /// [`ClientBuilder::build`] checks it.
    pub fn builder(address: &str) -> ClientBuilder {
        ClientBuilder::new(address)
    }

    /// Makes a client that sends through a tower service, without the default stack.
    ///
    /// Requests have a path instead of a full URL, and no credentials. The service has to add
    /// both. The client sets no timeout and does not retry, unless the call sets its own
    /// [`timeout`](Call::timeout) or [`retry`](Call::retry); responses are limited to 32 MiB. To
    /// keep the default stack and replace only HTTP, use [`ClientBuilder::service`].
    ///
    /// ```
    /// use http::{Request, Response};
    /// use trivore_transport::{Body, BoxError, Call, Client};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), trivore_transport::Error> {
    /// let client = Client::new(tower::service_fn(async |request: Request<Body>| {
    ///     let body = format!(r#"["{}"]"#, request.uri().path());
    ///     Ok::<_, BoxError>(Response::new(body))
    /// }));
    ///
    /// let paths: Vec<String> = client.send(Call::get(&["ping"])).await?;
    ///
    /// assert_eq!(paths, ["/ping"]);
    /// # Ok(())
    /// # }
    /// ```
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
    /// let client = Client::new(service);
    ///
    /// let error = client.execute(Call::post(&["user"])).await.unwrap_err();
    /// assert!(error.is_connect() && !error.may_have_been_applied());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A service that waits before it sends can use [`Delivery`](crate::Delivery).
    pub fn new(service: impl HttpService) -> Self {
        let stack = ServiceBuilder::new()
            .layer(OperationSpanLayer::new())
            .layer(DeadlineLayer::unlimited().of_whole_call())
            .layer(RetryLayer::new(RetryPolicy::off()))
            .layer(AttemptLayer::new(DEFAULT_MAX_RESPONSE_SIZE).over_recording())
            .service(Next::custom(service));
        Self::from_stack(Stack::of_boxed(stack))
    }

    pub(crate) fn from_stack(stack: Stack) -> Self {
        Self {
            stack,
            options: None,
            in_flight: CallsInFlight::default(),
            #[cfg(feature = "http-client")]
            connections: None,
            #[cfg(feature = "http-client")]
            probe: None,
        }
    }

    /// Adds the connections below the stack, to count and close them.
    #[cfg(feature = "http-client")]
    pub(crate) fn counting(self, connections: Option<Arc<dyn OpenConnections>>) -> Self {
        Self { connections, ..self }
    }

    /// Adds what checks the connection to the service.
    #[cfg(feature = "http-client")]
    pub(crate) fn probing(self, probe: Option<Probe>) -> Self {
        Self { probe, ..self }
    }

    /// Returns a client with other settings for its calls.
    ///
    /// It still shares connections, the retry budget, limits and the access token with this one.
    #[must_use]
    pub fn with(&self, options: CallOptions) -> Self {
        let options = match &self.options {
            Some(before) => options.over(before),
            None => options,
        };
        Self { options: Some(Arc::new(options)), ..self.clone() }
    }

    /// Counts the connections of the client and its clones, for health pages and tests.
    ///
    /// If the client sends through a service of your own, all counts are zero.
    ///
    /// ```
    /// use trivore_transport::Client;
    ///
    /// let client = Client::builder("https://id.example.com").build()?;
    ///
    /// let connections = client.connections();
    /// assert_eq!((connections.in_use, connections.opened), (0, 0));
    /// # Ok::<(), trivore_transport::BuildError>(())
    /// ```
    #[cfg(feature = "http-client")]
    #[cfg_attr(docsrs, doc(cfg(feature = "http-client")))]
    pub fn connections(&self) -> Connections {
        self.connections.as_ref().map(|open| open.count()).unwrap_or_default()
    }

    /// Sends a call and decodes the JSON of its response.
    ///
    /// An empty body decodes as `null`.
    ///
    /// # Errors
    ///
    /// The call is invalid or could not be sent, the server responded with an error, or the
    /// response could not be decoded: see [`Error`].
    pub async fn send<T: DeserializeOwned>(&self, call: Call<T>) -> Result<T> {
        self.receive(call, |_| None).await.map(|(value, _)| *value)
    }

    /// Sends a call, decodes the JSON of its response, and also returns the body as it was
    /// received.
    ///
    /// ```
    /// use http::{Request, Response};
    /// use trivore_transport::{Body, BoxError, Call, Client};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), trivore_transport::Error> {
    /// let client = Client::new(tower::service_fn(async |_: Request<Body>| {
    ///     Ok::<_, BoxError>(Response::new("[1.50]".to_owned()))
    /// }));
    ///
    /// let (prices, body): (Vec<f64>, _) = client.send_with_body(Call::get(&["prices"])).await?;
    ///
    /// assert_eq!((prices, &body[..]), (vec![1.5], &b"[1.50]"[..]));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The same as those of [`send`](Self::send).
    pub async fn send_with_body<T: DeserializeOwned>(&self, call: Call<T>) -> Result<(T, Bytes)> {
        self.receive(call, |_| None).await.map(|(value, body)| (*value, body))
    }

    /// Sends a call like [`send`](Self::send), with a second way to read its response.
    ///
    /// If the response is a success that cannot be decoded, `recover` gets its body. If it returns
    /// `None`, the result is the decode error.
    ///
    /// ```
    /// use http::{Request, Response};
    /// use trivore_transport::{Body, BoxError, Call, Client};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), trivore_transport::Error> {
    /// let client = Client::new(tower::service_fn(async |_: Request<Body>| {
    ///     Ok::<_, BoxError>(Response::new("7".to_owned()))
    /// }));
    ///
    /// // A number, or a list of numbers.
    /// let call: Call<Vec<u64>> = Call::get(&["sizes"]);
    /// let sizes = client
    ///     .send_or_recover(call, |body| Some(vec![trivore_transport::decode_json(body).ok()?]))
    ///     .await?;
    ///
    /// assert_eq!(sizes, [7]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The same as those of [`send`](Self::send).
    pub async fn send_or_recover<T, F>(&self, call: Call<T>, recover: F) -> Result<T>
    where
        T: DeserializeOwned,
        F: FnOnce(&[u8]) -> Option<T> + Send,
    {
        self.receive(call, recover).await.map(|(value, _)| *value)
    }

    async fn receive<T, F>(&self, call: Call<T>, recover: F) -> Result<(Box<T>, Bytes)>
    where
        T: DeserializeOwned,
        F: FnOnce(&[u8]) -> Option<T> + Send,
    {
        let (response, sent) = self.exchange(call).await?;
        let read = match decode_shaped(&response, shape_of(&sent)) {
            Ok((value, checked)) => checked.map(|()| value).map_err(Error::decode),
            Err(error) => recover(response.body()).map(Box::new).ok_or(error),
        };
        match read {
            Ok(value) => Ok((value, response.into_body())),
            Err(error) => Err(sent.delivery().fail(error)),
        }
    }

    /// Sends a call and ignores the body of its response.
    ///
    /// # Errors
    ///
    /// The call is invalid or could not be sent, the server responded with an error, or the body
    /// is less than the operation's [`ResponseShape`](crate::ResponseShape).
    pub async fn execute(&self, call: Call<()>) -> Result<()> {
        let (response, sent) = self.exchange(call).await?;
        let checked = check_shape(response.body(), shape_of(&sent));
        checked.map_err(|error| sent.delivery().fail(Error::decode(error)))
    }

    /// Sends a call and returns its response without decoding the body.
    ///
    /// # Errors
    ///
    /// The call is invalid or could not be sent, or the status is not 2xx. Redirects are errors,
    /// too: credentials must not follow them.
    pub async fn response<T>(&self, call: Call<T>) -> Result<Response<Bytes>> {
        self.exchange(call).await.map(|(response, _)| response)
    }

    /// Returns the response and the guard of the call, which is released.
    async fn exchange<T>(&self, call: Call<T>) -> Result<(Response<Bytes>, RoundGuard)> {
        let (_in_flight, mut round, response) = self.begin(call)?;
        let error = match response.await {
            Ok(response) if response.status().is_success() => {
                round.release();
                return Ok((response, round));
            }
            Ok(response) => {
                let (head, body) = response.into_parts();
                Error::refused(ApiError::new(head, body))
            }
            Err(error) => error,
        };
        Err(round.delivery().fail(error))
    }

    /// Passes a call to the stack; apart from `exchange`, so that its future keeps neither the call
    /// nor the request.
    fn begin<T>(
        &self,
        call: Call<T>,
    ) -> Result<(CallInFlight<'_>, RoundGuard, <Stack as Service<Request<Bytes>>>::Future)> {
        let in_flight =
            self.in_flight.begin().map_err(|error| error.of(call.operation().clone()))?;
        let mut request = call.into_request()?;
        let round = CallContext::delivery_of(&mut request).guard_round();
        if let Some(options) = &self.options {
            options.apply(&mut request).map_err(|error| round.delivery().fail(error))?;
        }
        round.delivery().manage();
        Ok((in_flight, round, self.stack.send(request)))
    }
}

/// Returns which response the operation of a call has.
fn shape_of(call: &RoundGuard) -> ResponseShape {
    call.delivery().operation().map(|operation| operation.shape).unwrap_or_default()
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}
