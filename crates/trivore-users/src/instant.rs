//! Instants as milliseconds since 1970, from and to the texts of the service.

use std::time::SystemTime;

use trivore_models::Timestamp;

/// Returns the time by the clock of this machine.
#[expect(
    clippy::disallowed_methods,
    reason = "recorded in journals, and compared with times of the server"
)]
pub(crate) fn local_time() -> SystemTime {
    SystemTime::now()
}

/// Parses ISO 8601 with a time zone, to milliseconds since 1970.
///
/// Digits beyond milliseconds are cut off, and a leap second counts as the one after it.
pub(crate) fn to_millis(timestamp: &Timestamp) -> Option<i64> {
    let (date, time) = timestamp.as_str().split_once('T')?;
    let mut date = date.splitn(3, '-').map(|part| number(part, part.len()));
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let zone = time.find(['Z', '+', '-'])?;
    let (time, zone) = time.split_at_checked(zone)?;
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let mut time = time.splitn(3, ':').map(|part| number(part, 2));
    let (hour, minute) = (time.next()??, time.next()??);
    let second = time.next().unwrap_or(Some(0))?;
    let is_valid = (0..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour <= 24
        && minute < 60
        && second <= 60;
    if !is_valid {
        return None;
    }
    number(fraction, fraction.len())?;
    let millis: String = fraction.chars().chain("000".chars()).take(3).collect();
    let seconds = (days(year, month, day) * 24 + hour) * 3600 + minute * 60 + second;
    Some((seconds - offset(zone)?) * 1000 + number(&millis, 3)?)
}

/// Formats milliseconds since 1970 as the service does; out of its years, as the nearest of them.
pub(crate) fn from_millis(millis: i64) -> Timestamp {
    let millis = millis.clamp(FIRST, LAST);
    let (day, time) = (millis.div_euclid(MILLIS_PER_DAY), millis.rem_euclid(MILLIS_PER_DAY));
    let (year, month, day) = date(day);
    let (seconds, millis) = (time / 1000, time % 1000);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z").into()
}

fn number(text: &str, digits: usize) -> Option<i64> {
    let is_number = text.len() == digits && text.bytes().all(|b| b.is_ascii_digit());
    // More digits than a number can have are those of a fraction, of which three are read.
    is_number.then(|| text.get(..text.len().min(18)).and_then(|text| text.parse().ok()))?
}

/// Returns the seconds by which a zone is ahead of UTC.
fn offset(zone: &str) -> Option<i64> {
    if zone == "Z" {
        return Some(0);
    }
    let (sign, digits) = match zone.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let digits = digits.replace(':', "");
    let (hours, minutes) = digits.split_at_checked(2)?;
    let minutes = if minutes.is_empty() { 0 } else { number(minutes, 2)? };
    Some(sign * (number(hours, 2)? * 3600 + minutes * 60))
}

/// Counts the days from 1970 to a date of the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March, so that a leap day is the last of its year.
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year
        - 719_468
}

/// Returns the date that is so many days after 1970.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day = days.rem_euclid(146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + i64::from(month <= 2), month, day)
}

const MILLIS_PER_DAY: i64 = 86_400_000;
/// 0000-01-01T00:00:00.000Z and 9999-12-31T23:59:59.999Z.
const FIRST: i64 = -62_167_219_200_000;
const LAST: i64 = 253_402_300_799_999;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_read_in_all_forms_of_the_service() {
        for (text, millis) in [
            ("1970-01-01T00:00:00.000Z", 0),
            ("2017-10-20T07:17:17.606Z", 1_508_483_837_606),
            ("2017-10-20T07:17:17Z", 1_508_483_837_000),
            ("2017-10-20T07:17Z", 1_508_483_820_000),
            ("2017-10-20T10:17:17.6+03:00", 1_508_483_837_600),
            ("2017-10-20T10:17:17.606999999999999999999+0300", 1_508_483_837_606),
            ("2017-10-20T10:17:17.606+03", 1_508_483_837_606),
            ("2017-10-19T22:47:17.606-08:30", 1_508_483_837_606),
            ("2024-02-29T00:00:00.000Z", 1_709_164_800_000),
            ("0000-01-01T00:00:00.000Z", FIRST),
            ("9999-12-31T23:59:59.999Z", LAST),
        ] {
            assert_eq!(to_millis(&text.into()), Some(millis), "{text}");
        }
    }

    #[test]
    fn what_is_no_instant_is_not_read() {
        for text in [
            "",
            "T",
            "soon",
            "2017-10-20",
            "2017-10-20T07:17:17",
            "2017-13-20T07:17:17Z",
            "2017-00-20T07:17:17Z",
            "2017-10-20T7:17:17Z",
            "2017-10-20T07:17:17.Z",
            "2017-10-20T07:17:17.x6Z",
            "2017-10-20T07:17:17.606+0x",
            "2017-10-20T07:17:17+",
            "-2017-10-20T07:17:17Z",
            "20170-10-20T07:17:17Z",
            "2017-10-20T07:61:17Z",
            "ä-ö-åTÄZ",
            "999999999999999999999999-10-20T07:17:17Z",
        ] {
            assert_eq!(to_millis(&text.into()), None, "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for millis in (FIRST..=LAST).step_by(98_765_432_123).chain([-1, 0, 1, FIRST, LAST]) {
            assert_eq!(to_millis(&from_millis(millis)), Some(millis));
        }
        assert_eq!(from_millis(1_508_483_837_606).as_str(), "2017-10-20T07:17:17.606Z");
        assert_eq!(from_millis(i64::MAX).as_str(), "9999-12-31T23:59:59.999Z");
        assert_eq!(from_millis(i64::MIN).as_str(), "0000-01-01T00:00:00.000Z");
    }
}
