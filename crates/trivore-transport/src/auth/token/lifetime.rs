//! The lifetime of an access token, and when it is refreshed.

use std::time::Duration;

use tokio::time::Instant;

/// When a token should be refreshed, and when it must be.
///
/// The advisory window is the last tenth of the lifetime, or the last minute if that is longer: a
/// refresh starts, and calls go on using the token. The mandatory window is the last five seconds:
/// calls wait for the refresh. The windows are at most a half and a quarter of the lifetime, so
/// that no token is issued inside of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lifetime {
    begins: Instant,
    /// `None` if unknown; the token is then used until the server rejects it.
    life: Option<Duration>,
}

/// How old a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Age {
    /// Valid.
    Fresh,
    /// In the advisory window: valid, and due for an early refresh.
    Aging,
    /// In the mandatory window: valid, but may expire before a request reaches the server.
    Ending,
    /// Expired.
    Over,
}

impl Lifetime {
    /// Starts a lifetime at `begins`, at least [`SHORTEST`] and at most [`LONGEST`].
    pub(crate) fn new(begins: Instant, expires_in: Option<Duration>) -> Self {
        Self { begins, life: expires_in.map(|life| life.clamp(SHORTEST, LONGEST)) }
    }

    /// How old the token is at this time.
    pub(crate) fn age(&self, now: Instant) -> Age {
        let Some(life) = self.life else { return Age::Fresh };
        let left = life.saturating_sub(now.saturating_duration_since(self.begins));
        let mandatory = MANDATORY.min(life / 4);
        let advisory = ADVISORY.max(life / 10).min(life / 2);
        if left.is_zero() {
            Age::Over
        } else if left < mandatory {
            Age::Ending
        } else if left < advisory {
            Age::Aging
        } else {
            Age::Fresh
        }
    }
}

/// Minimum of the advisory window, unless the lifetime is short.
const ADVISORY: Duration = Duration::from_secs(60);
/// Length of the mandatory window, unless the lifetime is short.
const MANDATORY: Duration = Duration::from_secs(5);
/// Shortest lifetime: a token that is issued as expired does not cause a refresh in every call.
const SHORTEST: Duration = Duration::from_secs(10);
/// Longest lifetime.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_token_ages_by_its_windows() {
        let now = Instant::now();
        let seconds = Duration::from_secs;
        for (life, fresh_until, aging_until, ending_until) in [
            (3600, 3240, 3595, 3600),
            (36_000, 32_400, 35_995, 36_000),
            (300, 240, 295, 300),
            (60, 30, 55, 60),
            (10, 5, 7, 10),
            (0, 5, 7, 10),
        ] {
            let lifetime = Lifetime::new(now, Some(seconds(life)));

            assert_eq!(lifetime.age(now), Age::Fresh, "{life}");
            for (at, age) in [
                (fresh_until, Age::Fresh),
                (fresh_until + 1, Age::Aging),
                (aging_until, Age::Aging),
                (aging_until + 1, Age::Ending),
                (ending_until - 1, Age::Ending),
                (ending_until, Age::Over),
                (ending_until + 9, Age::Over),
            ] {
                assert_eq!(lifetime.age(now + seconds(at)), age, "{life} at {at}");
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn odd_lives_are_brought_to_what_is_sensible() {
        let now = Instant::now();
        let year = Duration::from_secs(365 * 24 * 60 * 60);

        assert_eq!(Lifetime::new(now, Some(Duration::MAX)).age(now), Age::Fresh);
        assert_eq!(Lifetime::new(now, Some(Duration::MAX)).age(now + year), Age::Over);
        assert_eq!(Lifetime::new(now, Some(Duration::MAX)).age(now + year / 2), Age::Fresh);
        assert_eq!(Lifetime::new(now, None).age(now + year), Age::Fresh);
        assert_eq!(Lifetime::new(now + year, Some(year)).age(now), Age::Fresh);
    }
}
