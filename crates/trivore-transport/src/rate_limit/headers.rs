//! What servers say about their limits.

use std::fmt;
use std::time::{Duration, SystemTime};

use http::header::DATE;
use http::{HeaderMap, HeaderName, StatusCode};

use crate::retry::{http_date, local_time, retry_after};

/// Reads from an answer what the server says about its rate limit.
///
/// Implement it when your server, or a gateway before it, uses headers of its own, and give it
/// to [`RateLimiter::headers`](crate::RateLimiter::headers). It is asked about every answer.
///
/// ```
/// use std::time::Duration;
/// use http::{HeaderMap, StatusCode};
/// use trivore_transport::{RateLimitHeaders, RateLimitHint, RateLimiter};
///
/// struct Gateway;
///
/// impl RateLimitHeaders for Gateway {
///     fn read(&self, _: StatusCode, headers: &HeaderMap) -> RateLimitHint {
///         let wait = headers.get("x-gateway-wait-ms").and_then(|wait| wait.to_str().ok());
///         let wait = wait.and_then(|wait| wait.parse().ok()).map(Duration::from_millis);
///         RateLimitHint { retry_after: wait, ..RateLimitHint::default() }
///     }
/// }
///
/// let limiter = RateLimiter::new().headers(Gateway);
/// ```
pub trait RateLimitHeaders: Send + Sync {
    /// What this answer says.
    fn read(&self, status: StatusCode, headers: &HeaderMap) -> RateLimitHint;
}

/// What an answer says about the server's rate limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RateLimitHint {
    /// How long to wait before the next request; heeded with status 429 and 503.
    pub retry_after: Option<Duration>,
    /// How many more requests the server will accept before `reset`.
    pub remaining: Option<u64>,
    /// How long until the server accepts more requests; heeded when none remains.
    pub reset: Option<Duration>,
}

/// Reads the headers that are in common use.
///
/// These are, in this order of preference and besides `Retry-After`:
///
/// - `RateLimit: limit=100, remaining=0, reset=7` and `RateLimit: "name";r=0;t=7`, from drafts
///   of the IETF; of several limits the one with the least left counts;
/// - `RateLimit-Remaining` and `RateLimit-Reset`, in seconds;
/// - `X-RateLimit-Remaining` and `X-RateLimit-Reset`, in seconds, or in seconds since 1970,
///   compared with the server's own `Date`.
///
/// Which of them the service sends is not public: that it sends some of them is inferred.
/// Without any, nothing is changed; what cannot be read is passed over.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct UsualRateLimitHeaders;

impl UsualRateLimitHeaders {
    /// Reads the headers that are in common use.
    pub fn new() -> Self {
        Self
    }
}

impl RateLimitHeaders for UsualRateLimitHeaders {
    fn read(&self, _: StatusCode, headers: &HeaderMap) -> RateLimitHint {
        let limits = [
            headers.get(LIMIT).and_then(|value| least(value.to_str().ok()?)),
            pair(headers, REMAINING, RESET),
            pair(headers, X_REMAINING, X_RESET),
        ];
        let (remaining, reset) = limits.into_iter().flatten().next().unzip();
        RateLimitHint {
            retry_after: retry_after(headers),
            remaining,
            reset: reset.and_then(|reset| duration(reset, headers)),
        }
    }
}

impl fmt::Debug for dyn RateLimitHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RateLimitHeaders")
    }
}

fn pair(headers: &HeaderMap, remaining: HeaderName, reset: HeaderName) -> Option<(u64, u64)> {
    let number = |name: HeaderName| headers.get(name)?.to_str().ok()?.trim().parse().ok();
    Some((number(remaining)?, number(reset)?))
}

/// The limit with the least left, of `remaining=0, reset=7` or `"a";r=0;t=7, "b";r=9;t=60`.
fn least(value: &str) -> Option<(u64, u64)> {
    let (mut least, mut remaining) = (None, None);
    for part in value.split([',', ';']) {
        let Some((name, number)) = part.split_once('=') else {
            // The name of the next limit.
            remaining = None;
            continue;
        };
        let number = number.trim().parse().ok();
        match name.trim() {
            "remaining" | "r" => remaining = number,
            "reset" | "t" => {
                let limit = remaining.zip(number);
                least = limit.into_iter().chain(least).min_by_key(|(remaining, _)| *remaining);
            }
            _ => {}
        }
    }
    least
}

fn duration(reset: u64, headers: &HeaderMap) -> Option<Duration> {
    match reset {
        0..EARLIEST_DATE => Some(Duration::from_secs(reset)),
        EARLIEST_DATE..LATEST_DATE => {
            let until = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(reset))?;
            let now = http_date(headers, DATE).unwrap_or_else(local_time);
            Some(until.duration_since(now).unwrap_or_default())
        }
        LATEST_DATE.. => None,
    }
}

const LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");
const X_REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const X_RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// Seconds since 1970 below this are a time to wait: the year 2001, or 31 years.
const EARLIEST_DATE: u64 = 1_000_000_000;
/// Numbers from here on are no seconds: the year 5138.
const LATEST_DATE: u64 = 100_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    /// The trait stays usable behind a pointer.
    fn _obj_safe(_: &dyn RateLimitHeaders) {}

    #[track_caller]
    fn check(headers: &[(&'static str, &str)], expected: Option<(u64, u64)>) {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect();

        let hint = UsualRateLimitHeaders::new().read(StatusCode::OK, &headers);

        let (remaining, reset) = expected.unzip();
        assert_eq!(hint.remaining, remaining, "{headers:?}");
        assert_eq!(hint.reset, reset.map(Duration::from_secs), "{headers:?}");
    }

    #[test]
    fn headers_in_common_use_are_read() {
        check(&[("ratelimit", "limit=100, remaining=0, reset=7")], Some((0, 7)));
        check(&[("ratelimit", r#""default";r=0;t=7"#)], Some((0, 7)));
        check(&[("ratelimit", r#""hour";r=9;t=60, "second";r=0;t=1"#)], Some((0, 1)));
        check(&[("ratelimit", r#""second";r=0;t=1, "hour";r=9;t=60"#)], Some((0, 1)));
        check(&[("ratelimit-remaining", "3"), ("ratelimit-reset", "7")], Some((3, 7)));
        check(
            &[("x-ratelimit-remaining", " 0 "), ("x-ratelimit-reset", "999999999")],
            Some((0, 999_999_999)),
        );
        check(
            &[
                ("x-ratelimit-remaining", "5"),
                ("x-ratelimit-reset", "50"),
                ("ratelimit", "remaining=1, reset=7"),
            ],
            Some((1, 7)),
        );
    }

    #[test]
    fn a_date_is_compared_with_the_servers_own() {
        let date = ("date", "Wed, 21 Oct 2015 07:28:00 GMT");
        let remaining = ("x-ratelimit-remaining", "0");

        check(&[date, remaining, ("x-ratelimit-reset", "1445412510")], Some((0, 30)));
        check(&[date, remaining, ("x-ratelimit-reset", "1445412400")], Some((0, 0)));
        check(&[remaining, ("x-ratelimit-reset", "1445412510")], Some((0, 0)));
    }

    #[test]
    fn what_cannot_be_read_says_nothing() {
        for value in ["", "=", ";;,,", "remaining", "r=", "r=1", "t=1", "r=-1;t=5", "r=1.5;t=5"] {
            check(&[("ratelimit", value)], None);
        }
        check(&[], None);
        check(&[("x-ratelimit-remaining", "0")], None);
        check(&[("x-ratelimit-remaining", "none"), ("x-ratelimit-reset", "5")], None);
    }

    #[test]
    fn milliseconds_since_1970_are_no_wait() {
        let headers: HeaderMap =
            [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1445412510000")]
                .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
                .into_iter()
                .collect();

        let hint = UsualRateLimitHeaders::new().read(StatusCode::OK, &headers);

        assert_eq!(hint.reset, None);
    }
}
