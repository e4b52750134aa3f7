//! The transport of the Trivore ID SDK: a tower stack that sends [`Call`]s.
//!
//! This crate knows neither a path of the API nor a type of its data. It turns a
//! [`Call`] into an HTTP request, sends it through a stack of tower layers, and
//! turns the answer into a value or an [`Error`].
//!
//! ```text
//!  Call<T> ──▶ operation span
//!              deadline              whole call
//!              ┌ your call layers ┐
//!              prepare               base URL, shared headers
//!              retry                 where that is safe, within a budget
//!              concurrency           when that is set
//!              token                 at hand, where calls are signed with one
//!              rate limit            shared by all clones
//!              ┌ your attempt layers ┐
//!              authorization         credentials, right host only
//!              attempt               time and size of one answer
//!              ┌ your transport layers ┐
//!              connector             hyper over TLS, or your own service
//! ```
//!
//! # Examples
//!
//! ```no_run
//! use trivore_transport::{Call, Client, Credentials};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::builder("https://id.example.com")
//!     .credentials(Credentials::basic("9939129297585525", "secret"))
//!     .build()?;
//! let roles: Vec<serde_json::Value> =
//!     client.send(Call::get(&["api", "rest", "v1", "role", "builtin"])).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! | Feature | Brings |
//! |---|---|
//! | `native-tls` (default) | pooled HTTP client over the platform's TLS |
//! | `rustls` | the same over rustls with ring; choose it with [`TlsBackend`] where both are on |
//! | `http-client` | the pooled HTTP client by itself, for plain http |
//!
//! Without any of them, give [`ClientBuilder::service`] or [`Client::new`] a service.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod api_error;
mod base_url;
mod body;
mod builder;
mod call;
mod client;
#[cfg(feature = "http-client")]
mod connector;
mod credentials;
mod decode;
mod decode_error;
mod delivery;
mod erased;
mod error;
mod kind;
pub mod layer;
mod observer;
mod once;
mod one_line;
mod operation;
mod options;
mod path;
mod rate_limit;
mod repeat;
mod retry;
mod slot;
mod stack;
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
pub use decode_error::DecodeError;
pub use delivery::Delivery;
pub use error::{BoxError, Error, Result};
pub use kind::Failure;
pub use observer::{Event, Observer};
pub use operation::{Operation, Safety};
pub use options::CallOptions;
pub use path::{InvalidPath, Path};
pub use rate_limit::{RateLimitHeaders, RateLimitHint, RateLimiter, UsualRateLimitHeaders};
pub use retry::{AttemptEnd, AttemptSummary, Outcome, RetryContext, RetryPolicy};
pub use slot::Next;
pub use token::{AccessToken, OidcClient, OidcGrant, Secret, TokenSource, TokenStore};
