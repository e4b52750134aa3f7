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
//!              prepare               base URL, shared headers
//!              retry                 if the operation allows it, within a budget
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

mod api_error;
mod base_url;
mod body;
mod builder;
mod call;
mod cause;
mod client;
mod connect_error;
#[cfg(feature = "http-client")]
mod connector;
mod content_coding;
mod credentials;
mod decode;
mod decode_error;
mod delivery;
mod erased;
mod error;
mod error_body;
mod framing;
mod host;
mod http_service;
mod kind;
mod known_path;
pub mod layer;
mod mark_sent;
mod members;
mod object;
mod observer;
mod once;
mod one_line;
mod operation;
mod options;
mod path;
mod rate_limit;
#[cfg(doctest)]
mod readme;
mod repeat;
mod retry;
mod shape;
mod slot;
mod span;
mod stack;
mod subject;
mod token;
mod within;

pub use api_error::ApiError;
pub use base_url::{BaseUrl, InvalidAddress};
pub use body::Body;
pub use builder::{BuildError, ClientBuilder};
pub use call::Call;
pub use client::Client;
#[cfg(feature = "http-client")]
#[cfg_attr(docsrs, doc(cfg(feature = "http-client")))]
pub use connector::{Connector, HttpVersions, TlsBackend};
pub use credentials::{Credentials, InvalidCredentials};
pub use decode::decode_json;
pub use decode_error::DecodeError;
pub use delivery::Delivery;
pub use error::{BoxError, Error, Result};
pub use http_service::HttpService;
pub use kind::Failure;
pub use observer::{Event, Observer};
pub use operation::{Operation, Safety};
pub use options::CallOptions;
pub use path::{InvalidPath, Path};
pub use rate_limit::{
    RateLimitHeaders, RateLimitHint, RateLimitScope, RateLimiter, UsualRateLimitHeaders,
};
pub use retry::{AttemptEnd, AttemptSummary, Outcome, RetryContext, RetryPolicy};
pub use shape::ResponseShape;
pub use slot::Next;
pub use token::{AccessToken, OidcClient, OidcGrant, Secret, TokenSource, TokenStore};
