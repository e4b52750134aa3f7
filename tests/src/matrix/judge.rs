//! Checks a cell against the sandbox's ledger.

use std::fmt;

use trivore::users::Safety;

use super::{Meaning, Observation, Scenario, Times};
use crate::operations::Case;

/// The result that a call reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// It reports success.
    Done,
    /// It failed and reports that it was not applied.
    NotApplied,
    /// It failed and reports that it may have been applied.
    Unclear,
}

/// An error found in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Problem {
    /// A change or message occurred twice that must occur only once.
    Doubled,
    /// The call failed, although a safe retry would have succeeded.
    Lost,
    /// The call reports success, but the result is missing or wrong.
    MadeUp,
    /// The call reports incorrectly whether it may have been applied, or fewer attempts than there
    /// were requests.
    Misreported,
    /// The fault was never applied.
    Missed,
}

/// The result of checking a cell.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Verdict {
    /// The result that the call reports.
    pub outcome: Outcome,
    /// The errors found; empty if the cell passes.
    pub problems: Vec<Problem>,
    /// Description of the observed result, for output.
    pub description: String,
}

/// Compares the result of a call under a fault with one without.
pub(super) fn judge(
    case: &Case,
    scenario: &Scenario,
    times: Times,
    seen: &Observation,
    healthy: &Observation,
) -> Verdict {
    let safety = case.operation().safety;
    let outcome = outcome(seen);
    let is_transient = times == Times::Once;
    let must_succeed = match scenario.meaning {
        Meaning::Harmless => true,
        Meaning::NotDone => is_transient,
        Meaning::NotReceived | Meaning::Unknown => is_transient && is_repeatable(safety),
        Meaning::Unreadable | Meaning::Redirected | Meaning::Refused | Meaning::GivenUp => false,
    };

    let found = [
        (Problem::Doubled, is_doubled(safety, seen, healthy)),
        (Problem::Lost, must_succeed && outcome != Outcome::Done),
        (Problem::MadeUp, outcome == Outcome::Done && !is_like(seen, healthy, safety)),
        (Problem::Misreported, is_misreported(safety, scenario.meaning, outcome, seen)),
        (Problem::Missed, seen.hits == 0),
    ];
    let problems = found.into_iter().filter(|(_, is_there)| *is_there).map(|(it, _)| it).collect();
    Verdict { outcome, problems, description: description(seen) }
}

fn outcome(seen: &Observation) -> Outcome {
    match &seen.result {
        Ok(result) if result.is_done => Outcome::Done,
        Err(error) if error.may_have_been_applied() => Outcome::Unclear,
        Ok(_) | Err(_) => Outcome::NotApplied,
    }
}

/// Independent of the SDK's own rules, so that an error in them is detected.
fn is_repeatable(safety: Safety) -> bool {
    matches!(safety, Safety::Safe | Safety::Idempotent | Safety::IdempotentDelete)
}

fn is_doubled(safety: Safety, seen: &Observation, healthy: &Observation) -> bool {
    let count = |observation: &Observation, entry| {
        observation.ledger.iter().filter(|other| **other == entry).count()
    };
    let changes_more = seen.ledger.iter().any(|entry| count(seen, *entry) > count(healthy, *entry));
    let deletes = safety == Safety::IdempotentDelete;
    seen.messages > healthy.messages || (changes_more && (deletes || !is_repeatable(safety)))
}

/// Whether the effect is that of a call without a fault, whether repeated or not.
fn is_like(seen: &Observation, healthy: &Observation, safety: Safety) -> bool {
    if safety == Safety::Safe {
        let value = seen.result.as_ref().ok().map(|result| &result.value);
        return seen.ledger.is_empty() && value == Some(&seen.readable);
    }
    healthy.ledger.iter().all(|entry| seen.ledger.contains(entry))
        && seen.messages >= healthy.messages
        && seen.state == healthy.state
}

fn is_misreported(safety: Safety, meaning: Meaning, outcome: Outcome, seen: &Observation) -> bool {
    let is_applied = !seen.ledger.is_empty();
    if seen.result.as_ref().is_err_and(|error| error.attempts().len() < seen.requests) {
        return true;
    }
    match outcome {
        Outcome::Done => false,
        Outcome::NotApplied if meaning == Meaning::NotReceived => is_applied,
        Outcome::NotApplied => is_applied || (may_be_applied(meaning) && safety != Safety::Safe),
        Outcome::Unclear => !may_be_applied(meaning) || safety == Safety::Safe,
    }
}

/// Whether the client must assume that the server may have applied the call.
fn may_be_applied(meaning: Meaning) -> bool {
    match meaning {
        Meaning::Harmless
        | Meaning::NotReceived
        | Meaning::Unknown
        | Meaning::Unreadable
        | Meaning::Redirected
        | Meaning::GivenUp => true,
        Meaning::NotDone | Meaning::Refused => false,
    }
}

fn description(seen: &Observation) -> String {
    let result = match &seen.result {
        Ok(result) if result.is_done => "done".to_owned(),
        Ok(_) => "not applied".to_owned(),
        Err(error) => error.to_string(),
    };
    let Observation { ledger, messages, requests, hits, .. } = seen;
    format!("{result}; ledger {ledger:?}, {messages} messages, {requests} requests, {hits} hits")
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Done => "✓",
            Self::NotApplied => "✗",
            Self::Unclear => "?",
        })
    }
}
