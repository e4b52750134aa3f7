//! Simulates waiters in virtual time, for the tests of the schedule.

use std::collections::BTreeSet;
use std::time::Duration;

use super::schedule::{Schedule, ScheduleSlot, Steady, Turn};

/// What happens to one request.
#[derive(Clone, Debug, Default)]
pub(super) struct SimulatedRequest {
    pub(super) arrives: Duration,
    /// How late it asks for its first turn.
    pub(super) late: Duration,
    /// How late it asks for its later turns, if it has to wait again.
    pub(super) late_again: Duration,
    /// How long it waits before it is dropped; `None` if it never is.
    pub(super) gives_up_after: Option<Duration>,
}

/// Runs the simulation; returns the time and the waiter of each departure, in order of time.
pub(super) fn simulate(
    schedule: &mut Schedule,
    waiters: &[SimulatedRequest],
    refusals: &[(Duration, Duration)],
) -> Vec<(Duration, usize)> {
    let mut slots: Vec<Option<ScheduleSlot>> = waiters.iter().map(|_| None).collect();
    let mut departures = Vec::new();
    let mut gone = BTreeSet::new();
    let mut late: Vec<_> = waiters.iter().map(|waiter| waiter.late).collect();
    let mut refusals = refusals.to_vec();
    refusals.sort_unstable();
    // At the same time, drops come before turns: the harder case, since slots are returned late.
    let arrivals = waiters.iter().enumerate().map(|(number, waiter)| (waiter.arrives, 1, number));
    let drops = waiters
        .iter()
        .enumerate()
        .filter_map(|(number, waiter)| Some((waiter.arrives + waiter.gives_up_after?, 0, number)));
    let mut events: BTreeSet<_> = arrivals.chain(drops).collect();
    while let Some((now, kind, number)) = events.pop_first() {
        while refusals.first().is_some_and(|(at, _)| *at <= now) {
            let (at, pause) = refusals.remove(0);
            schedule.close(at, pause);
        }
        if gone.contains(&number) {
            continue;
        }
        if kind == 0 {
            gone.insert(number);
            if let Some(slot) = slots[number].take() {
                schedule.give_back(&slot);
            }
            continue;
        }
        schedule.settle(now);
        let mut turn = slots[number].as_ref().map(|slot| schedule.turn(slot, now));
        if turn.is_none() || turn == Some(Turn::Missed) {
            if let Some(missed) = slots[number].take() {
                schedule.give_back(&missed);
            }
            let slot = schedule.offer(now);
            schedule.take(&slot);
            turn = Some(schedule.turn(&slot, now));
            slots[number] = Some(slot);
        }
        match turn {
            Some(Turn::Wait(wait)) => {
                let late = std::mem::replace(&mut late[number], waiters[number].late_again);
                events.insert((now + wait + late, 1, number));
            }
            Some(Turn::Go) => {
                assert!(schedule.paused_for(now).is_zero(), "a request is sent during a cooldown");
                gone.insert(number);
                departures.push((now, number));
            }
            Some(Turn::Missed) | None => panic!("a new slot is never missed"),
        }
    }
    departures
}

/// Checks that no period of any length has more departures than the rate allows.
#[track_caller]
pub(super) fn check_windows(departures: &[(Duration, usize)], steady: Steady, late: Duration) {
    for (first, (begin, _)) in departures.iter().enumerate() {
        for (last, (end, _)) in departures.iter().enumerate().skip(first) {
            let others = u32::try_from(last - first).unwrap();
            let window = end.saturating_sub(*begin) + steady.tolerance + late;
            assert!(steady.interval * others <= window, "{first} to {last}: {departures:?}");
        }
    }
}

pub(super) fn steady(interval: Duration, burst: u32) -> Steady {
    Steady { interval, tolerance: interval * (burst - 1) }
}

pub(super) fn milliseconds(number: u64) -> Duration {
    Duration::from_millis(number)
}

pub(super) fn at_once(number: usize) -> Vec<SimulatedRequest> {
    vec![SimulatedRequest::default(); number]
}

pub(super) fn time(departures: &[(Duration, usize)]) -> Vec<u128> {
    departures.iter().map(|(time, _)| time.as_millis()).collect()
}

pub(super) fn order(departures: &[(Duration, usize)]) -> Vec<usize> {
    departures.iter().map(|(_, number)| *number).collect()
}
