//! The surroundings of a fault: the connection, if any, and the stop signal of the sandbox.

use std::future;

use axum::response::{IntoResponse, Response};
use tokio::sync::watch;

use crate::connection::{Connection, ConnectionEnd, Receiving};

/// The connection of a request, and the stop signal of the sandbox.
///
/// Without a network, a request has no connection, and the service fails instead of ending it.
#[derive(Clone)]
pub(crate) struct RequestConnection {
    connection: Option<Connection>,
    stopped: watch::Receiver<()>,
}

/// Marks a response that represents the end of the connection.
#[derive(Clone, Copy)]
pub(crate) struct ConnectionEnded(pub(crate) ConnectionEnd);

impl RequestConnection {
    pub(crate) fn new(connection: Option<Connection>, stopped: watch::Receiver<()>) -> Self {
        Self { connection, stopped }
    }

    /// Returns whether the request came over a network.
    pub(crate) fn is_network(&self) -> bool {
        self.connection.is_some()
    }

    /// Notes that the body of the request is being received, until the guard is dropped.
    pub(crate) fn receive(&self) -> Option<Receiving> {
        self.connection.as_ref().map(Connection::begin_receiving)
    }

    /// Waits until the sandbox stops.
    pub(super) async fn stopped(mut self) {
        // No value is ever sent; this ends when the sender is dropped.
        while self.stopped.changed().await.is_ok() {}
    }

    /// Ends the connection without a response.
    pub(crate) async fn end(self, end: ConnectionEnd) -> Response {
        if self.end_connection(end) {
            // The connection's task drops this future with the connection.
            future::pending().await
        } else {
            let mut response = ().into_response();
            response.extensions_mut().insert(ConnectionEnded(end));
            response
        }
    }

    /// Does not respond until the client disconnects or the sandbox stops.
    pub(super) async fn hold(self) -> Response {
        self.clone().stopped().await;
        self.end(ConnectionEnd::Close).await
    }

    /// Ends the connection and returns whether there is one.
    pub(super) fn end_connection(&self, end: ConnectionEnd) -> bool {
        if let Some(connection) = &self.connection {
            connection.end(end);
        }
        self.connection.is_some()
    }
}
