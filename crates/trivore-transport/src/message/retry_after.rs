//! Reads the `Retry-After` header.

use std::time::{Duration, SystemTime};

use http::header::{DATE, RETRY_AFTER};
use http::{HeaderMap, HeaderName};

/// Reads how long the server asks to wait, from a number of seconds or an HTTP date.
///
/// A number may have decimals. A date is compared with the server's `Date`, so that the clocks need
/// not agree, or without that header with the local clock. A date in the past means no wait. If
/// there are several values, the latest counts. Malformed values are ignored.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let values = headers.get_all(RETRY_AFTER).iter().filter_map(|value| value.to_str().ok());
    values.filter_map(|value| latest(value, headers)).max()
}

/// Reads the latest time of a list, since proxies may join headers of the same name.
fn latest(value: &str, headers: &HeaderMap) -> Option<Duration> {
    let wait = |text: &str| {
        let text = text.trim();
        seconds(text).or_else(|| {
            let until = httpdate::parse_http_date(text).ok()?;
            let now = http_date(headers, DATE).unwrap_or_else(local_time);
            Some(until.duration_since(now).unwrap_or_default())
        })
    };
    // A date contains a comma itself, after the name of the day.
    let commas = value.match_indices(',').map(|(comma, _)| comma).chain([value.len()]);
    let (mut begin, mut previous, mut waits) = (0, 0, Vec::new());
    for comma in commas {
        let found = wait(&value[begin..comma]).or_else(|| wait(&value[previous..comma]));
        begin = if found.is_some() { comma.saturating_add(1) } else { previous };
        waits.extend(found);
        previous = comma.saturating_add(1);
    }
    waits.into_iter().max()
}

/// Reads a number of seconds, which may have decimals; rounds up to nanoseconds.
pub(crate) fn seconds(text: &str) -> Option<Duration> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let whole = Duration::from_secs(whole.parse().ok()?);
    if !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = decimals.bytes().chain([b'0'; 9]).take(9);
    let nanoseconds = digits.fold(0, |number, digit| number * 10 + u64::from(digit - b'0'));
    let is_longer = decimals.bytes().skip(9).any(|digit| digit != b'0');
    let part = Duration::from_nanos(nanoseconds + u64::from(is_longer));
    Some(whole.saturating_add(part))
}

/// Reads a header with an HTTP date.
pub(crate) fn http_date(headers: &HeaderMap, name: HeaderName) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(name)?.to_str().ok()?).ok()
}

/// The local time.
#[expect(clippy::disallowed_methods, reason = "compared with times that the server sends")]
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
        for value in ["", "-1", "soon", "99999999999999999999999", "2015-10-21"] {
            check(value, None, None);
        }
        for value in [".", ".5.", "1.5.2", "1,5x", "1e3", "1.-5", "NaN", "inf", ",", ",,", "Wed,"] {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, value.parse().unwrap());
            let wait = retry_after(&headers);
            assert!(wait.is_none() || value == "1,5x" && wait == Some(Duration::from_secs(1)));
        }
    }

    #[test]
    fn decimals_are_never_cut_off() {
        for (value, nanoseconds) in [
            ("1.5", 1_500_000_000),
            ("0.001", 1_000_000),
            ("2.", 2_000_000_000),
            ("1.0000000001", 1_000_000_001),
            ("1.99999999999", 2_000_000_000),
            ("0.123456789", 123_456_789),
        ] {
            assert_eq!(seconds(value), Some(Duration::from_nanos(nanoseconds)), "{value}");
        }
        let most = "18446744073709551615.9999999999";
        assert!(seconds(most) >= Some(Duration::from_secs(u64::MAX)));
    }

    #[test]
    fn the_latest_of_several_values_counts() {
        let date = Some("Wed, 21 Oct 2015 07:28:00 GMT");
        check("5, 120, 7", date, Some(120));
        check("Wed, 21 Oct 2015 07:28:30 GMT, 7", date, Some(30));
        check("7, Wed, 21 Oct 2015 07:28:30 GMT", date, Some(30));
        let two = "Wed, 21 Oct 2015 07:28:30 GMT, Wed, 21 Oct 2015 07:28:40 GMT";
        check(two, date, Some(40));
        check("soon, 7", date, Some(7));
        check("7, soon", date, Some(7));
        check("soon, Wed, 21 Oct 2015 07:28:30 GMT", date, Some(30));
        check("Wed, 7, Wed, 21 Oct 2015 07:28:30 GMT, 9", date, Some(30));
    }
}
