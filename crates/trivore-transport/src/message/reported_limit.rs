//! Reads rate limit headers.

use std::time::{Duration, SystemTime};

use http::header::DATE;
use http::{HeaderMap, HeaderName, StatusCode};

use super::retry_after::{http_date, local_time, retry_after, seconds};

/// A rate limit, as headers report it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ReportedLimit {
    pub(crate) remaining: Option<u64>,
    pub(crate) reset: Option<Duration>,
}

impl ReportedLimit {
    /// Returns how long to wait after a refusal: until the later of `asked` and the reset.
    ///
    /// If requests remain, the reset is that of another limit, and counts only without `asked`.
    pub(crate) fn wait(self, asked: Option<Duration>) -> Option<Duration> {
        match self.remaining {
            None | Some(0) => asked.max(self.reset),
            Some(1..) => asked.or(self.reset),
        }
    }
}

/// Reads how long the server asks to wait, from `Retry-After` and, if the request was refused
/// because of its rate, from the usual rate limit headers.
pub(crate) fn server_wait(status: StatusCode, headers: &HeaderMap) -> Option<Duration> {
    let asked = retry_after(headers);
    if is_refusal(status, asked) { reported_limit(status, headers).wait(asked) } else { asked }
}

/// Whether a request was refused because of its rate.
pub(crate) fn is_refusal(status: StatusCode, asked: Option<Duration>) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS
        || (status == StatusCode::SERVICE_UNAVAILABLE && asked.is_some())
}

/// Reads the rate limit headers in common use.
///
/// If there are several limits, those without remaining requests count, and the latest of their
/// resets; otherwise the one with the fewest remaining requests. After a refusal, limits that do
/// not tell how many requests remain count as well, and if all have some, then the latest reset.
pub(crate) fn reported_limit(status: StatusCode, headers: &HeaderMap) -> ReportedLimit {
    let limits = limits(headers);
    let latest = |is_it: &dyn Fn(Option<u64>) -> bool| {
        let some = limits.iter().filter(|limit| is_it(limit.remaining));
        some.filter_map(|limit| limit.reset).max()
    };
    let fewest = limits.iter().filter_map(|limit| limit.remaining).min();
    let is_refused =
        matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE);
    if is_refused {
        let unknown = latest(&|remaining| remaining.is_none());
        let exhausted = latest(&|remaining| remaining == Some(0));
        return match unknown.max(exhausted) {
            Some(reset) => ReportedLimit {
                remaining: fewest.filter(|fewest| *fewest == 0),
                reset: Some(reset),
            },
            None => ReportedLimit { remaining: fewest, reset: latest(&|_| true) },
        };
    }
    match fewest {
        Some(fewest) => ReportedLimit {
            remaining: Some(fewest),
            reset: latest(&|remaining| remaining == Some(fewest)),
        },
        None => ReportedLimit { remaining: None, reset: latest(&|_| true) },
    }
}

/// Returns all limits that the headers report, with a reset each.
fn limits(headers: &HeaderMap) -> Vec<ReportedLimit> {
    let mut limits = Vec::new();
    for value in texts(headers, &LIMIT) {
        listed(value, headers, &mut limits);
    }
    for (remaining, reset) in &PAIRS {
        let remaining =
            texts(headers, remaining).filter_map(|value| value.trim().parse().ok()).min();
        let reset = texts(headers, reset).filter_map(|value| until(value, headers)).max();
        if reset.is_some() {
            limits.push(ReportedLimit { remaining, reset });
        }
    }
    limits
}

fn texts<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    headers.get_all(name).iter().filter_map(|value| value.to_str().ok())
}

/// Reads a list of limits, such as `remaining=0, reset=7` or `"a";r=0;t=7, "b";r=9;t=60`.
fn listed(value: &str, headers: &HeaderMap, limits: &mut Vec<ReportedLimit>) {
    let mut remaining = None;
    for part in value.split([',', ';']) {
        let Some((name, number)) = part.split_once('=') else {
            // The next limit's name.
            remaining = None;
            continue;
        };
        match name.trim() {
            "remaining" | "r" => remaining = number.trim().parse().ok(),
            "reset" | "t" => {
                let reset = until(number, headers);
                limits.extend(reset.map(|_| ReportedLimit { remaining, reset }));
            }
            _ => {}
        }
    }
}

/// Reads the time until a reset: in seconds from now, in seconds since 1970, or an HTTP date.
fn until(value: &str, headers: &HeaderMap) -> Option<Duration> {
    let value = value.trim();
    let date = match seconds(value) {
        Some(seconds) if seconds < EARLIEST_DATE => return Some(seconds),
        Some(seconds) if seconds < LATEST_DATE => SystemTime::UNIX_EPOCH.checked_add(seconds)?,
        Some(_) => return None,
        None => httpdate::parse_http_date(value).ok()?,
    };
    let now = http_date(headers, DATE).unwrap_or_else(local_time);
    Some(date.duration_since(now).unwrap_or_default())
}

const LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// Names of the headers with the remaining requests and with the reset.
const PAIRS: [(HeaderName, HeaderName); 3] = [
    (HeaderName::from_static("ratelimit-remaining"), HeaderName::from_static("ratelimit-reset")),
    (
        HeaderName::from_static("x-ratelimit-remaining"),
        HeaderName::from_static("x-ratelimit-reset"),
    ),
    (
        HeaderName::from_static("x-rate-limit-remaining"),
        HeaderName::from_static("x-rate-limit-reset"),
    ),
];

/// Numbers below this are a wait (31 years), the others a date in seconds since 1970 (2001).
const EARLIEST_DATE: Duration = Duration::from_secs(1_000_000_000);
/// Numbers from this on are not in seconds (the year 5138), and are ignored.
const LATEST_DATE: Duration = Duration::from_secs(100_000_000_000);

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(status: u16, headers: &[(&'static str, &str)], expected: Option<u64>) {
        let pairs = headers.iter().map(|(name, value)| {
            (name.parse::<HeaderName>().unwrap(), value.parse::<http::HeaderValue>().unwrap())
        });
        let map: HeaderMap = pairs.fold(HeaderMap::new(), |mut map, (name, value)| {
            map.append(name, value);
            map
        });

        let wait = server_wait(StatusCode::from_u16(status).unwrap(), &map);

        assert_eq!(wait, expected.map(Duration::from_millis), "{status} {headers:?}");
    }

    #[test]
    fn a_refusal_is_waited_out_until_the_latest_of_its_times() {
        check(
            429,
            &[("retry-after", "3"), ("retry-after", "7"), ("retry-after", "5")],
            Some(7_000),
        );
        check(429, &[("retry-after", "3, 7.25"), ("retry-after", "5")], Some(7_250));
        check(429, &[("x-ratelimit-reset", "5")], Some(5_000));
        check(429, &[("x-ratelimit-reset", "5"), ("x-ratelimit-reset", "9")], Some(9_000));
        check(429, &[("ratelimit-reset", "1.5")], Some(1_500));
        check(429, &[("x-rate-limit-reset", "5")], Some(5_000));
        check(429, &[("ratelimit", "reset=4")], Some(4_000));
        check(429, &[("ratelimit", r#""a";t=4"#), ("ratelimit", r#""b";r=0;t=9"#)], Some(9_000));
        check(429, &[("retry-after", "3"), ("x-ratelimit-reset", "5")], Some(5_000));
        check(429, &[("retry-after", "8"), ("x-ratelimit-reset", "5")], Some(8_000));
        check(503, &[("retry-after", "3"), ("x-ratelimit-reset", "5")], Some(5_000));
        check(429, &[("ratelimit", r#""a";r=0;t=1, "b";r=0;t=60"#)], Some(60_000));
        check(429, &[("ratelimit", r#""a";r=3;t=1, "b";r=9;t=60"#)], Some(60_000));
        check(429, &[("ratelimit-reset", "2"), ("x-ratelimit-reset", "6")], Some(6_000));
    }

    #[test]
    fn the_reset_of_another_limit_does_not_count() {
        let remaining = ("x-ratelimit-remaining", "4999");
        check(
            429,
            &[("retry-after", "60"), remaining, ("x-ratelimit-reset", "3000")],
            Some(60_000),
        );
        let exhausted = ("ratelimit", r#""a";r=0;t=1, "b";r=9;t=60"#);
        check(429, &[exhausted], Some(1_000));
    }

    #[test]
    fn a_reset_alone_is_no_wait_unless_the_request_was_refused() {
        check(200, &[("x-ratelimit-reset", "5")], None);
        check(503, &[("x-ratelimit-reset", "5")], None);
        check(404, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "5")], None);
        check(404, &[("retry-after", "2"), ("x-ratelimit-reset", "5")], Some(2_000));
    }

    #[test]
    fn a_reset_can_be_a_date() {
        let date = ("date", "Wed, 21 Oct 2015 07:28:00 GMT");
        check(429, &[date, ("x-ratelimit-reset", "1445412510")], Some(30_000));
        check(429, &[date, ("x-ratelimit-reset", "1445412510.5")], Some(30_500));
        check(429, &[date, ("x-ratelimit-reset", "Wed, 21 Oct 2015 07:28:30 GMT")], Some(30_000));
    }

    #[test]
    fn nothing_that_cannot_be_read_is_a_wait() {
        for value in ["", "-1", "NaN", "inf", "1e3", ".", "99999999999999999999999", "\u{7f}"] {
            if let Ok(header) = http::HeaderValue::from_bytes(value.as_bytes()) {
                let headers = HeaderMap::from_iter([(PAIRS[0].1.clone(), header)]);
                assert_eq!(server_wait(StatusCode::TOO_MANY_REQUESTS, &headers), None, "{value}");
            }
        }
    }
}
