//! Your own layers and services.
//!
//! The client is a stack of tower services. You can add layers of your own in three places, and you
//! can replace the HTTP client at the bottom with any `tower::Service`.
//!
//! # The stack
//!
//! ```text
//! operation span        one span and one name for the call
//! deadline              one limit for everything below
//! [call layers]         yours: one call and one result, no credentials
//! retry                 retries if the operation allows it, within a budget
//! prepare               base URL, and the headers that all requests have
//! token                 waits for an access token, if the client uses one
//! rate limit            spaces requests, and pauses those in the scope of a 429
//! concurrency           limits concurrent requests, if that is set
//! [attempt layers]      yours: every attempt, no credentials
//! sign                  adds the credentials to each attempt
//! attempt               limits time and size of one response
//! [transport layers]    yours: the signed request
//! connector             the HTTP client, or a service of yours
//! ```
//!
//! *Signed* means: with its `Authorization` header.
//!
//! | Slot | Sees | Use it for |
//! |---|---|---|
//! | [`call_layer`](crate::transport::ClientBuilder::call_layer) | one request with a path only, and one result | metrics, tenants, limits on calls |
//! | [`attempt_layer`](crate::transport::ClientBuilder::attempt_layer) | every attempt with its full URL | traces, headers, metrics of attempts |
//! | [`transport_layer`](crate::transport::ClientBuilder::transport_layer) | the signed request, credentials included | decompression, request signing |
//!
//! # Your own layers
//!
//! Any tower or tower-http layer fits if its service is `Clone + Send + Sync`, also one that
//! changes the type of the body. Layers of a slot run in the order in which you add them, the first
//! one outermost. Every request has a [`CallContext`] in its extensions, so that a layer can name
//! calls without reading paths:
//!
//! ```
//! use http::{HeaderName, HeaderValue};
//! use tower::limit::GlobalConcurrencyLimitLayer;
//! use tower_http::decompression::DecompressionLayer;
//! use tower_http::set_header::SetRequestHeaderLayer;
//! use tower_http::trace::TraceLayer;
//! use trivore::models::PageRequest;
//! use trivore::transport::{Body, CallContext};
//! use trivore::{Credentials, Trivore};
//! use trivore_sandbox::Sandbox;
//!
//! // The default span of tower-http records the URL, and with it codes and filters: record the
//! // route instead.
//! fn span(request: &http::Request<Body>) -> tracing::Span {
//!     let operation = CallContext::of(request).and_then(CallContext::operation);
//!     let route = operation.map_or("", |operation| operation.route);
//!     tracing::info_span!("request", route)
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sandbox = Sandbox::start().await?;
//! let tenant = SetRequestHeaderLayer::overriding(
//!     HeaderName::from_static("x-tenant"),
//!     HeaderValue::from_static("demo"),
//! );
//! let trivore = Trivore::builder(sandbox.url())
//!     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
//!     .configure(|client| {
//!         client
//!             .call_layer(GlobalConcurrencyLimitLayer::new(16))
//!             .attempt_layer(TraceLayer::new_for_http().make_span_with(span))
//!             .attempt_layer(tenant)
//!             .transport_layer(DecompressionLayer::new())
//!     })
//!     .build()?;
//!
//! trivore.users().list(&PageRequest::new()).await?;
//!
//! assert_eq!(sandbox.requests()[0].headers["x-tenant"], "demo");
//! # sandbox.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! A layer that builds a new request must copy the extensions of the one that it received: they
//! record whether the request was sent. If it does not, the call fails and nothing is sent.
//!
//! An error of your layer becomes an [`Error`]. The client itself knows whether the request was
//! sent, so any error type will do; [`Error::before_sending`] and [`Error::after_sending`]
//! state it explicitly.
//!
//! [`CallOptions::extension`] passes a value to your layers for some calls only.
//!
//! # Layers that limit or shed load
//!
//! The layers of one slot see whether those below them in the slot are ready, whether you add them
//! in one call or in several. So tower's `LoadShed` sheds load if a limit such as
//! `ConcurrencyLimit` stands below it in the same slot. The SDK's own layers are always ready, and
//! wait in the future of the call, within its deadline. `LoadShed` therefore sees nothing of
//! [`ClientBuilder::max_concurrency`], nor of the layers of another slot; for the former there is
//! [`ClientBuilder::shed_load`].
//!
//! # Layers that send a request twice
//!
//! A layer that repeats requests, such as tower's `Retry`, copies them with [`Body::try_clone`].
//! Add it to a slot below the call slot: the SDK then knows of each request, and an unknown outcome
//! of the first one stays unknown. Let the [`Operation`] decide what may be repeated.
//!
//! This example hedges reads: if a response takes longer than 95 of 100 others, tower's `Hedge`
//! sends the request again, and the first response counts. `Hedge` is not `Clone`, so its clones
//! share it behind a lock:
//!
//! ```
//! use std::sync::{Arc, Mutex};
//! use std::task::{Context, Poll};
//! use std::time::Duration;
//! use http::Request;
//! use tower::Service;
//! use tower::hedge::{Hedge, Policy};
//! use tower::layer::layer_fn;
//! use trivore::models::PageRequest;
//! use trivore::transport::{Body, CallContext, Next};
//! use trivore::{Credentials, Trivore};
//! use trivore_sandbox::Sandbox;
//!
//! #[derive(Clone)]
//! struct Reads;
//!
//! impl Policy<Request<Body>> for Reads {
//!     fn clone_request(&self, request: &Request<Body>) -> Option<Request<Body>> {
//!         let mut copy = Request::new(request.body().try_clone()?);
//!         copy.method_mut().clone_from(request.method());
//!         copy.uri_mut().clone_from(request.uri());
//!         copy.headers_mut().clone_from(request.headers());
//!         copy.extensions_mut().clone_from(request.extensions());
//!         Some(copy)
//!     }
//!
//!     fn can_retry(&self, request: &Request<Body>) -> bool {
//!         let operation = CallContext::of(request).and_then(CallContext::operation);
//!         operation.is_some_and(|operation| operation.safety.is_safe())
//!     }
//! }
//!
//! struct Shared<S>(Arc<Mutex<S>>);
//!
//! impl<S> Clone for Shared<S> {
//!     fn clone(&self) -> Self {
//!         Self(Arc::clone(&self.0))
//!     }
//! }
//!
//! impl<S: Service<Request<Body>>> Service<Request<Body>> for Shared<S> {
//!     type Response = S::Response;
//!     type Error = S::Error;
//!     type Future = S::Future;
//!
//!     fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
//!         self.0.lock().unwrap().poll_ready(cx)
//!     }
//!
//!     fn call(&mut self, request: Request<Body>) -> S::Future {
//!         self.0.lock().unwrap().call(request)
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sandbox = Sandbox::start().await?;
//! let hedging = layer_fn(|next: Next| {
//!     // Once ten responses of the last ten seconds are known.
//!     let hedge = Hedge::new::<Request<Body>>(next, Reads, 10, 0.95, Duration::from_secs(10));
//!     Shared(Arc::new(Mutex::new(hedge)))
//! });
//! let trivore = Trivore::builder(sandbox.url())
//!     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
//!     .configure(|client| client.attempt_layer(hedging))
//!     .build()?;
//!
//! trivore.users().list(&PageRequest::new()).await?;
//! # sandbox.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! # Your own service in place of HTTP
//!
//! [`ClientBuilder::service`] replaces the HTTP client and keeps the rest of the stack: retries,
//! limits, credentials and spans. This example sends requests with reqwest, for a program that has
//! a `reqwest::Client` configured with its own proxies and certificates:
//!
//! ```
//! use http::{Request, Response};
//! use trivore::models::User;
//! use trivore::transport::{Body, BoxError};
//! use trivore::{Credentials, Error, Trivore};
//! use trivore_sandbox::Sandbox;
//!
//! async fn execute(
//!     client: reqwest::Client,
//!     request: Request<Body>,
//! ) -> Result<Response<reqwest::Body>, BoxError> {
//!     let request = reqwest::Request::try_from(request.map(reqwest::Body::wrap))?;
//!     match client.execute(request).await {
//!         Ok(response) => Ok(response.into()),
//!         // Nothing was sent, so that the SDK can retry any call.
//!         Err(error) if error.is_connect() => Err(Error::connect(error.without_url()).into()),
//!         Err(error) => Err(error.without_url().into()),
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sandbox = Sandbox::start().await?;
//! // Credentials must not follow redirects, and the SDK sets the deadlines.
//! let client = reqwest::Client::builder()
//!     .redirect(reqwest::redirect::Policy::none())
//! #   .no_proxy()
//!     .build()?;
//! let service = tower::service_fn(move |request| execute(client.clone(), request));
//! # let to_nobody = service.clone();
//! let trivore = Trivore::builder(sandbox.url())
//!     .credentials(Credentials::basic(sandbox.client_id(), sandbox.client_secret()))
//!     .configure(|client| client.service(service))
//!     .build()?;
//!
//! let created = trivore.users().create(&User::new()).await?;
//!
//! assert!(created.user.id.is_some());
//! # let nobody = Trivore::builder("http://127.0.0.1:1")
//! #     .configure(|client| client.service(to_nobody))
//! #     .build()?;
//! # let error = nobody.users().create(&User::new()).await.unwrap_err();
//! # assert!(error.is_connect() && !error.may_have_been_applied(), "{error}");
//! # assert_eq!(error.attempts().len(), 3);
//! # sandbox.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! Three details matter:
//!
//! - A request that your service is called with counts as sent. If no connection could be made,
//!   return [`Error::connect`], as above.
//! - Remove URLs from error texts, as `without_url` does: they contain identifiers and filters.
//! - The SDK's requests have their whole body at hand: [`Body::as_bytes`] returns it, unless a
//!   layer of yours replaced it with a stream.
//!
//! [`Client::new`] goes further: it makes a client of a service alone, without credentials, limits
//! and retries. Requests then have a path only, such as `/api/rest/v1/user`. The example
//! `own_service` shows both.
//!
//! A program that uses a service of its own can leave out the SDK's HTTP client: use
//! `trivore` with `default-features = false`.
//!
//! [`Body::as_bytes`]: crate::transport::Body::as_bytes
//! [`Body::try_clone`]: crate::transport::Body::try_clone
//! [`CallOptions::extension`]: crate::transport::CallOptions::extension
//! [`Client::new`]: crate::transport::Client::new
//! [`ClientBuilder::max_concurrency`]: crate::transport::ClientBuilder::max_concurrency
//! [`ClientBuilder::service`]: crate::transport::ClientBuilder::service
//! [`ClientBuilder::shed_load`]: crate::transport::ClientBuilder::shed_load
//! [`Error`]: crate::Error
//! [`Error::after_sending`]: crate::Error::after_sending
//! [`Error::before_sending`]: crate::Error::before_sending
//! [`Error::connect`]: crate::Error::connect
//! [`CallContext`]: crate::transport::CallContext
//! [`Operation`]: crate::transport::Operation
