//! Chooses the TLS library.

use crate::connector::proxy::ProxyConnector;
use crate::connector::send::pooled;
use crate::connector::settings::{Connector, TlsBackend};
#[cfg(any(feature = "native-tls", feature = "rustls"))]
use crate::connector::tls::connector::TlsConnector;
#[cfg(feature = "native-tls")]
use crate::connector::tls::native;
#[cfg(feature = "rustls")]
use crate::connector::tls::rustls;
use crate::error::BuildError;
use crate::stack::Next;

/// Creates the HTTP client with the TLS library from the settings.
pub(crate) fn client(settings: &Connector, tcp: ProxyConnector) -> Result<Next, BuildError> {
    if settings.certificates.only_added && settings.certificates.roots.is_empty() {
        return Err(BuildError::Tls(
            "only added root certificates are trusted, and none is".into(),
        ));
    }
    match settings.tls_backend {
        #[cfg(feature = "native-tls")]
        TlsBackend::NativeTls => {
            let library = native::Library::new(settings).map_err(BuildError::Tls)?;
            Ok(pooled(settings, TlsConnector::new(tcp, library)))
        }
        #[cfg(feature = "rustls")]
        TlsBackend::Rustls => {
            let library = rustls::Library::new(settings).map_err(BuildError::Tls)?;
            Ok(pooled(settings, TlsConnector::new(tcp, library)))
        }
        TlsBackend::Disabled if settings.certificates.is_default() => {
            Ok(pooled(settings, tcp.plain_only()))
        }
        TlsBackend::Disabled => {
            Err(BuildError::Tls("TLS is disabled, and certificates are given".into()))
        }
    }
}
