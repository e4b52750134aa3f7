//! How fast a command with many requests sends them, and when it stops.

use trivore::transport::RateLimit;
use trivore::users::BulkOptions;

use crate::connection::Connection;
use crate::failure::Failure;
use crate::global_options::GlobalOptions;

/// Limits that options set.
#[derive(Clone, Copy)]
pub(crate) struct BulkLimits {
    pub(crate) concurrency: u16,
    /// Requests a second.
    pub(crate) rate: Option<f64>,
    pub(crate) max_failures: Option<u64>,
}

impl BulkLimits {
    /// Makes a client that follows the rate; nothing is sent.
    pub(crate) fn connect(self, options: &GlobalOptions) -> Result<Connection, Failure> {
        Connection::open_with(options, |client| match self.rate {
            Some(rate) => client.rate_limit(RateLimit::new().per_second(rate)),
            None => client,
        })
    }

    /// Items that wait for their turn at a low rate must not reach the time limit of a call.
    pub(crate) fn concurrency(self) -> usize {
        let wanted = f64::from(self.concurrency);
        let most = self.rate.map_or(wanted, |rate| (rate * 20.0).clamp(1.0, wanted));
        let fits = |count: &u16| f64::from(*count) <= most;
        usize::from((1..=self.concurrency).rev().find(fits).unwrap_or(1))
    }

    pub(crate) fn options(self) -> BulkOptions {
        let options = BulkOptions::new().concurrency(self.concurrency());
        match self.max_failures {
            Some(most) => options.max_failures(most),
            None => options,
        }
    }
}

/// Reads a rate from an argument.
pub(crate) fn rate(text: &str) -> Result<f64, &'static str> {
    let rate = text.parse().ok().filter(|rate: &f64| rate.is_finite() && *rate >= 0.01);
    rate.ok_or("a rate is a number of requests a second, at least 0.01")
}

#[cfg(test)]
mod tests {
    use super::BulkLimits;

    #[test]
    fn a_low_rate_limits_the_concurrency() {
        for (concurrency, rate, expected) in [
            (8, None, 8),
            (8, Some(100.0), 8),
            (512, Some(1.0), 20),
            (8, Some(0.2), 4),
            (8, Some(0.01), 1),
            (1, Some(0.01), 1),
        ] {
            let limits = BulkLimits { concurrency, rate, max_failures: None };
            assert_eq!(limits.concurrency(), expected, "{concurrency}, {rate:?}");
        }
    }
}
