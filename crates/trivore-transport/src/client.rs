//! The client: sends calls through a stack of tower services.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use serde::de::DeserializeOwned;
use tower::{Service, ServiceBuilder};

use crate::api_error::ApiError;
use crate::body::Body;
use crate::builder::{ClientBuilder, DEFAULT_MAX_RESPONSE_SIZE};
use crate::call::Call;
use crate::decode::decode;
use crate::delivery::Delivery;
use crate::error::{BoxError, Error, Result};
use crate::layer::{AttemptLayer, DeadlineLayer, OperationSpanLayer, RetryLayer};
use crate::once::once;
use crate::options::CallOptions;
use crate::retry::RetryPolicy;
use crate::slot::{Next, Stack};

/// Sends [`Call`]s; cheap to clone, and clones share connections.
///
/// It has no type parameters, owns no thread and no global state, and works from
/// any tokio runtime that has time and I/O enabled.
#[derive(Clone)]
pub struct Client {
    stack: Stack,
    options: Option<Arc<CallOptions>>,
}

impl Client {
    /// Starts a client with the default stack for the service at `address`.
    ///
    /// See [`ClientBuilder::build`] for what is accepted.
    pub fn builder(address: &str) -> ClientBuilder {
        ClientBuilder::new(address)
    }

    /// Makes a client of any tower service.
    ///
    /// Requests come to it with a path in place of a full URL, and without
    /// credentials: all of that is the service's business, and so are limits and
    /// retries, but for calls that bring their own. To keep the default stack and
    /// replace only HTTP, see [`ClientBuilder::service`].
    ///
    /// ```
    /// use http::{Request, Response};
    /// use trivore_transport::{Body, BoxError, Call, Client};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), trivore_transport::Error> {
    /// let client = Client::new(tower::service_fn(async |request: Request<Body>| {
    ///     let answer = format!(r#"["{}"]"#, request.uri().path());
    ///     Ok::<_, BoxError>(Response::new(answer))
    /// }));
    ///
    /// let answer: Vec<String> = client.send(Call::get(&["ping"])).await?;
    ///
    /// assert_eq!(answer, ["/ping"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn new<S, B>(service: S) -> Self
    where
        S: Service<Request<Body>, Response = Response<B>> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send + 'static,
        B: http_body::Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        let stack = ServiceBuilder::new()
            .layer(OperationSpanLayer::new())
            .layer(DeadlineLayer::unlimited())
            .layer(RetryLayer::new(RetryPolicy::off()))
            .layer(AttemptLayer::new(DEFAULT_MAX_RESPONSE_SIZE))
            .service(Next::own(service));
        Self::from_stack(Stack::new(stack))
    }

    pub(crate) fn from_stack(stack: Stack) -> Self {
        Self { stack, options: None }
    }

    /// This client with other settings for the calls that are made through the returned one.
    ///
    /// Connections, budgets and limits are still shared.
    #[must_use]
    pub fn with(&self, options: CallOptions) -> Self {
        let options = match &self.options {
            Some(before) => options.over(before),
            None => options,
        };
        Self { stack: self.stack.clone(), options: Some(Arc::new(options)) }
    }

    /// Sends a call and reads its answer.
    ///
    /// An empty answer reads as JSON's `null`.
    ///
    /// # Errors
    ///
    /// The call is not valid, could not be sent, or was refused, or its answer is not
    /// what the call promises: see [`Error`].
    pub async fn send<T: DeserializeOwned>(&self, call: Call<T>) -> Result<T> {
        let operation = call.operation().clone();
        let delivery = Delivery::default();
        let response = self.exchange(call, &delivery).await?;
        decode(&response).map_err(|error| error.of(operation).after(&delivery))
    }

    /// Sends a call whose answer holds nothing of interest.
    ///
    /// # Errors
    ///
    /// The call is not valid, could not be sent, or was refused.
    pub async fn execute(&self, call: Call<()>) -> Result<()> {
        self.response(call).await.map(drop)
    }

    /// Sends a call and returns its successful answer as it came.
    ///
    /// # Errors
    ///
    /// The call is not valid, could not be sent, or was refused: any status but 2xx is
    /// an error, redirects included, since credentials must not follow them.
    pub async fn response<T>(&self, call: Call<T>) -> Result<Response<Bytes>> {
        self.exchange(call, &Delivery::default()).await
    }

    async fn exchange<T>(&self, call: Call<T>, delivery: &Delivery) -> Result<Response<Bytes>> {
        let operation = call.operation().clone();
        let mut request = call.into_request()?;
        if let Some(options) = &self.options {
            options.apply(&mut request);
        }
        request.extensions_mut().insert(delivery.clone());
        let answer = once(self.stack.clone(), request).await;
        let error = match answer {
            Ok(response) if response.status().is_success() => return Ok(response),
            Ok(response) => {
                let (head, body) = response.into_parts();
                Error::refused(ApiError::new(head, body)).of(operation)
            }
            Err(error) => error,
        };
        Err(error.after(delivery))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}
