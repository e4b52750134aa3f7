//! A token bucket on tokio's clock.

use std::time::Duration;

use http::{HeaderMap, HeaderValue};
use tokio::time::Instant;

use super::invalid_fault::InvalidFault;
use super::rate_limit_headers::RateLimitHeaders;

/// A token bucket that starts full.
///
/// Its only state is the time at which the bucket will be full again.
pub(super) struct TokenBucket {
    interval: Duration,
    burst: u32,
    headers: RateLimitHeaders,
    full_at: Option<Instant>,
}

impl TokenBucket {
    pub(super) fn new(
        per_second: f64,
        burst: u32,
        headers: RateLimitHeaders,
    ) -> Result<Self, InvalidFault> {
        if !(SLOWEST..=FASTEST).contains(&per_second) {
            let why = format!("a rate of {per_second} per second is not between 0.001 and 1000000");
            return Err(InvalidFault::new(why));
        }
        if burst == 0 {
            return Err(InvalidFault::new("`burst` must be at least 1"));
        }
        let interval = Duration::from_secs_f64(1.0 / per_second);
        Ok(Self { interval, burst, headers, full_at: None })
    }

    /// Takes a token and returns whether there was one.
    pub(super) fn take(&mut self, now: Instant) -> bool {
        let lacking = self.lacking(now).saturating_add(self.interval);
        let fits = lacking <= self.interval.saturating_mul(self.burst);
        if fits {
            self.full_at = now.checked_add(lacking);
        }
        fits
    }

    /// Returns the headers for a response.
    pub(super) fn headers(&self, now: Instant, is_refused: bool) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let lacking = self.lacking(now);
        if is_refused && self.headers != RateLimitHeaders::None {
            let next = lacking.saturating_add(self.interval);
            let wait = next.saturating_sub(self.interval.saturating_mul(self.burst));
            headers.insert("retry-after", whole_seconds(wait).max(1).into());
        }
        if self.headers == RateLimitHeaders::All {
            let taken = lacking.as_nanos().div_ceil(self.interval.as_nanos().max(1));
            let taken = u32::try_from(taken).unwrap_or(u32::MAX);
            headers.insert("x-ratelimit-limit", self.burst.into());
            let remaining: HeaderValue = self.burst.saturating_sub(taken).into();
            headers.insert("x-ratelimit-remaining", remaining);
            headers.insert("x-ratelimit-reset", whole_seconds(lacking).into());
        }
        headers
    }

    /// Returns how long the bucket takes to be full.
    fn lacking(&self, now: Instant) -> Duration {
        self.full_at.map_or(Duration::ZERO, |full_at| full_at.saturating_duration_since(now))
    }
}

fn whole_seconds(time: Duration) -> u64 {
    time.as_secs().saturating_add(u64::from(time.subsec_nanos() > 0))
}

const SLOWEST: f64 = 0.001;
const FASTEST: f64 = 1_000_000.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lets_a_burst_through_and_then_the_rate() {
        let mut bucket = TokenBucket::new(4.0, 2, RateLimitHeaders::All).unwrap();
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);

        assert!(bucket.take(at(0)) && bucket.take(at(0)));
        assert!(!bucket.take(at(0)) && !bucket.take(at(249)));
        assert!(bucket.take(at(250)) && !bucket.take(at(499)));
        assert!(bucket.take(at(500)));
        assert!(bucket.take(at(10_000)) && bucket.take(at(10_000)));
        assert!(!bucket.take(at(10_000)));
    }

    #[test]
    fn tells_when_to_come_again() {
        let mut bucket = TokenBucket::new(0.5, 2, RateLimitHeaders::All).unwrap();
        let now = Instant::now();
        assert!(bucket.take(now));
        let headers = bucket.headers(now, false);
        assert_eq!(headers["x-ratelimit-limit"], "2");
        assert_eq!(headers["x-ratelimit-remaining"], "1");
        assert_eq!(headers["x-ratelimit-reset"], "2");
        assert!(!headers.contains_key("retry-after"));
        assert!(bucket.take(now) && !bucket.take(now));
        assert_eq!(bucket.headers(now, true)["retry-after"], "2");
    }
}
