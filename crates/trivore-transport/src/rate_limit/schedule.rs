//! Who may send when: a GCRA with a gate, without clock and without waiting.
//!
//! All times count from the limiter's beginning. Slots stand in a time of their own that stops
//! while the gate is closed: closing moves all waiters by the same time and keeps their order.

use std::collections::BTreeMap;
use std::time::Duration;

/// At most so much per time; see [`Schedule`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Steady {
    /// Time from one slot to the next.
    pub(super) interval: Duration,
    /// How far the first slots of a burst may stand before their time.
    pub(super) tolerance: Duration,
}

/// All slots that were handed out, and the gate.
///
/// In any time `w` at most `burst + w / interval` slots begin. Whoever comes to a slot more than
/// [`LATE`] after its time does not use it, so at most `burst + (w + LATE) / interval` depart.
#[derive(Debug)]
pub(super) struct Schedule {
    steady: Option<Steady>,
    /// Between the first two waiters after the gate was closed, without a steady rate.
    spacing: Duration,
    /// Between the next two, while such waiters are still let go one by one.
    gap: Option<Duration>,
    /// By how much slots' time is behind.
    stopped: Duration,
    closed_until: Duration,
    /// End of the last slot, in slots' time.
    end: Duration,
    /// The latest slot that was used, in slots' time.
    departed: Duration,
    /// Slots given back that have later ones behind them: beginnings by ends.
    returned: BTreeMap<Duration, Duration>,
    /// Refusals without a time, one after the other.
    strikes: u32,
}

/// A waiter's own slot.
#[derive(Debug)]
pub(super) struct Slot {
    at: Duration,
    begin: Duration,
    end: Duration,
}

/// What a waiter is to do now.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Turn {
    Go,
    Wait(Duration),
    /// It came too late to its slot and needs a new one.
    Missed,
}

impl Schedule {
    pub(super) fn new(steady: Option<Steady>, spacing: Duration) -> Self {
        Self {
            steady,
            spacing,
            gap: None,
            stopped: Duration::ZERO,
            closed_until: Duration::ZERO,
            end: Duration::ZERO,
            departed: Duration::ZERO,
            returned: BTreeMap::new(),
            strikes: 0,
        }
    }

    /// The next slot, not handed out yet.
    pub(super) fn offer(&self, now: Duration) -> Slot {
        let now = self.slot_time(now);
        let (interval, tolerance) = match self.steady {
            Some(steady) => (steady.interval, steady.tolerance),
            None => (self.gap.unwrap_or_default(), Duration::ZERO),
        };
        let begin = self.end.max(now);
        let at = begin.saturating_sub(tolerance).max(now);
        Slot { at, begin, end: begin.saturating_add(interval) }
    }

    /// Hands a slot out: it must have been offered last.
    pub(super) fn take(&mut self, slot: &Slot) {
        self.end = slot.end;
        // The rate grows by a factor of e in each `RAMP` times the spacing.
        self.gap = self.gap.map(|gap| {
            let share = gap.div_duration_f64(self.spacing.max(GRAIN)) / f64::from(RAMP);
            let next = gap.mul_f64(1.0 - share.clamp(0.0, 1.0));
            if next < GRAIN { Duration::ZERO } else { next }
        });
    }

    /// How long it is until a slot.
    pub(super) fn wait(&self, slot: &Slot, now: Duration) -> Duration {
        slot.at.saturating_add(self.stopped).max(self.closed_until).saturating_sub(now)
    }

    /// What the owner of a slot is to do now; after [`Turn::Go`] the slot is used.
    pub(super) fn turn(&mut self, slot: &Slot, now: Duration) -> Turn {
        let wait = self.wait(slot, now);
        if !wait.is_zero() {
            return Turn::Wait(wait);
        }
        let late = self.slot_time(now).saturating_sub(slot.at);
        if late > LATE {
            if slot.at < self.departed {
                return Turn::Missed;
            }
            // Nobody behind has gone either: the whole line stood still, and keeps its order.
            self.stopped = self.stopped.saturating_add(late.saturating_sub(LATE));
        }
        self.departed = self.departed.max(slot.at);
        Turn::Go
    }

    /// Takes back a slot that will not be used: for those to come, unless later ones are waited for.
    pub(super) fn give_back(&mut self, slot: &Slot) {
        if slot.begin == slot.end {
            return;
        }
        self.returned.insert(slot.end, slot.begin);
        while let Some(begin) = self.returned.remove(&self.end) {
            self.end = begin;
        }
    }

    /// Forgets what is past.
    pub(super) fn settle(&mut self, now: Duration) {
        let now = self.slot_time(now);
        while self.returned.first_key_value().is_some_and(|(end, _)| *end < now) {
            self.returned.pop_first();
        }
        if let Some(gap) = self.gap {
            let calm = if gap.is_zero() { gap } else { self.spacing.saturating_mul(RAMP) };
            if now >= self.end.saturating_add(calm) {
                self.gap = None;
            }
        }
    }

    /// Whether everybody may go at once, without even asking.
    pub(super) fn is_idle(&self, now: Duration) -> bool {
        self.steady.is_none()
            && self.gap.is_none()
            && self.strikes == 0
            && self.closed_for(now).is_zero()
            && self.slot_time(now) >= self.end
    }

    /// How long the gate stays closed.
    pub(super) fn closed_for(&self, now: Duration) -> Duration {
        self.closed_until.saturating_sub(now)
    }

    /// The server refuses for its rate; `asked` is the time it names.
    pub(super) fn refused(&mut self, sent: Duration, now: Duration, asked: Option<Duration>) {
        if let Some(asked) = asked {
            self.close(now, asked);
        } else if sent >= self.closed_until {
            let pause = COOLDOWN.saturating_mul(2_u32.saturating_pow(self.strikes));
            self.strikes = self.strikes.saturating_add(1);
            self.close(now, pause.min(MAX_COOLDOWN));
        }
        // Else it was sent before the gate closed, and tells nothing new.
    }

    /// The server has accepted a request.
    pub(super) fn accepted(&mut self, sent: Duration) {
        if sent >= self.closed_until {
            self.strikes = 0;
        }
    }

    /// Closes the gate, or keeps it closed for longer.
    pub(super) fn close(&mut self, now: Duration, pause: Duration) {
        let until = now.saturating_add(pause.min(MAX_CLOSED));
        let from = self.closed_until.max(now);
        if until <= from {
            return;
        }
        let standing = self.slot_time(now);
        self.stopped = self.stopped.saturating_add(until.saturating_sub(from));
        self.closed_until = until;
        // It reopens without a burst.
        let tolerance = self.steady.map_or(Duration::ZERO, |steady| steady.tolerance);
        self.end = self.end.max(standing.saturating_add(tolerance));
        if self.steady.is_none() {
            self.gap = Some(self.spacing);
        }
    }

    fn slot_time(&self, now: Duration) -> Duration {
        now.max(self.closed_until).saturating_sub(self.stopped)
    }
}

/// How late a waiter may come to its slot: timers have a grain, and tasks wait for a thread.
pub(super) const LATE: Duration = Duration::from_millis(20);
/// Waiters nearer to each other than this are not held apart: timers cannot.
const GRAIN: Duration = Duration::from_millis(1);
/// In how many first gaps the rate after reopening grows by a factor of e.
const RAMP: u32 = 20;
/// How long the gate closes when the server names no time; doubled each time in a row.
const COOLDOWN: Duration = Duration::from_secs(1);
const MAX_COOLDOWN: Duration = Duration::from_secs(30);
/// A mistaken header does not silence a client for good.
const MAX_CLOSED: Duration = Duration::from_secs(3600);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_back_is_kept_while_it_is_of_use() {
        let ms = Duration::from_millis;
        let steady = Steady { interval: ms(10), tolerance: Duration::ZERO };
        let mut schedule = Schedule::new(Some(steady), ms(50));
        let slots: Vec<_> = (0..4)
            .map(|_| {
                let slot = schedule.offer(ms(0));
                schedule.take(&slot);
                slot
            })
            .collect();

        // The second and third go while the fourth still waits behind them, then it goes, too.
        schedule.give_back(&slots[1]);
        schedule.give_back(&slots[2]);
        schedule.settle(ms(1));
        schedule.give_back(&slots[3]);
        assert_eq!(schedule.offer(ms(1)).at, ms(10));

        schedule.take(&slots[3]);
        schedule.give_back(&slots[1]);
        schedule.settle(ms(21));
        assert!(schedule.returned.is_empty(), "its time is past");
    }
}
