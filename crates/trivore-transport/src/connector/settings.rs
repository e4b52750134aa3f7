//! Settings of the HTTP client.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use crate::connector::certificates::{Certificates, Identity, Root};
use crate::connector::tcp::Resolver;

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
/// let connector = Connector::new()
///     .connect_timeout(Duration::from_secs(2))
///     .max_connections(16)
///     .max_connection_age(Duration::from_secs(600))
///     .http2_keep_alive(Duration::from_secs(10), Duration::from_secs(5))
///     .no_proxy();
/// let client = Client::builder("https://id.example.com").connector(connector).build()?;
/// # Ok::<(), trivore_transport::BuildError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "settings do nothing until a client is built with them"]
pub struct Connector {
    pub(crate) connect_timeout: Duration,
    pub(crate) resolver: Resolver,
    pub(crate) keep_alive: Duration,
    pub(crate) tcp_user_timeout: Duration,
    pub(crate) idle_timeout: Duration,
    pub(crate) max_idle_per_host: usize,
    pub(crate) max_connections: usize,
    pub(crate) max_connection_age: Duration,
    pub(crate) http_versions: HttpVersions,
    pub(crate) http2_keep_alive: (Duration, Duration),
    pub(crate) tls_backend: TlsBackend,
    pub(crate) certificates: Certificates,
    pub(crate) proxy: Proxy,
}

/// Where the proxy comes from.
#[derive(Clone)]
pub(crate) enum Proxy {
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
            resolver: Resolver::default(),
            keep_alive: Duration::from_secs(30),
            tcp_user_timeout: Duration::from_secs(30),
            // Below 60 seconds, after which load balancers usually close idle connections.
            idle_timeout: Duration::from_secs(50),
            max_idle_per_host: usize::MAX,
            max_connections: 256,
            max_connection_age: Duration::MAX,
            http_versions: HttpVersions::default(),
            http2_keep_alive: (Duration::from_secs(20), Duration::from_secs(10)),
            tls_backend: TlsBackend::default(),
            certificates: Certificates::default(),
            proxy: Proxy::Environment,
        }
    }

    /// Limits the time in which a request gets a connection; 5 seconds by default.
    ///
    /// It includes the wait for one if there are [as many as allowed](Self::max_connections). A new
    /// connection has the same time for the name's addresses, TCP, a proxy's tunnel, and the
    /// handshakes of TLS and HTTP/2. A request without a connection was not sent.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// Sets the idle time before TCP keep-alive probes are sent; 30 seconds by default.
    pub fn keep_alive(mut self, time: Duration) -> Self {
        self.keep_alive = time;
        self
    }

    /// Sets how long sent data may stay without an acknowledgment before the connection is closed;
    /// 30 seconds by default.
    ///
    /// It has an effect on Linux and Android only.
    pub fn tcp_user_timeout(mut self, limit: Duration) -> Self {
        self.tcp_user_timeout = limit;
        self
    }

    /// Resolves names by a function of your own instead of the operating system.
    ///
    /// It gets a host's name and returns its addresses, the preferred one first. A port of zero
    /// stands for that of the URL. It is also asked for the name of a proxy, but not for addresses.
    ///
    /// If there are several addresses, the next one is tried as soon as one has failed, or after a
    /// quarter of a second beside those before it, and the families IPv6 and IPv4 alternate
    /// (RFC 8305).
    ///
    /// ```
    /// use std::net::SocketAddr;
    /// use trivore_transport::Connector;
    ///
    /// let connector = Connector::new().resolver(async |_name| {
    ///     Ok(vec![SocketAddr::from(([10, 0, 0, 5], 0)), SocketAddr::from(([10, 0, 1, 5], 0))])
    /// });
    /// ```
    pub fn resolver<F>(mut self, resolve: impl Fn(String) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = io::Result<Vec<SocketAddr>>> + Send + 'static,
    {
        self.resolver = Resolver::new(resolve);
        self
    }

    /// Closes connections that are idle for this long; 50 seconds by default.
    ///
    /// If the server sends `Keep-Alive: timeout`, or has closed a connection that was idle for less,
    /// connections that were idle for about that long are not used again.
    pub fn idle_timeout(mut self, time: Duration) -> Self {
        self.idle_timeout = time;
        self
    }

    /// Limits the number of idle connections to a host, in each pool; no limit by default.
    pub fn max_idle_connections(mut self, count: usize) -> Self {
        self.max_idle_per_host = count;
        self
    }

    /// Limits the number of connections to a host, in each pool; 256 by default, zero counts as one.
    ///
    /// Further requests wait for a connection, as long as the
    /// [connect timeout](Self::connect_timeout) allows. Over HTTP/2, requests share a connection as
    /// far as the server allows it.
    pub fn max_connections(mut self, count: usize) -> Self {
        self.max_connections = count.max(1);
        self
    }

    /// Limits the age of a connection; no limit by default.
    ///
    /// A connection that is older gets no more requests, so that a client finds out if the host's
    /// addresses have changed.
    pub fn max_connection_age(mut self, time: Duration) -> Self {
        self.max_connection_age = time;
        self
    }

    /// Sets the HTTP versions to offer over TLS; HTTP/2 and HTTP/1.1 by default.
    pub fn http_versions(mut self, versions: HttpVersions) -> Self {
        self.http_versions = versions;
        self
    }

    /// Sets how HTTP/2 connections are checked: a ping if nothing has arrived for `interval`, and an
    /// end if there is no response within `timeout`; 20 and 10 seconds by default.
    ///
    /// Idle connections are checked, too. An interval of zero turns the checks off.
    pub fn http2_keep_alive(mut self, interval: Duration, timeout: Duration) -> Self {
        self.http2_keep_alive = (interval, timeout);
        self
    }

    /// Sets the TLS library.
    pub fn tls_backend(mut self, backend: TlsBackend) -> Self {
        self.tls_backend = backend;
        self
    }

    /// Trusts a root certificate, in DER form, in addition to those of the platform.
    ///
    /// Whatever the root, a server's certificate must name the host in its subject alternative
    /// name.
    pub fn add_root_certificate(mut self, der: &[u8]) -> Self {
        self.certificates.roots.push(Root::Der(der.to_owned()));
        self
    }

    /// Trusts all root certificates of a PEM file, in addition to those of the platform.
    ///
    /// `pem` is the file's content: one `CERTIFICATE` block or several.
    ///
    /// ```
    /// use trivore_transport::{Client, Connector};
    ///
    /// # fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let authority = std::fs::read("/etc/ssl/private-authority.pem")?;
    /// let connector =
    ///     Connector::new().add_root_certificates_pem(&authority).only_added_root_certificates();
    /// let client = Client::builder("https://id.example.com").connector(connector).build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn add_root_certificates_pem(mut self, pem: &[u8]) -> Self {
        self.certificates.roots.push(Root::Pem(pem.to_owned()));
        self
    }

    /// Trusts only the root certificates that were added, and none of the platform's.
    ///
    /// Without an added one, the client cannot be built.
    pub fn only_added_root_certificates(mut self) -> Self {
        self.certificates.only_added = true;
        self
    }

    /// Identifies the client to servers that ask for a certificate (mutual TLS).
    ///
    /// `chain` is in PEM form: the client's certificate first, then intermediate ones, if any.
    /// `key` is its private key in PEM form of PKCS #8, `BEGIN PRIVATE KEY`, without a password.
    /// Both may be the content of the same file.
    ///
    /// ```
    /// use trivore_transport::{Client, Connector};
    ///
    /// # fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let (chain, key) = (std::fs::read("client.pem")?, std::fs::read("client.key")?);
    /// let connector = Connector::new().client_certificate_pem(&chain, &key);
    /// let client = Client::builder("https://id.example.com").connector(connector).build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn client_certificate_pem(mut self, chain: &[u8], key: &[u8]) -> Self {
        self.certificates.identity = Some(Identity::new(chain, key));
        self
    }

    /// Connects directly, and ignores the environment's proxy settings.
    ///
    /// By default, the client reads these environment variables when it is built:
    ///
    /// | Variable | Holds |
    /// |---|---|
    /// | `http_proxy`, `HTTP_PROXY` | the proxy for http addresses |
    /// | `https_proxy`, `HTTPS_PROXY` | the proxy for https addresses |
    /// | `all_proxy`, `ALL_PROXY` | the proxy for addresses without one of the above |
    /// | `no_proxy`, `NO_PROXY` | what is reached directly |
    ///
    /// As with curl, the name in lower case comes first, and an empty variable counts as not set.
    /// If `REQUEST_METHOD` is set, as in a CGI program, `HTTP_PROXY` is ignored, since a client
    /// could have set it.
    ///
    /// A proxy is an `http://` URL as for [`Connector::proxy`]; the scheme may be missing.
    /// `NO_PROXY` lists, separated by commas or white space: host names, which include all names
    /// below them; IP addresses; networks such as `10.0.0.0/8`; or `*` for everything. A port, as
    /// in `id.example.com:8443`, limits an entry to it. The client never uses a proxy for this
    /// machine.
    ///
    /// A variable that is malformed, not Unicode, or names another kind of proxy makes
    /// [`ClientBuilder::build`](crate::ClientBuilder::build) fail with
    /// [`InvalidProxyVariable`](crate::BuildError::InvalidProxyVariable), so that no proxy is
    /// passed over.
    pub fn no_proxy(mut self) -> Self {
        self.proxy = Proxy::None;
        self
    }

    /// Connects through this proxy, and ignores the environment's proxy settings.
    ///
    /// A URL is for example `http://user:password@proxy.example.com:3128`; without a port, it is
    /// 80. Characters such as `#`, `/`, `?` and `@` of a password must be percent-encoded. Https
    /// addresses are reached through a `CONNECT` tunnel. Plain http addresses are supported only if
    /// the proxy needs no password.
    ///
    /// If the proxy rejects the tunnel with a 4xx status, such as 403 or 407, the call fails
    /// without a retry.
    pub fn proxy(mut self, url: &str) -> Self {
        self.proxy = Proxy::Given(url.to_owned());
        self
    }

    pub(crate) fn has_tls(&self) -> bool {
        !matches!(self.tls_backend, TlsBackend::Disabled)
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
