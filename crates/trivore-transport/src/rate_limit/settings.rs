//! The settings of a rate limiter.

use std::sync::Arc;
use std::time::Duration;

use crate::error::BuildError;
use crate::message::{RateLimitHeaders, RateLimitScope, UsualRateLimitHeaders};
use crate::rate_limit::RateLimiter;

/// The settings of a [`RateLimiter`].
///
/// Pass them to [`ClientBuilder::rate_limit`](crate::ClientBuilder::rate_limit), or
/// [build](Self::build) a limiter that several clients share.
///
/// ```
/// use trivore_transport::{Client, RateLimit};
///
/// let client = Client::builder("https://id.example.com")
///     .rate_limit(RateLimit::new().per_second(200.0).burst(20));
/// ```
#[derive(Clone, Debug)]
#[must_use = "settings do nothing until they are passed to a client"]
pub struct RateLimit {
    pub(super) per_second: Option<f64>,
    pub(super) burst: u32,
    pub(super) spacing: Duration,
    pub(super) has_cooldown: bool,
    pub(super) scope: RateLimitScope,
    pub(super) headers: Arc<dyn RateLimitHeaders>,
}

impl RateLimit {
    /// Sets no steady rate: requests only pause in cooldowns.
    pub fn new() -> Self {
        Self {
            per_second: None,
            burst: 1,
            spacing: DEFAULT_SPACING,
            has_cooldown: true,
            scope: RateLimitScope::Subject,
            headers: Arc::new(UsualRateLimitHeaders::new()),
        }
    }

    /// Limits the number of requests per second, evenly spaced.
    ///
    /// The lowest rate is one request a day; more than 10⁹ a second count as 10⁹. With any other
    /// number, building the limiter or client fails with [`BuildError::InvalidRate`].
    pub fn per_second(self, requests: f64) -> Self {
        Self { per_second: Some(requests), ..self }
    }

    /// Allows this many requests without spacing after a quiet time; 1 by default.
    ///
    /// Zero counts as 1. It has no effect without a steady rate.
    pub fn burst(self, requests: u32) -> Self {
        Self { burst: requests.max(1), ..self }
    }

    /// Sets the gap between the first two requests after a cooldown; 50 milliseconds by default.
    ///
    /// The gaps then shrink: in each period of twenty times this gap, the rate grows by a factor of
    /// e. When requests are refused again, they continue with a gap that is a quarter longer than
    /// that before the refused one, up to a second (or this gap, if it is longer), and the rate grows
    /// sixty times more slowly. The limit ends when the gap is less than a millisecond. The longest
    /// gap is a minute. With zero, all waiting requests are sent immediately. It has no effect with a
    /// steady rate, which applies from the end of the cooldown on.
    pub fn spacing(self, first: Duration) -> Self {
        Self { spacing: first.min(MAX_SPACING), ..self }
    }

    /// Reads custom headers instead of the [usual ones](UsualRateLimitHeaders).
    pub fn headers<H: RateLimitHeaders + 'static>(self, headers: H) -> Self {
        Self { headers: Arc::new(headers), ..self }
    }

    /// Disables cooldowns: only the steady rate applies, whatever the server returns.
    pub fn without_cooldown(self) -> Self {
        Self { has_cooldown: false, ..self }
    }

    /// Sets the narrowest scope of a pause; [`RateLimitScope::Subject`] by default.
    ///
    /// With [`RateLimitScope::Client`], all calls pause after each 429, whatever was rejected.
    ///
    /// ```
    /// use http::{Request, Response};
    /// use trivore_transport::{Body, BoxError, Call, Client, RateLimit, RateLimitScope};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let limiter = RateLimit::new().scope(RateLimitScope::Client).build()?;
    /// // This service takes the place of HTTP. It rejects all requests.
    /// let client = Client::builder("https://id.example.com")
    ///     .rate_limiter(limiter.clone())
    ///     .service(tower::service_fn(async |_: Request<Body>| {
    ///         let response = Response::builder().status(429).header("retry-after", "600");
    ///         Ok::<_, BoxError>(response.body(String::new())?)
    ///     }))
    ///     .build()?;
    ///
    /// client.execute(Call::post(&["message"])).await.unwrap_err();
    ///
    /// let error = client.execute(Call::get(&["user"])).await.unwrap_err();
    /// assert!(error.is_rate_limited() && error.status().is_none());
    /// assert!(limiter.paused_for().is_some());
    /// # Ok(())
    /// # }
    /// ```
    pub fn scope(self, narrowest: RateLimitScope) -> Self {
        Self { scope: narrowest, ..self }
    }

    /// Makes a limiter, whose clones share one limit.
    ///
    /// # Errors
    ///
    /// The steady rate is invalid.
    pub fn build(self) -> Result<RateLimiter, BuildError> {
        let steady = self.per_second.map(|rate| interval(rate).ok_or(BuildError::InvalidRate));
        let steady = steady.transpose()?;
        Ok(RateLimiter::with(self, steady))
    }
}

impl Default for RateLimit {
    fn default() -> Self {
        Self::new()
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
    fn a_limiter_shows_its_settings() {
        let limiter = RateLimit::new().per_second(2.5).burst(4).build().unwrap();

        let shown = format!("{limiter:?}");

        let expected = "RateLimiter { settings: RateLimit { per_second: Some(2.5), burst: 4,";
        assert!(shown.starts_with(expected), "{shown}");
    }
}
