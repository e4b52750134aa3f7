//! Reads a server's rate limit from response headers.

use std::fmt;
use std::time::Duration;

use http::{HeaderMap, HeaderName, StatusCode};

use crate::message::{RateLimitScope, ReportedLimit, reported_limit, retry_after};

/// Reads the server's rate limit from the headers of a response.
///
/// Implement it if your server, or a gateway in front of it, uses custom headers, and pass it to
/// [`RateLimit::headers`](crate::RateLimit::headers). It is called for each response.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use http::{HeaderMap, StatusCode};
/// use trivore_transport::{RateLimitHeaders, RateLimitHint, RateLimit};
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
/// let limit = RateLimit::new().headers(Gateway);
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
    /// Used if `remaining` is zero, and after a refusal also if `remaining` or `retry_after` is
    /// `None`. If `retry_after` is used as well, the later of the two counts.
    pub reset: Option<Duration>,
    /// Which calls the limit applies to, if the response says so.
    ///
    /// It is never narrower than the call: a limit of the subject applies to the operation if the
    /// call has no subject. If it is `None`, the scope is found as [`RateLimiter`] describes.
    ///
    /// [`RateLimiter`]: crate::RateLimiter
    pub scope: Option<RateLimitScope>,
}

impl RateLimitHint {
    /// Returns how long to wait after a refusal.
    pub(crate) fn wait(&self) -> Option<Duration> {
        ReportedLimit { remaining: self.remaining, reset: self.reset }.wait(self.retry_after)
    }
}

/// Reads the rate limit headers in common use.
///
/// These are `Retry-After`, and
///
/// - `RateLimit: limit=100, remaining=0, reset=7` and `RateLimit: "name";r=0;t=7`, from IETF
///   drafts;
/// - `RateLimit-Remaining` and `RateLimit-Reset`, `X-RateLimit-Remaining` and `X-RateLimit-Reset`,
///   and `X-Rate-Limit-Remaining` and `X-Rate-Limit-Reset`.
///
/// Times are in seconds, with or without decimals. A reset can also be in seconds since 1970, or
/// an HTTP date; both are compared with the server's `Date`. If there are several `Retry-After`,
/// the latest counts. If there are several limits, those without remaining requests count, and the
/// latest of their resets; otherwise, the one with the fewest remaining requests. After a 429 or a
/// 503, limits that do not say how many requests remain count as well, so that no request is sent
/// before the latest of the times.
///
/// `X-RateLimit-Global: true` and `X-RateLimit-Scope: global` say that a limit is the
/// [client's](RateLimitScope::Client); both are known from Discord's API. No header says the
/// opposite, so that a limit without these can become the client's by evidence.
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
    fn read(&self, status: StatusCode, headers: &HeaderMap) -> RateLimitHint {
        // Most responses have none of these headers, and are not searched for each of them.
        if !headers.keys().any(is_about_limits) {
            return RateLimitHint::default();
        }
        let ReportedLimit { remaining, reset } = reported_limit(status, headers);
        RateLimitHint { retry_after: retry_after(headers), remaining, reset, scope: scope(headers) }
    }
}

impl fmt::Debug for dyn RateLimitHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RateLimitHeaders")
    }
}

fn is_about_limits(name: &HeaderName) -> bool {
    let name = name.as_str();
    let name = name.strip_prefix("x-").unwrap_or(name);
    ["rate", "retry-after"].iter().any(|start| name.starts_with(start))
}

/// Reads whether a limit is the client's.
fn scope(headers: &HeaderMap) -> Option<RateLimitScope> {
    let says = |name: HeaderName, word: &str| {
        headers
            .get_all(name)
            .iter()
            .any(|value| value.as_bytes().eq_ignore_ascii_case(word.as_bytes()))
    };
    let is_global = says(GLOBAL, "true") || says(SCOPE, "global");
    is_global.then_some(RateLimitScope::Client)
}

const GLOBAL: HeaderName = HeaderName::from_static("x-ratelimit-global");
const SCOPE: HeaderName = HeaderName::from_static("x-ratelimit-scope");

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
        for value in ["", "=", ";;,,", "remaining", "r=", "r=1", "t=", "r=-1;t=x", "r=1.5;t=-5"] {
            check(&[("ratelimit", value)], None);
        }
        check(&[], None);
        check(&[("x-ratelimit-remaining", "0")], None);
        check(&[("x-ratelimit-remaining", "none"), ("x-ratelimit-reset", "soon")], None);
    }

    #[test]
    fn a_reset_alone_does_not_say_that_no_requests_remain() {
        for (name, value) in [
            ("ratelimit", "t=5"),
            ("ratelimit", "r=-1;t=5"),
            ("ratelimit", "r=1.5;t=5"),
            ("x-ratelimit-reset", "5"),
        ] {
            let headers = HeaderMap::from_iter([(name.parse().unwrap(), value.parse().unwrap())]);

            let hint = UsualRateLimitHeaders::new().read(StatusCode::OK, &headers);

            assert_eq!((hint.remaining, hint.reset), (None, Some(Duration::from_secs(5))));
        }
    }

    #[test]
    fn headers_can_say_that_a_limit_is_the_clients() {
        for (name, value, expected) in [
            ("x-ratelimit-global", "true", Some(RateLimitScope::Client)),
            ("x-ratelimit-scope", "Global", Some(RateLimitScope::Client)),
            ("x-ratelimit-global", "false", None),
            ("x-ratelimit-scope", "user", None),
            ("ratelimit", r#""global";r=0;t=5"#, None),
        ] {
            let headers = HeaderMap::from_iter([(name.parse().unwrap(), value.parse().unwrap())]);

            let hint = UsualRateLimitHeaders::new().read(StatusCode::TOO_MANY_REQUESTS, &headers);

            assert_eq!(hint.scope, expected, "{name}: {value}");
        }
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
