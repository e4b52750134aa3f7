//! Opens TCP connections.

use std::io;
use std::mem::MaybeUninit;
use std::net::SocketAddr;
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;
use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpSocket, TcpStream};

use crate::address::host::without_brackets;
use crate::connector::settings::Connector;
use crate::connector::tcp::race::{alternating, first_of};
use crate::connector::tcp::resolve::Resolver;

/// Opens TCP connections to the host of a URL.
#[derive(Clone, Debug)]
pub(crate) struct Tcp {
    resolver: Resolver,
    keep_alive: Duration,
    #[cfg_attr(
        not(any(target_os = "android", target_os = "linux")),
        expect(dead_code, reason = "other systems have no such option")
    )]
    user_timeout: Duration,
}

impl Tcp {
    pub(crate) fn new(settings: &Connector) -> Self {
        Self {
            resolver: settings.resolver.clone(),
            keep_alive: settings.keep_alive,
            user_timeout: settings.tcp_user_timeout,
        }
    }

    /// Finds the addresses of the URL's host.
    pub(crate) async fn addresses(&self, url: &Uri) -> io::Result<Vec<SocketAddr>> {
        let host = without_brackets(url.host().unwrap_or_default());
        let default_port = if url.scheme() == Some(&Scheme::HTTPS) { 443 } else { 80 };
        self.resolver.addresses(host, url.port_u16().unwrap_or(default_port)).await
    }

    /// Connects to the first address of the URL's host that accepts a connection.
    pub(crate) async fn connect(&self, url: &Uri) -> io::Result<TcpStream> {
        let addresses = alternating(self.addresses(url).await?);
        let connected = first_of(addresses, |address| self.connect_to(address)).await;
        connected.unwrap_or_else(|| {
            Err(io::Error::new(io::ErrorKind::NotFound, "the host's name has no address"))
        })
    }

    async fn connect_to(&self, address: SocketAddr) -> io::Result<TcpStream> {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        let options = SockRef::from(&socket);
        // A connection is as good without these: they only find out sooner that a peer is gone.
        drop(options.set_tcp_keepalive(&TcpKeepalive::new().with_time(self.keep_alive)));
        #[cfg(any(target_os = "android", target_os = "linux"))]
        drop(options.set_tcp_user_timeout(Some(self.user_timeout)));
        let stream = socket.connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

/// Asks the operating system whether the peer has closed a connection and everything before its end
/// was read.
///
/// The runtime may not know yet: it asks only now and then while it has tasks to run.
pub(crate) fn is_closed(stream: &TcpStream) -> bool {
    match SockRef::from(stream).peek(&mut [MaybeUninit::uninit()]) {
        Ok(length) => length == 0,
        Err(error) => error.kind() != io::ErrorKind::WouldBlock,
    }
}

#[cfg(all(test, any(target_os = "android", target_os = "linux")))]
mod tests {
    use super::*;

    #[test]
    fn connections_have_the_options_of_the_settings() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let seconds = Duration::from_secs;
        let settings = Connector::new().keep_alive(seconds(70)).tcp_user_timeout(seconds(20));

        let address = listener.local_addr().unwrap();
        let stream = runtime.block_on(Tcp::new(&settings).connect_to(address)).unwrap();

        let options = SockRef::from(&stream);
        assert!(options.keepalive().unwrap() && options.tcp_nodelay().unwrap());
        assert_eq!(options.tcp_keepalive_time().unwrap(), seconds(70));
        assert_eq!(options.tcp_user_timeout().unwrap(), Some(seconds(20)));
    }
}
