//! The default HTTP client: hyper with connection pools, TLS and proxies.
//!
//! A [`Connector`] holds the settings (`settings`). `ClientBuilder::build` makes a service from it,
//! the lowest one of the stack (`build`). A connection is opened directly (`tcp`) or through a
//! proxy (`proxy`, `proxies`, `no_proxy`, `tunnel`), over native-tls or rustls (`tls`,
//! `certificates`).
//!
//! A request takes a connection from the pool of its tokio runtime (`pool`), waits there until
//! there is one, and counts as sent only from then on.

mod build;
mod certificates;
mod connections;
mod no_proxy;
mod pool;
mod probe;
mod proxies;
mod proxy;
mod settings;
mod tcp;
mod tls;
mod tunnel;

pub use connections::Connections;
pub(crate) use pool::OpenConnections;
pub(crate) use probe::Probe;
pub use settings::{Connector, HttpVersions, TlsBackend};
