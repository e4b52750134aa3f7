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

/// Where connections go first.
#[derive(Clone)]
enum Proxy {
    Environment,
    Given(String),
    None,
}

/// Which versions of HTTP are offered over TLS; plain connections speak HTTP/1.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum HttpVersions {
    /// HTTP/1.1 only.
    Http1,
    /// HTTP/2 when the server agrees to it by ALPN, else HTTP/1.1.
    #[default]
    Http2OrHttp1,
}

/// Which TLS library is used.
///
/// A variant exists when its cargo feature is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TlsBackend {
    /// The platform's: OpenSSL, Schannel or Security Framework. The default where present.
    #[cfg(feature = "native-tls")]
    NativeTls,
    /// rustls with ring, and the platform's certificates.
    #[cfg(feature = "rustls")]
    Rustls,
    /// None: plain http only.
    Disabled,
}

impl Connector {
    /// Default settings, as each setter tells.
    pub fn new() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            keep_alive: Duration::from_secs(30),
            // Below the 60 seconds after which load balancers use to hang up.
            idle_timeout: Duration::from_secs(50),
            max_idle_per_host: usize::MAX,
            http_versions: HttpVersions::default(),
            tls_backend: TlsBackend::default(),
            extra_roots: Vec::new(),
            proxy: Proxy::Environment,
        }
    }

    /// Limits the making of a TCP connection; 5 seconds by default.
    ///
    /// The TLS handshake counts into the attempt's limit.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// Sends TCP keep-alive probes after this idle time; 30 seconds by default.
    pub fn keep_alive(mut self, time: Duration) -> Self {
        self.keep_alive = time;
        self
    }

    /// Closes connections that were idle this long; 50 seconds by default.
    pub fn idle_timeout(mut self, time: Duration) -> Self {
        self.idle_timeout = time;
        self
    }

    /// Keeps at most this many idle connections; no limit by default.
    pub fn max_idle_connections(mut self, count: usize) -> Self {
        self.max_idle_per_host = count;
        self
    }

    /// Chooses the versions of HTTP to offer over TLS.
    pub fn http_versions(mut self, versions: HttpVersions) -> Self {
        self.http_versions = versions;
        self
    }

    /// Chooses the TLS library.
    pub fn tls_backend(mut self, backend: TlsBackend) -> Self {
        self.tls_backend = backend;
        self
    }

    /// Trusts one more root certificate, in DER form, besides those of the platform.
    pub fn add_root_certificate(mut self, der: &[u8]) -> Self {
        self.extra_roots.push(der.to_owned());
        self
    }

    /// Connects directly, whatever the environment says of proxies.
    ///
    /// By default `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` are read when
    /// the client is made, as curl reads them. This machine is never reached by proxy.
    pub fn no_proxy(mut self) -> Self {
        self.proxy = Proxy::None;
        self
    }

    /// Connects through this proxy, such as `http://user:password@proxy.example.com:3128`,
    /// whatever the environment says.
    ///
    /// It serves https addresses by a tunnel, and plain ones when it needs no password.
    pub fn proxy(mut self, url: &str) -> Self {
        self.proxy = Proxy::Given(url.to_owned());
        self
    }

    /// Reading the platform's certificates takes long: where no address can be an https one,
    /// it is left out.
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
    /// A proxy's address may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Environment => "Environment",
            Self::Given(_) => "Given(<redacted>)",
            Self::None => "None",
        })
    }
}

/// A proxy for all addresses; its own must be usable, or it would be passed over in silence.
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
