//! TLS on top of the connections, by native-tls or rustls.
//!
//! Both libraries are set up from the same settings, and a failure of either has the same text
//! (`failure`). An alert that arrives only after the handshake is recognized, too (`stream`).

#[cfg(any(feature = "native-tls", feature = "rustls"))]
mod certificate;
#[cfg(any(feature = "native-tls", feature = "rustls"))]
mod connector;
#[cfg(any(feature = "native-tls", feature = "rustls"))]
mod failure;
#[cfg(feature = "native-tls")]
mod native;
#[cfg(feature = "rustls")]
mod rustls;
#[cfg(any(feature = "native-tls", feature = "rustls"))]
mod stream;

#[cfg(any(feature = "native-tls", feature = "rustls"))]
pub(crate) use certificate::describe_certificate;
#[cfg(any(feature = "native-tls", feature = "rustls"))]
pub(crate) use connector::{TlsConnector, TlsLibrary};
#[cfg(feature = "native-tls")]
pub(crate) use native::NativeTls;
#[cfg(feature = "rustls")]
pub(crate) use rustls::Rustls;
#[cfg(any(feature = "native-tls", feature = "rustls"))]
pub(crate) use stream::Report;
