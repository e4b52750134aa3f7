//! Timestamps, kept as the text that the service sent.
//!
//! The service sends ISO 8601 in UTC with milliseconds, `2022-10-26T09:39:42.195Z`
//! (observed), and compares texts of that form in filters as instants (documented). Parsing
//! and formatting a timestamp may change its text, so this crate keeps the text and converts it
//! on demand.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::filter::FilterValue;

/// An instant as ISO 8601 text.
///
/// Equality compares the texts: `…:17Z` and `…:17.000Z` differ. There is no ordering, because
/// the order of the texts is not always the order in time. To compare instants, convert them
/// with [`to_system_time`](Self::to_system_time), or with one of the features `jiff`, `time` and
/// `chrono`.
///
/// The conversions return an error, and never panic, for texts that a crate cannot parse: `jiff`
/// cannot represent `9999-12-31T23:59:59Z` (its range ends some hours earlier), and `time`
/// does not parse offsets without a colon (`+0300`).
///
/// # Examples
///
/// ```
/// use trivore_models::{Filter, Timestamp};
///
/// let created = Timestamp::from("2017-10-20T07:17:17.606Z");
///
/// assert_eq!(created.as_str(), "2017-10-20T07:17:17.606Z");
/// assert_ne!(Timestamp::from("2017-10-20T07:17:17Z"), "2017-10-20T07:17:17.000Z".into());
/// let filter = Filter::gt("createdDate", &created);
/// assert_eq!(filter.to_string(), r#"createdDate gt "2017-10-20T07:17:17.606Z""#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema), schemars(inline))]
#[serde(transparent)]
pub struct Timestamp(String);

impl Timestamp {
    /// Returns the text as the service sent it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Parses the timestamp with the `jiff` crate.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::Timestamp;
    ///
    /// let instant = Timestamp::from("2017-10-20T07:17:17.606Z").to_jiff()?;
    ///
    /// assert_eq!(instant.as_millisecond(), 1_508_483_837_606);
    /// assert_eq!(Timestamp::from(instant).as_str(), "2017-10-20T07:17:17.606Z");
    /// # Ok::<(), trivore_models::InvalidTimestamp>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The text is not an ISO 8601 instant, or is out of the range of `jiff`.
    #[cfg(feature = "jiff")]
    pub fn to_jiff(&self) -> Result<jiff::Timestamp, InvalidTimestamp> {
        self.0.parse().map_err(|_reason| InvalidTimestamp(()))
    }

    /// Parses the timestamp with the `time` crate.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::Timestamp;
    ///
    /// let instant = Timestamp::from("2017-10-20T07:17:17.606Z").to_time()?;
    ///
    /// assert_eq!(instant.unix_timestamp(), 1_508_483_837);
    /// assert_eq!(Timestamp::from(instant).as_str(), "2017-10-20T07:17:17.606Z");
    /// # Ok::<(), trivore_models::InvalidTimestamp>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The text is not an RFC 3339 timestamp.
    #[cfg(feature = "time")]
    pub fn to_time(&self) -> Result<time::OffsetDateTime, InvalidTimestamp> {
        time::OffsetDateTime::parse(&self.0, &time::format_description::well_known::Rfc3339)
            .map_err(|_reason| InvalidTimestamp(()))
    }

    /// Parses the timestamp with the `chrono` crate.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::Timestamp;
    ///
    /// let instant = Timestamp::from("2017-10-20T07:17:17.606Z").to_chrono()?;
    ///
    /// assert_eq!(instant.timestamp_millis(), 1_508_483_837_606);
    /// assert_eq!(Timestamp::from(instant).as_str(), "2017-10-20T07:17:17.606Z");
    /// # Ok::<(), trivore_models::InvalidTimestamp>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The text is not an ISO 8601 instant that `chrono` can parse.
    #[cfg(feature = "chrono")]
    pub fn to_chrono(&self) -> Result<chrono::DateTime<chrono::Utc>, InvalidTimestamp> {
        self.0.parse().map_err(|_reason| InvalidTimestamp(()))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for Timestamp {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Timestamp {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<Timestamp> for FilterValue {
    fn from(timestamp: Timestamp) -> Self {
        Self::Text(timestamp.0)
    }
}

impl From<&Timestamp> for FilterValue {
    fn from(timestamp: &Timestamp) -> Self {
        Self::Text(timestamp.0.clone())
    }
}

/// Formats the instant in UTC with milliseconds.
#[cfg(feature = "jiff")]
impl From<jiff::Timestamp> for Timestamp {
    fn from(instant: jiff::Timestamp) -> Self {
        Self(format!("{instant:.3}"))
    }
}

#[cfg(feature = "jiff")]
impl From<jiff::Timestamp> for FilterValue {
    fn from(instant: jiff::Timestamp) -> Self {
        Timestamp::from(instant).into()
    }
}

/// Formats the instant in UTC with milliseconds.
///
/// If its UTC year is out of the range of the `time` crate, it keeps its own offset.
#[cfg(feature = "time")]
impl From<time::OffsetDateTime> for Timestamp {
    fn from(instant: time::OffsetDateTime) -> Self {
        let utc = instant.checked_to_offset(time::UtcOffset::UTC);
        let shown = utc.unwrap_or(instant);
        let offset = if utc.is_some() {
            "Z".to_owned()
        } else {
            let (hours, minutes, _) = shown.offset().as_hms();
            let sign = if shown.offset().is_negative() { '-' } else { '+' };
            format!("{sign}{:02}:{:02}", hours.unsigned_abs(), minutes.unsigned_abs())
        };
        let (hour, minute, second, millisecond) = shown.to_hms_milli();
        Self(format!("{}T{hour:02}:{minute:02}:{second:02}.{millisecond:03}{offset}", shown.date()))
    }
}

#[cfg(feature = "time")]
impl From<time::OffsetDateTime> for FilterValue {
    fn from(instant: time::OffsetDateTime) -> Self {
        Timestamp::from(instant).into()
    }
}

/// Formats the instant in UTC with milliseconds.
#[cfg(feature = "chrono")]
impl From<chrono::DateTime<chrono::Utc>> for Timestamp {
    fn from(instant: chrono::DateTime<chrono::Utc>) -> Self {
        Self(instant.to_rfc3339_opts(chrono::SecondsFormat::Millis, true))
    }
}

#[cfg(feature = "chrono")]
impl From<chrono::DateTime<chrono::Utc>> for FilterValue {
    fn from(instant: chrono::DateTime<chrono::Utc>) -> Self {
        Timestamp::from(instant).into()
    }
}

/// The text of a [`Timestamp`] is not an instant, or is out of range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("timestamp cannot be parsed or is out of range")]
pub struct InvalidTimestamp(pub(crate) ());

#[cfg(test)]
mod tests {
    #[cfg(any(feature = "jiff", feature = "time", feature = "chrono"))]
    use super::*;

    #[cfg(any(feature = "jiff", feature = "time", feature = "chrono"))]
    const DOCUMENTED: &str = "2017-10-20T07:17:17.606Z";

    #[cfg(feature = "jiff")]
    #[test]
    fn jiff_reads_and_writes_what_the_service_writes() {
        let instant = Timestamp::from(DOCUMENTED).to_jiff().unwrap();

        assert_eq!(Timestamp::from(instant).as_str(), DOCUMENTED);
        assert_eq!(
            Timestamp::from(jiff::Timestamp::UNIX_EPOCH).as_str(),
            "1970-01-01T00:00:00.000Z"
        );
        assert!(Timestamp::from("9999-12-31T23:59:59Z").to_jiff().is_err());
        assert!(Timestamp::from("soon").to_jiff().is_err());
    }

    #[cfg(feature = "time")]
    #[test]
    fn time_reads_and_writes_what_the_service_writes() {
        let instant = Timestamp::from(DOCUMENTED).to_time().unwrap();

        assert_eq!(Timestamp::from(instant).as_str(), DOCUMENTED);
        assert!(Timestamp::from("2017-10-20T10:17:17.606+0300").to_time().is_err());
        assert!(Timestamp::from("soon").to_time().is_err());
    }

    #[cfg(feature = "time")]
    #[test]
    fn time_renders_in_utc_while_the_year_allows_it() {
        let offset = Timestamp::from("2017-10-20T10:17:17.606+03:00").to_time().unwrap();
        let last = Timestamp::from("9999-12-31T23:59:59-01:30").to_time().unwrap();

        assert_eq!(Timestamp::from(offset).as_str(), DOCUMENTED);
        assert_eq!(Timestamp::from(last).as_str(), "9999-12-31T23:59:59.000-01:30");
    }

    #[cfg(feature = "chrono")]
    #[test]
    fn chrono_reads_and_writes_what_the_service_writes() {
        let instant = Timestamp::from(DOCUMENTED).to_chrono().unwrap();

        assert_eq!(Timestamp::from(instant).as_str(), DOCUMENTED);
        assert!(Timestamp::from("soon").to_chrono().is_err());
    }
}
