//! Whether and when to try again.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::operation::Operation;
use crate::retry::Outcome;

/// Whether and when a call is tried again.
///
/// What decides is the [`Outcome`] of an attempt and the operation's
/// [`Safety`](crate::Safety), never the HTTP method alone: a request that never left or was
/// refused for its rate is always tried again, and one that may have been applied only when
/// repeating it is harmless.
///
/// Waits grow from the base by powers of two up to the cap, and are drawn evenly between zero
/// and that ("full jitter"). What the server asks for in `Retry-After` is never shortened; a
/// call that is to wait longer than an hour fails at once.
///
/// ```
/// use std::time::Duration;
/// use trivore_transport::RetryPolicy;
///
/// let patient = RetryPolicy::new().max_attempts(6).base_delay(Duration::from_millis(500));
/// let none = RetryPolicy::off();
/// // At most one more try, and none after a refusal for the rate.
/// let own = RetryPolicy::custom(|context| {
///     let retries = context.attempt == 1 && context.is_retryable();
///     if retries && context.retry_after.is_none() { Some(Duration::from_secs(1)) } else { None }
/// });
/// ```
#[derive(Clone)]
#[must_use = "a policy does nothing until a client or a call has it"]
pub struct RetryPolicy(Rule);

#[derive(Clone)]
enum Rule {
    Standard { max_attempts: u32, base: Duration, cap: Duration },
    Custom(Arc<Decide>),
}

type Decide = dyn Fn(&RetryContext<'_>) -> Option<Duration> + Send + Sync;

/// What a policy decides upon.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct RetryContext<'a> {
    /// The operation.
    pub operation: &'a Operation,
    /// Number of the attempt that has just ended, from 1.
    pub attempt: u32,
    /// What it came to; never a success.
    pub outcome: Outcome,
    /// How long the server asks to wait.
    pub retry_after: Option<Duration>,
}

impl RetryContext<'_> {
    /// Whether repeating the operation after this outcome does no harm.
    pub fn is_retryable(&self) -> bool {
        self.outcome.is_retryable(self.operation.safety)
    }
}

impl RetryPolicy {
    /// Three attempts, waits from 200 milliseconds up to 20 seconds.
    pub fn new() -> Self {
        let base = Duration::from_millis(200);
        Self(Rule::Standard { max_attempts: 3, base, cap: Duration::from_secs(20) })
    }

    /// One attempt only.
    pub fn off() -> Self {
        Self::new().max_attempts(1)
    }

    /// Decides by a function of your own: the time to wait before another attempt, or `None`.
    ///
    /// It is asked after each attempt that was no success; whether repeating does harm is its
    /// business, see [`RetryContext::is_retryable`]. A wait shorter than what the server asks
    /// for is made that long.
    pub fn custom<F>(decide: F) -> Self
    where
        F: Fn(&RetryContext<'_>) -> Option<Duration> + Send + Sync + 'static,
    {
        Self(Rule::Custom(Arc::new(decide)))
    }

    /// Tries at most this often, the first time included; zero counts as one.
    ///
    /// Makes a custom policy a standard one.
    pub fn max_attempts(self, attempts: u32) -> Self {
        let (_, base, cap) = self.standard();
        Self(Rule::Standard { max_attempts: attempts.max(1), base, cap })
    }

    /// Waits up to this before the second attempt, and up to twice as long before each next one.
    ///
    /// Makes a custom policy a standard one.
    pub fn base_delay(self, base: Duration) -> Self {
        let (max_attempts, _, cap) = self.standard();
        Self(Rule::Standard { max_attempts, base, cap })
    }

    /// Never waits longer of its own accord.
    ///
    /// Makes a custom policy a standard one.
    pub fn max_delay(self, cap: Duration) -> Self {
        let (max_attempts, base, _) = self.standard();
        Self(Rule::Standard { max_attempts, base, cap })
    }

    fn standard(self) -> (u32, Duration, Duration) {
        match self.0 {
            Rule::Standard { max_attempts, base, cap } => (max_attempts, base, cap),
            Rule::Custom(_) => Self::new().standard(),
        }
    }

    /// How long to wait before another attempt; `None` when there is to be none.
    pub(crate) fn delay(&self, context: &RetryContext<'_>) -> Option<Duration> {
        let asked = context.retry_after.unwrap_or_default();
        if asked > MAX_RETRY_AFTER {
            return None;
        }
        match &self.0 {
            Rule::Standard { max_attempts, base, cap } => {
                if context.attempt >= *max_attempts || !context.is_retryable() {
                    return None;
                }
                let exponent = context.attempt.saturating_sub(1);
                let ceiling = base.saturating_mul(2_u32.saturating_pow(exponent)).min(*cap);
                // Clients that were told the same time do not come back at the same moment.
                Some(asked.saturating_add(jitter(ceiling)))
            }
            Rule::Custom(decide) => decide(context).map(|delay| delay.max(asked)),
        }
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for RetryPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Rule::Standard { max_attempts, base, cap } => f
                .debug_struct("RetryPolicy")
                .field("max_attempts", max_attempts)
                .field("base_delay", base)
                .field("max_delay", cap)
                .finish(),
            Rule::Custom(_) => f.write_str("RetryPolicy(custom)"),
        }
    }
}

/// A time drawn evenly from zero up to `ceiling`; the ceiling where there is no randomness.
pub(crate) fn jitter(ceiling: Duration) -> Duration {
    let mut bytes = [0; 8];
    if getrandom::fill(&mut bytes).is_err() {
        return ceiling;
    }
    let nanoseconds = u64::try_from(ceiling.as_nanos()).unwrap_or(u64::MAX);
    let share = u128::from(u64::from_ne_bytes(bytes)) * u128::from(nanoseconds);
    Duration::from_nanos(u64::try_from(share >> 64).unwrap_or(nanoseconds))
}

const MAX_RETRY_AFTER: Duration = Duration::from_secs(60 * 60);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::Safety;

    const OUTCOMES: [Outcome; 5] = [
        Outcome::NeverSent,
        Outcome::Limited,
        Outcome::Unavailable,
        Outcome::Unknown,
        Outcome::Final,
    ];

    fn delay(
        policy: &RetryPolicy,
        safety: Safety,
        attempt: u32,
        outcome: Outcome,
        retry_after: Option<Duration>,
    ) -> Option<Duration> {
        let operation = Operation::post("test", "/test", safety);
        policy.delay(&RetryContext { operation: &operation, attempt, outcome, retry_after })
    }

    #[test]
    fn outcome_and_safety_decide() {
        let table = [
            (Safety::Safe, [true, true, true, true, false]),
            (Safety::Idempotent, [true, true, true, true, false]),
            (Safety::IdempotentDelete, [true, true, true, true, false]),
            (Safety::Reconcilable, [true, true, false, false, false]),
            (Safety::NotIdempotent, [true, true, false, false, false]),
            (Safety::TouchesPerson, [true, true, false, false, false]),
            (Safety::OneShot, [true, true, false, false, false]),
        ];
        for (safety, expected) in table {
            for (outcome, expected) in OUTCOMES.into_iter().zip(expected) {
                let delay = delay(&RetryPolicy::new(), safety, 1, outcome, None);

                assert_eq!(delay.is_some(), expected, "{safety:?} {outcome:?}");
            }
        }
    }

    #[test]
    fn attempts_are_counted() {
        for (policy, attempts) in [
            (RetryPolicy::new(), 3),
            (RetryPolicy::off(), 1),
            (RetryPolicy::new().max_attempts(0), 1),
        ] {
            for attempt in 1..6 {
                let delay = delay(&policy, Safety::Safe, attempt, Outcome::Unknown, None);

                assert_eq!(delay.is_some(), attempt < attempts, "{attempt} of {attempts}");
            }
        }
    }

    #[test]
    fn waits_are_spread_below_a_growing_ceiling() {
        let policy = RetryPolicy::new().max_attempts(100);
        for (attempt, ceiling) in
            [(1, 200), (2, 400), (3, 800), (7, 12_800), (8, 20_000), (90, 20_000)]
        {
            let ceiling = Duration::from_millis(ceiling);
            let waits: Vec<_> = (0..200)
                .filter_map(|_| delay(&policy, Safety::Safe, attempt, Outcome::Unknown, None))
                .collect();

            assert!(waits.iter().all(|wait| *wait <= ceiling));
            assert!(waits.iter().any(|wait| *wait > ceiling / 2), "the upper half is used");
            assert!(waits.iter().any(|wait| *wait < ceiling / 2), "the lower half is used");
        }
    }

    #[test]
    fn base_and_cap_are_settings() {
        let hour = Duration::from_secs(3_600);
        let delay = |policy: RetryPolicy| delay(&policy, Safety::Safe, 1, Outcome::Unknown, None);

        assert_eq!(delay(RetryPolicy::new().base_delay(Duration::ZERO)), Some(Duration::ZERO));
        assert_eq!(delay(RetryPolicy::new().max_delay(Duration::ZERO)), Some(Duration::ZERO));
        let long: Vec<_> = (0..50)
            .filter_map(|_| delay(RetryPolicy::new().base_delay(hour).max_delay(hour)))
            .collect();
        assert!(long.iter().any(|wait| *wait > Duration::from_secs(60)));
    }

    #[test]
    fn a_policy_of_ones_own_is_asked() {
        let policy =
            RetryPolicy::custom(|context| (context.attempt == 7).then_some(Duration::ZERO));

        assert_eq!(delay(&policy, Safety::OneShot, 7, Outcome::Final, None), Some(Duration::ZERO));
        assert_eq!(delay(&policy, Safety::Safe, 1, Outcome::Unknown, None), None);
        assert_eq!(format!("{policy:?}"), "RetryPolicy(custom)");
    }

    #[test]
    fn a_wait_of_more_than_an_hour_is_not_begun() {
        let hour = Duration::from_secs(3_600);
        for (asked, waits) in
            [(hour, true), (hour + Duration::from_secs(1), false), (Duration::MAX, false)]
        {
            let delay = delay(&RetryPolicy::new(), Safety::Safe, 1, Outcome::Limited, Some(asked));

            assert_eq!(delay.is_some(), waits, "{asked:?}");
        }
    }

    #[test]
    fn what_the_server_asks_for_is_never_shortened() {
        let asked = Duration::from_secs(60);
        let hasty = RetryPolicy::custom(|_| Some(Duration::ZERO));
        for policy in [RetryPolicy::new(), hasty] {
            let delay = delay(&policy, Safety::Safe, 1, Outcome::Limited, Some(asked)).unwrap();

            assert!(delay >= asked && delay <= asked + Duration::from_millis(200));
        }
    }
}
