//! The rate limit.

use std::time::{Duration, Instant};

use trivore_bench::StoreSettings;

/// A token bucket, which is full at the first request.
pub(crate) struct Bucket {
    per_second: f64,
    size: f64,
    tokens: f64,
    first: Option<Instant>,
    last: Option<Instant>,
    taken: usize,
}

impl Bucket {
    pub(crate) fn new(settings: &StoreSettings) -> Self {
        let StoreSettings { per_second, burst, .. } = *settings;
        Self { per_second, size: burst, tokens: burst, first: None, last: None, taken: 0 }
    }

    /// Takes a token for a request.
    ///
    /// # Errors
    ///
    /// There is none until the time that is returned.
    pub(crate) fn take(&mut self, now: Instant) -> Result<(), Duration> {
        self.first.get_or_insert(now);
        let since = self.last.replace(now).map_or(Duration::ZERO, |last| now - last);
        self.tokens = (self.tokens + since.as_secs_f64() * self.per_second).min(self.size);
        if self.tokens < 1.0 {
            return Err(Duration::from_secs_f64((1.0 - self.tokens) / self.per_second));
        }
        self.tokens -= 1.0;
        self.taken += 1;
        Ok(())
    }

    /// Returns the share of the rate that was used so far, with the burst.
    pub(crate) fn used(&self) -> f64 {
        let (Some(first), Some(last)) = (self.first, self.last) else { return 0.0 };
        let allowed = self.size + (last - first).as_secs_f64() * self.per_second;
        u32::try_from(self.taken).map_or(f64::NAN, f64::from) / allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "only a time to start from")]
    fn a_bucket_allows_its_rate_and_its_burst() {
        let settings =
            StoreSettings { per_second: 100.0, burst: 5.0, lost: 0.0, reset: 0.0, seed: 0 };
        let (mut bucket, start) = (Bucket::new(&settings), Instant::now());

        let mut at = |millis| bucket.take(start + Duration::from_millis(millis));
        assert_eq!((0..7).filter(|_| at(0).is_ok()).count(), 5);
        assert!(at(4).is_err_and(|wait| (5..=6).contains(&wait.as_millis())));
        assert!(at(11).is_ok());
        assert_eq!((0..7).filter(|_| at(1_000).is_ok()).count(), 5, "the bucket was full again");
        let used = bucket.used();
        assert!((used - 11.0 / 105.0).abs() < 1e-9, "{used}");
    }
}
