//! What a scripted server has seen.

use std::sync::{Arc, Mutex, MutexGuard};

use super::connection::ReceivedRequest;

/// Connections and requests, shared by the server and its connections.
#[derive(Clone, Debug, Default)]
pub(super) struct Log(Arc<Mutex<Entries>>);

#[derive(Debug, Default)]
pub(super) struct Entries {
    /// TCP connections so far.
    pub(super) accepted: usize,
    /// Connections so far, with a complete TLS handshake.
    pub(super) connections: usize,
    /// TCP connections that neither side has ended.
    pub(super) open: usize,
    pub(super) requests: Vec<ReceivedRequest>,
    /// Pings that a client has acknowledged.
    pub(super) pongs: usize,
}

impl Log {
    pub(super) fn lock(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap()
    }

    /// Counts a TCP connection, and counts it as open until the guard is dropped.
    pub(super) fn accepted(&self) -> OpenGuard {
        let mut entries = self.lock();
        entries.accepted += 1;
        entries.open += 1;
        OpenGuard(self.clone())
    }

    /// Counts a connection whose handshake is complete; returns its number.
    pub(super) fn connected(&self) -> usize {
        let mut entries = self.lock();
        entries.connections += 1;
        entries.connections - 1
    }
}

/// A connection that is open.
#[derive(Debug)]
pub(super) struct OpenGuard(Log);

impl Drop for OpenGuard {
    fn drop(&mut self) {
        self.0.lock().open -= 1;
    }
}
