//! A TCP proxy that counts open connections.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Forwards connections to a server and counts them.
pub(super) struct ConnectionCounter {
    address: SocketAddr,
    open: watch::Receiver<usize>,
    task: JoinHandle<()>,
}

impl ConnectionCounter {
    pub(super) async fn in_front_of(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (counter, open) = watch::channel(0);
        let counter = Arc::new(counter);
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                counter.send_modify(|open| *open += 1);
                let counter = Arc::clone(&counter);
                tokio::spawn(async move {
                    drop(pass(client, server).await);
                    counter.send_modify(|open| *open -= 1);
                });
            }
        });
        Self { address, open, task }
    }

    /// Returns the URL for clients.
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Waits until at most this number of connections are open.
    pub(super) async fn has_at_most(&self, connections: usize) -> bool {
        let mut open = self.open.clone();
        let few = open.wait_for(|open| *open <= connections);
        tokio::time::timeout(TIMEOUT, few).await.is_ok_and(|few| few.is_ok())
    }
}

impl Drop for ConnectionCounter {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn pass(mut client: TcpStream, server: SocketAddr) -> std::io::Result<()> {
    let mut server = TcpStream::connect(server).await?;
    for stream in [&client, &server] {
        stream.set_nodelay(true)?;
    }
    copy_bidirectional(&mut client, &mut server).await.map(drop)
}

/// Long enough for a slow machine. Leaked connections would stay open for 50 seconds.
const TIMEOUT: Duration = Duration::from_secs(20);
