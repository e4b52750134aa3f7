//! Builds the HTTP client from its settings.

use std::sync::Arc;

use http::Uri;

use crate::connector::pool::{OpenConnections, pooled};
#[cfg(any(feature = "native-tls", feature = "rustls"))]
use crate::connector::probe::tls_probe;
use crate::connector::probe::{Probe, plain_probe};
use crate::connector::proxies::Proxies;
use crate::connector::proxy::ProxyConnector;
use crate::connector::settings::{Connector, Proxy, TlsBackend};
use crate::connector::tcp::Tcp;
#[cfg(feature = "native-tls")]
use crate::connector::tls::NativeTls;
#[cfg(feature = "rustls")]
use crate::connector::tls::Rustls;
#[cfg(any(feature = "native-tls", feature = "rustls"))]
use crate::connector::tls::{TlsConnector, TlsLibrary};
use crate::error::BuildError;
use crate::stack::Next;

/// The HTTP client, its connections, and the probe of its service.
pub(crate) type HttpClient = (Next, Arc<dyn OpenConnections>, Probe);

impl Connector {
    /// Builds the HTTP client, with a probe of this URL.
    ///
    /// Without `needs_tls`, TLS is disabled: loading the platform's certificates is slow.
    pub(crate) fn build(mut self, needs_tls: bool, url: Uri) -> Result<HttpClient, BuildError> {
        if !needs_tls && self.certificates.is_default() {
            self.tls_backend = TlsBackend::Disabled;
        }
        let proxies = match &self.proxy {
            Proxy::Environment => Proxies::from_environment(|name| std::env::var_os(name))?,
            Proxy::Given(url) => Proxies::all(url).map_err(|_reason| BuildError::InvalidProxy)?,
            Proxy::None => Proxies::default(),
        };
        client(&self, ProxyConnector::new(Tcp::new(&self), proxies), url)
    }
}

/// Creates the HTTP client with the TLS library from the settings.
fn client(settings: &Connector, tcp: ProxyConnector, url: Uri) -> Result<HttpClient, BuildError> {
    if settings.certificates.only_added && settings.certificates.roots.is_empty() {
        return Err(BuildError::Tls(
            "only added root certificates are trusted, and none is".into(),
        ));
    }
    match settings.tls_backend {
        #[cfg(feature = "native-tls")]
        TlsBackend::NativeTls => {
            Ok(encrypted(settings, tcp, NativeTls::new(settings).map_err(BuildError::Tls)?, url))
        }
        #[cfg(feature = "rustls")]
        TlsBackend::Rustls => {
            Ok(encrypted(settings, tcp, Rustls::new(settings).map_err(BuildError::Tls)?, url))
        }
        TlsBackend::Disabled if settings.certificates.is_default() => {
            let tcp = tcp.plain_only();
            let probe = plain_probe(tcp.clone(), url, settings.connect_timeout);
            let (next, open) = pooled(settings, tcp);
            Ok((next, open, probe))
        }
        TlsBackend::Disabled => {
            Err(BuildError::Tls("TLS is disabled, and certificates are given".into()))
        }
    }
}

/// Creates the HTTP client with a TLS library.
#[cfg(any(feature = "native-tls", feature = "rustls"))]
fn encrypted<L: TlsLibrary>(
    settings: &Connector,
    tcp: ProxyConnector,
    library: L,
    url: Uri,
) -> HttpClient {
    let probe = tls_probe(tcp.clone(), library.clone(), url, settings.connect_timeout);
    let (next, open) = pooled(settings, TlsConnector::new(tcp, library));
    (next, open, probe)
}
