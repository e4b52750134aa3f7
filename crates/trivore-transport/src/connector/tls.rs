//! TLS on top of the connections, by native-tls or rustls.

use crate::builder::BuildError;
use crate::connector::proxy::ProxyConnector;
use crate::connector::send::pooled;
#[cfg(any(feature = "native-tls", feature = "rustls"))]
use crate::connector::settings::HttpVersions;
use crate::connector::settings::{Connector, TlsBackend};
use crate::slot::Next;

/// Creates the HTTP client with the TLS library from the settings.
#[cfg_attr(
    not(any(feature = "native-tls", feature = "rustls")),
    expect(clippy::unnecessary_wraps, reason = "only the setup of TLS can fail")
)]
pub(crate) fn client(settings: &Connector, tcp: ProxyConnector) -> Result<Next, BuildError> {
    match settings.tls_backend {
        #[cfg(feature = "native-tls")]
        TlsBackend::NativeTls => native_tls(settings, tcp),
        #[cfg(feature = "rustls")]
        TlsBackend::Rustls => rustls(settings, tcp),
        TlsBackend::Disabled => Ok(pooled(settings, tcp.plain_only())),
    }
}

#[cfg(feature = "native-tls")]
fn native_tls(settings: &Connector, tcp: ProxyConnector) -> Result<Next, BuildError> {
    let tls = |error: native_tls::Error| BuildError::Tls(error.into());
    let mut builder = native_tls::TlsConnector::builder();
    builder.min_protocol_version(Some(native_tls::Protocol::Tlsv12));
    // hyper-tls offers only HTTP/1.1 unless ALPN is configured here.
    if settings.http_versions == HttpVersions::Http2OrHttp1 {
        builder.request_alpns(&["h2", "http/1.1"]);
    }
    for der in &settings.extra_roots {
        builder.add_root_certificate(native_tls::Certificate::from_der(der).map_err(tls)?);
    }
    let connector = builder.build().map_err(tls)?;
    Ok(pooled(settings, hyper_tls::HttpsConnector::from((tcp, connector.into()))))
}

#[cfg(feature = "rustls")]
fn rustls(settings: &Connector, tcp: ProxyConnector) -> Result<Next, BuildError> {
    let tls = |error: rustls::Error| BuildError::Tls(error.into());
    let mut roots = rustls::RootCertStore::empty();
    // Platform certificates that rustls cannot parse are ignored.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    for der in &settings.extra_roots {
        roots.add(der.as_slice().to_owned().into()).map_err(tls)?;
    }
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(tls)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let builder = hyper_rustls::HttpsConnectorBuilder::new().with_tls_config(config);
    let builder = builder.https_or_http().enable_http1();
    Ok(match settings.http_versions {
        HttpVersions::Http1 => pooled(settings, builder.wrap_connector(tcp)),
        HttpVersions::Http2OrHttp1 => pooled(settings, builder.enable_http2().wrap_connector(tcp)),
    })
}
