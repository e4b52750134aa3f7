//! When a call started, by the server's clock.

use std::time::{Duration, SystemTime};

use serde::de::DeserializeOwned;
use tokio::time::Instant;
use trivore_models::{Timestamp, User};
use trivore_transport::{Call, Result, decode_json};

use crate::Users;
use crate::instant::local_time;

/// The start of a call, from which on its effects can have appeared.
#[derive(Clone, Copy, Debug)]
pub(super) struct CallStart {
    ago: Duration,
    noted: Instant,
}

/// The start of a call by the server's clock, as far as a response tells.
#[derive(Clone, Copy, Debug)]
pub(super) struct ServerStart {
    /// What is older happened before the call.
    earliest: Option<SystemTime>,
    /// What is as new as this happened after the start of the call.
    likely: Option<SystemTime>,
}

/// Whether something happened after the start of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Happened {
    After,
    Before,
    /// Its time is unknown, or too close to the start.
    Unclear,
}

impl CallStart {
    pub(super) fn new(ago: Duration) -> Self {
        Self { ago, noted: Instant::now() }
    }

    fn elapsed(&self) -> Duration {
        self.ago.saturating_add(self.noted.elapsed())
    }

    /// Sends a read, and returns its result and the start of the call by the server's clock.
    pub(super) async fn read<T, C>(&self, users: &Users, call: Call<C>) -> Result<(T, ServerStart)>
    where
        T: DeserializeOwned,
    {
        let operation = call.operation().clone();
        let before = self.elapsed();
        let response = users.client.response(call).await?;
        let after = self.elapsed();
        let date = response.headers().get("date").and_then(|date| date.to_str().ok());
        let date = date.and_then(|date| httpdate::parse_http_date(date).ok());
        let start = ServerStart::new(date, before, after, local_time());
        let value = decode_json(response.body()).map_err(|error| error.into_error(&operation))?;
        Ok((value, start))
    }
}

impl ServerStart {
    /// Computes the start from the `Date` of a response, how long after the start its request was
    /// sent and it was received, and the local time.
    ///
    /// `Date` has whole seconds, so it gives the start only to within a second or more. If the
    /// local clock agrees with it, that clock is taken to be exact; if it does not, a user that
    /// was created just before the call cannot be told from one that the call created.
    fn new(date: Option<SystemTime>, before: Duration, after: Duration, local: SystemTime) -> Self {
        let local = local.checked_sub(after).map(whole_milliseconds);
        let Some(date) = date else {
            let earliest = local.and_then(|local| local.checked_sub(UNKNOWN_SKEW));
            return Self { earliest, likely: local };
        };
        let earliest = date.checked_sub(after);
        let latest = date.checked_add(DATE_STEP).and_then(|date| date.checked_sub(before));
        let is_exact = earliest <= local && local <= latest;
        Self { earliest, likely: if is_exact { local } else { earliest } }
    }

    /// Compares when a user was created.
    pub(super) fn compare_created(&self, user: &User) -> Happened {
        self.compare(user.meta.as_ref().and_then(|meta| meta.created.as_ref()))
    }

    pub(super) fn compare(&self, time: Option<&Timestamp>) -> Happened {
        let time = time.and_then(|time| time.to_system_time().ok());
        let (Some(time), Some(earliest), Some(likely)) = (time, self.earliest, self.likely) else {
            return Happened::Unclear;
        };
        if time >= likely {
            Happened::After
        } else if time < earliest {
            Happened::Before
        } else {
            Happened::Unclear
        }
    }
}

/// Rounds down as the service does.
fn whole_milliseconds(time: SystemTime) -> SystemTime {
    let since_1970 = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let rest = Duration::from_nanos(u64::from(since_1970.subsec_nanos() % 1_000_000));
    time.checked_sub(rest).unwrap_or(time)
}

const DATE_STEP: Duration = Duration::from_secs(1);
/// How far the server's clock may be off if it does not tell its time.
const UNKNOWN_SKEW: Duration = Duration::from_secs(60 * 60);

#[cfg(test)]
mod tests {
    use super::*;

    /// Judges a time in milliseconds for a call that started at 100 s by the local clock; the read
    /// was sent 2 s and received 3 s after that.
    fn judge(date: Option<u64>, milliseconds: u64) -> Happened {
        let at = |milliseconds| SystemTime::UNIX_EPOCH + Duration::from_millis(milliseconds);
        let seconds = Duration::from_secs;
        let date = date.map(|date| at(date * 1000));
        let start = ServerStart::new(date, seconds(2), seconds(3), at(103_000));
        let text = format!(
            "1970-01-01T00:{:02}:{:02}.{:03}Z",
            milliseconds / 60_000,
            milliseconds / 1000 % 60,
            milliseconds % 1000
        );
        start.compare(Some(&text.as_str().into()))
    }

    #[test]
    fn clocks_that_agree_tell_to_the_millisecond() {
        for (milliseconds, expected) in [
            (98_000, Happened::Before),
            (98_999, Happened::Before),
            (99_999, Happened::Unclear),
            (100_000, Happened::After),
            (100_001, Happened::After),
        ] {
            assert_eq!(judge(Some(102), milliseconds), expected, "{milliseconds}");
        }
    }

    #[test]
    fn the_servers_clock_counts_if_the_local_one_is_off() {
        for (milliseconds, expected) in [
            (100_000, Happened::Before),
            (496_999, Happened::Before),
            (497_000, Happened::After),
            (500_000, Happened::After),
        ] {
            assert_eq!(judge(Some(500), milliseconds), expected, "{milliseconds}");
        }
        assert_eq!(judge(Some(10), 8_000), Happened::After);
        assert_eq!(judge(Some(10), 6_000), Happened::Before);
    }

    #[test]
    fn without_a_date_only_what_is_much_older_is() {
        assert_eq!(judge(None, 99_999), Happened::Unclear);
        assert_eq!(judge(None, 100_000), Happened::After);
    }

    #[test]
    fn a_time_that_is_unknown_is_unclear() {
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(100_000);
        let start = ServerStart::new(Some(at), Duration::ZERO, Duration::ZERO, at);

        assert_eq!(start.compare(None), Happened::Unclear);
        assert_eq!(start.compare(Some(&"soon".into())), Happened::Unclear);
        assert_eq!(start.compare(Some(&"1970-01-01T00:00:00Z".into())), Happened::Before);
        let start = ServerStart::new(None, Duration::MAX, Duration::MAX, at);
        assert_eq!(start.compare(Some(&"1970-01-01T00:00:00Z".into())), Happened::Unclear);
    }
}
