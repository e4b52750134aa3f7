//! Accepts connections, within a limit on their number and on the time that they wait.

use std::collections::HashMap;
use std::convert::Infallible;
use std::io;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use http::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{AbortHandle, Id, JoinError, JoinSet};
use tower::{Service, ServiceExt as _};

use super::handle::Connection;
use super::stream::Stream;

/// Serves connections until the sandbox stops, then waits for the requests in flight.
///
/// If there are `max_connections`, the one that has waited for its client the longest is closed for
/// a new one. Dropping the future closes all connections.
pub(crate) async fn serve<S>(
    listener: TcpListener,
    service: S,
    max_connections: usize,
    mut stopped: watch::Receiver<()>,
) where
    S: Service<Request<Body>, Response = Response, Error = Infallible>
        + Clone
        + Send
        + Sync
        + 'static,
    S::Future: Send,
{
    let mut open = OpenConnections::default();
    loop {
        let socket = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopped.changed() => break,
            Some(()) = open.reap() => continue,
        };
        let socket = match socket {
            Ok((socket, _)) => socket,
            // The client closed its connection before it was accepted.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => continue,
            Err(_) => {
                // Without this, the loop would spin if no file descriptor is left.
                open.close_longest_waiting();
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        tokio::select! {
            () = open.make_room(max_connections) => {}
            _ = stopped.changed() => break,
        }
        let connection = Connection::new(socket.local_addr().ok().map(|local| local.ip()));
        let task = connect(socket, connection.clone(), service.clone(), stopped.clone());
        open.insert(connection, task);
    }
    drop(listener);
    while open.reap().await.is_some() {}
}

/// Serves one connection until it ends, or until its client is too slow.
async fn connect<S>(
    socket: TcpStream,
    connection: Connection,
    service: S,
    mut stopped: watch::Receiver<()>,
) where
    S: Service<Request<Body>, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    let handle = connection.clone();
    let service = service.map_request(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(handle.clone());
        request
    });
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().max_buf_size(MAX_HEAD_BYTES);
    builder.http2().max_header_list_size(MAX_HEAD_BYTES_HTTP2).max_concurrent_streams(MAX_STREAMS);
    let stream = TokioIo::new(Stream::new(socket, connection.clone()));
    let serving = builder.serve_connection(stream, TowerToHyperService::new(service));
    let mut serving = std::pin::pin!(serving);
    let mut is_stopping = false;
    while let Some(check) = connection.activity().next_check(WAIT_LIMIT) {
        tokio::select! {
            // Errors of single connections concern their clients.
            _ = serving.as_mut() => break,
            _ = stopped.changed(), if !is_stopping => {
                is_stopping = true;
                serving.as_mut().graceful_shutdown();
            }
            () = tokio::time::sleep_until(check) => {}
        }
    }
}

/// The connections that are open, and their tasks.
#[derive(Default)]
struct OpenConnections {
    tasks: JoinSet<()>,
    connections: HashMap<Id, (Connection, AbortHandle)>,
}

impl OpenConnections {
    fn insert(&mut self, connection: Connection, task: impl Future<Output = ()> + Send + 'static) {
        let task = self.tasks.spawn(task);
        self.connections.insert(task.id(), (connection, task));
    }

    /// Waits until a connection ends; `None` if there are none.
    async fn reap(&mut self) -> Option<()> {
        let ended = self.tasks.join_next_with_id().await?;
        self.remove(ended);
        Some(())
    }

    fn remove(&mut self, ended: Result<(Id, ()), JoinError>) {
        let id = ended.map_or_else(|error| error.id(), |(id, ())| id);
        self.connections.remove(&id);
    }

    /// Waits until there is room for another connection.
    async fn make_room(&mut self, max_connections: usize) {
        while let Some(ended) = self.tasks.try_join_next_with_id() {
            self.remove(ended);
        }
        while self.tasks.len() >= max_connections {
            self.close_longest_waiting();
            // If none can be closed, one of them may be soon.
            let _ = tokio::time::timeout(ACCEPT_PAUSE, self.reap()).await;
        }
    }

    /// Closes the connection that has waited for its client the longest, if any waits.
    fn close_longest_waiting(&self) {
        let waiting = self
            .connections
            .values()
            .filter_map(|(connection, task)| Some((connection.activity().waiting_since()?, task)));
        if let Some((_, task)) = waiting.min_by_key(|(since, _)| *since) {
            task.abort();
        }
    }
}

/// Limit on the time that a connection may wait for its client.
const WAIT_LIMIT: Duration = Duration::from_secs(60);
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// Limit on the request line and all headers; hyper also limits their number, to 100.
const MAX_HEAD_BYTES: usize = 64 << 10;
const MAX_HEAD_BYTES_HTTP2: u32 = 64 << 10;
/// Limit on concurrent requests of an HTTP/2 connection.
const MAX_STREAMS: u32 = 100;
