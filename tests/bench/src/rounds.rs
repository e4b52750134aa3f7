//! Runs contenders in turns, so that a slow phase of the machine affects all of them.

use std::time::Duration;

use crate::spread::decimal;
use crate::{Contender, Result};

/// Number and length of the contenders' turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// Number of turns per contender.
    pub rounds: usize,
    /// Approximate time of one turn.
    pub slice: Duration,
}

impl Plan {
    pub(crate) fn full() -> Self {
        Self { rounds: 41, slice: Duration::from_millis(50) }
    }

    pub(crate) fn quick() -> Self {
        Self { rounds: 9, slice: Duration::from_millis(10) }
    }

    /// Runs all contenders and returns the nanoseconds per call, by contender and round.
    pub(crate) fn measure(self, contenders: &mut [Contender<'_>]) -> Result<Vec<Vec<f64>>> {
        let mut calls = Vec::with_capacity(contenders.len());
        for contender in &mut *contenders {
            calls.push(self.warm_up(contender)?);
        }

        let mut samples = vec![Vec::with_capacity(self.rounds); contenders.len()];
        for round in 0..self.rounds {
            for index in order(round, contenders.len()) {
                let time = contenders[index].run(calls[index])?;
                samples[index].push(nanoseconds(time, calls[index]));
            }
        }
        Ok(samples)
    }

    /// Determines how many calls fill a slice, and warms up connections and caches.
    fn warm_up(self, contender: &mut Contender<'_>) -> Result<usize> {
        let mut calls = contender.at_least();
        // The first calls open connections and take much longer than the others.
        contender.run(calls)?;
        for _ in 0..MAX_DOUBLINGS {
            let time = contender.run(calls)?;
            if time * 2 >= self.slice {
                let per_call = nanoseconds(time, calls).max(1.0);
                let fitting = self.slice.as_secs_f64() * 1e9 / per_call;
                return Ok(rounded(fitting).max(contender.at_least()));
            }
            calls *= 2;
        }
        Ok(calls)
    }
}

/// Returns the order of turns. It rotates every second round, and every other round is reversed.
pub fn order(round: usize, count: usize) -> impl Iterator<Item = usize> {
    (0..count).map(move |step| {
        let step = if round.is_multiple_of(2) { step } else { count - 1 - step };
        (round / 2 + step) % count
    })
}

fn nanoseconds(time: Duration, calls: usize) -> f64 {
    time.as_secs_f64() * 1e9 / decimal(calls)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "float casts saturate, and the value is positive"
)]
fn rounded(value: f64) -> usize {
    value.round() as usize
}

/// With this number of doublings, even a call of one nanosecond fills a second.
const MAX_DOUBLINGS: usize = 30;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_has_one_turn_in_each_round() {
        for round in 0..8 {
            let mut turns: Vec<_> = order(round, 3).collect();
            turns.sort_unstable();

            assert_eq!(turns, [0, 1, 2]);
        }
        assert_eq!(order(0, 3).collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(order(1, 3).collect::<Vec<_>>(), [2, 1, 0]);
        assert_eq!(order(2, 3).collect::<Vec<_>>(), [1, 2, 0]);
    }

    #[test]
    fn a_slower_contender_makes_fewer_calls() {
        let plan = Plan { rounds: 3, slice: Duration::from_millis(1) };
        let mut seen = Vec::new();
        let mut contender = Contender::new("a", |calls| {
            seen.push(calls);
            Ok(Duration::from_micros(10) * u32::try_from(calls)?)
        });

        let samples = plan.measure(std::slice::from_mut(&mut contender)).unwrap();

        drop(contender);
        assert_eq!(seen[seen.len() - 3..], [100; 3]);
        assert_eq!(
            samples[0].iter().map(|sample| rounded(*sample)).collect::<Vec<_>>(),
            [10_000; 3]
        );
    }

    #[test]
    fn the_calls_that_make_connections_do_not_count() {
        let plan = Plan { rounds: 3, slice: Duration::from_millis(1) };
        let mut seen = Vec::new();
        let mut contender = Contender::new("a", |calls| {
            seen.push(calls);
            let connecting = Duration::from_secs(u64::from(seen.len() == 1));
            Ok(connecting + Duration::from_micros(10) * u32::try_from(calls)?)
        });

        drop(plan.measure(std::slice::from_mut(&mut contender)).unwrap());

        drop(contender);
        assert_eq!(seen[seen.len() - 3..], [100; 3]);
    }
}
