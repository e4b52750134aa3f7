//! A port on which every connection is refused.

use std::net::SocketAddr;

use tokio::net::TcpSocket;

/// A port on loopback that is bound and never listens.
///
/// The operating system refuses connections to it. No other process can bind the port while this
/// value lives, unlike a port that was merely free a moment ago.
#[derive(Debug)]
pub struct RefusingPort(TcpSocket);

impl RefusingPort {
    /// Binds a free port.
    #[expect(clippy::new_without_default, reason = "it takes a port from the system")]
    pub fn new() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        Self(socket)
    }

    /// The URL at which nobody listens.
    pub fn url(&self) -> String {
        format!("http://{}", self.0.local_addr().unwrap())
    }
}
