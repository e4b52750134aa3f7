//! The default HTTP client: hyper with connection pools, TLS and proxies.
//!
//! A [`Connector`] holds the settings (`settings`). `ClientBuilder::build` makes a service from it,
//! the lowest one of the stack (`build`). A request opens connections directly or through a proxy
//! (`proxy`, `proxies`, `no_proxy`, `tunnel`), over native-tls or rustls (`tls`, `certificates`).
//!
//! For each request, the service (`send`):
//!
//! 1. takes the connection pool of the current tokio runtime, or creates one;
//! 2. marks the request as sent before it passes it to hyper, and removes the mark if the request
//!    never had a connection, so that a request counts as not sent only if that is certain;
//! 3. returns the response with a body that ends only after its connection had the chance to return
//!    to the pool (`response_body`).

mod build;
mod certificates;
mod no_proxy;
mod proxies;
mod proxy;
mod response_body;
mod send;
mod settings;
mod tls;
mod tunnel;

pub use settings::{Connector, HttpVersions, TlsBackend};
