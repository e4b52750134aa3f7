//! Timestamps as times of the standard library.

use std::time::{Duration, SystemTime};

use crate::{InvalidTimestamp, Timestamp};

impl Timestamp {
    /// Parses the timestamp as a time of the standard library.
    ///
    /// Digits below nanoseconds are dropped, and a leap second counts as the one before it.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    /// use trivore_models::Timestamp;
    ///
    /// let time = Timestamp::from("2017-10-20T07:17:17.606Z").to_system_time()?;
    ///
    /// assert_eq!(time, SystemTime::UNIX_EPOCH + Duration::from_millis(1_508_483_837_606));
    /// # Ok::<(), trivore_models::InvalidTimestamp>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The text is not an ISO 8601 instant with a date, a time and an offset, or is out of the
    /// range of [`SystemTime`].
    pub fn to_system_time(&self) -> Result<SystemTime, InvalidTimestamp> {
        parse(self.as_str()).ok_or(InvalidTimestamp(()))
    }
}

fn parse(text: &str) -> Option<SystemTime> {
    let (date, rest) = text.split_once(['T', 't', ' '])?;
    let offset_at = rest.find(['Z', 'z', '+', '-'])?;
    let (time, offset) = rest.split_at_checked(offset_at)?;

    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let (clock, fraction) = time.split_once('.').map_or((time, None), |(a, b)| (a, Some(b)));
    let [hour, minute, second] = numbers(clock, ':', [2, 2, 2])
        .or_else(|| numbers(clock, ':', [2, 2]).map(|[hour, minute]| [hour, minute, 0]))?;
    let is_valid = (1..=12).contains(&month)
        && (1..=days_in(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    if !is_valid {
        return None;
    }
    let seconds =
        days_since_1970(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second.min(59)
            - offset_seconds(offset)?;
    let nanoseconds = fraction.map_or(Some(0), nanoseconds)?;

    let whole = Duration::from_secs(seconds.unsigned_abs());
    let time = if seconds < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(whole)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(whole)
    };
    time?.checked_add(Duration::from_nanos(nanoseconds))
}

/// Reads numbers of exactly these lengths.
fn numbers<const N: usize>(text: &str, separator: char, lengths: [usize; N]) -> Option<[i64; N]> {
    let mut parts = text.split(separator);
    let mut numbers = [0; N];
    for (number, length) in numbers.iter_mut().zip(lengths) {
        *number = digits(parts.next()?, length)?;
    }
    parts.next().is_none().then_some(numbers)
}

fn digits(text: &str, length: usize) -> Option<i64> {
    let is_number = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

fn nanoseconds(digits: &str) -> Option<u64> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let nine = digits.bytes().chain([b'0'; 9]).take(9);
    Some(nine.fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
}

fn offset_seconds(text: &str) -> Option<i64> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("Z" | "z", "") => return Some(0),
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let [hours, minutes] = numbers(rest, ':', [2, 2])
        .or_else(|| digits(rest, 4).map(|number| [number / 100, number % 100]))
        .or_else(|| digits(rest, 2).map(|hours| [hours, 0]))?;
    let is_valid = hours < 24 && minutes < 60;
    is_valid.then_some(sign * (hours * 3_600 + minutes * 60))
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Counts days in the proleptic Gregorian calendar; a year starts in March, so that the leap day is
/// its last day.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (153 * month + 2) / 5 + day - 1 - DAYS_BEFORE_1970
}

/// From 1 March of the year 0 to 1 January 1970.
const DAYS_BEFORE_1970: i64 = 719_468;

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> Option<i128> {
        let time = Timestamp::from(text).to_system_time().ok()?;
        let nanoseconds = match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => i128::try_from(after.as_nanos()).ok()?,
            Err(before) => -i128::try_from(before.duration().as_nanos()).ok()?,
        };
        Some(nanoseconds.div_euclid(1_000_000))
    }

    #[test]
    fn instants_in_all_forms_are_read() {
        for (text, milliseconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2017-10-20T07:17:17.606Z", 1_508_483_837_606),
            ("2017-10-20T07:17:17.6069999999Z", 1_508_483_837_606),
            ("2017-10-20t10:17:17.606+03:00", 1_508_483_837_606),
            ("2017-10-20 04:17:17.606-0300", 1_508_483_837_606),
            ("2017-10-20T09:17:17.606+02", 1_508_483_837_606),
            ("2024-02-29T00:00Z", 1_709_164_800_000),
            ("2000-03-01T00:00:00Z", 951_868_800_000),
            ("1969-12-31T23:59:59.250Z", -750),
            ("1900-03-01T00:00:00Z", -2_203_891_200_000),
            ("2016-12-31T23:59:60Z", 1_483_228_799_000),
            ("9999-12-31T23:59:59Z", 253_402_300_799_000),
        ] {
            assert_eq!(seconds(text), Some(milliseconds), "{text}");
        }
    }

    #[test]
    fn what_is_no_instant_is_an_error() {
        for text in [
            "",
            "soon",
            "2017-10-20",
            "2017-10-20T07:17:17",
            "2017-13-20T07:17:17Z",
            "2017-00-20T07:17:17Z",
            "2017-02-29T07:17:17Z",
            "1900-02-29T07:17:17Z",
            "2017-10-00T07:17:17Z",
            "2017-10-20T24:00:00Z",
            "2017-10-20T07:60:00Z",
            "2017-10-20T07:17:61Z",
            "2017-10-20T07:17:17.Z",
            "2017-10-20T07:17:17.6x6Z",
            "2017-10-20T07:17:17+24:00",
            "2017-10-20T07:17:17ZZ",
            "+2017-10-20T07:17:17Z",
            "12017-10-20T07:17:17Z",
            "2017-10-20T07:17:17ä",
            "2017-10-20Tä7:17:17Z",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
