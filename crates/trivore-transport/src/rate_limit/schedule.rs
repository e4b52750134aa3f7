//! Decides when each request is sent: a GCRA (generic cell rate algorithm) with cooldowns.
//!
//! A waiter gets a slot (`offer`, then `take`) and asks for its turn until it may go (`turn`). If
//! it is dropped first, its slot is given back (`give_back`), and is the next one to be offered. So
//! any number of waiters that are dropped delay nobody else.
//!
//! The schedule reads no clock and never waits: callers pass the current time, counted from the
//! creation of the limiter. Slots are in slot time, which stops during a cooldown. A cooldown thus
//! delays all waiters by the same time and keeps their order.

use std::collections::BTreeMap;
use std::mem;
use std::ops::Bound;
use std::time::Duration;

/// A steady rate with a burst; see [`Schedule`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Steady {
    /// Time between two slots.
    pub(super) interval: Duration,
    /// How long before its begin a slot may be used, which allows a burst.
    pub(super) tolerance: Duration,
}

/// All slots that were taken, and the cooldown.
///
/// In any period `w`, at most `burst + w / interval` slots begin. A waiter that is more than
/// [`LATE`] after its slot does not use it, so at most `burst + (w + LATE) / interval` requests
/// are sent.
#[derive(Debug)]
pub(super) struct Schedule {
    steady: Option<Steady>,
    /// Gap between the first two requests after a cooldown, without a steady rate.
    spacing: Duration,
    /// Gap between the next two requests, without a steady rate; `None` if they are not spaced.
    gap: Option<Duration>,
    /// Gap before the latest request that was sent, without a steady rate; zero if none was sent
    /// before it, since the cooldown.
    sent_gap: Duration,
    /// Gap after the latest request.
    next_gap: Duration,
    /// First gap after a cooldown in place of `spacing`, since closer requests were refused.
    learned_gap: Option<Duration>,
    /// How much slot time lags behind real time.
    stopped: Duration,
    /// End of the cooldown.
    paused_until: Duration,
    /// End of the last slot, in slot time.
    end: Duration,
    /// The latest slot that was used, in slot time.
    departed: Duration,
    /// Number of slots that were taken, and neither used nor given back yet.
    pending: usize,
    /// Slots that were given back but have later ones behind them: from end to begin. They are
    /// offered again while they are not in the past.
    returned: BTreeMap<Duration, Duration>,
    /// Length of the series of cooldowns for which the server gave no time.
    strikes: u32,
}

/// A waiter's slot, in slot time.
#[derive(Debug)]
pub(super) struct ScheduleSlot {
    /// When the request may be sent; in a burst before `begin`.
    at: Duration,
    /// Begin of the slot's interval in the sequence of slots.
    begin: Duration,
    /// End of that interval, where the next slot begins.
    end: Duration,
}

/// What a waiter does next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// Sends its request.
    Go,
    /// Waits this long, then asks again.
    Wait(Duration),
    /// Takes a new slot, because it came too late to this one.
    Missed,
}

impl ScheduleSlot {
    /// Whether requests are not spaced, so that there is nothing to keep.
    pub(super) fn is_empty(&self) -> bool {
        self.begin == self.end
    }
}

impl Schedule {
    pub(super) fn new(steady: Option<Steady>, spacing: Duration) -> Self {
        Self {
            steady,
            spacing,
            gap: None,
            sent_gap: Duration::ZERO,
            next_gap: Duration::ZERO,
            learned_gap: None,
            stopped: Duration::ZERO,
            paused_until: Duration::ZERO,
            end: Duration::ZERO,
            departed: Duration::ZERO,
            pending: 0,
            returned: BTreeMap::new(),
            strikes: 0,
        }
    }

    /// Returns the next free slot, without taking it: one that was given back, or else a new one
    /// behind all others.
    pub(super) fn offer(&self, now: Duration) -> ScheduleSlot {
        let now = self.slot_time(now);
        let interval = self.steady.map(|steady| steady.interval).or(self.gap).unwrap_or_default();
        let mut returned = self.returned.range((Bound::Excluded(now), Bound::Unbounded));
        let returned = returned.find(|(_, begin)| **begin >= now);
        let (begin, end) = returned.map_or_else(
            || {
                let begin = self.end.max(now);
                (begin, begin.saturating_add(interval))
            },
            |(end, begin)| (*begin, *end),
        );
        let at = begin.saturating_sub(self.tolerance()).max(now);
        ScheduleSlot { at, begin, end }
    }

    /// Takes a slot, which must be the last one that was offered.
    pub(super) fn take(&mut self, slot: &ScheduleSlot) {
        self.pending += usize::from(!slot.is_empty());
        if self.returned.remove(&slot.end).is_some() {
            return;
        }
        self.end = slot.end;
        // The gap shrinks so that the rate grows by a factor of e in each `ramp` times the spacing.
        let ramp = if self.learned_gap.is_some() { SLOW_RAMP } else { RAMP };
        self.gap = self.gap.map(|gap| {
            let share = gap.div_duration_f64(self.spacing.max(GRAIN)) / f64::from(ramp);
            let next = gap.mul_f64(1.0 - share.clamp(0.0, 1.0));
            if next < GRAIN { Duration::ZERO } else { next }
        });
    }

    /// Time until a slot, including the cooldown.
    pub(super) fn wait(&self, slot: &ScheduleSlot, now: Duration) -> Duration {
        slot.at.saturating_add(self.stopped).max(self.paused_until).saturating_sub(now)
    }

    /// Decides what the owner of a slot does next, without using the slot.
    pub(super) fn peek(&self, slot: &ScheduleSlot, now: Duration) -> Turn {
        let wait = self.wait(slot, now);
        if !wait.is_zero() {
            return Turn::Wait(wait);
        }
        if self.lateness(slot, now) > LATE && slot.at < self.departed {
            return Turn::Missed;
        }
        Turn::Go
    }

    /// Decides what the owner of a slot does next; after [`Turn::Go`] the slot is used.
    pub(super) fn turn(&mut self, slot: &ScheduleSlot, now: Duration) -> Turn {
        let turn = self.peek(slot, now);
        if turn == Turn::Go {
            // If it is late, no later slot was used either: all waiters were delayed, for instance
            // because there was no permit, or by a busy runtime. The time of slots stops for
            // that delay, so that they keep their order.
            let delay = self.lateness(slot, now).saturating_sub(LATE);
            self.stopped = self.stopped.saturating_add(delay);
            self.departed = self.departed.max(slot.at);
            let gap = slot.end.saturating_sub(slot.begin);
            self.sent_gap = mem::replace(&mut self.next_gap, gap);
            self.end_pending(slot);
        }
        turn
    }

    /// Frees a slot that will not be used.
    pub(super) fn give_back(&mut self, slot: &ScheduleSlot) {
        if slot.is_empty() {
            return;
        }
        self.end_pending(slot);
        self.returned.insert(slot.end, slot.begin);
        while let Some(begin) = self.returned.remove(&self.end) {
            // Only requests that are sent make the gap shrink.
            let gap = self.end.saturating_sub(begin);
            self.gap = self.gap.map(|shrunk| shrunk.max(gap));
            self.end = begin;
        }
    }

    /// Discards slots in the past, and ends the spacing after a quiet time.
    pub(super) fn settle(&mut self, now: Duration) {
        let now = self.slot_time(now);
        while self.returned.first_key_value().is_some_and(|(end, _)| *end < now) {
            self.returned.pop_first();
        }
        if let Some(gap) = self.gap {
            let calm = if gap.is_zero() { gap } else { self.spacing.saturating_mul(RAMP) };
            if self.pending == 0 && now >= self.end.saturating_add(calm) {
                self.gap = None;
                self.forget_gaps();
                self.learned_gap = None;
            }
        }
    }

    /// The next request is sent as the first one.
    fn forget_gaps(&mut self) {
        self.sent_gap = Duration::ZERO;
        self.next_gap = Duration::ZERO;
    }

    fn end_pending(&mut self, slot: &ScheduleSlot) {
        self.pending = self.pending.saturating_sub(usize::from(!slot.is_empty()));
    }

    /// Whether requests may be sent immediately, without a slot.
    pub(super) fn is_idle(&self, now: Duration) -> bool {
        self.steady.is_none() && self.strikes == 0 && self.is_quiet(now)
    }

    /// Whether a request would not be delayed: there is neither a cooldown nor a request that
    /// waits.
    pub(super) fn is_quiet(&self, now: Duration) -> bool {
        self.gap.is_none()
            && self.pending == 0
            && self.paused_for(now).is_zero()
            && self.slot_time(now) >= self.end
    }

    /// Whether a new schedule would do the same.
    pub(super) fn is_forgettable(&self, now: Duration) -> bool {
        let is_series_over = now >= self.paused_until.saturating_add(MAX_COOLDOWN);
        self.is_quiet(now) && (self.strikes == 0 || is_series_over)
    }

    /// Remaining time of the cooldown.
    pub(super) fn paused_for(&self, now: Duration) -> Duration {
        self.paused_until.saturating_sub(now)
    }

    /// End of the last cooldown.
    pub(super) fn paused_until(&self) -> Duration {
        self.paused_until
    }

    /// Starts a cooldown after the server rejected a request because of its rate limit.
    ///
    /// `sent` is when the request was sent, `asked` the wait that the server asks for.
    pub(super) fn refused(&mut self, sent: Duration, now: Duration, asked: Option<Duration>) {
        if self.steady.is_none() && sent >= self.paused_until && !self.sent_gap.is_zero() {
            // Requests that were a little farther apart would have been accepted.
            let most = MAX_LEARNED_GAP.max(self.spacing);
            let larger = self.sent_gap.saturating_add(self.sent_gap / 4);
            self.learned_gap = Some(larger.min(most));
        }
        if let Some(asked) = asked {
            self.close(now, asked);
        } else if sent >= self.paused_until {
            self.back_off(now, MAX_COOLDOWN);
        }
        // Otherwise the request was sent before the current cooldown, which covers it.
    }

    /// Starts the next cooldown of a series, each twice as long as the one before, up to `most`.
    pub(super) fn back_off(&mut self, now: Duration, most: Duration) {
        let pause = COOLDOWN.saturating_mul(2_u32.saturating_pow(self.strikes));
        self.strikes = self.strikes.saturating_add(1);
        self.close(now, pause.min(MAX_COOLDOWN).min(most));
    }

    /// Ends the series of cooldowns if the accepted request was sent after the last one.
    pub(super) fn accepted(&mut self, sent: Duration) {
        if sent >= self.paused_until {
            self.strikes = 0;
        }
    }

    /// Starts a cooldown, or extends it.
    pub(super) fn close(&mut self, now: Duration, pause: Duration) {
        let until = now.saturating_add(pause.min(MAX_CLOSED));
        let from = self.paused_until.max(now);
        if until <= from {
            return;
        }
        self.forget_gaps();
        let standing = self.slot_time(now);
        self.stopped = self.stopped.saturating_add(until.saturating_sub(from));
        self.paused_until = until;
        // There is no burst after a cooldown.
        let first = standing.saturating_add(self.tolerance());
        self.end = self.end.max(first);
        self.returned.retain(|_, begin| *begin >= first);
        if self.steady.is_none() {
            self.gap = Some(self.learned_gap.unwrap_or(self.spacing));
        }
    }

    /// Ends the series of cooldowns now; the requests that follow are spaced, as after its end.
    pub(super) fn reopen(&mut self, now: Duration) {
        self.stopped = self.stopped.saturating_sub(self.paused_for(now));
        self.paused_until = self.paused_until.min(now);
        self.strikes = 0;
    }

    /// How long before its begin a slot may be used.
    fn tolerance(&self) -> Duration {
        self.steady.map_or(Duration::ZERO, |steady| steady.tolerance)
    }

    /// How late a slot is used, if it is used now.
    fn lateness(&self, slot: &ScheduleSlot, now: Duration) -> Duration {
        self.slot_time(now).saturating_sub(slot.at)
    }

    /// Converts a real time to slot time.
    fn slot_time(&self, now: Duration) -> Duration {
        now.max(self.paused_until).saturating_sub(self.stopped)
    }
}

/// How late a waiter may use its slot: timers are coarse, and tasks wait for a thread.
pub(super) const LATE: Duration = Duration::from_millis(20);
/// Smallest gap after a cooldown; timers have no finer resolution.
const GRAIN: Duration = Duration::from_millis(1);
/// Number of first gaps in which the rate after a cooldown grows by a factor of e.
const RAMP: u32 = 20;
/// The same once a gap was learned: the rate grows slowly, so that it is seldom refused again.
const SLOW_RAMP: u32 = 60 * RAMP;
/// Largest gap that is learned, unless the first one is larger.
const MAX_LEARNED_GAP: Duration = Duration::from_secs(1);
/// First cooldown if the server gives no time; doubled for each consecutive one.
const COOLDOWN: Duration = Duration::from_secs(1);
/// Longest cooldown if the server gives no time.
pub(super) const MAX_COOLDOWN: Duration = Duration::from_secs(30);
/// Longest cooldown: a wrong header must not stop a client forever.
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

        // The second and third are given back while the fourth still waits behind them; then the
        // fourth is given back, too.
        schedule.give_back(&slots[1]);
        schedule.give_back(&slots[2]);
        schedule.settle(ms(1));
        schedule.give_back(&slots[3]);
        assert_eq!(schedule.offer(ms(1)).at, ms(10));

        schedule.take(&slots[3]);
        schedule.give_back(&slots[1]);
        schedule.settle(ms(21));
        assert!(schedule.returned.is_empty(), "a slot in the past is discarded");
    }
}
