//! Decides whether and when a call is retried.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::call::{AttemptOutcome, Operation};

/// Decides whether and when a call is retried.
///
/// The decision depends on the [`AttemptOutcome`] of the attempt and on the operation's
/// [`Safety`](crate::Safety), never on the HTTP method alone. A request that was not sent, was not
/// processed (421, 425) or was rejected because of its rate (429) is always retried. A request that
/// may have been applied is retried only if it is idempotent. The policy does not decide about the
/// repetition after a rejected access token: see [`AttemptOutcome::TokenRejected`].
///
/// The wait before a retry is exponential backoff with full jitter: it is drawn evenly between zero
/// and a limit, which starts at the base delay and doubles with each attempt up to the maximum
/// delay. If the server sends `Retry-After`, the call waits that long and the drawn wait on top. If
/// the server requests more than an hour, the call fails immediately, even without a deadline.
///
/// Pass a policy to [`ClientBuilder::retry`](crate::ClientBuilder::retry) or, for some calls, to
/// [`CallOptions::retry`](crate::CallOptions::retry).
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use http::{Request, Response};
/// use trivore_transport::{Body, BoxError, Call, CallOptions, Client, RetryPolicy};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // This service replaces HTTP. It is always unavailable.
/// let client = Client::builder("https://id.example.com")
///     .retry(RetryPolicy::backoff().max_attempts(4).base_delay(Duration::from_millis(1)))
///     .service(tower::service_fn(async |_: Request<Body>| {
///         Ok::<_, BoxError>(Response::builder().status(503).body(String::new())?)
///     }))
///     .build()?;
///
/// let error = client.execute(Call::get(&["ping"])).await.unwrap_err();
/// assert_eq!(error.attempts().len(), 4);
///
/// let error = client
///     .with(CallOptions::new().retry(RetryPolicy::off()))
///     .execute(Call::get(&["ping"]))
///     .await
///     .unwrap_err();
/// assert_eq!(error.attempts().len(), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "a policy does nothing until it is passed to a client or a call"]
pub struct RetryPolicy(Rule);

#[derive(Clone)]
enum Rule {
    Backoff(Backoff),
    Custom(Arc<Decide>),
}

/// The settings of exponential backoff; see [`RetryPolicy::backoff`].
///
/// Wherever a [`RetryPolicy`] is expected, these settings can be passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "settings do nothing until they are passed to a client or a call"]
pub struct Backoff {
    max_attempts: u32,
    base_delay: Duration,
    max_delay: Duration,
}

type Decide = dyn Fn(&RetryContext<'_>) -> Option<Duration> + Send + Sync;

/// What a custom policy decides on; see [`RetryPolicy::custom`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct RetryContext<'a> {
    /// The operation that the call performs.
    pub operation: &'a Operation,
    /// Number of the attempt that has just ended, from 1.
    ///
    /// One whose access token was rejected does not count.
    pub attempt: u32,
    /// The outcome of that attempt, which did not succeed.
    pub outcome: AttemptOutcome,
    /// How long the server asks to wait: `Retry-After`, or after a 429 the later reset of its limit.
    pub retry_after: Option<Duration>,
}

impl RetryContext<'_> {
    /// Whether a retry may help, and the operation allows it.
    pub fn is_retryable(&self) -> bool {
        self.outcome.is_retryable(self.operation.safety)
    }
}

impl RetryPolicy {
    /// Retries after exponential backoff with full jitter, which is the default.
    ///
    /// It makes three attempts, with a base delay of 200 milliseconds and a maximum delay of 20
    /// seconds.
    pub fn backoff() -> Backoff {
        Backoff::default()
    }

    /// Creates a policy that never retries.
    ///
    /// A call is still repeated once after a rejected access token.
    pub fn off() -> Self {
        Self::backoff().max_attempts(1).into()
    }

    /// Creates a policy from a function, which returns the wait before a retry, or `None`.
    ///
    /// The function is called after each attempt that did not succeed. It has to check whether
    /// repeating the operation does harm: see [`RetryContext::is_retryable`]. If the wait is
    /// shorter than what the server asks for, the call waits as long as the server asks. If that is
    /// more than an hour, the call fails and the function is not called.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use trivore_transport::RetryPolicy;
    ///
    /// // Retries once, after a second, unless the server asks to wait.
    /// let policy = RetryPolicy::custom(|context| {
    ///     let retries = context.attempt == 1 && context.is_retryable();
    ///     (retries && context.retry_after.is_none()).then_some(Duration::from_secs(1))
    /// });
    /// ```
    pub fn custom<F>(decide: F) -> Self
    where
        F: Fn(&RetryContext<'_>) -> Option<Duration> + Send + Sync + 'static,
    {
        Self(Rule::Custom(Arc::new(decide)))
    }

    /// Returns the wait before the next attempt; `None` if there is none.
    pub(crate) fn delay(&self, context: &RetryContext<'_>) -> Option<Duration> {
        let asked = context.retry_after.unwrap_or_default();
        if asked > MAX_RETRY_AFTER {
            return None;
        }
        match &self.0 {
            Rule::Backoff(backoff) => {
                if context.attempt >= backoff.max_attempts || !context.is_retryable() {
                    return None;
                }
                // Jitter on top, so that clients with the same `Retry-After` do not retry together.
                Some(asked.saturating_add(jitter(backoff.ceiling(context.attempt))))
            }
            Rule::Custom(decide) => decide(context).map(|delay| delay.max(asked)),
        }
    }

    /// Returns how many attempts a call has at most; `None` if the user's policy decides.
    pub(crate) fn max_attempts(&self) -> Option<u32> {
        match &self.0 {
            Rule::Backoff(backoff) => Some(backoff.max_attempts),
            Rule::Custom(_) => None,
        }
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Backoff::default().into()
    }
}

impl From<Backoff> for RetryPolicy {
    fn from(backoff: Backoff) -> Self {
        Self(Rule::Backoff(backoff))
    }
}

impl fmt::Debug for RetryPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Rule::Backoff(backoff) => f.debug_tuple("RetryPolicy").field(backoff).finish(),
            Rule::Custom(_) => f.write_str("RetryPolicy(custom)"),
        }
    }
}

impl Backoff {
    /// Limits the number of attempts, including the first one; zero counts as one.
    ///
    /// An attempt whose access token was rejected does not count.
    pub fn max_attempts(self, attempts: u32) -> Self {
        Self { max_attempts: attempts.max(1), ..self }
    }

    /// Sets the longest wait before the second attempt; it doubles for each later attempt.
    pub fn base_delay(self, base: Duration) -> Self {
        Self { base_delay: base, ..self }
    }

    /// Limits each wait, apart from what the server asks for.
    pub fn max_delay(self, cap: Duration) -> Self {
        Self { max_delay: cap, ..self }
    }

    /// The longest wait after this attempt.
    fn ceiling(self, attempt: u32) -> Duration {
        let factor = 2_u32.saturating_pow(attempt.saturating_sub(1));
        self.base_delay.saturating_mul(factor).min(self.max_delay)
    }
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            max_attempts: 3,
            base_delay: Duration::from_millis(200),
            max_delay: Duration::from_secs(20),
        }
    }
}

/// Draws a time evenly from zero up to `ceiling`; returns `ceiling` if randomness is unavailable.
pub(crate) fn jitter(ceiling: Duration) -> Duration {
    let mut bytes = [0; 8];
    if getrandom::fill(&mut bytes).is_err() {
        return ceiling;
    }
    let nanoseconds = u64::try_from(ceiling.as_nanos()).unwrap_or(u64::MAX);
    let share = u128::from(u64::from_ne_bytes(bytes)) * u128::from(nanoseconds);
    Duration::from_nanos(u64::try_from(share >> 64).unwrap_or(nanoseconds))
}

/// Longest wait that the server can ask for without ending the call.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(60 * 60);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::Safety;

    const OUTCOMES: [AttemptOutcome; 7] = [
        AttemptOutcome::NeverSent,
        AttemptOutcome::TokenRejected,
        AttemptOutcome::Unprocessed,
        AttemptOutcome::Limited,
        AttemptOutcome::Unavailable,
        AttemptOutcome::Unknown,
        AttemptOutcome::Final,
    ];

    fn delay(
        policy: &RetryPolicy,
        safety: Safety,
        attempt: u32,
        outcome: AttemptOutcome,
        retry_after: Option<Duration>,
    ) -> Option<Duration> {
        let operation = Operation::post("test", "/test", safety);
        policy.delay(&RetryContext { operation: &operation, attempt, outcome, retry_after })
    }

    #[test]
    fn outcome_and_safety_decide() {
        let table = [
            (Safety::Safe, [true, true, true, true, true, true, false]),
            (Safety::Idempotent, [true, true, true, true, true, true, false]),
            (Safety::IdempotentDelete, [true, true, true, true, true, true, false]),
            (Safety::Reconcilable, [true, true, true, true, false, false, false]),
            (Safety::NotIdempotent, [true, true, true, true, false, false, false]),
            (Safety::TouchesPerson, [true, true, true, true, false, false, false]),
            (Safety::OneShot, [true, true, true, true, false, false, false]),
        ];
        for (safety, expected) in table {
            for (outcome, expected) in OUTCOMES.into_iter().zip(expected) {
                let delay = delay(&RetryPolicy::default(), safety, 1, outcome, None);

                assert_eq!(delay.is_some(), expected, "{safety:?} {outcome:?}");
            }
        }
    }

    #[test]
    fn attempts_are_counted() {
        for (policy, attempts) in [
            (RetryPolicy::default(), 3),
            (RetryPolicy::off(), 1),
            (RetryPolicy::backoff().max_attempts(0).into(), 1),
        ] {
            for attempt in 1..6 {
                let delay = delay(&policy, Safety::Safe, attempt, AttemptOutcome::Unknown, None);

                assert_eq!(delay.is_some(), attempt < attempts, "{attempt} of {attempts}");
            }
        }
    }

    #[test]
    fn waits_are_spread_below_a_growing_ceiling() {
        let policy = RetryPolicy::backoff().max_attempts(100).into();
        for (attempt, ceiling) in
            [(1, 200), (2, 400), (3, 800), (7, 12_800), (8, 20_000), (90, 20_000)]
        {
            let ceiling = Duration::from_millis(ceiling);
            let waits: Vec<_> = (0..200)
                .filter_map(|_| {
                    delay(&policy, Safety::Safe, attempt, AttemptOutcome::Unknown, None)
                })
                .collect();

            assert!(waits.iter().all(|wait| *wait <= ceiling));
            assert!(waits.iter().any(|wait| *wait > ceiling / 2), "the upper half is used");
            assert!(waits.iter().any(|wait| *wait < ceiling / 2), "the lower half is used");
        }
    }

    #[test]
    fn base_and_cap_are_settings() {
        let hour = Duration::from_secs(3_600);
        let delay = |backoff: Backoff| {
            delay(&backoff.into(), Safety::Safe, 1, AttemptOutcome::Unknown, None)
        };

        assert_eq!(delay(RetryPolicy::backoff().base_delay(Duration::ZERO)), Some(Duration::ZERO));
        assert_eq!(delay(RetryPolicy::backoff().max_delay(Duration::ZERO)), Some(Duration::ZERO));
        let long: Vec<_> = (0..50)
            .filter_map(|_| delay(RetryPolicy::backoff().base_delay(hour).max_delay(hour)))
            .collect();
        assert!(long.iter().any(|wait| *wait > Duration::from_secs(60)));
    }

    #[test]
    fn a_policy_of_ones_own_is_asked() {
        let policy =
            RetryPolicy::custom(|context| (context.attempt == 7).then_some(Duration::ZERO));

        assert_eq!(
            delay(&policy, Safety::OneShot, 7, AttemptOutcome::Final, None),
            Some(Duration::ZERO)
        );
        assert_eq!(delay(&policy, Safety::Safe, 1, AttemptOutcome::Unknown, None), None);
        assert_eq!(format!("{policy:?}"), "RetryPolicy(custom)");
    }

    #[test]
    fn a_wait_of_more_than_an_hour_is_not_begun() {
        let hour = Duration::from_secs(3_600);
        for (asked, waits) in
            [(hour, true), (hour + Duration::from_secs(1), false), (Duration::MAX, false)]
        {
            let delay = delay(
                &RetryPolicy::default(),
                Safety::Safe,
                1,
                AttemptOutcome::Limited,
                Some(asked),
            );

            assert_eq!(delay.is_some(), waits, "{asked:?}");
        }
    }

    #[test]
    fn what_the_server_asks_for_is_never_shortened() {
        let asked = Duration::from_secs(60);
        let hasty = RetryPolicy::custom(|_| Some(Duration::ZERO));
        for policy in [RetryPolicy::default(), hasty] {
            let delay =
                delay(&policy, Safety::Safe, 1, AttemptOutcome::Limited, Some(asked)).unwrap();

            assert!(delay >= asked && delay <= asked + Duration::from_millis(200));
        }
    }
}
