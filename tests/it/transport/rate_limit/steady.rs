//! The steady rate, and the order of waiting requests, with tokio's paused clock.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use futures_util::future::join_all;
use http::{Request, Response};
use proptest::prelude::*;
use tokio::task::JoinSet;
use tokio::time::{Instant, advance, sleep, timeout};
use trivore::transport::{Body, BoxError, BuildError, Call, CallOptions, Client, RateLimit};

use super::server::{Server, ms};

/// Returns the maximum number of arrivals in a window that begins with one of them.
fn busiest(arrivals: &[Duration], window: Duration) -> usize {
    let within =
        |from: Duration| arrivals.iter().filter(|at| (from..from + window).contains(*at)).count();
    arrivals.iter().map(|from| within(*from)).max().unwrap_or_default()
}

#[tokio::test(start_paused = true)]
async fn clones_share_one_rate_and_use_it() {
    for burst in [1, 10] {
        let server = Server::new();
        let client =
            server.client(&RateLimit::new().per_second(200.0).burst(burst).build().unwrap());
        let mut clones = JoinSet::new();
        for _ in 0..64 {
            let client = client.clone();
            clones.spawn(async move {
                let end = Instant::now() + Duration::from_secs(10);
                while Instant::now() < end {
                    client.execute(Call::get(&["x"])).await.unwrap();
                }
            });
        }

        clones.join_all().await;

        let arrivals = server.arrivals();
        let extra = usize::try_from(burst - 1).unwrap();
        assert_eq!(busiest(&arrivals, Duration::from_secs(1)), 200 + extra);
        assert_eq!(busiest(&arrivals, ms(100)), 20 + extra);
        assert_eq!(busiest(&arrivals, ms(5)), 1 + extra);
        let used = arrivals.iter().filter(|at| at.as_secs() < 10).count();
        assert!(used >= 2_000, "{used} of 2000");
    }
}

#[tokio::test(start_paused = true)]
async fn requests_leave_in_the_order_in_which_they_came() {
    let server = Server::new();
    let client = server.client(&RateLimit::new().per_second(50.0).build().unwrap());
    let names: Vec<_> = (0..100).map(|number| number.to_string()).collect();

    join_all(names.iter().map(|name| client.execute(Call::get(&[name])))).await;

    assert_eq!(server.paths(), names.iter().map(|name| format!("/{name}")).collect::<Vec<_>>());
    assert_eq!(server.arrivals()[99], ms(1_980));
}

#[tokio::test(start_paused = true)]
async fn a_wait_beyond_the_deadline_fails_at_once_and_takes_nothing() {
    let server = Server::new();
    let client = server.client(&RateLimit::new().per_second(1.0).build().unwrap());
    let impatient = client.with(CallOptions::new().timeout(ms(1_500)));
    client.execute(Call::get(&["x"])).await.unwrap();

    let (second, third, fourth, patient) = tokio::join!(
        impatient.execute(Call::post(&["x"])),
        impatient.execute(Call::post(&["x"])),
        async {
            let start = Instant::now();
            let error = impatient.execute(Call::post(&["x"])).await.unwrap_err();
            (start.elapsed(), error)
        },
        client.execute(Call::get(&["x"])),
    );

    assert!(second.is_ok() && patient.is_ok());
    for error in [third.unwrap_err(), fourth.1] {
        assert!(error.is_rate_limited() && error.status().is_none() && !error.is_timeout());
        assert_eq!(error.retry_after(), Some(ms(2_000)));
        assert!(!error.may_have_been_applied());
        let expected = "call: request not sent: the rate limit requires a wait of 2s, \
                        beyond the call's deadline";
        assert_eq!(error.to_string(), expected);
    }
    assert_eq!(fourth.0, Duration::ZERO);
    assert_eq!(server.milliseconds(), [0, 1_000, 2_000]);
}

#[tokio::test(start_paused = true)]
async fn calls_dropped_while_they_wait_give_their_places_back() {
    let server = Server::new();
    let client = server.client(&RateLimit::new().per_second(10.0).build().unwrap());
    client.execute(Call::get(&["x"])).await.unwrap();

    let crowd = join_all((0..50).map(|_| client.execute(Call::get(&["x"]))));
    timeout(ms(250), crowd).await.unwrap_err();
    client.execute(Call::get(&["x"])).await.unwrap();

    assert_eq!(server.milliseconds(), [0, 100, 200, 300]);
}

#[tokio::test(start_paused = true)]
async fn callers_with_short_timeouts_do_not_use_up_the_rate_that_others_get() {
    let server = Server::new();
    let client = server.client(&RateLimit::new().per_second(100.0).build().unwrap());
    let mut callers = JoinSet::new();
    for second in 0..40 {
        // More than the rate allows at first, and less later.
        let number = if second < 15 { 300 } else { 95 };
        for call in 0..number {
            let client = client.clone();
            let begins = ms(second * 1_000 + call * 1_000 / number);
            callers.spawn(async move {
                sleep(begins).await;
                timeout(ms(5_000), client.execute(Call::get(&["x"]))).await.is_ok()
            });
        }
    }

    callers.join_all().await;

    let arrivals = server.arrivals();
    assert!(busiest(&arrivals, ms(1_000)) <= 103);
    for second in (0..40).step_by(5) {
        let period = ms(second * 1_000)..ms(second * 1_000 + 5_000);
        let sent = arrivals.iter().filter(|at| period.contains(*at)).count();
        assert!(sent >= 465, "{sent} in five seconds from {second}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_kept_without_being_polled_stops_nobody() {
    let server = Server::new();
    let client = server.client(&RateLimit::new().per_second(10.0).build().unwrap());
    client.execute(Call::get(&["x"])).await.unwrap();

    let mut kept = Box::pin(client.execute(Call::get(&["kept"])));
    let pending = poll_fn(|cx| Poll::Ready(kept.as_mut().poll(cx).is_pending())).await;
    assert!(pending);
    join_all((0..5).map(|_| client.execute(Call::get(&["x"])))).await;
    kept.await.unwrap();

    assert_eq!(server.milliseconds(), [0, 200, 300, 400, 500, 600, 700]);
    assert_eq!(server.paths()[6], "/kept");
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_jumps_lets_nobody_through_twice() {
    let server = Server::new();
    let client = server.client(&RateLimit::new().per_second(100.0).build().unwrap());
    let crowd: Vec<_> = (0..100)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.execute(Call::get(&["x"])).await })
        })
        .collect();
    tokio::task::yield_now().await;

    advance(ms(500)).await;
    join_all(crowd).await;

    let arrivals = server.arrivals();
    assert_eq!(arrivals.len(), 100);
    assert!(busiest(&arrivals, ms(100)) <= 10 + 2, "too many requests within 100 ms");
    assert!(arrivals[99] <= ms(1_500), "the requests were delayed by more than the clock's jump");
}

#[tokio::test(start_paused = true)]
async fn a_place_among_those_under_way_is_waited_for_within_the_deadline() {
    let slow = tower::service_fn(|_: Request<Body>| async {
        sleep(Duration::from_secs(2)).await;
        Ok::<_, BoxError>(Response::new(String::new()))
    });
    let builder = || Client::builder("https://id.example.com").service(slow);
    for (most, successful) in [(0, 2), (1, 2), (2, 4), (usize::MAX, 6)] {
        let client = builder().max_concurrency(most).timeout(ms(5_000)).build().unwrap();
        let start = Instant::now();

        let results = join_all((0..6).map(|_| client.execute(Call::get(&["x"])))).await;

        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), successful);
        for error in results.into_iter().filter_map(Result::err) {
            assert!(error.is_timeout());
        }
        assert!(start.elapsed() <= ms(5_000));
    }
}

#[tokio::test(start_paused = true)]
async fn a_rate_that_is_none_makes_no_client() {
    for rate in [0.0, -0.0, -1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e-300, 1e-5] {
        let limit = RateLimit::new().per_second(rate).burst(5);

        let built = Server::new().builder().rate_limit(limit).build();

        assert!(matches!(built, Err(BuildError::InvalidRate)), "{rate}");
    }
}

#[tokio::test(start_paused = true)]
async fn any_other_setting_works() {
    for (rate, burst) in
        [(1e300, 0), (1e9, u32::MAX), (0.001, u32::MAX), (5e8, 1), (1.0, 2), (f64::MAX, 1)]
    {
        let server = Server::new();
        let client =
            server.client(&RateLimit::new().per_second(rate).burst(burst).build().unwrap());

        client.execute(Call::get(&["x"])).await.unwrap();
        client.execute(Call::get(&["x"])).await.unwrap();

        assert!(*server.milliseconds().last().unwrap() <= 1, "{rate} {burst}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_window_ever_holds_too_many_requests(
        rate in 1.0_f64..2_000.0,
        burst in 1_u32..20,
        calls in proptest::collection::vec((0_u64..300, proptest::option::of(0_u64..300)), 1..80),
    ) {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        let arrivals = runtime.unwrap().block_on(async {
            let server = Server::new();
            let client = server.client(&RateLimit::new().per_second(rate).burst(burst).build().unwrap());
            join_all(calls.iter().map(async |(begins, dropped)| {
                sleep(ms(*begins)).await;
                let call = client.execute(Call::get(&["x"]));
                match dropped {
                    Some(after) => timeout(ms(*after), call).await.map_or(Ok(()), |result| result),
                    None => call.await,
                }
            }))
            .await;
            server.arrivals()
        });

        for (first, begin) in arrivals.iter().enumerate() {
            for (number, end) in arrivals[first..].iter().enumerate() {
                // Timers have a resolution of one millisecond.
                let window = (end.saturating_sub(*begin) + ms(1)).as_secs_f64();
                let most = f64::from(burst) + window * rate + 0.001;
                prop_assert!(f64::from(u32::try_from(number).unwrap()) < most);
            }
        }
        let patient = calls.iter().filter(|(_, dropped)| dropped.is_none()).count();
        prop_assert!(arrivals.len() >= patient);
    }
}
