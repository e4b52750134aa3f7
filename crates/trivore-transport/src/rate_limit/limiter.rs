//! The handle of a rate limit: its settings, and how to wait.

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
use crate::within::pause;

/// How fast requests may leave, for all who share it.
///
/// Clones are the same limiter: all clones of a client have one, and several clients do when
/// their builders are given clones of one. Each attempt counts, so retries stay within it, and so
/// does the repetition after a rejected token. Requests for tokens do not: there is one at a time.
///
/// **Cooldown.** When the server answers 429, or 503 with `Retry-After`, no call of any clone
/// leaves until the time it names. Without one that is a second, doubled up to 30 with
/// each further refusal in a row. Headers that say that no request remains do the same in
/// advance, see [`RateLimitHeaders`]. The gate is never closed for more than an hour; a retry
/// of the refused call itself waits as long as it was told. Then requests leave one by one: at
/// the steady rate, or first 50 milliseconds apart and ever closer.
///
/// **Steady rate.** There is none unless [`per_second`](Self::per_second) sets one. In any time
/// `t` at most `burst + t × rate` requests leave, and as many more as fit into 20 milliseconds:
/// so late may a request be that waited for its turn.
///
/// Calls leave in the order in which they came here, with a token at hand. One that would have to wait beyond its
/// deadline fails at once: its error [is of the rate limit](crate::Error::is_rate_limited) and
/// tells [the wait](crate::Error::retry_after). A call that is dropped while it waits gives its
/// place to those that come later, unless others wait behind it: these keep their times, and the
/// place stays empty.
///
/// ```
/// use trivore_transport::{Client, RateLimiter};
///
/// # fn example() -> Result<(), trivore_transport::BuildError> {
/// let limiter = RateLimiter::new().per_second(200.0).burst(20);
/// let reader = Client::builder("https://id.example.com").rate_limiter(limiter.clone()).build()?;
/// let writer = Client::builder("https://id.example.com").rate_limiter(limiter).build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "a limiter does nothing until a client has it"]
pub struct RateLimiter(Arc<Shared>);

struct Shared {
    settings: Settings,
    began: Instant,
    /// Nobody needs to ask for a slot.
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

/// When a request may leave, and did.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Departure(Instant);

impl RateLimiter {
    /// No steady rate; the gate closes when the server refuses.
    pub fn new() -> Self {
        Self::with(Settings {
            per_second: None,
            burst: 1,
            spacing: DEFAULT_SPACING,
            has_cooldown: true,
            headers: Arc::new(UsualRateLimitHeaders::new()),
        })
    }

    /// Lets so many requests a second leave, evenly spaced.
    ///
    /// From one a day to a thousand million a second, above which it has no effect. Any other
    /// number is an [error](BuildError::InvalidRate) of the client. Like all settings, it makes
    /// a new limiter: clones made before go on as they are.
    pub fn per_second(self, requests: f64) -> Self {
        Self::with(Settings { per_second: Some(requests), ..self.settings() })
    }

    /// Lets so many requests leave at once after a quiet time; one by default, zero counts as one.
    ///
    /// Without a steady rate it has no effect.
    pub fn burst(self, requests: u32) -> Self {
        Self::with(Settings { burst: requests.max(1), ..self.settings() })
    }

    /// Keeps the first two requests so far apart when the gate reopens; 50 milliseconds by default.
    ///
    /// The next ones follow ever closer: twenty times this later the rate is e times as high, and
    /// once they are less than a millisecond apart there is no more limit. At most a minute; zero
    /// lets all go at once. With a steady rate it has no effect, since that holds from the start.
    pub fn spacing(self, first: Duration) -> Self {
        Self::with(Settings { spacing: first.min(MAX_SPACING), ..self.settings() })
    }

    /// Reads other headers than [the usual ones](UsualRateLimitHeaders).
    pub fn headers<H: RateLimitHeaders + 'static>(self, headers: H) -> Self {
        Self::with(Settings { headers: Arc::new(headers), ..self.settings() })
    }

    /// Leaves the gate open whatever the server says: only the steady rate is kept.
    pub fn without_cooldown(self) -> Self {
        Self::with(Settings { has_cooldown: false, ..self.settings() })
    }

    /// How long the gate stays closed; `None` while it is open.
    pub fn closed_for(&self) -> Option<Duration> {
        let closed = self.0.schedule().closed_for(self.0.now());
        if closed.is_zero() { None } else { Some(closed) }
    }

    /// Whether a client can work with the settings.
    pub(crate) fn validate(&self) -> Result<(), BuildError> {
        match self.0.settings.per_second {
            Some(rate) => interval(rate).map(drop).ok_or(BuildError::InvalidRate),
            None => Ok(()),
        }
    }

    /// Waits for its turn.
    ///
    /// # Errors
    ///
    /// The turn would come after the call's end, or there is no clock to wait by.
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

    /// Heeds what the server says in its answer to a request that left then.
    pub(crate) fn heed(&self, departure: Departure, status: StatusCode, headers: &HeaderMap) {
        if !self.0.settings.has_cooldown {
            return;
        }
        let hint = self.0.settings.headers.read(status, headers);
        let is_refused = status == StatusCode::TOO_MANY_REQUESTS
            || (status == StatusCode::SERVICE_UNAVAILABLE && hint.retry_after.is_some());
        let exhausted = hint.reset.filter(|_| hint.remaining == Some(0));
        if !is_refused && exhausted.is_none() && self.0.is_idle.load(Ordering::Acquire) {
            return;
        }

        let mut schedule = self.0.schedule();
        let now = self.0.now();
        let sent = departure.0.saturating_duration_since(self.0.began);
        let was_open = schedule.closed_for(now).is_zero();
        if is_refused {
            schedule.refused(sent, now, hint.retry_after.or(hint.reset));
        } else {
            schedule.accepted(sent);
            schedule.close(now, exhausted.unwrap_or_default());
        }
        self.0.is_idle.store(schedule.is_idle(now), Ordering::Release);
        let wait = schedule.closed_for(now);
        drop(schedule);
        if was_open && !wait.is_zero() {
            tracing::debug!(?wait, "the server's rate limit is reached: all requests wait");
        }
    }

    fn settings(&self) -> Settings {
        self.0.settings.clone()
    }

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
    fn now(&self) -> Duration {
        Instant::now().saturating_duration_since(self.began)
    }

    fn schedule(&self) -> MutexGuard<'_, Schedule> {
        self.schedule.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A waiter's place; dropped before its turn, it is given back.
struct Place<'a> {
    shared: &'a Shared,
    slot: Option<Slot>,
}

impl Place<'_> {
    /// How long to wait before asking again; `None` when it is its turn, which ends the place.
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
            // Nothing is taken before it is known to be of use.
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

/// Time from one request to the next, rounded up; `None` when the rate is none.
fn interval(per_second: f64) -> Option<Duration> {
    let nanoseconds = (NANOSECONDS / per_second).ceil();
    let interval = Duration::try_from_secs_f64(nanoseconds / NANOSECONDS).ok()?;
    (interval > Duration::ZERO && interval <= MAX_INTERVAL).then_some(interval)
}

const NANOSECONDS: f64 = 1e9;
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
