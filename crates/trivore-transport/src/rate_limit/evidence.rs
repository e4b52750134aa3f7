//! Decides from the latest responses whether a rate limit applies to more than one subject.

use std::collections::VecDeque;
use std::time::Duration;

use crate::call::Subject;
use crate::rate_limit::target::OperationKey;

/// The latest responses of an operation or of the client, from the first refusal on.
///
/// It keeps at most [`SAMPLE`] responses, so that a rate limit is noticed as fast after many
/// accepted requests as after few, and a few refused ones among many accepted ones are no evidence.
#[derive(Debug, Default)]
pub(super) struct Evidence(VecDeque<ObservedResponse>);

#[derive(Clone, Copy, Debug)]
enum ObservedResponse {
    Accepted,
    Refused(Refusal),
}

/// A request that was refused because of its rate.
#[derive(Clone, Copy, Debug)]
pub(super) struct Refusal {
    pub(super) at: Duration,
    pub(super) operation: OperationKey,
    /// Its subject, or its operation if it has none.
    pub(super) source: Subject,
    /// When its own pause ends.
    pub(super) until: Duration,
}

impl Evidence {
    /// Adds a refusal. It replaces an earlier one of the same source, and the oldest one of the
    /// same operation if there are enough.
    pub(super) fn refused(&mut self, refusal: Refusal) {
        let is_of_same = |other: &Refusal| other.operation == refusal.operation;
        let has_same_source = |other: &Refusal| is_of_same(other) && other.source == refusal.source;
        let same = self.position(has_same_source).or_else(|| {
            let count = self.refusals().filter(|other| is_of_same(other)).count();
            self.position(is_of_same).filter(|_| count >= ENOUGH)
        });
        if let Some(same) = same {
            self.0.remove(same);
        }
        self.push(ObservedResponse::Refused(refusal));
    }

    /// Adds a response of the server that was no refusal.
    pub(super) fn accepted(&mut self) {
        if !self.0.is_empty() {
            self.push(ObservedResponse::Accepted);
            if self.refusals().next().is_none() {
                self.0.clear();
            }
        }
    }

    /// Forgets the responses if no refusal is recent.
    pub(super) fn settle(&mut self, now: Duration) {
        if !self.recent(now).any(|_| true) {
            self.0.clear();
        }
    }

    /// Forgets all responses.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// When the first of the recent refusals ends, if they came from several subjects.
    pub(super) fn about_operation(&self, now: Duration) -> Option<Duration> {
        let ends = self.recent(now).map(|refusal| refusal.until);
        let end = ends.filter(|until| *until > now).min();
        end.filter(|_| has_enough(self.recent(now).map(|refusal| refusal.source)))
    }

    /// When the first of the recent refusals ends, if they came from several operations.
    ///
    /// They must come from several subjects, too: a user who is refused whatever they do is no
    /// evidence about others.
    pub(super) fn about_client(&self, now: Duration) -> Option<Duration> {
        let is_of_several = has_enough(self.recent(now).map(|refusal| refusal.operation));
        self.about_operation(now).filter(|_| is_of_several)
    }

    /// Whether accepted requests have replaced so many refusals that too few are left.
    pub(super) fn is_refuted(&self) -> bool {
        self.refusals().count() < ENOUGH
    }

    fn refusals(&self) -> impl Iterator<Item = &Refusal> {
        self.0.iter().filter_map(|response| match response {
            ObservedResponse::Refused(refusal) => Some(refusal),
            ObservedResponse::Accepted => None,
        })
    }

    fn recent(&self, now: Duration) -> impl Iterator<Item = &Refusal> {
        self.refusals().filter(move |refusal| now.saturating_sub(refusal.at) <= WINDOW)
    }

    fn position(&self, is_it: impl Fn(&Refusal) -> bool) -> Option<usize> {
        self.0.iter().position(|response| match response {
            ObservedResponse::Refused(refusal) => is_it(refusal),
            ObservedResponse::Accepted => false,
        })
    }

    fn push(&mut self, response: ObservedResponse) {
        if self.0.len() >= SAMPLE {
            self.0.pop_front();
        }
        self.0.push_back(response);
    }
}

fn has_enough<T: PartialEq>(values: impl Iterator<Item = T>) -> bool {
    let mut seen = Vec::with_capacity(SAMPLE);
    for value in values {
        if !seen.contains(&value) {
            seen.push(value);
        }
    }
    seen.len() >= ENOUGH
}

/// Number of refused subjects, or of refused operations, that make a limit wider.
const ENOUGH: usize = 3;
/// Number of responses that are kept.
const SAMPLE: usize = 12;
/// How long a refusal counts.
const WINDOW: Duration = Duration::from_secs(30);
