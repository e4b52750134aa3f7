//! Which connections to a host there are, and who waits for one.
//!
//! This is bookkeeping only: it opens nothing and waits for nothing, and its lock is held briefly.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::sync::oneshot::{self, Receiver, Sender};
use tokio::time::Instant;

use crate::connector::connections::Connections;

/// A handle to a connection that takes one request at a time.
pub(super) trait Exclusive {
    fn is_closed(&self) -> bool;
}

/// A handle to a connection that several requests share.
pub(super) trait Shared: Clone {
    fn is_closed(&self) -> bool;
    /// How many times something has arrived on the connection.
    fn received(&self) -> u64;
    /// Reports when something arrives.
    fn await_arrival(&self);
}

/// How many connections to a host there may be, and for how long.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) connections: usize,
    pub(super) idle_connections: usize,
    pub(super) idle_time: Duration,
    pub(super) age: Duration,
}

/// What is expected of the next connection to a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    /// Either; the first handshake shows it.
    Unknown,
    Http1,
    Http2,
}

/// The connections to a host: HTTP/1.1 ones by `E`, HTTP/2 ones by `S`; requests fail with `F`.
pub(super) struct State<E, S, F> {
    limits: Limits,
    protocol: Protocol,
    /// In the order of their last use: the last one was used most recently.
    idle: Vec<Loan<E>>,
    /// The number of HTTP/1.1 connections that are in use.
    lent: usize,
    shared: Vec<SharedConnection<S>>,
    opening: usize,
    /// If there was no connection when the first one was opened: until when requests wait for the
    /// connections that are opened for them.
    cold_until: Option<Instant>,
    opened: u64,
    /// By the order of their arrival.
    waiters: BTreeMap<u64, WaitingRequest<E, S, F>>,
    next_waiter: u64,
    /// When a connection has failed the last time.
    failed_at: Option<Instant>,
    /// After which idle time the peer has closed a connection the last time.
    peer_idle_time: Option<Duration>,
}

/// What a request gets that waits for a connection.
pub(super) type Granted<E, S, F> = Result<Grant<E, S>, F>;

pub(super) type RequestSender<E, S, F> = Sender<Granted<E, S, F>>;

/// A request that waits for a connection.
struct WaitingRequest<E, S, F> {
    waiter: RequestSender<E, S, F>,
    is_repetition: bool,
}

/// A request that waits, and the connection that it gets.
pub(super) type Served<E, S, F> = (RequestSender<E, S, F>, Grant<E, S>);

/// What becomes of the requests that wait when a connection could not be opened.
pub(super) struct FailedOpening<E, S, F> {
    pub(super) served: Vec<Served<E, S, F>>,
    pub(super) failed: Vec<RequestSender<E, S, F>>,
}

/// A connection for a request.
#[derive(Debug)]
pub(super) enum Grant<E, S> {
    Exclusive(Loan<E>),
    Shared(Share<S>),
}

/// A place for a request on an HTTP/2 connection.
#[derive(Debug)]
pub(super) struct Share<S> {
    pub(super) number: u64,
    pub(super) handle: S,
    /// When the last request before ended.
    pub(super) used_at: Instant,
    pub(super) was_used: bool,
    /// There are no other requests.
    pub(super) was_idle: bool,
}

/// An HTTP/1.1 connection.
#[derive(Debug)]
pub(super) struct Loan<E> {
    pub(super) number: u64,
    pub(super) handle: E,
    opened_at: Instant,
    /// When its last response ended; at first, when it was opened.
    pub(super) used_at: Instant,
    pub(super) was_used: bool,
    /// How long the server keeps it while it is idle, as the server says.
    pub(super) keep_alive: Option<Duration>,
}

/// An HTTP/2 connection.
struct SharedConnection<S> {
    number: u64,
    handle: S,
    opened_at: Instant,
    /// When its last request ended; at first, when it was opened.
    used_at: Instant,
    was_used: bool,
    requests: usize,
    /// The largest number of requests at once.
    max_requests: usize,
    /// It takes no more requests.
    is_draining: bool,
    /// When a response has ended the last time.
    responded_at: Option<Instant>,
    /// What had arrived when a request on it was given up; nobody gets it before there is more.
    suspected_at: Option<u64>,
    /// What had arrived when a connection failed; repetitions do not get it before there is more.
    failed_at: Option<u64>,
}

impl<E: Exclusive, S: Shared, F: Clone> State<E, S, F> {
    pub(super) fn new(limits: Limits, protocol: Protocol) -> Self {
        Self {
            limits,
            protocol,
            idle: Vec::new(),
            lent: 0,
            shared: Vec::new(),
            opening: 0,
            cold_until: None,
            opened: 0,
            waiters: BTreeMap::new(),
            next_waiter: 0,
            failed_at: None,
            peer_idle_time: None,
        }
    }

    /// Returns a connection for a request, if there is one that may be used now.
    ///
    /// A repetition of a request gets none that was last used before the last failure.
    pub(super) fn take(&mut self, now: Instant, is_repetition: bool) -> Option<Grant<E, S>> {
        let (max_age, reuse_time) = (self.limits.age, self.reuse_time(None));
        let usable = self.shared.iter_mut().find(|entry| {
            let is_idle_for_too_long = entry.requests == 0 && now - entry.used_at >= reuse_time;
            let is_too_old = now - entry.opened_at >= max_age || is_idle_for_too_long;
            let is_new = !entry.was_used && now - entry.opened_at < NEW_TIME;
            entry.is_usable(is_repetition) && (is_new || !is_too_old)
        });
        if let Some(entry) = usable {
            let share = Share {
                number: entry.number,
                handle: entry.handle.clone(),
                used_at: entry.used_at,
                was_used: entry.was_used,
                was_idle: entry.requests == 0,
            };
            entry.requests += 1;
            return Some(Grant::Shared(share));
        }
        let failed_at = self.failed_at.filter(|_| is_repetition);
        let may_use = |loan: &mut Loan<E>| failed_at.is_none_or(|at| loan.used_at > at);
        // Those before it in the list were used earlier, too.
        while let Some(loan) = self.idle.pop_if(may_use) {
            let idle_time = now - loan.used_at;
            let is_new = !loan.was_used && now - loan.opened_at < NEW_TIME;
            if loan.handle.is_closed() {
                self.learn(idle_time);
            } else if is_new {
                self.lent += 1;
                return Some(Grant::Exclusive(loan));
            } else if idle_time >= self.reuse_time(loan.keep_alive) {
                // Nor may those that are idle for longer. The server shows when it closes it.
                self.idle.push(loan);
                return None;
            } else if now - loan.opened_at < max_age {
                self.lent += 1;
                return Some(Grant::Exclusive(loan));
            }
        }
        None
    }

    /// Enqueues a request that waits for a connection; returns its number.
    pub(super) fn wait(&mut self, is_repetition: bool) -> (u64, Receiver<Granted<E, S, F>>) {
        let (waiter, receiver) = oneshot::channel();
        let number = self.next_waiter;
        self.next_waiter += 1;
        self.waiters.insert(number, WaitingRequest { waiter, is_repetition });
        (number, receiver)
    }

    /// Removes a request that waits no more; its sender is to be dropped without the lock held.
    pub(super) fn stop_waiting(&mut self, number: u64) -> Option<RequestSender<E, S, F>> {
        self.waiters.remove(&number).map(|waiting| waiting.waiter)
    }

    /// Returns a connection and the request that gets it, as long as there are both.
    pub(super) fn serve(&mut self, now: Instant) -> Option<Served<E, S, F>> {
        if self.waits_for_opening(now) {
            return None;
        }
        let (first, waiting) = self.waiters.first_key_value()?;
        let (mut number, is_repetition) = (*first, waiting.is_repetition);
        let mut grant = self.take(now, is_repetition);
        if grant.is_none() && is_repetition {
            // Those behind it may use what it may not.
            let other = self.waiters.iter().find(|(_, waiting)| !waiting.is_repetition);
            number = *other?.0;
            grant = self.take(now, false);
        }
        let grant = grant?;
        let waiting = self.waiters.remove(&number)?;
        Some((waiting.waiter, grant))
    }

    /// Whether each request that waits has a connection of its own that is being opened, at first.
    ///
    /// Those that are given back early are left to other requests then. Otherwise, some of the
    /// connections that a burst of requests opens would not be used.
    fn waits_for_opening(&self, now: Instant) -> bool {
        self.protocol == Protocol::Http1
            && self.waiters.len() <= self.opening
            && self.cold_until.is_some_and(|end| now < end)
    }

    /// Returns how many connections to open now, which count as being opened from now on.
    pub(super) fn begin_opening(&mut self, now: Instant) -> usize {
        let waiters = self.waiters.len();
        let needed = match self.protocol {
            Protocol::Http1 => waiters,
            Protocol::Unknown => waiters.min(1),
            Protocol::Http2 if self.shared.iter().any(SharedConnection::refuses_all) => 0,
            Protocol::Http2 => {
                let taking = self.shared.iter().filter(|entry| !entry.is_draining);
                let each = taking.map(|entry| entry.max_requests).max().unwrap_or(USUAL_STREAMS);
                waiters.div_ceil(each.max(1))
            }
        };
        let missing = needed.saturating_sub(self.opening);
        let open = self.opening + self.lent + self.shared.len() + self.idle.len();
        if missing > 0 && open == 0 {
            self.cold_until = Some(after(now, LONGEST_COLD_TIME));
        }
        let room = self.limits.connections.saturating_sub(open);
        // Idle ones that may not be used make room.
        let mut excess = missing.saturating_sub(room);
        let dropped = excess.min(self.idle.len());
        self.idle.drain(..dropped);
        excess -= dropped;
        self.shared.retain(|entry| {
            let is_dropped = excess > 0 && entry.requests == 0;
            excess -= usize::from(is_dropped);
            !is_dropped
        });
        let begun = missing - excess;
        self.opening += begun;
        begun
    }

    /// Adds an HTTP/1.1 connection that was opened; returns its number.
    pub(super) fn add_exclusive(&mut self, handle: E, now: Instant) -> u64 {
        self.protocol = Protocol::Http1;
        let number = self.count_opened();
        let loan = Loan {
            number,
            handle,
            opened_at: now,
            used_at: now,
            was_used: false,
            keep_alive: None,
        };
        // The request that it was opened for may not wait any more.
        if self.has_idle_room(1) {
            self.idle.push(loan);
        }
        number
    }

    /// Adds an HTTP/2 connection that was opened; returns its number.
    pub(super) fn add_shared(&mut self, handle: S, max_requests: usize, now: Instant) -> u64 {
        self.protocol = Protocol::Http2;
        let number = self.count_opened();
        let connection = SharedConnection {
            number,
            handle,
            opened_at: now,
            used_at: now,
            was_used: false,
            requests: 0,
            max_requests,
            is_draining: false,
            responded_at: None,
            suspected_at: None,
            failed_at: None,
        };
        if self.has_idle_room(1) {
            self.shared.push(connection);
        }
        number
    }

    fn count_opened(&mut self) -> u64 {
        self.opening -= 1;
        if self.opening == 0 {
            self.cold_until = None;
        }
        self.opened += 1;
        self.opened
    }

    /// Records that a connection could not be opened.
    ///
    /// Returns the requests that get an idle connection instead, and those that fail. One request
    /// fails with each connection, unless `fails_all` or nothing is left that the others could get.
    pub(super) fn fail_opening(&mut self, fails_all: bool, now: Instant) -> FailedOpening<E, S, F> {
        self.opening -= 1;
        self.cold_until = None;
        let served = std::iter::from_fn(|| self.serve(now)).collect();
        let is_last = self.opening == 0 && self.lent == 0 && self.shared.is_empty();
        let failed = if fails_all || is_last {
            std::mem::take(&mut self.waiters).into_values().map(|waiting| waiting.waiter).collect()
        } else {
            self.waiters.pop_first().map(|(_, waiting)| waiting.waiter).into_iter().collect()
        };
        FailedOpening { served, failed }
    }

    /// Takes back an HTTP/1.1 connection whose response has ended.
    pub(super) fn give_back(&mut self, mut loan: Loan<E>, now: Instant) {
        loan.used_at = now;
        loan.was_used = true;
        self.keep(loan, now);
    }

    /// Takes back a connection that was not used.
    pub(super) fn put_back(&mut self, grant: Grant<E, S>, now: Instant) {
        match grant {
            Grant::Exclusive(loan) => self.keep(loan, now),
            Grant::Shared(share) => self.end_request(share.number),
        }
    }

    fn keep(&mut self, loan: Loan<E>, now: Instant) {
        self.lent -= 1;
        if self.has_idle_room(1)
            && !loan.handle.is_closed()
            && now - loan.opened_at < self.limits.age
        {
            // One that was not used after all is not the last one that was used.
            let at = self.idle.partition_point(|other| other.used_at <= loan.used_at);
            self.idle.insert(at, loan);
        }
    }

    /// Records that an HTTP/1.1 connection that was in use is closed.
    pub(super) fn discard(&mut self) {
        self.lent -= 1;
    }

    /// Records that a response on an HTTP/2 connection has ended.
    pub(super) fn finish(&mut self, number: u64, now: Instant) {
        if let Some(index) = self.index_of(number) {
            self.shared[index].responded_at = Some(now);
        }
        self.release(number, now);
    }

    /// Records that a request on an HTTP/2 connection was given up.
    ///
    /// Another one may have just been responded to, for which this one was given up, such as by a
    /// layer that sends two requests and waits for the first response.
    pub(super) fn give_up(&mut self, number: u64, now: Instant) {
        let index = self.index_of(number);
        let responded_at = index.and_then(|index| self.shared[index].responded_at);
        if responded_at.is_none_or(|at| now - at > RECENTLY) {
            self.record_failure(now);
            self.suspect(number);
        }
        self.release(number, now);
    }

    /// Records that a request on an HTTP/2 connection has ended.
    pub(super) fn release(&mut self, number: u64, now: Instant) {
        if let Some(index) = self.index_of(number) {
            let entry = &mut self.shared[index];
            (entry.used_at, entry.was_used) = (now, true);
        }
        self.end_request(number);
    }

    /// Takes back a place on an HTTP/2 connection that was not used.
    pub(super) fn end_request(&mut self, number: u64) {
        let Some(index) = self.index_of(number) else { return };
        let entry = &mut self.shared[index];
        entry.requests -= 1;
        if entry.requests == 0 && (entry.is_draining || !self.has_idle_room(0)) {
            self.shared.swap_remove(index);
        }
    }

    /// Whether there may be a number of idle connections more than there are.
    fn has_idle_room(&self, more: usize) -> bool {
        let shared = || self.shared.iter().filter(|entry| entry.requests == 0).count();
        !self.waiters.is_empty()
            || self.idle.len() + shared() + more <= self.limits.idle_connections
    }

    /// Gives the connection to nobody before something has arrived on it.
    fn suspect(&mut self, number: u64) {
        if let Some(index) = self.index_of(number) {
            let entry = &mut self.shared[index];
            entry.suspected_at = Some(entry.handle.received());
            entry.handle.await_arrival();
        }
    }

    /// Records that a request has failed on its connection.
    pub(super) fn record_failure(&mut self, now: Instant) {
        self.failed_at = Some(now);
        for entry in &mut self.shared {
            entry.failed_at = Some(entry.handle.received());
            entry.handle.await_arrival();
        }
    }

    /// Records that a connection was closed when it was used again, after an idle time: what was
    /// idle beside it is probably closed, too.
    pub(super) fn record_stale(&mut self, idle_time: Duration) {
        self.learn(idle_time);
        self.idle.clear();
    }

    /// Changes how many requests an HTTP/2 connection takes.
    pub(super) fn set_max_requests(&mut self, number: u64, count: usize) {
        if let Some(index) = self.index_of(number) {
            self.shared[index].max_requests = count;
        }
    }

    /// Gives an HTTP/2 connection no more requests.
    pub(super) fn drain(&mut self, number: u64) {
        if let Some(index) = self.index_of(number) {
            self.shared[index].is_draining = true;
            if self.shared[index].requests == 0 {
                self.shared.swap_remove(index);
            }
        }
    }

    /// Records that a connection is closed.
    pub(super) fn remove_closed(&mut self, number: u64, now: Instant) {
        if let Some(index) = self.idle.iter().position(|loan| loan.number == number) {
            let loan = self.idle.remove(index);
            self.learn(now - loan.used_at);
        } else if let Some(index) = self.index_of(number) {
            let entry = self.shared.swap_remove(index);
            if entry.requests == 0 {
                self.learn(now - entry.used_at);
            }
        }
    }

    /// Closes a connection whose time is over; otherwise, returns when to look again.
    pub(super) fn expire(&mut self, number: u64, now: Instant) -> Option<Instant> {
        let Limits { idle_time, age, .. } = self.limits;
        if let Some(index) = self.idle.iter().position(|loan| loan.number == number) {
            let loan = &self.idle[index];
            let rest = rest(loan.used_at, idle_time, now).min(rest(loan.opened_at, age, now));
            if rest.is_zero() {
                let idle_time = now - self.idle.remove(index).used_at;
                // The peer has kept it for longer than it seemed.
                self.peer_idle_time.take_if(|known| *known < idle_time);
                return None;
            }
            return Some(self.next_check(after(now, rest), now));
        }
        let Some(index) = self.index_of(number) else {
            let next = after(now, idle_time.min(age).max(SHORTEST_CHECK));
            return Some(self.next_check(next, now));
        };
        let entry = &mut self.shared[index];
        let age = rest(entry.opened_at, age, now);
        entry.is_draining |= age.is_zero();
        if entry.requests > 0 {
            // One that is draining is closed with its last request.
            let next = after(now, idle_time.min(age).max(SHORTEST_CHECK));
            return (!entry.is_draining).then_some(next);
        }
        let rest = rest(entry.used_at, idle_time, now).min(age);
        if rest.is_zero() {
            let idle_time = now - self.shared.swap_remove(index).used_at;
            self.peer_idle_time.take_if(|known| *known < idle_time);
            return None;
        }
        Some(after(now, rest))
    }

    /// Returns `next`, or the end of the cold time before: then, requests get idle connections.
    fn next_check(&self, next: Instant, now: Instant) -> Instant {
        self.cold_until.filter(|end| *end > now).map_or(next, |end| next.min(end))
    }

    /// Adds this host's connections to the counts.
    pub(super) fn count(&self, counts: &mut Connections) {
        let used = self.shared.iter().filter(|entry| entry.requests > 0).count();
        counts.idle += self.idle.len() + self.shared.len() - used;
        counts.in_use += self.lent + used;
        counts.opening += self.opening;
    }

    /// Whether there is nothing to keep.
    pub(super) fn is_unused(&self) -> bool {
        let open = self.opening + self.lent + self.shared.len() + self.idle.len();
        open == 0 && self.waiters.is_empty()
    }

    pub(super) fn has_waiters(&self) -> bool {
        !self.waiters.is_empty()
    }

    fn index_of(&self, number: u64) -> Option<usize> {
        self.shared.iter().position(|entry| entry.number == number)
    }

    /// Returns how long a connection may be idle before it is used again.
    fn reuse_time(&self, keep_alive: Option<Duration>) -> Duration {
        let known = [keep_alive, self.peer_idle_time].into_iter().flatten();
        let safe = known.map(|time| time.saturating_sub((time / 4).min(LONGEST_MARGIN)));
        safe.fold(self.limits.idle_time, Duration::min)
    }

    /// Remembers after which idle time the peer closes connections.
    pub(super) fn learn(&mut self, idle_time: Duration) {
        if idle_time >= SHORTEST_IDLE_TIME {
            self.peer_idle_time = Some(idle_time);
        }
    }
}

impl<S: Shared> SharedConnection<S> {
    fn is_usable(&self, is_repetition: bool) -> bool {
        if self.is_draining || self.requests >= self.max_requests || self.handle.is_closed() {
            return false;
        }
        let received = self.handle.received();
        let has_received_since = |then: Option<u64>| then.is_none_or(|then| then < received);
        has_received_since(self.suspected_at)
            && (!is_repetition || has_received_since(self.failed_at))
    }

    /// Whether the peer wants no requests at all.
    fn refuses_all(&self) -> bool {
        self.max_requests == 0 && !self.is_draining && !self.handle.is_closed()
    }
}

/// Returns what is left of a time that has begun.
fn rest(begun: Instant, time: Duration, now: Instant) -> Duration {
    time.saturating_sub(now - begun)
}

/// Returns a time in the future; one that is too far away to be represented is far away.
pub(super) fn after(now: Instant, time: Duration) -> Instant {
    now + time.min(FAR_AWAY)
}

/// How many requests an HTTP/2 server usually takes at once.
const USUAL_STREAMS: usize = 100;
/// If a connection is closed sooner, its server has probably another reason than the idle time.
const SHORTEST_IDLE_TIME: Duration = Duration::from_millis(500);
/// A connection is used again only this long, or a quarter of the time, before it will be closed.
const LONGEST_MARGIN: Duration = Duration::from_secs(1);
/// How long ago a response may be that shows that a connection is alive.
const RECENTLY: Duration = Duration::from_millis(10);
/// How long a connection that was not used yet may be used, whatever the limits of time.
const NEW_TIME: Duration = Duration::from_secs(1);
/// How long a request that waits for its own connection is given no other one.
const LONGEST_COLD_TIME: Duration = Duration::from_secs(1);
const SHORTEST_CHECK: Duration = Duration::from_millis(100);
pub(super) const FAR_AWAY: Duration = Duration::from_secs(365 * 24 * 60 * 60);
