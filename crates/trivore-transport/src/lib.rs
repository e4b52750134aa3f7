//! The transport of the Trivore ID SDK: a stack of tower layers that sends [`Call`]s.
//!
//! A [`Client`] turns a [`Call`] into an HTTP request, sends it through the stack, and turns the
//! response into a value or an [`Error`]. This crate contains no paths and no data types of the
//! API.
//!
//! ```text
//!  Call<T> ──▶ operation span        one span per call
//!              deadline              limits the whole call
//!              ┌ your call layers ┐
//!              retry                 if the operation allows it, within a budget
//!              prepare               base URL, headers of all requests
//!              token                 waits for an access token, if calls need one
//!              rate limit            shared by all clones
//!              concurrency           if a limit is set
//!              ┌ your attempt layers ┐
//!              sign                  credentials, for the base URL's origin only
//!              attempt               limits time and size of one response
//!              ┌ your transport layers ┐
//!              connector             hyper over TLS, or your own service
//! ```
//!
//! [`ClientBuilder`] configures this stack. If you build a stack of your own, each layer is also
//! usable alone: see [`layer`].
//!
//! # Examples
//!
//! ```
//! use http::{Request, Response};
//! use trivore_transport::{Body, BoxError, Call, Client, Credentials};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::builder("https://id.example.com")
//!     .credentials(Credentials::basic("9939129297585525", "secret"))
//!     // Replaces the network in this example.
//!     .service(tower::service_fn(async |_: Request<Body>| {
//!         Ok::<_, BoxError>(Response::new(r#"["USER_ADMIN"]"#.to_owned()))
//!     }))
//!     .build()?;
//!
//! let call = Call::get(&["api", "rest", "v1", "role", "builtin"]);
//! let roles: Vec<String> = client.send(call).await?;
//!
//! assert_eq!(roles, ["USER_ADMIN"]);
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! | Feature | Adds |
//! |---|---|
//! | `native-tls` (default) | the HTTP client, with the platform's TLS library |
//! | `rustls` | the HTTP client, with rustls and ring; if both are enabled, select one with [`TlsBackend`] |
//! | `http-client` | the HTTP client without TLS, for plain http |
//!
//! Without any of these features, pass a service to [`ClientBuilder::service`] or [`Client::new`].
#![cfg_attr(docsrs, feature(doc_cfg))]

mod address;
mod attempt;
mod auth;
mod call;
mod check;
mod client;
#[cfg(feature = "http-client")]
mod connector;
mod deadline;
mod decode;
mod dry_run;
mod error;
pub mod layer;
mod message;
mod observe;
mod prepare;
mod rate_limit;
#[cfg(doctest)]
mod readme;
mod retry;
mod stack;

pub use address::{BaseUrl, InvalidAddress};
pub use auth::Credentials;
pub use auth::token::{AccessToken, OidcClient, OidcGrant, SecretString, TokenSource, TokenStore};
pub use call::{
    AttemptEnd, AttemptOutcome, AttemptSummary, Call, CallContext, CallOptions, Delivery,
    ExpiresAt, InvalidPath, Operation, RequestPath, ResponseShape, Safety,
};
pub use check::{CheckOutcome, CheckReport, CheckStep, CheckSubject};
pub use client::{Client, ClientBuilder};
#[cfg(feature = "http-client")]
#[cfg_attr(docsrs, doc(cfg(feature = "http-client")))]
pub use connector::{Connections, Connector, HttpVersions, TlsBackend};
pub use decode::decode_json;
pub use dry_run::{DryRun, PlannedRequest};
pub use error::{
    ApiError, BoxError, BuildError, DecodeError, Error, Failure, InvalidCredentials, Result,
};
pub use message::{Body, RateLimitHeaders, RateLimitHint, RateLimitScope, UsualRateLimitHeaders};
pub use observe::{ClientEvent, Observer};
pub use rate_limit::{RateLimit, RateLimiter};
pub use retry::{Backoff, RetryContext, RetryPolicy};
pub use stack::{HttpService, Next};
