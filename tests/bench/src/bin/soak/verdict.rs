//! What was measured, and what is wrong with it.

use std::time::Duration;

use crate::load::Counts;
use crate::resources::Resources;

/// Measurements of all rounds.
pub(crate) struct Record {
    before: Resources,
    /// The largest values of the current round.
    current: Resources,
    rounds: Vec<Resources>,
    counts: Counts,
    end: Resources,
}

impl Record {
    /// Starts with the resources before the first client.
    pub(crate) fn new(before: Resources) -> Self {
        let [current, end] = [Resources::default(); 2];
        Self { before, current, rounds: Vec::new(), counts: Counts::default(), end }
    }

    pub(crate) fn before(&self) -> Resources {
        self.before
    }

    /// Records the resources at a time when the server is well.
    pub(crate) fn healthy(&mut self, resources: Resources) {
        self.current = self.current.max(resources);
    }

    /// Ends a round and describes it.
    pub(crate) fn round(&mut self, counts: Counts) -> String {
        let Resources { descriptors, memory, tasks } = std::mem::take(&mut self.current);
        self.rounds.push(Resources { descriptors, memory, tasks });
        self.counts = counts;
        let Counts { succeeded, failed, unexpected, slowest } = counts;
        format!(
            "round {}: {succeeded} calls succeeded, {failed} failed ({unexpected} unexpectedly), \
             the slowest took {slowest:.2?}; {descriptors} descriptors, {memory} KiB, {tasks} tasks",
            self.rounds.len(),
        )
    }

    /// Records the resources after the last client was dropped.
    pub(crate) fn end(&mut self, resources: Resources) {
        self.end = resources;
    }

    /// Returns what is wrong. In the first round, all clients open connections and fill their
    /// caches, so later ones are compared with it. Their tasks vary by some that are about to end.
    pub(crate) fn complaints(&self, limit: Duration) -> Vec<String> {
        let mut complaints = Vec::new();
        let Counts { unexpected, slowest, succeeded, .. } = self.counts;
        if succeeded == 0 {
            complaints.push("no call succeeded".to_owned());
        }
        if unexpected > 0 {
            complaints.push(format!("{unexpected} calls failed although the server was well"));
        }
        if slowest > limit + LATE {
            complaints.push(format!("a call took {slowest:.2?}, its limit is {limit:.0?}"));
        }
        let (Some(first), Some(last)) = (self.rounds.first(), self.rounds.last()) else {
            return complaints;
        };
        let growth = [
            ("descriptors", first.descriptors, last.descriptors),
            ("tasks", first.tasks, last.tasks),
            ("KiB of memory", first.memory, last.memory),
        ];
        for (what, first, last) in growth {
            if last > first * 5 / 4 {
                complaints.push(format!(
                    "{last} {what} in the last round, {first} in the first one: more than a \
                     quarter above"
                ));
            }
        }
        if !self.end.is_closed(self.before) {
            let (before, end) = (self.before, self.end);
            complaints.push(format!(
                "{} descriptors and {} tasks after the clients were dropped, {} and {} before",
                end.descriptors, end.tasks, before.descriptors, before.tasks,
            ));
        }
        complaints
    }
}

/// How late a busy machine may end a call.
const LATE: Duration = Duration::from_millis(250);

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(2);

    fn counts() -> Counts {
        Counts { succeeded: 9, failed: 1, unexpected: 0, slowest: LIMIT }
    }

    fn resources(number: usize) -> Resources {
        Resources { descriptors: number, memory: number * 100, tasks: number }
    }

    fn record(last: Resources, counts: Counts, end: Resources) -> Record {
        let mut record = Record::new(resources(10));
        for round in [resources(50), last] {
            record.healthy(resources(20));
            record.healthy(round);
            record.round(counts);
        }
        record.end(end);
        record
    }

    #[test]
    fn a_client_that_stays_within_its_limits_has_no_complaints() {
        let record = record(resources(62), counts(), resources(10));

        assert_eq!(record.complaints(LIMIT), Vec::<String>::new());
    }

    #[test]
    fn each_kind_of_growth_is_a_complaint() {
        for last in [
            Resources { descriptors: 63, ..resources(50) },
            Resources { memory: 6_251, ..resources(50) },
            Resources { tasks: 63, ..resources(50) },
        ] {
            assert_eq!(
                record(last, counts(), resources(10)).complaints(LIMIT).len(),
                1,
                "{last:?}"
            );
        }
    }

    #[test]
    fn what_remains_open_is_a_complaint() {
        for end in [
            Resources { descriptors: 11, ..resources(10) },
            Resources { tasks: 11, ..resources(10) },
        ] {
            assert_eq!(record(resources(50), counts(), end).complaints(LIMIT).len(), 1, "{end:?}");
        }
    }

    #[test]
    fn late_and_unexpected_failures_are_complaints() {
        for counts in [
            Counts { slowest: LIMIT + Duration::from_millis(251), ..counts() },
            Counts { unexpected: 1, ..counts() },
            Counts { succeeded: 0, ..counts() },
        ] {
            let record = record(resources(50), counts, resources(10));

            assert_eq!(record.complaints(LIMIT).len(), 1, "{counts:?}");
        }
    }
}
