//! Where a fault strikes: the connection, if there is one, and the sandbox that may stop.

use std::future;

use axum::response::{IntoResponse, Response};
use tokio::sync::watch;

use crate::connection::{Connection, End};

/// What a fault needs besides the request.
///
/// A request without a network has no connection: where one would end, the service fails.
#[derive(Clone)]
pub(crate) struct Site {
    connection: Option<Connection>,
    stopped: watch::Receiver<()>,
}

/// Marks an answer that stands for the end of the connection.
#[derive(Clone, Copy)]
pub(crate) struct Broken(pub(crate) End);

impl Site {
    pub(crate) fn new(connection: Option<Connection>, stopped: watch::Receiver<()>) -> Self {
        Self { connection, stopped }
    }

    /// Waits until the sandbox stops, so that nothing outlives it.
    pub(super) async fn stopped(mut self) {
        // Nothing is ever sent: this ends when the sender goes.
        while self.stopped.changed().await.is_ok() {}
    }

    /// Ends the connection without an answer.
    pub(crate) async fn end(self, end: End) -> Response {
        if self.end_connection(end) {
            // The connection's task drops this together with the connection.
            future::pending().await
        } else {
            let mut response = ().into_response();
            response.extensions_mut().insert(Broken(end));
            response
        }
    }

    /// Answers never: until the client goes away or the sandbox stops.
    pub(super) async fn hold(self) -> Response {
        self.clone().stopped().await;
        self.end(End::Close).await
    }

    /// Ends the connection and says whether there is one.
    pub(super) fn end_connection(&self, end: End) -> bool {
        if let Some(connection) = &self.connection {
            connection.end(end);
        }
        self.connection.is_some()
    }
}
