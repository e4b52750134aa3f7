//! The connections to one host, from one runtime.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot::Receiver;
use tokio::time::Instant;

use crate::connector::connections::Connections;
use crate::connector::pool::connection::{Http1, Http2};
use crate::connector::pool::failure::OpenError;
use crate::connector::pool::origin::Origin;
use crate::connector::pool::state::{
    FailedOpening, Grant, Granted, Limits, Protocol, Served, State,
};

/// The connections to a host, and the requests that wait for one.
pub(super) struct Host {
    pub(super) origin: Origin,
    state: Mutex<HostState>,
    /// Opens a connection in a task of its own.
    open: Box<OpenTask>,
    /// The number of connections that were opened, of all hosts.
    opened: Arc<AtomicU64>,
}

type OpenTask = dyn Fn(&Arc<Host>) + Send + Sync;

pub(super) type HostState = State<Http1, Http2, OpenError>;

type HostGranted = Granted<Http1, Http2, OpenError>;

type HostServed = Served<Http1, Http2, OpenError>;

/// A request that waits for a connection; it stops when this is dropped.
pub(super) struct WaitForConnection {
    host: Arc<Host>,
    number: u64,
    receiver: Receiver<HostGranted>,
}

impl Host {
    pub(super) fn new(
        origin: Origin,
        limits: Limits,
        protocol: Protocol,
        opened: Arc<AtomicU64>,
        open: impl Fn(&Arc<Self>) + Send + Sync + 'static,
    ) -> Self {
        let state = Mutex::new(State::new(limits, protocol));
        Self { origin, state, open: Box::new(open), opened }
    }

    /// Returns a connection, or waits for one that is opened if needed.
    pub(super) fn take(
        self: &Arc<Self>,
        now: Instant,
        is_repetition: bool,
    ) -> Result<Grant<Http1, Http2>, WaitForConnection> {
        let mut state = self.lock();
        if let Some(grant) = state.take(now, is_repetition) {
            return Ok(grant);
        }
        let (number, receiver) = state.wait(is_repetition);
        let begun = state.begin_opening(now);
        drop(state);
        self.begin_opening(begun);
        Err(WaitForConnection { host: Arc::clone(self), number, receiver })
    }

    /// Changes the state, and gives connections to requests that wait.
    pub(super) fn change<T>(
        self: &Arc<Self>,
        change: impl FnOnce(&mut HostState, Instant) -> T,
    ) -> T {
        // Read without the lock held, for which others wait.
        let now = Instant::now();
        let mut state = self.lock();
        let changed = change(&mut state, now);
        if state.has_waiters() {
            // With the same lock held: nobody else takes what a request waits for.
            self.serve(state);
        }
        changed
    }

    /// Gives connections to requests that wait, and opens those that are missing.
    fn serve<'a>(self: &'a Arc<Self>, mut state: MutexGuard<'a, HostState>) {
        loop {
            let now = Instant::now();
            let Some(served) = state.serve(now) else {
                let begun = state.begin_opening(now);
                drop(state);
                return self.begin_opening(begun);
            };
            drop(state);
            self.grant(served);
            state = self.lock();
        }
    }

    /// Gives a connection to a request that waits.
    ///
    /// Its receiver is woken without the lock held, since that may run any code.
    fn grant(&self, (waiter, grant): HostServed) {
        if let Err(Ok(grant)) = waiter.send(Ok(grant)) {
            self.lock().put_back(grant, Instant::now());
        }
    }

    fn begin_opening(self: &Arc<Self>, count: usize) {
        for _ in 0..count {
            (self.open)(self);
        }
    }

    /// Adds a connection that was opened; returns its number.
    pub(super) fn add_opened(
        self: &Arc<Self>,
        add: impl FnOnce(&mut HostState, Instant) -> u64,
    ) -> u64 {
        self.opened.fetch_add(1, Ordering::Relaxed);
        self.change(add)
    }

    /// Records that a connection could not be opened, or that none can be if it `fails_all`.
    pub(super) fn fail_opening(self: &Arc<Self>, error: &OpenError, fails_all: bool) {
        let FailedOpening { served, failed } = self.lock().fail_opening(fails_all, Instant::now());
        for granted in served {
            self.grant(granted);
        }
        for waiter in failed {
            // It may have stopped to wait.
            drop(waiter.send(Err(error.clone())));
        }
        self.change(|_, _| ());
    }

    pub(super) fn count(&self, counts: &mut Connections) {
        self.lock().count(counts);
    }

    pub(super) fn is_unused(&self) -> bool {
        self.lock().is_unused()
    }

    fn lock(&self) -> MutexGuard<'_, HostState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl WaitForConnection {
    /// Waits until there is a connection.
    pub(super) async fn granted(mut self) -> HostGranted {
        let stopped = |_| Err(OpenError::new(TASK_ENDED));
        (&mut self.receiver).await.unwrap_or_else(stopped)
    }
}

impl Drop for WaitForConnection {
    fn drop(&mut self) {
        self.receiver.close();
        let stopped = self.host.lock().stop_waiting(self.number);
        drop(stopped);
        if let Ok(Ok(grant)) = self.receiver.try_recv() {
            self.host.change(|state, now| state.put_back(grant, now));
        }
    }
}

/// Why a connection was not opened, and nobody said so: the runtime was shut down, or code of the
/// user's panicked.
pub(super) const TASK_ENDED: &str = "the task that opens the connection has ended";
