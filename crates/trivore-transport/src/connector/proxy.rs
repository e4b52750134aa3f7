//! Opens TCP connections, directly or through a proxy.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use http::{Extensions, Uri};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower::Service;

use crate::connector::proxies::{Proxies, ProxyUrl};
use crate::connector::tcp::{self, Tcp};
use crate::connector::tunnel;
use crate::error::{BoxError, ConnectError};

/// Opens TCP connections, through a proxy if one is configured for the destination.
#[derive(Clone, Debug)]
pub(crate) struct ProxyConnector {
    tcp: Tcp,
    proxies: Arc<Proxies>,
    is_plain_only: bool,
}

impl ProxyConnector {
    pub(crate) fn new(tcp: Tcp, proxies: Proxies) -> Self {
        Self { tcp, proxies: Arc::new(proxies), is_plain_only: false }
    }

    /// Rejects https addresses, for a client without TLS.
    pub(crate) fn plain_only(self) -> Self {
        Self { is_plain_only: true, ..self }
    }

    /// Returns the URL to connect to: that of the proxy on the way, or the destination's.
    ///
    /// # Errors
    ///
    /// There is no way to the destination.
    pub(crate) fn first_hop(&self, destination: &Uri) -> Result<(Uri, bool), ConnectError> {
        let proxy = self.route(destination)?;
        let is_proxy = proxy.is_some();
        Ok((proxy.map_or_else(|| destination.clone(), |proxy| proxy.uri), is_proxy))
    }

    pub(crate) async fn addresses(&self, url: &Uri) -> io::Result<Vec<SocketAddr>> {
        self.tcp.addresses(url).await
    }

    /// Checks that there is a way to a destination, and returns the proxy on it.
    fn route(&self, destination: &Uri) -> Result<Option<ProxyUrl>, ConnectError> {
        let proxy = self.proxies.of(destination).cloned();
        match destination.scheme_str() {
            Some("https") if self.is_plain_only => {
                Err(ConnectError::permanent("TLS is disabled; cannot connect to an https address"))
            }
            Some("http") if proxy.as_ref().is_some_and(|proxy| proxy.authorization.is_some()) => {
                Err(ConnectError::permanent(
                    "a proxy with a password supports https addresses only",
                ))
            }
            Some("http" | "https") => Ok(proxy),
            _ => Err(ConnectError::permanent("only http and https addresses are supported")),
        }
    }
}

impl Service<Uri> for ProxyConnector {
    type Response = ProxyStream;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<ProxyStream, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, destination: Uri) -> Self::Future {
        let tcp = self.tcp.clone();
        let route = self.route(&destination);
        Box::pin(async move {
            let Some(proxy) = route? else {
                return Ok(ProxyStream::new(tcp.connect(&destination).await?, false));
            };
            let mut tcp = tcp.connect(&proxy.uri).await?;
            let is_proxied = destination.scheme_str() == Some("http");
            if !is_proxied {
                tunnel::open(&mut tcp, &proxy, &destination).await?;
            }
            Ok(ProxyStream::new(tcp, is_proxied))
        })
    }
}

/// A TCP connection to the destination or to a proxy.
#[derive(Debug)]
pub(crate) struct ProxyStream {
    tcp: TokioIo<TcpStream>,
    /// Requests on it need an absolute URL, since a proxy forwards them.
    is_proxied: bool,
    watch: TcpWatch,
}

impl ProxyStream {
    fn new(tcp: TcpStream, is_proxied: bool) -> Self {
        Self { tcp: TokioIo::new(tcp), is_proxied, watch: TcpWatch::default() }
    }

    /// Returns the address that it is connected to, of the destination or of a proxy.
    pub(crate) fn peer(&self) -> io::Result<SocketAddr> {
        self.tcp.inner().peer_addr()
    }

    /// Refuses to write if the peer is found to have closed the connection.
    ///
    /// What is not written was certainly not received.
    fn check_open(&mut self) -> io::Result<()> {
        if self.watch.take_check() && tcp::is_closed(self.tcp.inner()) {
            return Err(io::Error::new(
                io::ErrorKind::BrokenPipe,
                "the server has closed the connection",
            ));
        }
        Ok(())
    }
}

/// What is known of the TCP stream of a connection, and asked of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct TcpWatch(Arc<TcpFacts>);

#[derive(Debug, Default)]
struct TcpFacts {
    is_check_requested: AtomicBool,
    /// How many times something was written.
    writes: AtomicU64,
}

impl TcpWatch {
    /// Returns that of a connection, if it has one.
    pub(crate) fn of(connection: &Connected) -> Option<Self> {
        let mut extensions = Extensions::new();
        connection.get_extras(&mut extensions);
        extensions.remove()
    }

    /// Asks for a check, before the next write, that the peer has not closed the connection.
    pub(crate) fn request_check(&self) {
        self.0.is_check_requested.store(true, Ordering::Release);
    }

    fn take_check(&self) -> bool {
        // Without the exchange in the common case.
        let is_requested = &self.0.is_check_requested;
        is_requested.load(Ordering::Acquire) && is_requested.swap(false, Ordering::AcqRel)
    }

    /// Returns how many times something was written, encrypted or not.
    pub(crate) fn writes(&self) -> u64 {
        self.0.writes.load(Ordering::Acquire)
    }

    /// Records a write that has ended.
    pub(crate) fn wrote(&self, written: &Poll<io::Result<usize>>) {
        if matches!(written, Poll::Ready(Ok(count)) if *count > 0) {
            self.0.writes.fetch_add(1, Ordering::AcqRel);
        }
    }
}

impl Connection for ProxyStream {
    fn connected(&self) -> Connected {
        self.tcp.connected().proxy(self.is_proxied).extra(self.watch.clone())
    }
}

impl Read for ProxyStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_read(cx, buffer)
    }
}

impl Write for ProxyStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check_open()?;
        let written = Pin::new(&mut self.tcp).poll_write(cx, bytes);
        self.watch.wrote(&written);
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.check_open()?;
        let written = Pin::new(&mut self.tcp).poll_write_vectored(cx, buffers);
        self.watch.wrote(&written);
        written
    }
}
