//! The rate limiter: its settings, and waiting for a slot.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::{HeaderMap, StatusCode};
use tokio::time::Instant;

use crate::builder::BuildError;
use crate::error::{Error, Result};
use crate::layer::ExpiresAt;
use crate::rate_limit::schedule::{Schedule, Slot, Steady, Turn};
use crate::rate_limit::{RateLimitHeaders, UsualRateLimitHeaders};
use crate::retry::is_refusal;
use crate::within::pause;

/// Limits how fast requests are sent, and pauses them after the server limits the rate.
///
/// Clones of a limiter share one limit. So do all clones of a client, and several clients if you
/// pass clones of a limiter to their builders. Each attempt counts, including retries and the
/// repetition after a rejected access token. Token requests do not count; there is one at a time.
///
/// # Cooldown
///
/// After a 429, or a 503 with `Retry-After`, all calls pause until the time that the server gives.
/// If a 429 gives none, they pause for a second, and for twice as long after each consecutive one,
/// up to 30 seconds. They also pause if the headers report that no requests remain, see
/// [`RateLimitHeaders`]. A cooldown lasts at most an hour; a retry of the rejected call itself
/// waits as long as the server asks. After the cooldown, requests are sent one by one: at the
/// steady rate, or without one at first 50 milliseconds apart and then at shrinking intervals.
///
/// # Steady rate
///
/// There is none unless [`per_second`](Self::per_second) sets one. In any period `t`, at most
/// `burst + rate × t` requests are sent, plus those that fit into 20 milliseconds, since a request
/// may be sent up to that much after its time.
///
/// # Order and deadlines
///
/// Requests are sent in the order in which they reach the limiter, each after it has an access
/// token. A call that would have to wait beyond its deadline fails immediately and reports the
/// required wait: see [`Error::is_rate_limited`] and [`Error::retry_after`]. If a call is dropped
/// while it waits, later calls can use its slot. If other calls already wait behind it, they keep
/// their times, and the slot stays empty.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use http::{Request, Response};
/// use trivore_transport::{Body, BoxError, Call, CallOptions, Client, RateLimiter, RetryPolicy};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let limiter = RateLimiter::new().per_second(200.0).burst(20);
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
/// // All calls pause; one with a shorter deadline fails immediately.
/// assert!(limiter.closed_for().is_some());
/// let hasty = client.with(CallOptions::new().timeout(Duration::from_secs(1)));
/// let error = hasty.execute(Call::get(&["ping"])).await.unwrap_err();
/// assert!(error.is_rate_limited() && error.status().is_none());
/// assert!(error.retry_after() > Some(Duration::from_secs(20)));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "a limiter does nothing until it is passed to a client"]
pub struct RateLimiter(Arc<Shared>);

struct Shared {
    settings: Settings,
    began: Instant,
    /// Requests need no slot: there is neither a steady rate nor a recent cooldown.
    is_idle: AtomicBool,
    schedule: Mutex<Schedule>,
}

#[derive(Clone, Debug)]
struct Settings {
    per_second: Option<f64>,
    burst: u32,
    spacing: Duration,
    has_cooldown: bool,
    headers: Arc<dyn RateLimitHeaders>,
}

/// The time at which a request was admitted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Departure(Instant);

impl RateLimiter {
    /// Creates a limiter without a steady rate, which only pauses in cooldowns.
    pub fn new() -> Self {
        Self::with(Settings {
            per_second: None,
            burst: 1,
            spacing: DEFAULT_SPACING,
            has_cooldown: true,
            headers: Arc::new(UsualRateLimitHeaders::new()),
        })
    }

    /// Limits the number of requests per second, evenly spaced.
    ///
    /// The lowest rate is one request a day; more than 10⁹ a second count as 10⁹. With any other
    /// number, building the client fails with [`BuildError::InvalidRate`]. Like all setters, it
    /// creates a new limiter: earlier clones keep their settings and do not share its limit.
    pub fn per_second(self, requests: f64) -> Self {
        Self::with(Settings { per_second: Some(requests), ..self.settings() })
    }

    /// Allows this many requests without spacing after a quiet time; 1 by default.
    ///
    /// Zero counts as 1. It has no effect without a steady rate.
    pub fn burst(self, requests: u32) -> Self {
        Self::with(Settings { burst: requests.max(1), ..self.settings() })
    }

    /// Sets the gap between the first two requests after a cooldown; 50 milliseconds by default.
    ///
    /// The gaps then shrink: in each period of twenty times this gap, the rate grows by a factor of
    /// e. The limit ends when the gap is less than a millisecond. The longest gap is a minute. With
    /// zero, all waiting requests are sent immediately. It has no effect with a steady rate, which
    /// applies from the end of the cooldown on.
    pub fn spacing(self, first: Duration) -> Self {
        Self::with(Settings { spacing: first.min(MAX_SPACING), ..self.settings() })
    }

    /// Reads custom headers instead of the [usual ones](UsualRateLimitHeaders).
    pub fn headers<H: RateLimitHeaders + 'static>(self, headers: H) -> Self {
        Self::with(Settings { headers: Arc::new(headers), ..self.settings() })
    }

    /// Disables cooldowns: only the steady rate applies, whatever the server returns.
    pub fn without_cooldown(self) -> Self {
        Self::with(Settings { has_cooldown: false, ..self.settings() })
    }

    /// Remaining time of the cooldown; `None` if there is none.
    pub fn closed_for(&self) -> Option<Duration> {
        let closed = self.0.schedule().closed_for(self.0.now());
        if closed.is_zero() { None } else { Some(closed) }
    }

    /// Checks the settings.
    pub(crate) fn validate(&self) -> Result<(), BuildError> {
        match self.0.settings.per_second {
            Some(rate) => interval(rate).map(drop).ok_or(BuildError::InvalidRate),
            None => Ok(()),
        }
    }

    /// Waits until a request may be sent.
    ///
    /// # Errors
    ///
    /// The wait would exceed the call's deadline, the rate is invalid, or there is no tokio
    /// runtime to wait in.
    pub(crate) async fn admit(&self, expires_at: Option<ExpiresAt>) -> Result<Departure> {
        self.validate()?;
        if self.0.is_idle.load(Ordering::Acquire) {
            return Ok(Departure(Instant::now()));
        }
        let mut place = Place { shared: &self.0, slot: None };
        while let Some(wait) = place.wait(expires_at)? {
            pause(wait).await?;
        }
        Ok(Departure(Instant::now()))
    }

    /// Adapts the schedule to the response to a request that was sent at `departure`.
    pub(crate) fn heed(&self, departure: Departure, status: StatusCode, headers: &HeaderMap) {
        if !self.0.settings.has_cooldown {
            return;
        }
        let hint = self.0.settings.headers.read(status, headers);
        let is_refused = is_refusal(status, hint.retry_after);
        let exhausted = hint.reset.filter(|_| hint.remaining == Some(0));
        if !is_refused && exhausted.is_none() && self.0.is_idle.load(Ordering::Acquire) {
            return;
        }

        let mut schedule = self.0.schedule();
        let now = self.0.now();
        let sent = departure.0.saturating_duration_since(self.0.began);
        let was_open = schedule.closed_for(now).is_zero();
        if is_refused {
            schedule.refused(sent, now, hint.wait());
        } else {
            schedule.accepted(sent);
            schedule.close(now, exhausted.unwrap_or_default());
        }
        self.0.is_idle.store(schedule.is_idle(now), Ordering::Release);
        let wait = schedule.closed_for(now);
        drop(schedule);
        if was_open && !wait.is_zero() {
            tracing::debug!(?wait, "the server limits the rate; all requests pause");
        }
    }

    fn settings(&self) -> Settings {
        self.0.settings.clone()
    }

    /// Creates a limiter of its own, with its own schedule.
    fn with(settings: Settings) -> Self {
        let steady = settings.per_second.and_then(interval).map(|interval| Steady {
            interval,
            tolerance: interval.saturating_mul(settings.burst.saturating_sub(1)),
        });
        Self(Arc::new(Shared {
            began: Instant::now(),
            is_idle: AtomicBool::new(settings.per_second.is_none()),
            schedule: Mutex::new(Schedule::new(steady, settings.spacing)),
            settings,
        }))
    }
}

impl Default for RateLimiter {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for RateLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RateLimiter")
            .field("per_second", &self.0.settings.per_second)
            .field("burst", &self.0.settings.burst)
            .field("spacing", &self.0.settings.spacing)
            .field("closed_for", &self.closed_for())
            .finish_non_exhaustive()
    }
}

impl Shared {
    /// Time since the limiter was created.
    fn now(&self) -> Duration {
        Instant::now().saturating_duration_since(self.began)
    }

    fn schedule(&self) -> MutexGuard<'_, Schedule> {
        self.schedule.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A waiter in the schedule; if it is dropped while it waits, it returns its slot.
struct Place<'a> {
    shared: &'a Shared,
    slot: Option<Slot>,
}

impl Place<'_> {
    /// Returns the time to wait before the next call of this method.
    ///
    /// `None` means that the request may be sent; its slot is then used.
    fn wait(&mut self, expires_at: Option<ExpiresAt>) -> Result<Option<Duration>> {
        let in_time = |wait| match expires_at {
            Some(expires) if !expires.allows(wait) => Err(Error::rate_limit(wait)),
            Some(_) | None => Ok(Some(wait)),
        };
        let mut schedule = self.shared.schedule();
        let now = self.shared.now();
        if let Some(slot) = &self.slot {
            match schedule.turn(slot, now) {
                Turn::Wait(wait) => return in_time(wait),
                Turn::Go => return Ok(self.leave(&mut schedule, now)),
                Turn::Missed => self.slot = None,
            }
        }
        schedule.settle(now);
        let slot = schedule.offer(now);
        let wait = schedule.wait(&slot, now);
        if !wait.is_zero() {
            // A slot after the deadline is not taken, so that other calls can use it.
            in_time(wait)?;
        }
        schedule.take(&slot);
        match schedule.turn(&slot, now) {
            Turn::Wait(wait) => {
                self.slot = Some(slot);
                Ok(Some(wait))
            }
            Turn::Go | Turn::Missed => Ok(self.leave(&mut schedule, now)),
        }
    }

    /// Releases the used slot, and updates whether the limiter is idle.
    fn leave(&mut self, schedule: &mut Schedule, now: Duration) -> Option<Duration> {
        self.slot = None;
        schedule.settle(now);
        self.shared.is_idle.store(schedule.is_idle(now), Ordering::Release);
        None
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if let Some(slot) = self.slot.take() {
            self.shared.schedule().give_back(&slot);
        }
    }
}

/// Time between two requests, in whole nanoseconds, rounded up; `None` if the rate is invalid.
fn interval(per_second: f64) -> Option<Duration> {
    let nanoseconds = (NANOSECONDS / per_second).ceil();
    let interval = Duration::try_from_secs_f64(nanoseconds / NANOSECONDS).ok()?;
    (interval > Duration::ZERO && interval <= MAX_INTERVAL).then_some(interval)
}

const NANOSECONDS: f64 = 1e9;
/// Interval of the lowest rate, one request a day.
const MAX_INTERVAL: Duration = Duration::from_secs(86_400);
const DEFAULT_SPACING: Duration = Duration::from_millis(50);
const MAX_SPACING: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_settings_show() {
        let limiter = RateLimiter::new().per_second(2.5).burst(4);

        let shown = format!("{limiter:?}");

        assert!(shown.starts_with("RateLimiter { per_second: Some(2.5), burst: 4,"), "{shown}");
    }
}
