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
//! prepare               base URL, and the headers that all attempts share
//! retry                 retries if the operation allows it, within a budget
//! concurrency           limits concurrent requests, if that is set
//! token                 waits for an access token, if the client uses one
//! rate limit            spaces requests, and pauses those in the scope of a 429
//! [attempt layers]      yours: every attempt, no credentials
//! authorization         adds the credentials to each attempt
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
//! one outermost. Every request has its [`Operation`] in its extensions, so that a layer can name
//! calls without reading paths:
//!
//! ```
//! use std::time::Duration;
//! use http::{HeaderName, HeaderValue};
//! use tower::limit::GlobalConcurrencyLimitLayer;
//! use tower_http::decompression::DecompressionLayer;
//! use tower_http::set_header::SetRequestHeaderLayer;
//! use tower_http::trace::TraceLayer;
//! use trivore::models::PageRequest;
//! use trivore::transport::{Body, Operation};
//! use trivore::{Credentials, Trivore};
//! use trivore_sandbox::Sandbox;
//!
//! // The default span of tower-http records the URL, and with it codes and filters: record the
//! // route instead.
//! fn span(request: &http::Request<Body>) -> tracing::Span {
//!     let route = request.extensions().get::<Operation>().map_or("", |operation| operation.route);
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
//! # Your own service in place of HTTP
//!
//! [`ClientBuilder::service`] replaces the HTTP client and keeps the rest of the stack: retries,
//! limits, credentials and spans. This example sends requests with reqwest, for a program that has
//! a `reqwest::Client` configured with its own proxies and certificates:
//!
//! ```
//! use http::{Request, Response};
//! use http_body_util::BodyExt as _;
//! use trivore::models::User;
//! use trivore::transport::{Body, BoxError};
//! use trivore::{Credentials, Error, Trivore};
//! use trivore_sandbox::Sandbox;
//!
//! async fn execute(
//!     client: reqwest::Client,
//!     request: Request<Body>,
//! ) -> Result<Response<reqwest::Body>, BoxError> {
//!     let (head, body) = request.into_parts();
//!     let body = body.collect().await?.to_bytes();
//!     let request = reqwest::Request::try_from(Request::from_parts(head, body))?;
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
//! - Requests always have their whole body at hand, so that collecting it does not wait.
//!
//! [`Client::new`] goes further: it makes a client of a service alone, without credentials, limits
//! and retries. Requests then have a path only, such as `/api/rest/v1/user`. The example
//! `own_service` shows both.
//!
//! A program that uses a service of its own can leave out the SDK's HTTP client: use
//! `trivore` with `default-features = false`.
//!
//! [`CallOptions::extension`]: crate::transport::CallOptions::extension
//! [`Client::new`]: crate::Client::new
//! [`ClientBuilder::service`]: crate::transport::ClientBuilder::service
//! [`Error`]: crate::Error
//! [`Error::after_sending`]: crate::Error::after_sending
//! [`Error::before_sending`]: crate::Error::before_sending
//! [`Error::connect`]: crate::Error::connect
//! [`Operation`]: crate::transport::Operation
