//! The cooldowns of operations and subjects: a bounded number of schedules.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

use crate::rate_limit::evidence::Evidence;
use crate::rate_limit::schedule::{MAX_COOLDOWN, Schedule, ScheduleSlot, Steady};

/// The schedules of the operations or of the subjects that the server limits.
///
/// Those that delay nothing any more are forgotten.
#[derive(Debug)]
pub(super) struct Gates<K> {
    steady: Option<Steady>,
    spacing: Duration,
    limit: usize,
    kept: HashMap<K, Gate>,
    /// Number of gates that were ever made.
    made: u64,
}

/// The schedule of one scope.
#[derive(Debug)]
pub(super) struct Gate {
    /// Number of the gate, to which slots belong.
    pub(super) id: u64,
    pub(super) schedule: Schedule,
    pub(super) evidence: Evidence,
    inference: Option<Inference>,
}

/// A limit that was inferred from refusals with a narrower scope, and not reported by the server.
///
/// While it lasts, one request at a time finds out whether it is right: each request that is sent
/// begins the next cooldown of a series, and ends the series if it is accepted.
#[derive(Clone, Copy, Debug)]
struct Inference {
    /// When the limit was inferred; requests that were sent before say nothing about it.
    since: Duration,
    /// When the limit ends, unless a refusal confirms it: when the refusals end by the server's
    /// time, and not before another request has found out.
    until: Duration,
}

impl Gate {
    pub(super) fn new(id: u64, schedule: Schedule) -> Self {
        Self { id, schedule, evidence: Evidence::default(), inference: None }
    }

    /// Forgets what has no effect any more. The evidence for a cooldown is kept while it lasts.
    pub(super) fn settle(&mut self, now: Duration) {
        self.schedule.settle(now);
        if self.schedule.paused_for(now).is_zero() {
            self.evidence.settle(now);
        }
        if self.inference.is_some_and(|inference| now >= inference.until) {
            self.withdraw(now);
        }
    }

    /// Remaining time of the cooldown, which ends with an inferred limit.
    pub(super) fn paused_for(&self, now: Duration) -> Duration {
        self.schedule.paused_for(now).saturating_sub(self.ends_early(now))
    }

    /// Time until a slot, if an inferred limit is not confirmed before it ends.
    pub(super) fn wait_for(&self, slot: &ScheduleSlot, now: Duration) -> Duration {
        self.schedule.wait(slot, now).saturating_sub(self.ends_early(now))
    }

    /// How much of the cooldown is after the end of an inferred limit, and so does not happen.
    fn ends_early(&self, now: Duration) -> Duration {
        self.inference.map_or(Duration::ZERO, |inference| {
            self.schedule.paused_until().saturating_sub(inference.until.max(now))
        })
    }

    /// Starts a cooldown that the server reports; returns its time if there was none before.
    pub(super) fn limit(&mut self, limit: Limit) -> Option<Duration> {
        self.inference = None;
        let was_open = self.schedule.paused_for(limit.now).is_zero();
        if limit.is_refused {
            self.schedule.refused(limit.sent, limit.now, limit.wait);
        } else {
            self.schedule.accepted(limit.sent);
            self.schedule.close(limit.now, limit.wait.unwrap_or_default());
        }
        let wait = self.schedule.paused_for(limit.now);
        (was_open && !wait.is_zero()).then_some(wait)
    }

    /// Takes note of a refusal with a narrower scope, which ends at `until`.
    ///
    /// If the first of several such refusals ends at `end`, the limit is inferred to be wider.
    /// Returns the time of the first cooldown, if one begins.
    pub(super) fn infer(
        &mut self,
        now: Duration,
        until: Duration,
        end: Option<Duration>,
    ) -> Option<Duration> {
        let mut begun = None;
        if self.inference.is_none() {
            let end = end.filter(|_| self.schedule.paused_for(now).is_zero())?;
            self.inference = Some(Inference { since: now, until });
            self.schedule.back_off(now, end.saturating_sub(now));
            begun = Some(self.schedule.paused_for(now));
        }
        if let Some(inference) = &mut self.inference {
            let found_out = now.max(self.schedule.paused_until()).saturating_add(MAX_COOLDOWN);
            inference.until = inference.until.max(until).max(found_out);
        }
        begun
    }

    /// Takes note of a request that is sent now.
    pub(super) fn depart(&mut self, now: Duration) {
        if self.inference.is_some() {
            self.schedule.back_off(now, MAX_COOLDOWN);
        }
    }

    /// Takes note of a request that was sent at `sent` and accepted.
    ///
    /// Returns whether it refutes an inferred limit: it was sent later, or too few refusals are
    /// left among the latest responses.
    pub(super) fn accepted(&mut self, sent: Duration, now: Duration) -> bool {
        self.evidence.accepted();
        let is_refuted = self
            .inference
            .is_some_and(|inference| sent > inference.since || self.evidence.is_refuted());
        if is_refuted {
            self.withdraw(now);
        }
        is_refuted
    }

    /// Whether the gate has no effect any more.
    fn is_forgettable(&self, now: Duration) -> bool {
        self.evidence.is_empty() && self.inference.is_none() && self.schedule.is_forgettable(now)
    }

    /// Ends an inferred limit.
    fn withdraw(&mut self, now: Duration) {
        self.inference = None;
        self.evidence.clear();
        self.schedule.reopen(now);
    }
}

/// A limit that the server reports with a response.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    /// When the request was sent.
    pub(super) sent: Duration,
    pub(super) now: Duration,
    /// The request was refused; otherwise, it was the last one that was accepted.
    pub(super) is_refused: bool,
    /// The time until the server accepts more requests, if it says so.
    pub(super) wait: Option<Duration>,
}

impl<K: Copy + Eq + Hash> Gates<K> {
    pub(super) fn new(steady: Option<Steady>, spacing: Duration, limit: usize) -> Self {
        Self { steady, spacing, limit, kept: HashMap::new(), made: 0 }
    }

    pub(super) fn get_mut(&mut self, key: K) -> Option<&mut Gate> {
        self.kept.get_mut(&key)
    }

    /// Returns the gate of a request that was just received a response to.
    ///
    /// If there are too many, the one that reopens first is forgotten.
    pub(super) fn get_or_make(&mut self, key: K, now: Duration) -> &mut Gate {
        if self.kept.len() >= self.limit && !self.kept.contains_key(&key) {
            self.forget(now);
            if self.kept.len() >= self.limit {
                let first = self.kept.iter().min_by_key(|(_, gate)| gate.schedule.paused_for(now));
                if let Some(first) = first.map(|(key, _)| *key) {
                    self.kept.remove(&first);
                }
            }
        }
        let Self { steady, spacing, made, .. } = self;
        self.kept.entry(key).or_insert_with(|| {
            *made += 1;
            let mut schedule = Schedule::new(*steady, *spacing);
            // The slot of the request that was refused.
            let slot = schedule.offer(now);
            schedule.take(&slot);
            schedule.turn(&slot, now);
            Gate::new(*made, schedule)
        })
    }

    /// Forgets the gates that delay nothing any more.
    pub(super) fn forget(&mut self, now: Duration) {
        self.kept.retain(|_, gate| {
            gate.settle(now);
            !gate.is_forgettable(now)
        });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.kept.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refuse(gates: &mut Gates<u32>, key: u32, now: u64, wait: Option<u64>) {
        let now = Duration::from_secs(now);
        let wait = wait.map(Duration::from_secs);
        let limit = Limit { sent: now, now, is_refused: true, wait };
        gates.get_or_make(key, now).limit(limit);
    }

    #[test]
    fn at_most_so_many_gates_are_kept_and_those_that_reopen_last_stay() {
        let mut gates = Gates::new(None, Duration::from_millis(50), 100);

        for key in 0..10_000 {
            refuse(&mut gates, key, 0, Some(1 + u64::from(key) % 500));
            assert!(gates.kept.len() <= 100);
        }

        assert_eq!(gates.kept.len(), 100);
        let waits = gates.kept.values().map(|gate| gate.schedule.paused_for(Duration::ZERO));
        assert!(waits.min().unwrap() >= Duration::from_secs(490));
    }

    #[test]
    fn gates_that_have_reopened_are_forgotten() {
        let steady = Steady { interval: Duration::from_millis(10), tolerance: Duration::ZERO };
        for steady in [None, Some(steady)] {
            let mut gates = Gates::new(steady, Duration::from_millis(50), 100);
            refuse(&mut gates, 1, 0, Some(10));
            refuse(&mut gates, 2, 0, None);
            refuse(&mut gates, 3, 20, Some(600));

            gates.forget(Duration::from_secs(25));
            assert!(gates.get_mut(1).is_none(), "its time is over");
            assert!(gates.get_mut(2).is_some(), "the next refusal has to double its time");

            gates.forget(Duration::from_secs(100));
            assert!(gates.get_mut(2).is_none() && gates.get_mut(3).is_some());
            gates.forget(Duration::from_secs(700));
            assert!(gates.is_empty());
        }
    }
}
