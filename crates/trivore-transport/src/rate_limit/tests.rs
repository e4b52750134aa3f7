//! Tests of the schedule in simulated time: arrivals, late and dropped waiters, cooldowns.

use std::time::Duration;

use proptest::prelude::*;

use super::schedule::{LATE, Schedule, Steady, Turn};
use super::simulation::{
    SimulatedRequest, at_once, check_windows, milliseconds, order, simulate, steady, time,
};

fn any_lateness() -> impl Strategy<Value = Duration> {
    prop_oneof![8 => 0_u64..3_000, 1 => 0_u64..30_000, 1 => 0_u64..300_000]
        .prop_map(Duration::from_micros)
}

prop_compose! {
    fn any_waiter()(
        arrives in 0_u64..400_000,
        late in any_lateness(),
        late_again in any_lateness(),
        gives_up_after in proptest::option::weighted(0.2, 0_u64..300_000),
    ) -> SimulatedRequest {
        SimulatedRequest {
            arrives: Duration::from_micros(arrives),
            late,
            late_again,
            gives_up_after: gives_up_after.map(Duration::from_micros),
        }
    }
}

proptest! {
    #[test]
    fn no_window_ever_holds_too_many(
        waiters in proptest::collection::vec(any_waiter(), 1..80),
        interval in 1_u64..30_000_000,
        burst in 1_u32..12,
        refusals in proptest::collection::vec((0_u64..600, 0_u64..300), 0..4),
    ) {
        let steady = steady(Duration::from_nanos(interval), burst);
        let refusals: Vec<_> =
            refusals.iter().map(|(at, pause)| (milliseconds(*at), milliseconds(*pause))).collect();
        let mut schedule = Schedule::new(Some(steady), Duration::ZERO);

        let departures = simulate(&mut schedule, &waiters, &refusals);

        check_windows(&departures, steady, LATE);
        let patient = waiters.iter().filter(|waiter| waiter.gives_up_after.is_none()).count();
        prop_assert!(departures.len() >= patient, "each waiter that is not dropped departs");
    }

    #[test]
    fn punctual_waiters_leave_in_order_and_exactly_at_the_rate(
        mut waiters in proptest::collection::vec(any_waiter(), 1..80),
        interval in 1_u64..30_000_000,
        burst in 1_u32..12,
    ) {
        for waiter in &mut waiters {
            (waiter.late, waiter.gives_up_after) = (Duration::ZERO, None);
        }
        waiters.sort_by_key(|waiter| waiter.arrives);
        let steady = steady(Duration::from_nanos(interval), burst);

        let departures = simulate(&mut Schedule::new(Some(steady), Duration::ZERO), &waiters, &[]);

        check_windows(&departures, steady, Duration::ZERO);
        prop_assert_eq!(order(&departures), (0..waiters.len()).collect::<Vec<_>>());
        for (number, (left, _)) in departures.iter().enumerate() {
            // Each waiter departs at the earliest time that an ideal token bucket would allow.
            let ideal = (0..number)
                .map(|earlier| {
                    let ahead = u32::try_from(number - earlier).unwrap();
                    (waiters[earlier].arrives + steady.interval * ahead)
                        .saturating_sub(steady.tolerance)
                })
                .chain([waiters[number].arrives])
                .max();
            prop_assert_eq!(Some(*left), ideal);
        }
    }

    #[test]
    fn waiters_a_little_late_use_the_whole_rate(
        late in proptest::collection::vec(0_u64..=20, 2..200),
        interval in 1_u64..50,
    ) {
        let waiters: Vec<_> =
            late.iter().map(|late| SimulatedRequest { late: milliseconds(*late), ..SimulatedRequest::default() }).collect();
        let steady = steady(milliseconds(interval), 1);

        let departures = simulate(&mut Schedule::new(Some(steady), Duration::ZERO), &waiters, &[]);

        let ideal = steady.interval * u32::try_from(waiters.len() - 1).unwrap();
        prop_assert!(departures.iter().all(|(left, _)| *left <= ideal + LATE));
        check_windows(&departures, steady, LATE);
    }
}

#[test]
fn a_burst_leaves_at_once_after_a_quiet_time_only() {
    let mut schedule = Schedule::new(Some(steady(milliseconds(10), 3)), Duration::ZERO);
    let mut waiters = at_once(5);
    waiters.extend(
        (0..4).map(|_| SimulatedRequest {
            arrives: milliseconds(500),
            ..SimulatedRequest::default()
        }),
    );

    let departures = simulate(&mut schedule, &waiters, &[]);

    assert_eq!(time(&departures), [0, 0, 0, 10, 20, 500, 500, 500, 510]);
}

#[test]
fn a_line_that_stood_still_goes_on_in_order_and_without_a_burst() {
    let steady = steady(milliseconds(10), 1);
    let mut schedule = Schedule::new(Some(steady), Duration::ZERO);
    // All turns before 500 ms are late and come at 500 ms.
    let mut waiters = at_once(60);
    for (waiter, turn) in waiters.iter_mut().zip((0..500).step_by(10)) {
        waiter.late = milliseconds(500).saturating_sub(milliseconds(turn));
    }

    let departures = simulate(&mut schedule, &waiters, &[]);

    assert_eq!(order(&departures), (0..60).collect::<Vec<_>>());
    assert_eq!(time(&departures)[..6], [0, 500, 500, 500, 510, 520]);
    assert_eq!(departures[59].0, milliseconds(1_060));
    check_windows(&departures, steady, LATE);
}

#[test]
fn one_who_comes_far_too_late_goes_behind_the_others() {
    let mut schedule = Schedule::new(Some(steady(milliseconds(10), 1)), Duration::ZERO);
    let mut waiters = at_once(6);
    waiters[1].late = milliseconds(31);
    waiters[2].late = milliseconds(20);

    let departures = simulate(&mut schedule, &waiters, &[]);

    assert_eq!(order(&departures), [0, 3, 2, 4, 5, 1]);
    assert_eq!(time(&departures), [0, 30, 40, 40, 50, 60]);
}

#[test]
fn places_given_back_are_used_again_when_nobody_waits_behind() {
    let mut schedule = Schedule::new(Some(steady(milliseconds(100), 1)), Duration::ZERO);
    let dropped = |after| SimulatedRequest {
        gives_up_after: Some(milliseconds(after)),
        ..SimulatedRequest::default()
    };
    // All slots behind the first are free again, in whatever order their waiters are dropped.
    let later = SimulatedRequest { arrives: milliseconds(50), ..SimulatedRequest::default() };
    let waiters =
        [SimulatedRequest::default(), dropped(20), dropped(10), dropped(40), dropped(30), later];

    let departures = simulate(&mut schedule, &waiters, &[]);

    assert_eq!(order(&departures), [0, 5]);
    assert_eq!(time(&departures), [0, 100]);
}

#[test]
fn a_place_given_back_before_others_is_for_the_next_one_who_arrives() {
    let mut schedule = Schedule::new(Some(steady(milliseconds(100), 1)), Duration::ZERO);
    let mut waiters = at_once(3);
    waiters[1].gives_up_after = Some(milliseconds(10));
    let later = |at| SimulatedRequest { arrives: milliseconds(at), ..SimulatedRequest::default() };
    waiters.extend([later(50), later(60)]);

    let departures = simulate(&mut schedule, &waiters, &[]);

    assert_eq!(order(&departures), [0, 3, 2, 4]);
    assert_eq!(time(&departures), [0, 100, 200, 300]);
}

/// Calls that arrive evenly and give up after so many seconds.
fn impatient(
    seconds: std::ops::Range<u64>,
    per_second: u64,
    patience: u64,
) -> impl Iterator<Item = SimulatedRequest> {
    seconds.flat_map(move |second| {
        (0..per_second).map(move |number| SimulatedRequest {
            arrives: Duration::from_micros(second * 1_000_000 + number * 1_000_000 / per_second),
            gives_up_after: Some(Duration::from_secs(patience)),
            ..SimulatedRequest::default()
        })
    })
}

#[test]
fn callers_who_give_up_leave_the_whole_rate_to_the_others() {
    for burst in [1, 20] {
        let steady = steady(milliseconds(10), burst);
        let mut schedule = Schedule::new(Some(steady), Duration::ZERO);
        let waiters: Vec<_> = impatient(0..30, 300, 5).chain(impatient(30..90, 95, 5)).collect();

        let departures = simulate(&mut schedule, &waiters, &[]);

        check_windows(&departures, steady, LATE);
        let within = |seconds: std::ops::Range<u64>| {
            let seconds = seconds.start * 1_000..seconds.end * 1_000;
            let seconds = u128::from(seconds.start)..u128::from(seconds.end);
            time(&departures).iter().filter(|time| seconds.contains(time)).count()
        };
        for second in (0..30).step_by(10) {
            let sent = within(second..second + 10);
            assert!(sent >= 990, "{sent} in ten seconds from {second}");
        }
        for second in (40..90).step_by(10) {
            let sent = within(second..second + 10);
            assert!(sent >= 940, "{sent} in ten seconds from {second}");
        }
    }
}

#[test]
fn callers_who_give_up_in_a_cooldown_delay_nobody_after_it() {
    for rate in [None, Some(steady(milliseconds(10), 10))] {
        let mut schedule = Schedule::new(rate, milliseconds(50));
        let mut waiters: Vec<_> = impatient(1..55, 300, 5).collect();
        let number = waiters.len();
        waiters.extend(impatient(60..61, 200, 60).chain(impatient(70..71, 100, 60)));

        let departures = simulate(
            &mut schedule,
            &waiters,
            &[(Duration::from_millis(500), milliseconds(60_000))],
        );

        let times = time(&departures);
        assert!(departures.iter().all(|(_, waiter)| *waiter >= number));
        assert_eq!(times.len(), 300);
        assert_eq!(times[0], 60_500);
        // Who was not sent does not make the first requests follow each other more closely.
        let within = times.iter().filter(|time| **time < 61_500).count();
        match rate {
            Some(_) => assert!((99..=101).contains(&within), "{within}"),
            None => assert!((20..50).contains(&within), "{within}"),
        }
    }
}

#[test]
fn a_cooldown_leaves_no_burst_to_those_who_take_what_others_gave_back() {
    let steady = steady(milliseconds(10), 10);
    let mut schedule = Schedule::new(Some(steady), Duration::ZERO);
    let mut waiters = at_once(40);
    for waiter in &mut waiters[10..39] {
        waiter.gives_up_after = Some(milliseconds(4));
    }
    waiters.extend((0..10).map(|number| SimulatedRequest {
        arrives: milliseconds(60 + number),
        ..SimulatedRequest::default()
    }));

    let departures = simulate(&mut schedule, &waiters, &[(milliseconds(50), milliseconds(950))]);

    let times = time(&departures);
    assert_eq!(times[..10], [0; 10]);
    let later = &times[10..];
    assert!(later[0] >= 1_000);
    assert!(later.windows(2).all(|pair| pair[1] >= pair[0] + 10), "{later:?}");
}

#[test]
fn a_closed_gate_moves_all_waiters_and_keeps_their_order() {
    let mut schedule = Schedule::new(Some(steady(milliseconds(10), 3)), Duration::ZERO);
    let mut waiters = at_once(5);
    waiters.push(SimulatedRequest { arrives: milliseconds(200), ..SimulatedRequest::default() });
    waiters.push(SimulatedRequest { arrives: milliseconds(2_000), ..SimulatedRequest::default() });
    waiters.push(SimulatedRequest { arrives: milliseconds(2_000), ..SimulatedRequest::default() });
    let refusals = [
        (milliseconds(15), milliseconds(985)),
        // Within the cooldown, so it changes nothing.
        (milliseconds(500), milliseconds(300)),
        (milliseconds(600), milliseconds(500)),
    ];

    let departures = simulate(&mut schedule, &waiters, &refusals);

    assert_eq!(order(&departures), (0..8).collect::<Vec<_>>());
    // The fifth waiter had 5 ms left when the cooldown started.
    assert_eq!(time(&departures), [0, 0, 0, 10, 1105, 1115, 2000, 2000]);
}

#[test]
fn a_gate_reopens_without_a_burst() {
    let mut schedule = Schedule::new(Some(steady(milliseconds(10), 3)), Duration::ZERO);
    schedule.close(milliseconds(500), milliseconds(500));
    let waiter = SimulatedRequest { arrives: milliseconds(600), ..SimulatedRequest::default() };

    let departures = simulate(&mut schedule, &vec![waiter; 4], &[]);

    assert_eq!(time(&departures), [1000, 1010, 1020, 1030]);
}

#[test]
fn without_a_rate_waiters_leave_one_by_one_after_a_refusal_and_ever_closer() {
    let mut schedule = Schedule::new(None, milliseconds(50));
    let mut waiters = at_once(1);
    waiters.extend(
        (0..1_000)
            .map(|_| SimulatedRequest { arrives: milliseconds(10), ..SimulatedRequest::default() }),
    );

    let departures = simulate(&mut schedule, &waiters, &[(milliseconds(5), milliseconds(995))]);

    let times = time(&departures);
    assert_eq!(times[..4], [0, 1000, 1050, 1097]);
    assert_eq!(order(&departures), (0..1_001).collect::<Vec<_>>());
    let within = |second: u128| times.iter().filter(|time| **time / 1000 == second).count();
    assert_eq!((1..5).map(within).sum::<usize>(), 1_000);
    let end = departures[1_000].0 + milliseconds(1);
    schedule.settle(end);
    assert!(schedule.is_idle(end), "the schedule is idle at the end");
    // The rate grows by a factor of e each second.
    assert!((1..4).all(|second| (2..4).contains(&(within(second + 1) / within(second)))));
}

#[test]
fn after_a_calm_time_nobody_asks_any_more() {
    let mut schedule = Schedule::new(None, milliseconds(50));
    assert!(schedule.is_idle(Duration::ZERO));
    schedule.close(Duration::ZERO, milliseconds(100));
    for (now, expected) in [(99, false), (100, false), (1_099, false), (1_100, true)] {
        let now = milliseconds(now);
        schedule.settle(now);
        assert_eq!(schedule.is_idle(now), expected, "{now:?}");
    }
}

#[test]
fn refusals_without_a_time_close_the_gate_for_longer_each_time_in_a_row() {
    let mut schedule = Schedule::new(None, milliseconds(50));
    let mut now = Duration::ZERO;
    for seconds in [1, 2, 4, 8, 16, 30, 30] {
        let sent = now;
        schedule.refused(sent, now, None);
        // Other requests that were in flight.
        schedule.refused(sent, now, None);
        schedule.refused(sent, now + milliseconds(10), None);
        schedule.accepted(sent);
        assert_eq!(schedule.paused_for(now), Duration::from_secs(seconds));
        now += Duration::from_secs(seconds);
    }

    let calm = now + Duration::from_secs(10);
    schedule.settle(calm);
    assert!(!schedule.is_idle(calm), "the next response still counts");
    schedule.accepted(now);
    assert!(schedule.is_idle(calm));
    schedule.refused(now, now, None);

    assert_eq!(schedule.paused_for(now), Duration::from_secs(1));
}

#[test]
fn no_time_is_too_long() {
    let long = [Duration::MAX, Duration::from_secs(u64::MAX), Duration::from_secs(3_600)];
    for (pause, spacing) in long.into_iter().zip(long) {
        let steady = Steady { interval: Duration::MAX, tolerance: Duration::MAX };
        for mut schedule in [Schedule::new(Some(steady), spacing), Schedule::new(None, spacing)] {
            for now in [Duration::ZERO, Duration::from_secs(7), Duration::MAX] {
                schedule.refused(now, now, Some(pause));
                schedule.close(now, pause);
                assert!(schedule.paused_for(now) <= Duration::from_secs(3_600));
                let slot = schedule.offer(now);
                schedule.take(&slot);
                schedule.turn(&slot, now);
                schedule.settle(now);
                schedule.give_back(&slot);
            }
        }
    }
}

/// Sends requests one by one for a minute to a server with a token bucket, which asks for a pause of
/// a second; returns the share of its rate that was used, and the number of refusals.
fn use_bucket(per_second: f64, burst: f64) -> (f64, u32) {
    let second = Duration::from_secs(1);
    let mut schedule = Schedule::new(None, milliseconds(50));
    let (mut now, mut filled) = (Duration::ZERO, Duration::ZERO);
    let (mut tokens, mut accepted, mut refused) = (burst, 0.0, 0);
    while now < 60 * second {
        schedule.settle(now);
        let slot = schedule.offer(now);
        schedule.take(&slot);
        // Without a limit, a request takes a millisecond.
        now += schedule.wait(&slot, now).max(milliseconds(1));
        assert_eq!(schedule.turn(&slot, now), Turn::Go);
        tokens = burst.min(tokens + now.saturating_sub(filled).as_secs_f64() * per_second);
        filled = now;
        if tokens < 1.0 {
            refused += 1;
            schedule.refused(now, now, Some(second));
        } else {
            accepted += 1.0;
            tokens -= 1.0;
            schedule.accepted(now);
        }
    }
    (accepted / (burst + per_second * now.as_secs_f64()), refused)
}

#[test]
fn a_rate_that_only_refusals_tell_is_found() {
    for (per_second, burst, least) in
        [(200.0, 1.0, 0.75), (200.0, 20.0, 0.78), (200.0, 200.0, 0.92), (20.0, 1.0, 0.75)]
    {
        let (used, refused) = use_bucket(per_second, burst);

        assert!(used > least, "{used} of {per_second} with a bucket of {burst}");
        assert!(refused < 15, "{refused} at {per_second} with a bucket of {burst}");
    }
}

/// Lets a request wait for its turn and depart, and returns that time, which is the next `now`.
fn depart(schedule: &mut Schedule, now: &mut Duration) -> Duration {
    let slot = schedule.offer(*now);
    schedule.take(&slot);
    *now += schedule.wait(&slot, *now);
    assert_eq!(schedule.turn(&slot, *now), Turn::Go);
    *now
}

#[test]
fn a_gap_that_is_learned_is_at_most_a_second_or_the_first_one() {
    for (spacing, most) in [(50, 1_000), (5_000, 5_000)] {
        let mut schedule = Schedule::new(None, milliseconds(spacing));
        let mut now = Duration::ZERO;
        for _ in 0..20 {
            // Of two requests, the second one is refused.
            for _ in 0..2 {
                depart(&mut schedule, &mut now);
            }
            schedule.refused(now, now, Some(milliseconds(1_000)));
        }

        let [first, second] = [(); 2].map(|()| {
            let slot = schedule.offer(now);
            schedule.take(&slot);
            now + schedule.wait(&slot, now)
        });
        let gap = second.saturating_sub(first).as_millis();
        assert!((most * 95 / 100..=most).contains(&gap), "{gap} with a spacing of {spacing}");
    }
}

#[test]
fn an_outage_does_not_slow_down_what_follows() {
    let mut schedule = Schedule::new(None, milliseconds(50));
    let mut now = Duration::ZERO;
    // The first request after each cooldown is refused, whatever the gap.
    for _ in 0..15 {
        let sent = depart(&mut schedule, &mut now);
        schedule.refused(sent, sent, Some(milliseconds(5_000)));
    }

    let sent: Vec<_> = (0..3).map(|_| depart(&mut schedule, &mut now)).collect();
    let gaps = [1, 2].map(|index: usize| sent[index].saturating_sub(sent[index - 1]));
    assert_eq!(gaps[0], milliseconds(50));
    assert!(gaps[1] < milliseconds(50), "{gaps:?}");
}

#[test]
fn requests_continue_more_slowly_than_those_that_were_refused() {
    let mut schedule = Schedule::new(None, milliseconds(50));
    let mut now = Duration::ZERO;
    schedule.refused(Duration::ZERO, Duration::ZERO, Some(milliseconds(1_000)));
    let sent: Vec<_> = (0..100).map(|_| depart(&mut schedule, &mut now)).collect();
    let gap_before = |sent: &[Duration], at: usize| sent[at].saturating_sub(sent[at - 1]);
    let gap = gap_before(&sent, 99);
    assert!(gap < milliseconds(10), "{gap:?}");

    // Three requests were in flight when the first was refused.
    for late in [0, 1, 2] {
        schedule.refused(sent[99], sent[99] + milliseconds(late), Some(milliseconds(1_000)));
    }

    let sent: Vec<_> = (0..100).map(|_| depart(&mut schedule, &mut now)).collect();
    let gaps = [1, 99].map(|at| gap_before(&sent, at).div_duration_f64(gap));
    assert!((1.1..1.3).contains(&gaps[0]), "a fifth less: {gaps:?}");
    assert!((0.9 * gaps[0]..gaps[0]).contains(&gaps[1]), "they speed up slowly: {gaps:?}");

    let calm = sent[99] + milliseconds(1_100);
    schedule.settle(calm);
    schedule.close(calm, milliseconds(1_000));
    let sent: Vec<_> = (0..2).map(|_| depart(&mut schedule, &mut now)).collect();
    assert_eq!(gap_before(&sent, 1), milliseconds(50), "it was forgotten in a quiet time");
}
