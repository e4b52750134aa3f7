//! The schedules of all scopes together: the client, its operations and their subjects.

use std::convert::Infallible;
use std::time::Duration;

use crate::message::RateLimitScope;
use crate::rate_limit::evidence::Refusal;
use crate::rate_limit::gates::{Gate, Gates, Limit};
use crate::rate_limit::schedule::{Schedule, ScheduleSlot, Steady, Turn};
use crate::rate_limit::target::{LimitTarget, OperationKey};

/// The schedules of all scopes.
#[derive(Debug)]
pub(super) struct Scopes {
    client: Gate,
    operations: Gates<OperationKey>,
    subjects: Gates<LimitTarget>,
    /// When to look for gates that can be forgotten.
    forget_at: Duration,
}

/// A cooldown that began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cooldown {
    pub(crate) scope: RateLimitScope,
    pub(crate) wait: Duration,
}

impl Scopes {
    pub(super) fn new(steady: Option<Steady>, spacing: Duration) -> Self {
        Self {
            client: Gate::new(0, Schedule::new(steady, spacing)),
            operations: Gates::new(steady, spacing, MAX_OPERATIONS),
            subjects: Gates::new(steady, spacing, MAX_SUBJECTS),
            forget_at: Duration::ZERO,
        }
    }

    /// Whether requests may be sent immediately, without a slot, and responses tell nothing new.
    pub(super) fn is_idle(&mut self, now: Duration) -> bool {
        self.settle(now);
        self.client.schedule.is_idle(now)
            && self.client.evidence.is_empty()
            && self.operations.is_empty()
            && self.subjects.is_empty()
    }

    /// Remaining time of the client's cooldown.
    pub(super) fn paused_for(&self, now: Duration) -> Duration {
        self.client.paused_for(now)
    }

    /// Starts the cooldowns that a limit causes, and returns those that were not running yet.
    ///
    /// If the scope is `certain`, the limit is no evidence for wider ones.
    pub(super) fn limited(
        &mut self,
        target: LimitTarget,
        scope: RateLimitScope,
        certain: bool,
        limit: Limit,
    ) -> Vec<Cooldown> {
        let now = limit.now;
        let mut begun = Vec::new();
        let mut note = |scope, wait: Option<Duration>| {
            begun.extend(wait.map(|wait| Cooldown { scope, wait }));
        };
        let gate = self.get_or_make(scope, target, now);
        note(scope, gate.limit(limit));
        // A response that reports that no request remains was not refused: it is no evidence.
        if certain || scope == RateLimitScope::Client || !limit.is_refused {
            return begun;
        }

        let until = now.saturating_add(gate.schedule.paused_for(now));
        let (operation, source) = (target.operation, target.source());
        let refusal = Refusal { at: now, operation, source, until };
        if scope == RateLimitScope::Subject {
            let gate = self.operations.get_or_make(operation, now);
            gate.evidence.refused(refusal);
            let end = gate.evidence.about_operation(now);
            note(RateLimitScope::Operation, gate.infer(now, until, end));
        }
        self.client.evidence.refused(refusal);
        let end = self.client.evidence.about_client(now);
        note(RateLimitScope::Client, self.client.infer(now, until, end));
        begun
    }

    /// Takes note of a request that was sent at `sent` and not refused because of its rate.
    ///
    /// If the server `handled` it, it may refute an inferred limit; returns whether it did.
    pub(super) fn accepted(
        &mut self,
        target: LimitTarget,
        handled: bool,
        sent: Duration,
        now: Duration,
    ) -> bool {
        let mut is_withdrawn = false;
        for scope in SCOPES {
            let Some(gate) = self.gate(scope, target) else { continue };
            gate.schedule.accepted(sent);
            if handled {
                is_withdrawn |= gate.accepted(sent, now);
            }
        }
        is_withdrawn
    }

    /// Forgets from time to time what has no effect any more.
    fn settle(&mut self, now: Duration) {
        self.client.settle(now);
        if now >= self.forget_at {
            self.operations.forget(now);
            self.subjects.forget(now);
            self.forget_at = now.saturating_add(FORGET_INTERVAL);
        }
    }

    fn gate(&mut self, scope: RateLimitScope, target: LimitTarget) -> Option<&mut Gate> {
        match scope {
            RateLimitScope::Subject => self.subjects.get_mut(target),
            RateLimitScope::Operation => self.operations.get_mut(target.operation),
            RateLimitScope::Client => Some(&mut self.client),
        }
    }

    fn get_or_make(
        &mut self,
        scope: RateLimitScope,
        target: LimitTarget,
        now: Duration,
    ) -> &mut Gate {
        match scope {
            RateLimitScope::Subject => self.subjects.get_or_make(target, now),
            RateLimitScope::Operation => self.operations.get_or_make(target.operation, now),
            RateLimitScope::Client => &mut self.client,
        }
    }
}

/// The slots of a waiter, from the narrowest scope to the widest.
///
/// It waits in one scope after the other, so that it takes no slot of the client while its subject
/// is refused. It keeps its slots until it departs.
#[derive(Debug)]
pub(super) struct Slots {
    target: LimitTarget,
    held: [Option<Held>; 3],
}

/// A slot of the gate with this number.
#[derive(Debug)]
struct Held {
    gate: u64,
    slot: ScheduleSlot,
}

impl Slots {
    pub(super) fn new(target: LimitTarget) -> Self {
        Self { target, held: [None, None, None] }
    }

    /// Returns the time to wait before the next call of this method.
    ///
    /// `None` means that it is the request's turn. `check` decides whether the request may wait for
    /// so long; if not, no slot is taken.
    pub(super) fn wait<E>(
        &mut self,
        scopes: &mut Scopes,
        now: Duration,
        check: impl Fn(Duration) -> Result<(), E>,
    ) -> Result<Option<Duration>, E> {
        scopes.settle(now);
        for scope in SCOPES {
            if let Some(gate) = scopes.gate(scope, self.target) {
                gate.settle(now);
            }
        }
        let required = self.required(scopes, now);
        if !required.is_zero() {
            check(required)?;
        }
        for (index, scope) in SCOPES.into_iter().enumerate() {
            let held = &mut self.held[index];
            let Some(gate) = scopes.gate(scope, self.target) else {
                *held = None;
                continue;
            };
            if let Some(wait) = gate.wait(held, now) {
                check(wait)?;
                self.give_back(scopes, index + 1);
                return Ok(Some(wait));
            }
        }
        Ok(None)
    }

    /// Uses the slots if it still is the request's turn; returns whether it is.
    pub(super) fn depart(&mut self, scopes: &mut Scopes, now: Duration) -> bool {
        let wait = self.wait(scopes, now, |_| Ok::<_, Infallible>(()));
        if !matches!(wait, Ok(None)) {
            return false;
        }
        for (scope, held) in SCOPES.into_iter().zip(&mut self.held) {
            if let Some(gate) = scopes.gate(scope, self.target) {
                // Every request takes a slot of the client.
                let slot = match held.take() {
                    Some(Held { slot, .. }) => Some(slot),
                    None if scope == RateLimitScope::Client => Some(gate.take(now)),
                    None => None,
                };
                if let Some(slot) = slot {
                    gate.schedule.turn(&slot, now);
                }
                gate.depart(now);
            }
        }
        true
    }

    pub(super) fn is_empty(&self) -> bool {
        self.held.iter().all(Option::is_none)
    }

    /// Returns the slots of the scopes from `first` on.
    pub(super) fn give_back(&mut self, scopes: &mut Scopes, first: usize) {
        for (scope, held) in SCOPES.into_iter().zip(&mut self.held).skip(first) {
            if let Some(Held { gate: id, slot }) = held.take()
                && let Some(gate) = scopes.gate(scope, self.target)
                && gate.id == id
            {
                gate.schedule.give_back(&slot);
            }
        }
    }

    /// The least time that the request has to wait.
    fn required(&self, scopes: &mut Scopes, now: Duration) -> Duration {
        let waits = SCOPES.into_iter().zip(&self.held).map(|(scope, held)| {
            scopes.gate(scope, self.target).map(|gate| gate.required(held.as_ref(), now))
        });
        waits.flatten().max().unwrap_or_default()
    }
}

impl Gate {
    /// The least time that a request has to wait at this gate.
    fn required(&self, held: Option<&Held>, now: Duration) -> Duration {
        match held {
            Some(Held { gate, slot }) if *gate == self.id => self.wait_for(slot, now),
            Some(_) | None if self.schedule.is_quiet(now) => Duration::ZERO,
            Some(_) | None => self.wait_for(&self.schedule.offer(now), now),
        }
    }

    /// Returns how long to wait at this gate, which is settled; `None` if it is the request's turn.
    ///
    /// A slot is only taken behind others. A request that need not wait takes one when it departs,
    /// so that those that wait for a permit leave no gaps.
    fn wait(&mut self, held: &mut Option<Held>, now: Duration) -> Option<Duration> {
        if let Some(Held { gate, slot }) = held
            && *gate == self.id
        {
            match self.schedule.peek(slot, now) {
                Turn::Wait(_) => return Some(self.wait_for(slot, now)),
                Turn::Go => return None,
                Turn::Missed => self.schedule.give_back(slot),
            }
        }
        *held = None;
        if self.schedule.is_quiet(now) {
            return None;
        }
        let slot = self.take(now);
        let wait = self.wait_for(&slot, now);
        if !slot.is_empty() {
            *held = Some(Held { gate: self.id, slot });
        }
        (!wait.is_zero()).then_some(wait)
    }

    fn take(&mut self, now: Duration) -> ScheduleSlot {
        let slot = self.schedule.offer(now);
        self.schedule.take(&slot);
        slot
    }
}

/// All scopes, from the narrowest to the widest.
const SCOPES: [RateLimitScope; 3] =
    [RateLimitScope::Subject, RateLimitScope::Operation, RateLimitScope::Client];
/// Number of subjects that can be paused at the same time.
const MAX_SUBJECTS: usize = 4096;
/// Number of operations whose refusals are kept.
const MAX_OPERATIONS: usize = 256;
const FORGET_INTERVAL: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::Request;

    use super::*;
    use crate::call::{Call, Operation};
    use crate::rate_limit::target::LimitedRequest;

    const GET: Operation = Operation::get("users.get", "/user/{userId}");

    fn target(user: u32) -> LimitTarget {
        let call = Call::<()>::of(&GET, &[&user.to_string()]);
        let request: Request<Bytes> = call.into_request().unwrap();
        LimitedRequest::of(&request).target()
    }

    #[test]
    fn a_late_response_does_not_refute_an_inferred_limit() {
        let mut scopes = Scopes::new(None, Duration::from_millis(50));
        let wait = Some(Duration::from_secs(600));
        let now = Duration::ZERO;
        let limit = Limit { sent: now, now, is_refused: true, wait };
        let begun = (0..3)
            .map(|user| scopes.limited(target(user), RateLimitScope::Subject, false, limit).len());
        assert_eq!(begun.collect::<Vec<_>>(), [1, 1, 2], "three subjects are an operation");

        let later = Duration::from_millis(400);
        assert!(!scopes.is_idle(later));
        for _ in 0..9 {
            assert!(!scopes.accepted(target(9), true, now, later), "a few responses are enough");
        }

        let gate = scopes.gate(RateLimitScope::Operation, target(9)).unwrap();
        assert_eq!(gate.schedule.paused_for(later), Duration::from_millis(600));
        assert!(scopes.accepted(target(9), true, now, later), "few of the latest are refusals");
        let gate = scopes.gate(RateLimitScope::Operation, target(9)).unwrap();
        assert_eq!(gate.schedule.paused_for(later), Duration::ZERO);
    }

    #[test]
    fn a_response_to_a_request_that_was_sent_later_refutes_an_inferred_limit() {
        for (handled, is_refuted) in [(true, true), (false, false)] {
            let mut scopes = Scopes::new(None, Duration::from_millis(50));
            let wait = Some(Duration::from_secs(600));
            let limit = Limit { sent: Duration::ZERO, now: Duration::ZERO, is_refused: true, wait };
            for user in 0..3 {
                scopes.limited(target(user), RateLimitScope::Subject, false, limit);
            }

            // The first is sent after a second; the next one waits for two.
            let second = Duration::from_secs(1);
            let mut slots = [Slots::new(target(8)), Slots::new(target(9))];
            assert!(slots[0].depart(&mut scopes, second));
            assert!(!slots[1].depart(&mut scopes, second));
            let paused = |scopes: &mut Scopes| {
                let gate = scopes.gate(RateLimitScope::Operation, target(9)).unwrap();
                gate.schedule.paused_for(second)
            };
            assert_eq!(paused(&mut scopes), 2 * second);

            assert_eq!(scopes.accepted(target(8), handled, second, second), is_refuted);
            assert_eq!(paused(&mut scopes).is_zero(), is_refuted);
        }
    }

    #[test]
    fn an_inferred_limit_is_forgotten_when_the_servers_time_is_over() {
        let mut scopes = Scopes::new(None, Duration::from_millis(50));
        let wait = Some(Duration::from_secs(600));
        let limit = Limit { sent: Duration::ZERO, now: Duration::ZERO, is_refused: true, wait };
        for user in 0..3 {
            scopes.limited(target(user), RateLimitScope::Subject, false, limit);
        }

        assert!(!scopes.is_idle(Duration::from_secs(500)));
        assert!(scopes.gate(RateLimitScope::Operation, target(9)).is_some());
        assert!(scopes.is_idle(Duration::from_secs(700)));
    }

    #[test]
    fn accepted_requests_that_use_up_a_limit_are_no_evidence() {
        let mut scopes = Scopes::new(None, Duration::from_millis(50));
        let now = Duration::ZERO;
        let wait = Some(Duration::from_secs(600));
        let limit = Limit { sent: now, now, is_refused: false, wait };

        let begun = (0..12)
            .map(|user| scopes.limited(target(user), RateLimitScope::Subject, false, limit).len());

        assert!(begun.collect::<Vec<_>>().iter().all(|pauses| *pauses == 1), "only each subject");
    }

    #[test]
    fn any_number_of_refused_subjects_takes_little_memory() {
        let mut scopes = Scopes::new(None, Duration::from_millis(50));
        let wait = Some(Duration::from_secs(600));

        for user in 0..5_000 {
            let now = Duration::from_millis(u64::from(user));
            let limit = Limit { sent: now, now, is_refused: true, wait };
            let begun = scopes.limited(target(user), RateLimitScope::Subject, false, limit);
            assert_eq!(begun.len(), 1, "only the subject is refused");
            // So many are accepted that the operation is not refused.
            for _ in 0..10 {
                scopes.accepted(target(u32::MAX), true, now, now);
            }
            assert!(scopes.subjects.len() <= MAX_SUBJECTS);
        }

        let mut paused_for = |user| {
            let now = Duration::from_secs(5);
            scopes
                .gate(RateLimitScope::Subject, target(user))
                .map(|gate| gate.schedule.paused_for(now))
        };
        assert_eq!(paused_for(0), None, "the one that reopens first was not forgotten");
        assert!(paused_for(4_999) > Some(Duration::from_secs(599)));
        assert!(!scopes.is_idle(Duration::from_secs(6)));
        assert!(scopes.is_idle(Duration::from_secs(700)));
    }
}
