//! The default HTTP client: pooled connections over the platform's TLS.

mod answer;
mod proxy;
mod send;
mod settings;
mod tls;

pub use settings::{Connector, HttpVersions, TlsBackend};
