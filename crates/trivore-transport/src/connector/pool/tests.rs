//! The bookkeeping of connections, without any.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use tokio::sync::oneshot::Receiver;
use tokio::time::Instant;

use crate::connector::connections::Connections;
use crate::connector::pool::state::{
    Exclusive, FailedOpening, Grant, Limits, Loan, Protocol, Shared, State,
};

/// A connection whose state the test sets.
#[derive(Clone, Debug, Default)]
struct Fake {
    is_closed: Rc<Cell<bool>>,
    received: Rc<Cell<u64>>,
    is_awaited: Rc<Cell<bool>>,
}

impl Exclusive for Fake {
    fn is_closed(&self) -> bool {
        self.is_closed.get()
    }
}

impl Shared for Fake {
    fn is_closed(&self) -> bool {
        self.is_closed.get()
    }

    fn received(&self) -> u64 {
        self.received.get()
    }

    fn await_arrival(&self) {
        self.is_awaited.set(true);
    }
}

type FakeState = State<Fake, Fake, &'static str>;
type Waits = Vec<Receiver<Result<Grant<Fake, Fake>, &'static str>>>;

const SECOND: Duration = Duration::from_secs(1);

fn state(protocol: Protocol) -> FakeState {
    limited(protocol, 8)
}

fn limited(protocol: Protocol, connections: usize) -> FakeState {
    let limits =
        Limits { connections, idle_connections: 4, idle_time: 50 * SECOND, age: 600 * SECOND };
    State::new(limits, protocol)
}

/// Requests that wait for a connection.
fn waiting(state: &mut FakeState, count: usize) -> Waits {
    (0..count).map(|_| state.wait(false).1).collect()
}

/// Gives connections to requests that wait; returns how many get one.
fn served(state: &mut FakeState, now: Instant) -> usize {
    std::iter::from_fn(|| {
        let (waiter, grant) = state.serve(now)?;
        waiter.send(Ok(grant)).ok()
    })
    .count()
}

/// Opens connections, and returns their numbers.
fn opened(state: &mut FakeState, count: usize, now: Instant) -> Vec<u64> {
    let waits: Vec<_> = (0..count).map(|_| state.wait(false)).collect();
    assert_eq!(state.begin_opening(Instant::now()), count);
    for (number, _) in waits {
        state.stop_waiting(number);
    }
    (0..count).map(|_| state.add_exclusive(Fake::default(), now)).collect()
}

fn opened_shared(state: &mut FakeState, max: usize, now: Instant) -> (Fake, u64) {
    let (number, _) = state.wait(false);
    assert_eq!(state.begin_opening(Instant::now()), 1);
    state.stop_waiting(number);
    let fake = Fake::default();
    (fake.clone(), state.add_shared(fake, max, now))
}

fn exclusive(grant: Option<Grant<Fake, Fake>>) -> Option<u64> {
    match grant? {
        Grant::Exclusive(loan) => Some(loan.number),
        Grant::Shared(..) => None,
    }
}

fn shared(grant: Option<Grant<Fake, Fake>>) -> Option<u64> {
    match grant? {
        Grant::Shared(share) => Some(share.number),
        Grant::Exclusive(_) => None,
    }
}

/// Fails to open a connection; returns how many requests fail with it.
fn failed(state: &mut FakeState, now: Instant) -> usize {
    let FailedOpening { served, failed } = state.fail_opening(false, now);
    assert!(served.is_empty());
    failed.len()
}

/// Takes an HTTP/1.1 connection and gives it back when its response has ended.
fn used(state: &mut FakeState, at: Instant, keep_alive: Option<Duration>) {
    let Some(Grant::Exclusive(mut loan)) = state.take(at, false) else { panic!("no connection") };
    loan.keep_alive = keep_alive;
    state.give_back(loan, at);
}

#[test]
fn as_many_http1_connections_are_opened_as_requests_wait_within_the_limit() {
    let now = Instant::now();
    let mut state = state(Protocol::Http1);

    let first = waiting(&mut state, 3);
    assert_eq!(state.begin_opening(Instant::now()), 3);
    let more = waiting(&mut state, 2);
    assert_eq!(state.begin_opening(Instant::now()), 2);
    let many = waiting(&mut state, 10);
    assert_eq!(state.begin_opening(Instant::now()), 3);

    for _ in 0..8 {
        state.add_exclusive(Fake::default(), now);
    }
    assert_eq!(served(&mut state, now), 8);
    assert_eq!(state.begin_opening(Instant::now()), 0);
    state.discard();
    assert_eq!(state.begin_opening(Instant::now()), 1);
    drop((first, more, many));
}

#[test]
fn the_first_requests_use_the_connections_that_are_opened_for_them() {
    let now = Instant::now();
    let mut state = state(Protocol::Http1);
    let mut waits = waiting(&mut state, 3);
    assert_eq!(state.begin_opening(now), 3);
    let first = state.add_exclusive(Fake::default(), now);
    assert_eq!(served(&mut state, now), 1);
    let Ok(Ok(Grant::Exclusive(loan))) = waits[0].try_recv() else { panic!("no connection") };
    state.give_back(loan, now);

    assert_eq!(served(&mut state, now), 0);
    assert_eq!(served(&mut state, now + SECOND), 1, "the others take too long");
    assert_eq!(first, 1);
}

#[test]
fn the_first_handshake_shows_how_many_connections_are_needed() {
    let now = Instant::now();
    for (is_http2, opened_then) in [(true, 0), (false, 4)] {
        let mut state = state(Protocol::Unknown);
        let waits = waiting(&mut state, 5);

        assert_eq!(state.begin_opening(Instant::now()), 1);
        assert_eq!(state.begin_opening(Instant::now()), 0);
        if is_http2 {
            state.add_shared(Fake::default(), 100, now);
        } else {
            state.add_exclusive(Fake::default(), now);
        }

        assert_eq!(served(&mut state, now), if is_http2 { 5 } else { 1 });
        assert_eq!(state.begin_opening(Instant::now()), opened_then);
        drop(waits);
    }
}

#[test]
fn the_most_recently_used_connection_is_used_first_and_none_that_is_closed() {
    let now = Instant::now();
    let mut state = state(Protocol::Http1);
    let numbers = opened(&mut state, 3, now);
    let Some(Grant::Exclusive(loan)) = state.take(now, false) else { panic!("no connection") };
    assert_eq!(loan.number, numbers[2]);
    loan.handle.is_closed.set(true);
    state.give_back(loan, now);

    assert_eq!(exclusive(state.take(now, false)), Some(numbers[1]));
    assert_eq!(exclusive(state.take(now, false)), Some(numbers[0]));
    assert_eq!(exclusive(state.take(now, false)), None);
}

#[test]
fn no_more_connections_are_kept_than_the_limit_says() {
    let now = Instant::now();
    let mut state = state(Protocol::Http1);
    opened(&mut state, 6, now);
    let grants: Vec<_> = std::iter::from_fn(|| state.take(now, false)).collect();

    for grant in grants {
        state.put_back(grant, now);
    }

    let mut counts = Connections::default();
    state.count(&mut counts);
    assert_eq!((counts.idle, counts.in_use), (4, 0));
}

#[test]
fn a_connection_is_not_used_again_when_the_server_may_be_closing_it() {
    for (keep_alive, seen, last) in [
        (None, None, 49_999),
        (Some(5), None, 3_999),
        (Some(1), None, 749),
        (Some(0), None, 0),
        (None, Some(20), 18_999),
        (Some(5), Some(20), 3_999),
        (Some(30), Some(20), 18_999),
    ] {
        let now = Instant::now();
        let mut state = state(Protocol::Http1);
        let numbers = opened(&mut state, 2, now);
        if let Some(seconds) = seen {
            state.remove_closed(numbers[0], now + seconds * SECOND);
        }
        let now = now + 30 * SECOND;
        opened(&mut state, 1, now);
        used(&mut state, now, keep_alive.map(|seconds: u32| seconds * SECOND));

        let too_late = state.take(now + Duration::from_millis(last + 1), false);
        assert!(too_late.is_none(), "{keep_alive:?} {seen:?}");
        let in_time = state.take(now + Duration::from_millis(last), false);
        assert_eq!(in_time.is_some(), last > 0, "{keep_alive:?} {seen:?}");
    }
}

#[test]
fn a_server_that_keeps_connections_again_is_believed() {
    let now = Instant::now();
    let mut state = state(Protocol::Http1);
    let numbers = opened(&mut state, 2, now);
    state.remove_closed(numbers[0], now + 2 * SECOND);
    assert!(state.take(now + 3 * SECOND, false).is_none());

    assert_eq!(state.expire(numbers[1], now + 49 * SECOND), Some(now + 50 * SECOND));
    assert_eq!(state.expire(numbers[1], now + 50 * SECOND), None);
    let now = now + 50 * SECOND;
    opened(&mut state, 1, now);

    assert!(state.take(now + 49 * SECOND, false).is_some());
}

#[test]
fn a_connection_closed_after_a_moment_says_nothing_of_idle_times() {
    let now = Instant::now();
    let mut state = state(Protocol::Http1);
    let numbers = opened(&mut state, 2, now);

    state.remove_closed(numbers[0], now + SECOND / 10);

    assert!(state.take(now + 40 * SECOND, false).is_some());
}

#[test]
fn a_repetition_takes_no_connection_that_was_idle_before_the_failure() {
    let now = Instant::now();
    let mut state = state(Protocol::Http1);
    opened(&mut state, 3, now);
    let Some(Grant::Exclusive(used_later)) = state.take(now, false) else { panic!("none") };
    let number = used_later.number;

    state.record_failure(now + SECOND);
    state.give_back(used_later, now + 2 * SECOND);

    assert_eq!(exclusive(state.take(now + 3 * SECOND, true)), Some(number));
    assert_eq!(exclusive(state.take(now + 3 * SECOND, true)), None);
    // Others may use them.
    assert!(exclusive(state.take(now + 3 * SECOND, false)).is_some());
}

#[test]
fn a_connection_that_was_not_used_after_all_is_not_the_last_one_that_was() {
    let now = Instant::now();
    let mut state = state(Protocol::Http1);
    opened(&mut state, 2, now);
    used(&mut state, now + SECOND, None);
    let (last, first) = (state.take(now + SECOND, false), state.take(now + SECOND, false));
    let (Some(last), Some(first)) = (last, first) else { panic!("no connection") };
    let Grant::Exclusive(Loan { number, .. }) = &last else { panic!("shared") };
    let number = *number;

    state.put_back(last, now + SECOND);
    state.put_back(first, now + SECOND);

    assert_eq!(exclusive(state.take(now + SECOND, false)), Some(number));
}

#[test]
fn a_request_whose_connection_fails_gets_an_idle_one() {
    let now = Instant::now();
    let mut state = state(Protocol::Http1);
    let waits = waiting(&mut state, 2);
    assert_eq!(state.begin_opening(now), 2);
    let number = state.add_exclusive(Fake::default(), now);
    assert_eq!(served(&mut state, now), 1);
    let Some(Ok(Ok(Grant::Exclusive(loan)))) = waits.into_iter().next().map(|mut it| it.try_recv())
    else {
        panic!("no connection")
    };
    state.give_back(loan, now);
    assert_eq!(served(&mut state, now), 0, "it waits for its own connection at first");

    let FailedOpening { served, failed } = state.fail_opening(false, now);

    assert!(failed.is_empty());
    let granted: Vec<_> = served.into_iter().map(|(_, grant)| exclusive(Some(grant))).collect();
    assert_eq!(granted, [Some(number)]);
}

#[test]
fn idle_connections_are_offered_again_when_the_first_ones_are_not_waited_for_any_more() {
    let now = Instant::now();
    let mut state = state(Protocol::Http1);
    let waits = waiting(&mut state, 2);
    assert_eq!(state.begin_opening(now), 2);
    let number = state.add_exclusive(Fake::default(), now);
    assert_eq!(served(&mut state, now), 1);

    let check = state.expire(number, now);

    assert_eq!(check, Some(now + SECOND));
    drop(waits);
}

#[test]
fn a_connection_that_nobody_waits_for_any_more_is_kept_within_the_limit() {
    let now = Instant::now();
    let mut state = state(Protocol::Http1);

    opened(&mut state, 6, now);

    let mut counts = Connections::default();
    state.count(&mut counts);
    assert_eq!(counts.idle, 4);
}

#[test]
fn idle_connections_are_closed_with_one_that_was_stale() {
    let now = Instant::now();
    let mut state = state(Protocol::Http1);
    opened(&mut state, 3, now);

    state.record_stale(SECOND);

    assert!(state.take(now, false).is_none());
}

#[test]
fn idle_connections_that_may_not_be_used_make_room() {
    let now = Instant::now();
    let mut state = limited(Protocol::Http1, 2);
    opened(&mut state, 2, now);
    state.record_failure(now);
    let too_late = now + 60 * SECOND;
    assert!(state.take(too_late, false).is_none());

    let waits = waiting(&mut state, 1);

    assert_eq!(state.begin_opening(Instant::now()), 1);
    let mut counts = Connections::default();
    state.count(&mut counts);
    assert_eq!((counts.idle, counts.opening), (1, 1));
    drop(waits);
}

#[test]
fn an_http2_connection_takes_as_many_requests_as_the_server_says() {
    let now = Instant::now();
    let mut state = limited(Protocol::Unknown, 2);
    let (_, first) = opened_shared(&mut state, 2, now);

    assert_eq!(shared(state.take(now, false)), Some(first));
    assert_eq!(shared(state.take(now, false)), Some(first));
    assert_eq!(shared(state.take(now, false)), None);
    let (_, second) = opened_shared(&mut state, 2, now);
    assert_eq!(shared(state.take(now, false)), Some(second));
    state.release(first, now);
    state.release(first, now);
    state.set_max_requests(first, 1);
    assert_eq!(shared(state.take(now, false)), Some(first));
    assert_eq!(shared(state.take(now, false)), Some(second));

    let waits = waiting(&mut state, 1);
    assert_eq!(state.begin_opening(Instant::now()), 0, "there are two connections");
    state.set_max_requests(first, 2);
    assert_eq!(served(&mut state, now), 1);
    drop(waits);
}

#[test]
fn a_server_that_takes_no_requests_gets_no_other_connection() {
    let now = Instant::now();
    let mut state = state(Protocol::Unknown);
    let (_, number) = opened_shared(&mut state, 0, now);
    let waits = waiting(&mut state, 3);

    assert_eq!((served(&mut state, now), state.begin_opening(Instant::now())), (0, 0));
    state.remove_closed(number, now);
    assert_eq!(state.begin_opening(Instant::now()), 1);
    drop(waits);
}

#[test]
fn enough_http2_connections_are_opened_for_those_that_wait() {
    let now = Instant::now();
    let mut state = state(Protocol::Unknown);
    let (_, number) = opened_shared(&mut state, 3, now);
    for _ in 0..3 {
        assert_eq!(shared(state.take(now, false)), Some(number));
    }

    let waits = waiting(&mut state, 7);

    assert_eq!(state.begin_opening(Instant::now()), 3);
    drop(waits);
}

#[test]
fn a_suspected_connection_is_used_when_something_has_arrived() {
    let now = Instant::now();
    let mut state = state(Protocol::Unknown);
    let (fake, number) = opened_shared(&mut state, 100, now);
    assert!(state.take(now, false).is_some());

    state.give_up(number, now);
    assert!(state.take(now, false).is_none());
    assert!(fake.is_awaited.get());
    let waits = waiting(&mut state, 1);
    assert_eq!(state.begin_opening(Instant::now()), 1);
    fake.received.set(1);

    assert_eq!(served(&mut state, now), 1);
    drop(waits);
}

#[test]
fn a_request_that_is_given_up_for_the_response_of_another_one_suspects_nothing() {
    let begun = Instant::now();
    let response = begun + SECOND;
    for (given_up, is_usable) in
        [(response, true), (response + SECOND / 200, true), (response + SECOND / 2, false)]
    {
        let mut state = state(Protocol::Unknown);
        let (_, number) = opened_shared(&mut state, 100, begun);
        assert!(state.take(begun, false).is_some() && state.take(begun, false).is_some());

        state.finish(number, response);
        state.give_up(number, given_up);

        for is_repetition in [false, true] {
            assert_eq!(state.take(given_up, is_repetition).is_some(), is_usable, "{given_up:?}");
        }
    }
}

#[test]
fn idle_http2_connections_count_towards_the_limit() {
    let now = Instant::now();
    let limits =
        Limits { connections: 8, idle_connections: 1, idle_time: 50 * SECOND, age: 600 * SECOND };
    let mut state = FakeState::new(limits, Protocol::Unknown);
    let (_, first) = opened_shared(&mut state, 1, now);
    assert_eq!(shared(state.take(now, false)), Some(first));
    let (_, second) = opened_shared(&mut state, 1, now);
    assert_eq!(shared(state.take(now, false)), Some(second));

    state.release(first, now);
    state.release(second, now);

    assert_eq!(shared(state.take(now, false)), Some(first));
    assert_eq!(shared(state.take(now, false)), None);
    let waits = waiting(&mut state, 1);
    state.release(first, now);
    assert_eq!(served(&mut state, now), 1, "it is kept for a request that waits");
    drop(waits);
}

#[test]
fn a_repetition_takes_an_http2_connection_that_was_used_after_the_failure() {
    let now = Instant::now();
    let mut state = state(Protocol::Unknown);
    let (fake, number) = opened_shared(&mut state, 100, now);

    state.record_failure(now);

    assert_eq!(shared(state.take(now, true)), None);
    assert_eq!(shared(state.take(now, false)), Some(number));
    fake.received.set(1);
    assert_eq!(shared(state.take(now, true)), Some(number));
}

#[test]
fn a_repetition_waits_for_another_connection_and_stops_nobody() {
    let now = Instant::now();
    let mut state = state(Protocol::Unknown);
    let (_, first) = opened_shared(&mut state, 100, now);
    state.record_failure(now);
    assert!(state.take(now, true).is_none());
    let (_, mut repetition) = state.wait(true);
    let (_, mut other) = state.wait(false);

    assert_eq!(served(&mut state, now), 1);
    assert_eq!(shared(other.try_recv().unwrap().ok()), Some(first));
    assert_eq!(state.begin_opening(Instant::now()), 1);
    let second = state.add_shared(Fake::default(), 100, now);
    assert_eq!(served(&mut state, now), 1);
    assert_eq!(shared(repetition.try_recv().unwrap().ok()), Some(second));
}

#[test]
fn a_connection_that_goes_away_takes_no_more_requests_and_ends_with_its_last_one() {
    let now = Instant::now();
    let mut state = state(Protocol::Unknown);
    let (_, number) = opened_shared(&mut state, 100, now);
    assert!(state.take(now, false).is_some());

    state.drain(number);
    assert!(state.take(now, false).is_none());
    let mut counts = Connections::default();
    state.count(&mut counts);
    assert_eq!((counts.idle, counts.in_use), (0, 1));
    state.release(number, now);

    assert!(state.is_unused());
}

#[test]
fn requests_fail_with_a_connection_one_by_one_and_all_with_the_last() {
    let now = Instant::now();
    let mut state = state(Protocol::Http1);
    let waits = waiting(&mut state, 3);
    assert_eq!(state.begin_opening(Instant::now()), 3);

    assert_eq!(failed(&mut state, now), 1);
    assert_eq!(failed(&mut state, now), 1);
    assert_eq!(failed(&mut state, now), 1);
    drop(waits);

    let mut state = limited(Protocol::Unknown, 8);
    let waits = waiting(&mut state, 3);
    assert_eq!(state.begin_opening(Instant::now()), 1);
    assert_eq!(failed(&mut state, now), 3);
    assert!(state.is_unused());
    assert!(state.take(now, false).is_none());
    drop(waits);
}

#[test]
fn connections_are_closed_when_they_are_idle_or_alive_for_too_long() {
    let begun = Instant::now();
    let mut state = state(Protocol::Http1);
    let number = opened(&mut state, 1, begun)[0];
    assert_eq!(state.expire(number, begun), Some(begun + 50 * SECOND));
    let mut now = begun;
    while now < begun + 590 * SECOND {
        used(&mut state, now, None);
        now += 10 * SECOND;
    }
    assert_eq!(state.expire(number, now), Some(begun + 600 * SECOND));
    assert!(state.take(begun + 600 * SECOND, false).is_none(), "it is too old");

    let mut state = limited(Protocol::Unknown, 8);
    let (_, number) = opened_shared(&mut state, 1, begun);
    assert!(state.take(begun, false).is_some());
    assert_eq!(state.expire(number, begun + 599 * SECOND), Some(begun + 600 * SECOND));
    assert_eq!(state.expire(number, begun + 600 * SECOND), None, "it ends with its last request");
    state.release(number, begun + 601 * SECOND);
    assert!(state.is_unused());
}

#[test]
fn times_without_end_are_none() {
    let now = Instant::now();
    let limits = Limits {
        connections: 1,
        idle_connections: 1,
        idle_time: Duration::MAX,
        age: Duration::MAX,
    };
    let mut state = State::<Fake, Fake, ()>::new(limits, Protocol::Http1);
    let (number, _) = state.wait(false);
    assert_eq!(state.begin_opening(Instant::now()), 1);
    state.stop_waiting(number);
    let number = state.add_exclusive(Fake::default(), now);

    assert!(state.expire(number, now).is_some_and(|next| next > now + 1000 * SECOND));
    assert!(state.take(now + 1000 * SECOND, false).is_some());
}
