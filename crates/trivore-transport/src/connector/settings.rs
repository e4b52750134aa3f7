//! Settings of the HTTP client.

use std::fmt;
use std::time::Duration;

use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::proxy::matcher::Matcher;

use crate::builder::BuildError;
use crate::connector::proxy::ProxyConnector;
use crate::connector::tls;
use crate::slot::Next;

/// Settings of the SDK's HTTP client.
///
/// Pass them to [`ClientBuilder::connector`](crate::ClientBuilder::connector). The client keeps
/// connections in a pool for each tokio runtime that it is used from.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use trivore_transport::{Client, Connector};
///
/// let connector = Connector::new().connect_timeout(Duration::from_secs(2)).no_proxy();
/// let client = Client::builder("https://id.example.com").connector(connector).build()?;
/// # Ok::<(), trivore_transport::BuildError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "settings do nothing until a client is built with them"]
pub struct Connector {
    pub(crate) connect_timeout: Duration,
    pub(crate) keep_alive: Duration,
    pub(crate) idle_timeout: Duration,
    pub(crate) max_idle_per_host: usize,
    pub(crate) http_versions: HttpVersions,
    pub(crate) tls_backend: TlsBackend,
    pub(crate) extra_roots: Vec<Vec<u8>>,
    proxy: Proxy,
}

/// Where the proxy comes from.
#[derive(Clone)]
enum Proxy {
    Environment,
    Given(String),
    None,
}

/// HTTP versions that the client offers over TLS; plain connections use HTTP/1.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum HttpVersions {
    /// HTTP/1.1 only.
    Http1,
    /// HTTP/2 if the server selects it by ALPN, else HTTP/1.1.
    #[default]
    Http2OrHttp1,
}

/// The TLS library that the client uses.
///
/// Each library's variant exists if its cargo feature is enabled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TlsBackend {
    /// The platform's library: OpenSSL, Schannel or Security Framework; the default if enabled.
    #[cfg(feature = "native-tls")]
    NativeTls,
    /// rustls with ring and the platform's certificates.
    #[cfg(feature = "rustls")]
    Rustls,
    /// No TLS: plain http only.
    Disabled,
}

impl Connector {
    /// Creates the default settings, which each setter documents.
    pub fn new() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            keep_alive: Duration::from_secs(30),
            // Below 60 seconds, after which load balancers usually close idle connections.
            idle_timeout: Duration::from_secs(50),
            max_idle_per_host: usize::MAX,
            http_versions: HttpVersions::default(),
            tls_backend: TlsBackend::default(),
            extra_roots: Vec::new(),
            proxy: Proxy::Environment,
        }
    }

    /// Limits the time to open a TCP connection; 5 seconds by default.
    ///
    /// The TLS handshake is not included; the attempt timeout limits it.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// Sets the idle time before TCP keep-alive probes are sent; 30 seconds by default.
    pub fn keep_alive(mut self, time: Duration) -> Self {
        self.keep_alive = time;
        self
    }

    /// Closes connections that are idle for this long; 50 seconds by default.
    pub fn idle_timeout(mut self, time: Duration) -> Self {
        self.idle_timeout = time;
        self
    }

    /// Limits the number of idle connections to a host, in each pool; no limit by default.
    pub fn max_idle_connections(mut self, count: usize) -> Self {
        self.max_idle_per_host = count;
        self
    }

    /// Sets the HTTP versions to offer over TLS; HTTP/2 and HTTP/1.1 by default.
    pub fn http_versions(mut self, versions: HttpVersions) -> Self {
        self.http_versions = versions;
        self
    }

    /// Sets the TLS library.
    pub fn tls_backend(mut self, backend: TlsBackend) -> Self {
        self.tls_backend = backend;
        self
    }

    /// Trusts a root certificate, in DER form, in addition to those of the platform.
    pub fn add_root_certificate(mut self, der: &[u8]) -> Self {
        self.extra_roots.push(der.to_owned());
        self
    }

    /// Connects directly, and ignores the environment's proxy settings.
    ///
    /// By default, the client reads `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` when it
    /// is built, as curl does. It never uses a proxy for this machine.
    pub fn no_proxy(mut self) -> Self {
        self.proxy = Proxy::None;
        self
    }

    /// Connects through this proxy, and ignores the environment's proxy settings.
    ///
    /// A URL is for example `http://user:password@proxy.example.com:3128`. Https addresses are
    /// reached through a `CONNECT` tunnel. Plain http addresses are supported only if the proxy
    /// needs no password.
    pub fn proxy(mut self, url: &str) -> Self {
        self.proxy = Proxy::Given(url.to_owned());
        self
    }

    /// Builds the HTTP client.
    ///
    /// Without `needs_tls`, TLS is disabled: loading the platform's certificates is slow.
    pub(crate) fn build(mut self, needs_tls: bool) -> Result<Next, BuildError> {
        if !needs_tls {
            self.tls_backend = TlsBackend::Disabled;
        }
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(self.connect_timeout));
        tcp.set_keepalive(Some(self.keep_alive));
        let proxies = match &self.proxy {
            Proxy::Environment => Some(Matcher::from_env()),
            Proxy::Given(url) => Some(given(url)?),
            Proxy::None => None,
        };
        tls::client(&self, ProxyConnector::new(tcp, proxies))
    }
}

impl fmt::Debug for Proxy {
    /// Hides the URL, which may contain a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Environment => "Environment",
            Self::Given(_) => "Given(<redacted>)",
            Self::None => "None",
        })
    }
}

/// Uses the proxy at `url` for all addresses.
///
/// Checks the URL, because the matcher silently ignores an invalid one.
fn given(url: &str) -> Result<Matcher, BuildError> {
    let matcher = Matcher::builder().all(url).build();
    let probe = Uri::from_static("https://id.example.com");
    match matcher.intercept(&probe) {
        Some(proxy) if proxy.uri().scheme_str() == Some("http") => Ok(matcher),
        _ => Err(BuildError::InvalidProxy),
    }
}

impl Default for Connector {
    fn default() -> Self {
        Self::new()
    }
}

impl Default for TlsBackend {
    #[cfg(feature = "native-tls")]
    fn default() -> Self {
        Self::NativeTls
    }

    #[cfg(all(feature = "rustls", not(feature = "native-tls")))]
    fn default() -> Self {
        Self::Rustls
    }

    #[cfg(not(any(feature = "rustls", feature = "native-tls")))]
    fn default() -> Self {
        Self::Disabled
    }
}
