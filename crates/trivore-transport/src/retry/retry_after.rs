//! Reading `Retry-After`.

use std::time::{Duration, SystemTime};

use http::header::{DATE, RETRY_AFTER};
use http::{HeaderMap, HeaderName};

/// How long a server asks to wait: seconds, or a date of HTTP.
///
/// A date is compared with the server's own `Date`, so that clocks need not agree; without
/// one, with this machine's clock. A time in the past is no wait.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = httpdate::parse_http_date(value).ok()?;
    let now = http_date(headers, DATE).unwrap_or_else(local_time);
    Some(until.duration_since(now).unwrap_or_default())
}

/// The time that a header names.
pub(crate) fn http_date(headers: &HeaderMap, name: HeaderName) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(name)?.to_str().ok()?).ok()
}

/// This machine's time.
#[expect(clippy::disallowed_methods, reason = "the last resort: the server names no time")]
pub(crate) fn local_time() -> SystemTime {
    SystemTime::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, date: Option<&str>, expected: Option<u64>) {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, value.parse().unwrap());
        if let Some(date) = date {
            headers.insert(DATE, date.parse().unwrap());
        }

        assert_eq!(retry_after(&headers), expected.map(Duration::from_secs), "{value}");
    }

    #[test]
    fn seconds_and_dates_are_read() {
        check("0", None, Some(0));
        check(" 120 ", None, Some(120));
        check("18446744073709551615", None, Some(u64::MAX));
        let date = Some("Wed, 21 Oct 2015 07:28:00 GMT");
        check("Wed, 21 Oct 2015 07:28:30 GMT", date, Some(30));
        check("Wed, 21 Oct 2015 07:27:00 GMT", date, Some(0));
        check("Wed, 21 Oct 2015 07:27:00 GMT", None, Some(0));
    }

    #[test]
    fn anything_else_is_no_wish() {
        for value in ["", "-1", "1.5", "soon", "99999999999999999999999", "2015-10-21"] {
            check(value, None, None);
        }
    }
}
