//! Opens TCP connections, directly or through a proxy.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use http::Uri;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower::{Service, ServiceExt as _};

use crate::error::BoxError;
use crate::host::is_loopback;

/// Opens TCP connections, through a proxy if one is configured for the destination.
#[derive(Clone, Debug)]
pub(crate) struct ProxyConnector {
    tcp: HttpConnector,
    proxies: Option<Arc<Matcher>>,
    is_plain_only: bool,
}

impl ProxyConnector {
    pub(crate) fn new(tcp: HttpConnector, proxies: Option<Matcher>) -> Self {
        Self { tcp, proxies: proxies.map(Arc::new), is_plain_only: false }
    }

    /// Rejects https addresses, for a client without TLS.
    pub(crate) fn plain_only(self) -> Self {
        Self { is_plain_only: true, ..self }
    }

    /// The proxy for a destination; this machine is always reached directly.
    fn proxy_for(&self, destination: &Uri) -> Option<Intercept> {
        if is_loopback(destination.host()?) {
            return None;
        }
        self.proxies.as_ref()?.intercept(destination)
    }
}

impl Service<Uri> for ProxyConnector {
    type Response = Stream;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Stream, BoxError>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.tcp.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, destination: Uri) -> Self::Future {
        let tcp = self.tcp.clone();
        let proxy = self.proxy_for(&destination);
        let is_https = destination.scheme_str() == Some("https");
        let is_refused = self.is_plain_only && is_https;
        Box::pin(async move {
            if is_refused {
                return Err("TLS is disabled; cannot connect to an https address".into());
            }
            let Some(proxy) = proxy else {
                let tcp = tcp.oneshot(destination).await?;
                return Ok(Stream { tcp, is_proxied: false });
            };
            if proxy.uri().scheme_str() != Some("http") {
                return Err("only http:// proxies are supported".into());
            }
            if is_https {
                let mut tunnel = Tunnel::new(proxy.uri().clone(), tcp);
                if let Some(authorization) = proxy.basic_auth() {
                    tunnel = tunnel.with_auth(authorization.clone());
                }
                let tcp = tunnel.oneshot(destination).await?;
                return Ok(Stream { tcp, is_proxied: false });
            }
            if proxy.basic_auth().is_some() {
                return Err("a proxy with a password supports https addresses only".into());
            }
            let tcp = tcp.oneshot(proxy.uri().clone()).await?;
            Ok(Stream { tcp, is_proxied: true })
        })
    }
}

/// A TCP connection to the destination or to a proxy.
#[derive(Debug)]
pub(crate) struct Stream {
    tcp: TokioIo<TcpStream>,
    /// Requests on it need an absolute URL, since a proxy forwards them.
    is_proxied: bool,
}

impl Connection for Stream {
    fn connected(&self) -> Connected {
        self.tcp.connected().proxy(self.is_proxied)
    }
}

impl Read for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_read(cx, buffer)
    }
}

impl Write for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.tcp).poll_write(cx, bytes)
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
        Pin::new(&mut self.tcp).poll_write_vectored(cx, buffers)
    }
}
