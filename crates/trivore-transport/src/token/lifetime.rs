//! How a token ages.

use std::time::Duration;

use tokio::time::Instant;

/// When a token is to be replaced, and when it must be.
///
/// The last tenth of its life, or the last minute if that is longer, is the advisory window: it
/// is replaced while it goes on being used. The last five seconds are the mandatory one: calls
/// wait for the next token. Both shrink with short lives, so that no token is born into them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lifetime {
    begins: Instant,
    /// `None`: it is used until the server refuses it.
    life: Option<Duration>,
}

/// How old a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Age {
    /// Good for use.
    Fresh,
    /// Good for use, and to be replaced.
    Aging,
    /// Valid still, but perhaps no longer when a request arrives.
    Ending,
    /// No longer valid.
    Over,
}

impl Lifetime {
    /// A life from this moment on; one that no token can have is brought to what is sensible.
    pub(crate) fn new(begins: Instant, expires_in: Option<Duration>) -> Self {
        Self { begins, life: expires_in.map(|life| life.clamp(SHORTEST, LONGEST)) }
    }

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

const ADVISORY: Duration = Duration::from_secs(60);
const MANDATORY: Duration = Duration::from_secs(5);
/// A token that claims to be over already is tried for this long, lest each call asks for one.
const SHORTEST: Duration = Duration::from_secs(10);
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
