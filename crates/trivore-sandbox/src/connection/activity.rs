//! What a connection waits for, and since when.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// What happens on a connection.
pub(super) struct Activity(Mutex<Current>);

struct Current {
    /// Requests that are being handled, and whose responses are being sent.
    in_flight: usize,
    /// Of these, the requests whose bodies are being received.
    receiving: usize,
    /// Also of these, the requests whose responses wait for the client to take more of them.
    sending: usize,
    /// Since when there is no request, or the client sends or takes no data.
    since: Instant,
    is_write_blocked: bool,
}

impl Default for Activity {
    fn default() -> Self {
        let since = Instant::now();
        Self(Mutex::new(Current {
            in_flight: 0,
            receiving: 0,
            sending: 0,
            since,
            is_write_blocked: false,
        }))
    }
}

impl Activity {
    /// Notes whether the client takes the data that is sent.
    pub(super) fn set_write_blocked(&self, is_blocked: bool) {
        let mut current = self.lock();
        if current.is_write_blocked != is_blocked {
            current.is_write_blocked = is_blocked;
            current.since = Instant::now();
        }
    }

    /// Returns since when the connection waits for its client; `None` while a request is handled.
    pub(super) fn waiting_since(&self) -> Option<Instant> {
        let current = self.lock();
        let waits = current.waits_for_client() || current.is_write_blocked;
        waits.then_some(current.since)
    }

    /// Returns when to look at the connection next, or `None` if it has waited too long.
    pub(super) fn next_check(&self, limit: Duration) -> Option<Instant> {
        let now = Instant::now();
        let current = self.lock();
        // Receiving a body has a time limit of its own.
        let only_receives = current.receiving > 0 && current.sending == 0;
        let waits = current.waits_for_client() && !only_receives || current.is_write_blocked;
        let since = if waits { current.since } else { now };
        let deadline = since.checked_add(limit).unwrap_or(now);
        (deadline > now).then_some(deadline)
    }

    fn lock(&self) -> MutexGuard<'_, Current> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Current {
    /// Returns whether no request is being handled.
    fn waits_for_client(&self) -> bool {
        // A stream of events counts twice while it is sent.
        self.in_flight <= self.receiving + self.sending
    }
}

/// A request of a connection, until its response is sent.
pub(crate) struct InFlight {
    activity: Arc<Activity>,
    is_sending: bool,
}

impl InFlight {
    pub(super) fn new(activity: Arc<Activity>) -> Self {
        activity.lock().in_flight += 1;
        Self { activity, is_sending: false }
    }

    /// Notes whether the response waits for the client, which has just taken a part of it.
    ///
    /// HTTP/2 clients need not take a response while others are sent on the connection, so blocked
    /// writes do not show it.
    pub(crate) fn set_sending(&mut self, is_sending: bool) {
        let mut current = self.activity.lock();
        current.since = Instant::now();
        match (self.is_sending, is_sending) {
            (false, true) => current.sending += 1,
            (true, false) => current.sending -= 1,
            _ => {}
        }
        drop(current);
        self.is_sending = is_sending;
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.set_sending(false);
        let mut current = self.activity.lock();
        current.in_flight -= 1;
        current.since = Instant::now();
    }
}

/// A request of a connection, while its body is received.
pub(crate) struct Receiving(Arc<Activity>);

impl Receiving {
    pub(super) fn new(activity: Arc<Activity>) -> Self {
        let mut current = activity.lock();
        current.receiving += 1;
        current.since = Instant::now();
        drop(current);
        Self(activity)
    }
}

impl Drop for Receiving {
    fn drop(&mut self) {
        self.0.lock().receiving -= 1;
    }
}
