//! The rate limit combined with a limit of concurrent requests, with tokio's paused clock.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use http::{Request, Response};
use proptest::prelude::*;
use tokio::time::{Instant, sleep, timeout};
use trivore::models::User;
use trivore::transport::{
    Body, BoxError, Call, Client, ClientBuilder, Operation, RateLimit, RateLimitScope, RateLimiter,
    RetryPolicy,
};

use super::scopes::{LATENCY, REFUSED, Server, user};
use super::server::ms;

const DAY: Duration = Duration::from_secs(86_400);

/// A service for [`call`]s, which notes when they arrive and how many of them are in flight.
#[derive(Clone, Default)]
struct Slow {
    departures: Arc<Mutex<Vec<(Duration, String)>>>,
    in_flight: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

impl Slow {
    fn builder(&self) -> ClientBuilder {
        let (slow, begun) = (self.clone(), Instant::now());
        let service = tower::service_fn(move |request: Request<Body>| {
            let path = request.uri().path().to_owned();
            slow.departures.lock().unwrap().push((begun.elapsed(), path.clone()));
            let slow = slow.clone();
            async move {
                let now = slow.in_flight.fetch_add(1, Ordering::Relaxed) + 1;
                slow.most.fetch_max(now, Ordering::Relaxed);
                let _end = Ended(slow.in_flight);
                let mut parts = path.split('/').skip(1);
                sleep(ms(parts.next().unwrap().parse()?)).await;
                let response = match parts.next() {
                    Some("no") => Response::builder().status(429).header("retry-after", "10"),
                    _ => Response::builder(),
                };
                Ok::<_, BoxError>(response.body(String::new())?)
            }
        });
        let builder = Client::builder("https://id.example.com").service(service);
        builder.retry(RetryPolicy::off()).no_timeout().no_attempt_timeout()
    }

    fn departures(&self) -> Vec<(u128, String)> {
        let departures = self.departures.lock().unwrap();
        departures.iter().map(|(time, path)| (time.as_millis(), path.clone())).collect()
    }

    fn times(&self) -> Vec<Duration> {
        self.departures.lock().unwrap().iter().map(|(time, _)| *time).collect()
    }
}

/// Calls take `latency` milliseconds, and are refused if the word is `no`.
const CALL: Operation = Operation::get("test.call", "/{latency}/{word}/{name}");

fn call(latency: &str, word: &str, name: &str, subject: &str) -> Call<()> {
    Call::of(&CALL, &[latency, word, name]).subject(subject)
}

struct Ended(Arc<AtomicUsize>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[tokio::test(start_paused = true)]
async fn calls_that_pause_hold_no_permit() {
    for (permits, sheds) in [(1, false), (1, true), (3, false), (3, true)] {
        let is_limited = Arc::new(AtomicBool::new(true));
        let limited = Arc::clone(&is_limited);
        let server = Server::new(move |method, path| {
            let is_refused = path.starts_with("/user/u0") || (method == "POST" && path == "/user");
            (is_refused && limited.load(Ordering::Relaxed)).then_some(REFUSED)
        });
        let users = server.users(|client| {
            let client = client.max_concurrency(permits).timeout(DAY);
            if sheds { client.shed_load() } else { client }
        });
        // The first user's messages and the creation of users pause for 600 seconds.
        assert!(users.send_sms_code(&user(0), None).await.unwrap_err().is_rate_limited());
        assert!(users.create(&User::new()).await.unwrap_err().is_rate_limited());
        let start = Instant::now();

        let noisy = user(0);
        let paused = join_all((0..5).map(|_| users.send_sms_code(&noisy, None)));
        let (template, created) = (User::new(), &users);
        let creating = join_all((0..5).map(|_| created.create(&template)));
        let others = async {
            sleep(ms(1)).await;
            for number in 1..20 {
                let begun = Instant::now();
                users.get(&user(number)).await.unwrap();
                users.send_sms_code(&user(number), None).await.unwrap();
                assert_eq!(begun.elapsed(), LATENCY * 2, "user {number} waited");
            }
            is_limited.store(false, Ordering::Relaxed);
        };
        let (paused, creating, ()) = tokio::join!(paused, creating, others);

        assert!(start.elapsed() > Duration::from_secs(599) && start.elapsed() < DAY / 100);
        assert_eq!(server.count("POST /user/u0"), 1 + 5);
        // When the pauses end, requests that find no permit are shed.
        if !sheds || permits > 1 {
            assert!(paused.iter().all(Result::is_ok), "{paused:?}");
            assert!(creating.iter().all(Result::is_ok), "{creating:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_begins_while_a_call_waits_for_a_permit_takes_the_permit_from_nobody() {
    let slow = Slow::default();
    let client = slow.builder().max_concurrency(1).build().unwrap();

    let refused = client.execute(Call::get(&["100", "no"]).subject("a"));
    // Waits for the permit, and pauses when it gets it.
    let same = client.execute(Call::get(&["100", "no"]).subject("a"));
    let other = async {
        sleep(ms(1)).await;
        client.execute(Call::get(&["100", "yes"])).await
    };
    let (refused, same, other) = tokio::join!(refused, same, other);

    assert!(refused.is_err() && same.is_err() && other.is_ok());
    let no = || "/100/no".to_owned();
    assert_eq!(slow.departures(), [(0, no()), (100, "/100/yes".to_owned()), (10_100, no())]);
}

#[tokio::test(start_paused = true)]
async fn permits_that_come_free_together_do_not_exceed_the_rate() {
    for burst in [1, 3] {
        let slow = Slow::default();
        let limiter = RateLimit::new().per_second(10.0).burst(burst).build().unwrap();
        let client = slow.builder().rate_limiter(limiter).max_concurrency(4).build().unwrap();

        // The first four take all permits for ten seconds; then the server is fast.
        let paths = (0..40).map(|number| if number < 4 { "10000" } else { "1" });
        let calls = paths.map(|path| client.execute(Call::get(&[path])));
        let results = join_all(calls).await;

        assert!(results.iter().all(Result::is_ok));
        let times = slow.times();
        assert_eq!(times[4], ms(10_000));
        check_rate(&times, 10.0, burst);
        let last = times.last().unwrap();
        assert!(*last <= ms(14_000), "the rate is not used: {last:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn permits_that_come_free_together_do_not_end_the_spacing_after_a_pause() {
    for scope in [RateLimitScope::Subject, RateLimitScope::Operation, RateLimitScope::Client] {
        let slow = Slow::default();
        let limiter = RateLimit::new().scope(scope).build().unwrap();
        let client = slow.builder().rate_limiter(limiter).max_concurrency(4).build().unwrap();
        client.execute(call("0", "no", "first", "a")).await.unwrap_err();

        let paused = join_all((0..8).map(|number| {
            let client = client.clone();
            async move {
                sleep(ms(500)).await;
                client.execute(call("0", "yes", &number.to_string(), "a")).await
            }
        }));
        // Others hold all permits when the pause ends, unless they pause as well.
        let others = join_all((0..4).map(|_| async {
            sleep(ms(9_900)).await;
            client.execute(Call::post(&["2000", "x"])).await
        }));
        let (paused, others) = tokio::join!(paused, others);

        assert!(paused.iter().chain(&others).all(Result::is_ok), "{scope}");
        let departures = slow.departures();
        let times: Vec<_> =
            departures.iter().filter(|(_, path)| path.starts_with("/0/yes")).collect();
        let latest = if scope == RateLimitScope::Client { 10_000 } else { 11_900 };
        assert_eq!((times.len(), times[0].0), (8, latest), "{scope}");
        for (number, pair) in times.windows(2).enumerate() {
            assert!(pair[1].0 - pair[0].0 >= 25, "{scope}: {times:?}");
            assert!(pair[1].1.ends_with(&(number + 1).to_string()), "{scope}: {times:?}");
        }
        assert!(times[7].0 < latest + 400, "{scope}: {times:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn waiters_that_are_dropped_return_permits_and_slots() {
    let slow = Slow::default();
    let limiter = RateLimit::new().per_second(10.0).build().unwrap();
    let client = slow.builder().rate_limiter(limiter).max_concurrency(2).build().unwrap();
    let call = |path: &'static str| client.execute(Call::get(&[path]));

    // Two hold the permits; the others wait for a permit or for their slot until they are dropped.
    let hold = timeout(ms(3_000), join_all([call("9000"), call("9000")]));
    let crowd = timeout(ms(2_900), join_all((0..50).map(|_| call("0"))));
    let (hold, crowd) = tokio::join!(hold, crowd);
    assert!(hold.is_err() && crowd.is_err());
    let results = join_all((0..3).map(|_| call("0"))).await;

    assert!(results.iter().all(Result::is_ok));
    let times: Vec<_> = slow.departures().iter().map(|(at, _)| *at).collect();
    assert_eq!(times[..3], [0, 100, 3_000], "{times:?}");
    assert!(times[4] <= 3_200, "{times:?}");
    assert_eq!(slow.most.load(Ordering::Relaxed), 2);
}

#[tokio::test(start_paused = true)]
async fn requests_leave_in_order_although_they_wait_for_permits_and_slots() {
    for permits in [1, 3] {
        let slow = Slow::default();
        let limiter = RateLimit::new().per_second(20.0).burst(2).build().unwrap();
        let client = slow.builder().rate_limiter(limiter).max_concurrency(permits).build().unwrap();
        let names: Vec<_> = (0..60).map(|number| number.to_string()).collect();

        let calls = names.iter().enumerate().map(|(number, name)| {
            let latency = ["0", "400", "10", "120"][number % 4];
            let client = client.clone();
            async move {
                sleep(ms(u64::try_from(number).unwrap() * 7)).await;
                client.execute(Call::get(&[latency, name])).await.unwrap();
            }
        });
        join_all(calls).await;

        let order: Vec<_> = slow
            .departures()
            .iter()
            .map(|(_, path)| path.rsplit('/').next().unwrap().to_owned())
            .collect();
        assert_eq!(order, names);
        check_rate(&slow.times(), 20.0, 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_is_shed_when_its_turn_comes_and_there_is_no_permit() {
    let slow = Slow::default();
    let limiter = RateLimit::new().per_second(10.0).build().unwrap();
    let builder = slow.builder().rate_limiter(limiter).max_concurrency(1).shed_load();
    let client = builder.build().unwrap();
    let begun = Instant::now();

    let results = join_all(["150", "0", "0"].map(|path| {
        let client = client.clone();
        async move { (client.execute(Call::post(&[path])).await, begun.elapsed()) }
    }))
    .await;

    assert!(results[0].0.is_ok() && results[2].0.is_ok(), "{results:?}");
    let error = results[1].0.as_ref().unwrap_err();
    assert!(error.to_string().contains("overloaded") && !error.may_have_been_applied());
    assert_eq!(results[1].1, ms(100), "it was shed when its turn came");
    assert_eq!(slow.times(), [ms(0), ms(200)]);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_not_polled_while_it_waits_keeps_no_permit_from_others() {
    let slow = Slow::default();
    let client = slow.builder().max_concurrency(1).build().unwrap();
    client.execute(Call::get(&["0", "no"])).await.unwrap_err();

    let mut kept = Box::pin(client.execute(Call::get(&["0", "no"])));
    assert!(futures_util::poll!(kept.as_mut()).is_pending());
    client.execute(Call::get(&["0", "yes"])).await.unwrap();

    kept.await.unwrap_err();
    assert_eq!(slow.times().len(), 3);
}

/// Checks that no period has more departures than the rate allows.
#[track_caller]
fn check_rate(times: &[Duration], rate: f64, burst: u32) {
    for (first, begin) in times.iter().enumerate() {
        for (number, end) in times[first..].iter().enumerate() {
            // A waiter may be late by up to 20 ms, and timers have a resolution of 1 ms.
            let window = (end.saturating_sub(*begin) + ms(21)).as_secs_f64();
            let most = f64::from(burst) + window * rate + 0.001;
            assert!(f64::from(u32::try_from(number).unwrap()) < most, "{first} {number} {times:?}");
        }
    }
}

prop_compose! {
    /// When a call begins, its subject, its latency, whether it is refused, and when it is dropped.
    fn any_call()(
        begins in 0_u64..2_000,
        subject in 0_u32..4,
        latency in prop_oneof![0_u64..20, 0_u64..2_000],
        is_refused in proptest::bool::weighted(0.1),
        dropped in proptest::option::weighted(0.2, 0_u64..3_000),
    ) -> (u64, u32, u64, bool, Option<u64>) {
        (begins, subject, latency, is_refused, dropped)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn permits_rate_and_pauses_hold_together(
        rate in proptest::option::of(1.0_f64..200.0),
        burst in 1_u32..8,
        permits in 1_usize..6,
        calls in proptest::collection::vec(any_call(), 1..60),
    ) {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        let slow = Slow::default();
        let ended = runtime.unwrap().block_on(async {
            let limiter = match rate {
                Some(rate) => RateLimit::new().per_second(rate).burst(burst).build().unwrap(),
                None => RateLimiter::default(),
            };
            let builder = slow.builder().rate_limiter(limiter).max_concurrency(permits);
            let client = builder.build().unwrap();
            let all = join_all(calls.iter().enumerate().map(|(number, planned)| {
                let client = client.clone();
                async move {
                    let (begins, subject, latency, is_refused, dropped) = *planned;
                    sleep(ms(begins)).await;
                    let word = if is_refused { "no" } else { "yes" };
                    let (latency, number) = (latency.to_string(), number.to_string());
                    let call = client.execute(call(&latency, word, &number, &subject.to_string()));
                    match dropped {
                        Some(after) => timeout(ms(after), call).await.is_ok(),
                        None => call.await.map_or_else(|error| error.status().is_some(), |()| true),
                    }
                }
            }));
            // Nobody waits for ever.
            timeout(Duration::from_secs(3_600), all).await.unwrap()
        });

        let patient = calls.iter().zip(&ended).filter(|((.., dropped), _)| dropped.is_none());
        for (call, ended) in patient {
            prop_assert!(ended, "{:?} was not sent", call);
        }
        prop_assert!(slow.most.load(Ordering::Relaxed) <= permits);
        let paths: BTreeSet<_> = slow.departures().into_iter().map(|(_, path)| path).collect();
        prop_assert_eq!(paths.len(), slow.times().len(), "a request was sent twice");
        if let Some(rate) = rate {
            check_rate(&slow.times(), rate, burst);
        }
    }
}
