//! A handle to a connection, with which the handler of a request can end it.

use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Waker};

use super::activity::{Activity, InFlight, Receiving};

/// How a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConnectionEnd {
    /// Sends all written data, then closes the connection.
    Close,
    /// Discards unsent data and resets the connection.
    Reset,
}

impl ConnectionEnd {
    /// Returns the error that a client sees.
    pub(crate) fn to_error(self) -> io::Error {
        match self {
            Self::Close => io::ErrorKind::UnexpectedEof.into(),
            Self::Reset => io::ErrorKind::ConnectionReset.into(),
        }
    }
}

/// A handle to the connection of a request.
#[derive(Clone)]
pub(crate) struct Connection {
    local: Option<IpAddr>,
    pending: Arc<Mutex<PendingEnd>>,
    activity: Arc<Activity>,
}

#[derive(Default)]
struct PendingEnd {
    end: Option<ConnectionEnd>,
    waker: Option<Waker>,
}

impl Connection {
    /// Creates the handle of a new connection; `local` is its address on this machine.
    pub(super) fn new(local: Option<IpAddr>) -> Self {
        Self { local, pending: Arc::default(), activity: Arc::default() }
    }

    /// Returns the address of this machine on the connection.
    pub(crate) fn local(&self) -> Option<IpAddr> {
        self.local
    }

    /// Ends the connection when its task next runs, which drops the handler of the request.
    pub(crate) fn end(&self, end: ConnectionEnd) {
        let mut ending = self.lock();
        ending.end = Some(end);
        let waker = ending.waker.take();
        drop(ending);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Begins a request, which lasts until the returned guard is dropped.
    pub(crate) fn begin_request(&self) -> InFlight {
        InFlight::new(Arc::clone(&self.activity))
    }

    /// Begins to receive a body, until the returned guard is dropped.
    pub(crate) fn begin_receiving(&self) -> Receiving {
        Receiving::new(Arc::clone(&self.activity))
    }

    pub(super) fn activity(&self) -> &Activity {
        &self.activity
    }

    /// Returns how to end, if requested, and registers the waker for a change.
    pub(super) fn poll_ending(&self, context: &Context<'_>) -> Option<ConnectionEnd> {
        let mut ending = self.lock();
        if !ending.waker.as_ref().is_some_and(|waker| waker.will_wake(context.waker())) {
            ending.waker = Some(context.waker().clone());
        }
        ending.end
    }

    fn lock(&self) -> MutexGuard<'_, PendingEnd> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
