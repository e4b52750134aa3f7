//! Reads a server's rate limit from response headers.

use std::fmt;
use std::time::{Duration, SystemTime};

use http::header::DATE;
use http::{HeaderMap, HeaderName, StatusCode};

use crate::retry::{http_date, local_time, retry_after};

/// Reads the server's rate limit from the headers of a response.
///
/// Implement it if your server, or a gateway in front of it, uses custom headers, and pass it to
/// [`RateLimiter::headers`](crate::RateLimiter::headers). It is called for each response.
///
/// # Examples
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
///
/// let headers = HeaderMap::from_iter([("x-gateway-wait-ms".parse()?, "250".parse()?)]);
/// let hint = Gateway.read(StatusCode::TOO_MANY_REQUESTS, &headers);
/// assert_eq!(hint.retry_after, Some(Duration::from_millis(250)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait RateLimitHeaders: Send + Sync {
    /// Reads the rate limit from a response; the default hint changes nothing.
    fn read(&self, status: StatusCode, headers: &HeaderMap) -> RateLimitHint;
}

/// The server's rate limit, as a response reports it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RateLimitHint {
    /// Time to wait before the next request; used if the status is 429 or 503.
    pub retry_after: Option<Duration>,
    /// Number of requests that the server accepts before `reset`.
    pub remaining: Option<u64>,
    /// Time until the server accepts more requests.
    ///
    /// Used if `remaining` is zero, and after a 429 without `retry_after`.
    pub reset: Option<Duration>,
}

/// Reads the rate limit headers in common use.
///
/// These are `Retry-After`, and the first valid one of:
///
/// - `RateLimit: limit=100, remaining=0, reset=7` and `RateLimit: "name";r=0;t=7`, from IETF
///   drafts; if there are several limits, the one with the fewest remaining requests;
/// - `RateLimit-Remaining` and `RateLimit-Reset`, in seconds;
/// - `X-RateLimit-Remaining` and `X-RateLimit-Reset`, in seconds, or in seconds since 1970, which
///   are compared with the server's `Date`.
///
/// Which of them the service sends is not documented; that it sends some of them is inferred.
/// Missing and malformed headers are ignored.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use http::{HeaderMap, StatusCode};
/// use trivore_transport::{RateLimitHeaders, UsualRateLimitHeaders};
///
/// let value = "limit=100, remaining=0, reset=7";
/// let headers = HeaderMap::from_iter([("ratelimit".parse()?, value.parse()?)]);
///
/// let hint = UsualRateLimitHeaders::new().read(StatusCode::OK, &headers);
///
/// assert_eq!(hint.remaining, Some(0));
/// assert_eq!(hint.reset, Some(Duration::from_secs(7)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct UsualRateLimitHeaders;

impl UsualRateLimitHeaders {
    /// Creates a reader of the rate limit headers in common use.
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

/// Reads two headers, each with a number; `None` unless both are valid.
fn pair(headers: &HeaderMap, remaining: HeaderName, reset: HeaderName) -> Option<(u64, u64)> {
    let number = |name: HeaderName| headers.get(name)?.to_str().ok()?.trim().parse().ok();
    Some((number(remaining)?, number(reset)?))
}

/// Reads the limit with the fewest remaining requests.
///
/// Examples of values are `remaining=0, reset=7` and `"a";r=0;t=7, "b";r=9;t=60`.
fn least(value: &str) -> Option<(u64, u64)> {
    let (mut least, mut remaining) = (None, None);
    for part in value.split([',', ';']) {
        let Some((name, number)) = part.split_once('=') else {
            // The next limit's name.
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

/// Time until a reset, which is given in seconds from now or since 1970.
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

/// Numbers below this are a wait (31 years), the others a date in seconds since 1970 (2001).
const EARLIEST_DATE: u64 = 1_000_000_000;
/// Numbers from this on are not in seconds (the year 5138), and are ignored.
const LATEST_DATE: u64 = 100_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    /// Compiles only if the trait is dyn compatible.
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
