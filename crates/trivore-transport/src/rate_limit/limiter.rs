//! The rate limiter: waiting for a slot, and what follows from responses.

use std::fmt;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::{Either, select};
use http::StatusCode;
use tokio::sync::{Notify, SemaphorePermit};
use tokio::time::Instant;

use crate::call::ExpiresAt;
use crate::deadline::pause;
use crate::error::{Error, Result};
use crate::message::{RateLimitHeaders, RateLimitHint, is_refusal};
use crate::rate_limit::gates::Limit;
use crate::rate_limit::schedule::Steady;
use crate::rate_limit::scope_schedules::{Cooldown, Scopes, Slots};
use crate::rate_limit::target::{LimitTarget, LimitedRequest};
use crate::rate_limit::{Permits, RateLimit};

/// Limits how fast requests are sent, and pauses them after the server limits the rate.
///
/// Clones of a limiter share one limit. So do all clones of a client, and several clients if you
/// pass clones of a limiter to their builders. Each attempt counts, including retries and the
/// repetition after a rejected access token. Token requests do not count; there is one at a time.
///
/// # Cooldown
///
/// After a 429, or a 503 with `Retry-After`, calls in the scope of the refusal pause until the time
/// that the server gives. If a 429 gives none, they pause for a second, and for twice as long after
/// each consecutive one, up to 30 seconds. They also pause if the headers report that no requests
/// remain, see [`RateLimitHeaders`]. A cooldown lasts at most an hour; a retry of the rejected call
/// itself waits as long as the server asks. After the cooldown, requests are sent one by one: at
/// the steady rate, or without one at first 50 milliseconds apart and then at shrinking intervals.
/// If these are refused, too, requests continue at four fifths of the rate that was refused, and the
/// rate then grows slowly. So the client finds the server's rate and stays near it, until it sends
/// nothing for a second. If you know the rate, set it: each refusal costs a pause.
///
/// Only what the server sent counts. If a layer of yours makes up a response, or changes one of the
/// server's, the limiter does not see that.
///
/// # Scope
///
/// What a refusal stops is its [`RateLimitScope`](crate::RateLimitScope):
///
/// - The *subject*: calls of the same operation with the same subject, such as text messages to one
///   user. The subject of a [`Call`](crate::Call) is the first variable of its route, or what
///   [`Call::subject`](crate::Call::subject) sets. Calls that were made from segments have their
///   path for a subject, and those with the same method count as one operation.
/// - The *operation*, if the call has no subject, or if at least three of the last twelve responses
///   to calls of the operation were refusals for different subjects, within 30 seconds.
/// - The *client*, if at least three of its last twelve responses were refusals of different
///   operations for different subjects, within 30 seconds. Several clients count as one if they
///   share a limiter. A user who is refused in several operations stops nobody else.
///
/// The headers can say that a limit is the client's, see
/// [`UsualRateLimitHeaders`](crate::UsualRateLimitHeaders), and [`RateLimit::scope`] sets the
/// narrowest scope. A [`ClientEvent::RateLimited`](crate::ClientEvent::RateLimited) reports each
/// cooldown.
///
/// # Inferred limits
///
/// A limit that is wider than each of its refusals is only inferred, so it does not stop other
/// subjects for the server's whole time. Calls in its scope pause for at most a second, and then
/// one of them is sent to find out. If it is accepted, the limit ends. If it is refused or gets
/// lost, the next one is sent after 2 seconds, then after 4, and so on up to 30 seconds. So while
/// the server refuses everything for ten minutes, at most 24 requests are sent after those that led
/// to the limit. Calls wait for their turn behind these requests if their deadlines allow the next
/// pause. The limit also ends when fewer than three of the last twelve responses are refusals.
///
/// Refused subjects, and operations that were refused without a subject, pause for the server's
/// time, whatever becomes of an inferred limit.
///
/// A limiter remembers at most 4,096 subjects that are paused at the same time, and forgets each
/// when its cooldown is over. If there are more, it forgets the one whose cooldown ends first: its
/// next call is sent, and the server may refuse it again.
///
/// # Steady rate
///
/// There is none unless [`RateLimit::per_second`] sets one. In any period `t`, at most
/// `burst + rate × t` requests are sent, plus those that fit into 20 milliseconds, since a request
/// may be sent up to that much after its time.
///
/// # Order and deadlines
///
/// Requests are sent in the order in which they reach the limiter, each after it has an access
/// token, unless calls are dropped. With
/// [`max_concurrency`](crate::ClientBuilder::max_concurrency), a request takes a permit when its
/// turn comes, and holds none before.
///
/// A call that would have to wait beyond its deadline fails immediately and reports the required
/// wait: see [`Error::is_rate_limited`] and [`Error::retry_after`]. If a call is dropped while it
/// waits, the next call that arrives takes its slot. Calls that already wait behind that slot keep
/// their times, so the new call may be sent before them, and delays none of them.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use http::{Request, Response};
/// use trivore_transport::{Body, BoxError, Call, CallOptions, Client, RateLimit, RetryPolicy};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let limiter = RateLimit::new().per_second(200.0).burst(20).build()?;
/// // This service takes the place of HTTP. It rejects all requests.
/// let client = Client::builder("https://id.example.com")
///     .rate_limiter(limiter.clone())
///     .retry(RetryPolicy::off())
///     .service(tower::service_fn(async |_: Request<Body>| {
///         let response = Response::builder().status(429).header("retry-after", "30");
///         Ok::<_, BoxError>(response.body(String::new())?)
///     }))
///     .build()?;
///
/// client.execute(Call::get(&["ping"])).await.unwrap_err();
///
/// // The same call pauses; with a shorter deadline, it fails immediately.
/// let hasty = client.with(CallOptions::new().timeout(Duration::from_secs(1)));
/// let error = hasty.execute(Call::get(&["ping"])).await.unwrap_err();
/// assert!(error.is_rate_limited() && error.status().is_none());
/// assert!(error.retry_after() > Some(Duration::from_secs(20)));
///
/// // Other calls do not.
/// let error = hasty.execute(Call::get(&["pong"])).await.unwrap_err();
/// assert!(error.status().is_some());
/// assert!(limiter.paused_for().is_none());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "a limiter does nothing until it is passed to a client"]
pub struct RateLimiter(Arc<LimiterState>);

struct LimiterState {
    settings: RateLimit,
    began: Instant,
    /// Requests need no slot: there is neither a steady rate nor a recent refusal.
    is_idle: AtomicBool,
    scopes: Mutex<Scopes>,
    /// Wakes those who wait for the end of a cooldown that turned out to be wrong.
    reopened: Notify,
}

/// The time at which a request was admitted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Departure(Instant);

impl RateLimiter {
    /// Remaining time of the cooldown of all calls; `None` if there is none.
    ///
    /// Cooldowns of single operations and subjects do not count. If the client's limit is only
    /// inferred, the cooldown ends when the next request may be sent to find out.
    pub fn paused_for(&self) -> Option<Duration> {
        let pause = self.0.scopes().paused_for(self.0.now());
        if pause.is_zero() { None } else { Some(pause) }
    }

    /// Returns the steady rate in requests each second and the burst, if there is one.
    pub(crate) fn steady(&self) -> Option<(f64, u32)> {
        let settings = &self.0.settings;
        settings.per_second.map(|rate| (rate, settings.burst))
    }

    /// Returns the departure of a request that needs no slot; `None` if it has to wait for one, or
    /// to look whether it does.
    pub(crate) fn admit_at_once(&self) -> Option<Departure> {
        self.0.is_idle.load(Ordering::Acquire).then(|| Departure(Instant::now()))
    }

    /// Waits until a request may be sent and has one of `permits`.
    ///
    /// It gets the permit when its turn comes. If it waits for the permit and has to wait for its
    /// turn again, it returns the permit first.
    ///
    /// # Errors
    ///
    /// The wait would exceed the call's deadline, the request is shed because there is no permit,
    /// or there is no tokio runtime to wait in.
    pub(crate) async fn admit<'a>(
        &self,
        target: LimitTarget,
        expires_at: Option<ExpiresAt>,
        permits: Option<&'a Permits>,
    ) -> Result<(Departure, Option<SemaphorePermit<'a>>)> {
        let mut waiter = Waiter { shared: &self.0, slots: Slots::new(target) };
        loop {
            waiter.wait(expires_at).await?;
            let permit = match permits {
                Some(permits) => Some(permits.acquire().await?),
                None => None,
            };
            if waiter.depart() {
                return Ok((Departure(Instant::now()), permit));
            }
        }
    }

    /// Returns what reads the rate limit from the server's responses; `None` if nothing does.
    pub(crate) fn reader(&self) -> Option<&Arc<dyn RateLimitHeaders>> {
        self.0.settings.has_cooldown.then_some(&self.0.settings.headers)
    }

    /// Adapts the schedules to the response to a request that was sent at `departure`.
    ///
    /// `hint` is what the [`reader`](Self::reader) read from it. Returns the cooldowns that begin.
    pub(crate) fn observe_response(
        &self,
        departure: Departure,
        request: &LimitedRequest,
        status: StatusCode,
        hint: RateLimitHint,
    ) -> Vec<Cooldown> {
        let is_refused = is_refusal(status, hint.retry_after);
        let exhausted = hint.reset.filter(|reset| hint.remaining == Some(0) && !reset.is_zero());
        let is_limited = is_refused || exhausted.is_some();
        if !is_limited && self.0.is_idle.load(Ordering::Acquire) {
            return Vec::new();
        }

        let target = request.target();
        let mut scopes = self.0.scopes();
        let now = self.0.now();
        let sent = departure.0.saturating_duration_since(self.0.began);
        let is_withdrawn =
            !is_refused && scopes.accepted(target, !status.is_server_error(), sent, now);
        let begun = if is_limited {
            let wait = if is_refused { hint.wait() } else { exhausted };
            let least = target.narrowest().max(self.0.settings.scope);
            let scope = hint.scope.map_or(least, |scope| scope.max(least));
            let limit = Limit { sent, now, is_refused, wait };
            scopes.limited(target, scope, hint.scope.is_some(), limit)
        } else {
            Vec::new()
        };
        self.0.is_idle.store(scopes.is_idle(now), Ordering::Release);
        drop(scopes);
        if is_withdrawn {
            self.0.reopened.notify_waiters();
        }
        for Cooldown { scope, wait } in &begun {
            tracing::debug!(?wait, %scope, "the server limits the rate; requests in scope pause");
        }
        begun
    }

    /// Makes a limiter with a schedule of its own; `interval` is the time between two requests at
    /// the steady rate, if there is one.
    pub(crate) fn with(settings: RateLimit, interval: Option<Duration>) -> Self {
        let steady = interval.map(|interval| Steady {
            interval,
            tolerance: interval.saturating_mul(settings.burst.saturating_sub(1)),
        });
        Self(Arc::new(LimiterState {
            began: Instant::now(),
            is_idle: AtomicBool::new(steady.is_none()),
            scopes: Mutex::new(Scopes::new(steady, settings.spacing)),
            reopened: Notify::new(),
            settings,
        }))
    }
}

impl Default for RateLimiter {
    /// Makes a limiter without a steady rate, which only pauses in cooldowns.
    fn default() -> Self {
        Self::with(RateLimit::new(), None)
    }
}

impl fmt::Debug for RateLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RateLimiter")
            .field("settings", &self.0.settings)
            .field("paused_for", &self.paused_for())
            .finish_non_exhaustive()
    }
}

impl LimiterState {
    /// Time since the limiter was created.
    fn now(&self) -> Duration {
        Instant::now().saturating_duration_since(self.began)
    }

    fn scopes(&self) -> MutexGuard<'_, Scopes> {
        self.scopes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A waiter; if it is dropped while it waits, it returns its slots.
struct Waiter<'a> {
    shared: &'a LimiterState,
    slots: Slots,
}

impl Waiter<'_> {
    /// Waits until it is the request's turn.
    async fn wait(&mut self, expires_at: Option<ExpiresAt>) -> Result<()> {
        loop {
            let reopened = pin!(self.shared.reopened.notified());
            let Some(wait) = self.required_wait(expires_at)? else { return Ok(()) };
            match select(pin!(pause(wait)), reopened).await {
                Either::Left((paused, _)) => paused?,
                Either::Right(((), _)) => {}
            }
        }
    }

    /// Returns the time to wait before the next call of this method; `None` if it is its turn.
    fn required_wait(&mut self, expires_at: Option<ExpiresAt>) -> Result<Option<Duration>> {
        if self.shared.is_idle.load(Ordering::Acquire) {
            return Ok(None);
        }
        let check = |wait| match expires_at {
            Some(expires) if !expires.allows(wait) => Err(Error::rate_limit(wait)),
            Some(_) | None => Ok(()),
        };
        let mut scopes = self.shared.scopes();
        let now = self.shared.now();
        self.slots.wait(&mut scopes, now, check)
    }

    /// Uses the slots if it still is the request's turn; returns whether it is.
    fn depart(&mut self) -> bool {
        if self.shared.is_idle.load(Ordering::Acquire) {
            return true;
        }
        let mut scopes = self.shared.scopes();
        let now = self.shared.now();
        let departs = self.slots.depart(&mut scopes, now);
        if departs {
            self.shared.is_idle.store(scopes.is_idle(now), Ordering::Release);
        }
        departs
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        if self.slots.is_empty() {
            return;
        }
        self.slots.give_back(&mut self.shared.scopes(), 0);
    }
}
