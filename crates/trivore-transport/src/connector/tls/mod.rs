//! TLS on top of the connections, by native-tls or rustls.
//!
//! Both libraries are set up from the same settings, and a failure of either has the same text
//! (`failure`).

mod client;
#[cfg(any(feature = "native-tls", feature = "rustls"))]
mod connector;
#[cfg(any(feature = "native-tls", feature = "rustls"))]
mod failure;
#[cfg(feature = "native-tls")]
mod native;
#[cfg(feature = "rustls")]
mod rustls;

pub(crate) use client::client;
#[cfg(any(feature = "native-tls", feature = "rustls"))]
pub(crate) use failure::refused_certificate;
