//! Calendar dates, kept as the text that the service sent.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::filter::FilterValue;

/// A calendar date as text, presumably `YYYY-MM-DD` (inferred; no format is documented).
///
/// Equality compares the texts, and there is no ordering. To compare dates, convert them with
/// one of the features `jiff`, `time` and `chrono`.
///
/// `Debug` redacts the date, which may be a date of birth; `Display` shows it.
///
/// # Examples
///
/// ```
/// use trivore_models::{Date, User};
///
/// let user: User = serde_json::from_str(r#"{"dateOfBirth": "1967-12-06"}"#)?;
///
/// assert_eq!(user.date_of_birth, Some(Date::from("1967-12-06")));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema), schemars(inline))]
#[serde(transparent)]
pub struct Date(String);

impl Date {
    /// Returns the text as the service sent it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Parses the date with the `jiff` crate.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::Date;
    ///
    /// let date = Date::from("1967-12-06").to_jiff()?;
    ///
    /// assert_eq!((date.year(), date.month(), date.day()), (1967, 12, 6));
    /// assert_eq!(Date::from(date).as_str(), "1967-12-06");
    /// # Ok::<(), trivore_models::InvalidDate>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The text is not an ISO 8601 date.
    #[cfg(feature = "jiff")]
    pub fn to_jiff(&self) -> Result<jiff::civil::Date, InvalidDate> {
        self.0.parse().map_err(|_reason| InvalidDate(()))
    }

    /// Parses the date with the `time` crate.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::Date;
    ///
    /// let date = Date::from("1967-12-06").to_time()?;
    ///
    /// assert_eq!((date.year(), date.ordinal()), (1967, 340));
    /// assert_eq!(Date::from(date).as_str(), "1967-12-06");
    /// # Ok::<(), trivore_models::InvalidDate>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The text is not an ISO 8601 date.
    #[cfg(feature = "time")]
    pub fn to_time(&self) -> Result<time::Date, InvalidDate> {
        time::Date::parse(&self.0, &time::format_description::well_known::Iso8601::DATE)
            .map_err(|_reason| InvalidDate(()))
    }

    /// Parses the date with the `chrono` crate.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::Date;
    ///
    /// let date = Date::from("1967-12-06").to_chrono()?;
    ///
    /// assert_eq!(date.to_string(), "1967-12-06");
    /// assert_eq!(Date::from(date).as_str(), "1967-12-06");
    /// # Ok::<(), trivore_models::InvalidDate>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The text is not an ISO 8601 date.
    #[cfg(feature = "chrono")]
    pub fn to_chrono(&self) -> Result<chrono::NaiveDate, InvalidDate> {
        self.0.parse().map_err(|_reason| InvalidDate(()))
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Date(<redacted>)")
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for Date {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Date {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<Date> for FilterValue {
    fn from(date: Date) -> Self {
        Self::Text(date.0)
    }
}

impl From<&Date> for FilterValue {
    fn from(date: &Date) -> Self {
        Self::Text(date.0.clone())
    }
}

#[cfg(feature = "jiff")]
impl From<jiff::civil::Date> for Date {
    fn from(date: jiff::civil::Date) -> Self {
        Self(date.to_string())
    }
}

#[cfg(feature = "time")]
impl From<time::Date> for Date {
    fn from(date: time::Date) -> Self {
        Self(date.to_string())
    }
}

#[cfg(feature = "chrono")]
impl From<chrono::NaiveDate> for Date {
    fn from(date: chrono::NaiveDate) -> Self {
        Self(date.to_string())
    }
}

/// The text of a [`Date`] is not a date that the library can parse.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("date cannot be parsed or is out of range")]
pub struct InvalidDate(());

#[cfg(test)]
#[cfg(any(feature = "jiff", feature = "time", feature = "chrono"))]
mod tests {
    use super::*;

    #[cfg(feature = "jiff")]
    #[test]
    fn jiff_reads_and_writes_dates() {
        let date = Date::from("1967-12-06").to_jiff().unwrap();

        assert_eq!(Date::from(date).as_str(), "1967-12-06");
        assert!(Date::from("1967-13-06").to_jiff().is_err());
    }

    #[cfg(feature = "time")]
    #[test]
    fn time_reads_and_writes_dates() {
        let date = Date::from("1967-12-06").to_time().unwrap();

        assert_eq!(Date::from(date).as_str(), "1967-12-06");
        assert!(Date::from("1967-13-06").to_time().is_err());
    }

    #[cfg(feature = "chrono")]
    #[test]
    fn chrono_reads_and_writes_dates() {
        let date = Date::from("1967-12-06").to_chrono().unwrap();

        assert_eq!(Date::from(date).as_str(), "1967-12-06");
        assert!(Date::from("1967-13-06").to_chrono().is_err());
    }
}
