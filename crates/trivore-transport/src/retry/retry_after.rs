//! Reads the `Retry-After` header.

use std::time::{Duration, SystemTime};

use http::header::{DATE, RETRY_AFTER};
use http::{HeaderMap, HeaderName};

/// Reads how long the server asks to wait, from a number of seconds or an HTTP date.
///
/// A date is compared with the server's `Date`, so that the clocks need not agree, or without that
/// header with the local clock. A date in the past means no wait. A malformed value is ignored.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = httpdate::parse_http_date(value).ok()?;
    let now = http_date(headers, DATE).unwrap_or_else(local_time);
    Some(until.duration_since(now).unwrap_or_default())
}

/// Reads a header with an HTTP date.
pub(crate) fn http_date(headers: &HeaderMap, name: HeaderName) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(name)?.to_str().ok()?).ok()
}

/// The local time.
#[expect(clippy::disallowed_methods, reason = "used only if the server sends no `Date`")]
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
