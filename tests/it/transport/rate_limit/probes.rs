//! Pauses of an operation or the client that are only inferred, with tokio's paused clock.

use std::future::pending;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use http::{Request, Response};
use tokio::time::{Instant, sleep};
use trivore::Users;
use trivore::models::PageRequest;
use trivore::transport::{
    Body, BoxError, Call, CallOptions, Client, Operation, RateLimit, RateLimiter, RetryPolicy,
};

use super::scopes::{LATENCY, REFUSED, Refusal, Server, user};
use super::server::ms;

const SECOND: Duration = Duration::from_secs(1);

/// Number of requests that an inferred pause lets through within 600 seconds, at most: one after
/// 1, 3, 7, 15 and 31 seconds, and from then on every 30 seconds.
const PROBES: usize = 24;

/// Refused for a day.
const DAY: Refusal = (429, &[("retry-after", "86400")]);

/// Makes calls that are refused for three users, so that their operation pauses.
async fn infer_operation(users: &Users) {
    for number in 0..3 {
        assert!(users.get(&user(number)).await.unwrap_err().status().is_some());
    }
}

#[tokio::test(start_paused = true)]
async fn users_over_their_limit_stop_the_others_for_about_a_second() {
    for refusal in [REFUSED, DAY, (503, &[("retry-after", "600")]), (429, &[])] {
        let server = Server::new(move |_, path| {
            ["/user/u0", "/user/u1", "/user/u2"].contains(&path).then_some(refusal)
        });
        let users = server.users(|client| client);
        infer_operation(&users).await;
        let start = Instant::now();

        users.get(&user(9)).await.unwrap();
        // A pause without a time ends with the first user's, which began a little earlier.
        let paused = start.elapsed() + 2 * LATENCY;
        assert!(paused >= SECOND, "{refusal:?}: the operation was not paused");
        assert!(paused <= SECOND + 3 * LATENCY, "{refusal:?}: {paused:?}");
        let others = join_all((10..30).map(|number| {
            let users = users.clone();
            async move { users.get(&user(number)).await }
        }));
        let others = others.await;

        assert!(others.iter().all(Result::is_ok), "{refusal:?}");
        assert!(start.elapsed() < 3 * SECOND, "{refusal:?}: {:?}", start.elapsed());
        if refusal.1.is_empty() {
            continue;
        }
        sleep(400 * SECOND).await;
        let own = users.get(&user(0)).await.unwrap_err();
        assert!(own.status().is_none(), "{refusal:?}: the user's own pause ended");
    }
}

#[tokio::test(start_paused = true)]
async fn users_over_their_limit_in_several_operations_stop_the_client_for_about_a_second() {
    let server = Server::new(|method, path| (method == "GET" && path != "/user").then_some(DAY));
    let limiter = RateLimiter::default();
    let users = server.users(|client| client.rate_limiter(limiter.clone()));
    drop(users.get(&user(1)).await);
    drop(users.legal_info(&user(2)).await);
    drop(users.enterprise(&user(3)).await);
    assert_eq!(limiter.paused_for(), Some(SECOND));
    let start = Instant::now();

    users.list(&PageRequest::new()).await.unwrap();

    assert!(start.elapsed() <= SECOND + 2 * LATENCY, "{:?}", start.elapsed());
    assert_eq!(limiter.paused_for(), None);
    users.list(&PageRequest::new()).await.unwrap();
    assert!(start.elapsed() <= SECOND + ms(200));
    let own = users.get(&user(1)).await.unwrap_err();
    assert!(own.status().is_none() && own.retry_after() > Some(3_500 * SECOND));
}

/// Makes many calls for 600 seconds, each for another user; returns how many requests were sent.
async fn outage(users: &Users, server: &Server, operations: usize, per_second: u32) -> usize {
    let impatient = users.with(CallOptions::new().timeout(5 * SECOND));
    let calls = join_all((0..600 * usize::try_from(per_second).unwrap()).map(|number| {
        let (impatient, users) = (impatient.clone(), users.clone());
        async move {
            sleep(SECOND / per_second * u32::try_from(number).unwrap()).await;
            // Some wait for 90 seconds.
            let users = if number % 7 == 0 { users } else { impatient };
            let user = user(1_000 + number);
            match number % operations {
                0 => users.get(&user).await.is_err(),
                1 => users.legal_info(&user).await.is_err(),
                2 => users.enterprise(&user).await.is_err(),
                _ => users.send_sms_code(&user, None).await.is_err(),
            }
        }
    }));
    let (results, sent) = tokio::join!(calls, async {
        sleep(600 * SECOND).await;
        server.count("")
    });
    assert!(results.iter().all(|is_refused| *is_refused));
    sent
}

#[tokio::test(start_paused = true)]
async fn when_everything_is_refused_few_requests_are_sent() {
    let limits: [fn() -> RateLimiter; 3] = [
        RateLimiter::default,
        || RateLimit::new().per_second(50.0).burst(10).build().unwrap(),
        || RateLimit::new().spacing(Duration::ZERO).build().unwrap(),
    ];
    for limiter in limits {
        for (operations, refusals) in [(1, 3), (4, 12)] {
            for permits in [2, usize::MAX] {
                let server = Server::new(|_, _| Some(REFUSED));
                let users =
                    server.users(|client| client.rate_limiter(limiter()).max_concurrency(permits));

                let sent = outage(&users, &server, operations, 5).await;

                // Each operation may have a probe of its own until the client pauses.
                let most = refusals + PROBES + operations;
                assert!(sent <= most, "{operations} operations, {permits} permits: {sent}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_outage_that_ends_is_noticed_within_half_a_minute() {
    let is_over = Arc::new(AtomicBool::new(false));
    let over = Arc::clone(&is_over);
    let server = Server::new(move |_, _| (!over.load(Ordering::Relaxed)).then_some(DAY));
    let users = server.users(|client| client);
    outage(&users, &server, 4, 2).await;

    is_over.store(true, Ordering::Relaxed);
    let start = Instant::now();
    let calls = join_all((0..50).map(|number| {
        let users = users.clone();
        async move { users.get(&user(number)).await }
    }));

    assert!(calls.await.iter().all(Result::is_ok));
    assert!(start.elapsed() <= 35 * SECOND, "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn bursts_that_lie_far_apart_are_held_back_while_the_servers_time_lasts() {
    let server = Server::new(|_, _| Some(REFUSED));
    let users = server.users(|client| client.timeout(ms(500)));
    infer_operation(&users).await;

    for burst in 0..4 {
        sleep(130 * SECOND).await;
        let calls = join_all((0..100).map(|number| {
            let users = users.clone();
            async move { users.get(&user(100 + burst * 100 + number)).await.is_err() }
        }));
        assert!(calls.await.iter().all(|is_refused| *is_refused));
    }

    assert_eq!(server.count(""), 3 + 4, "one request of each burst");
}

const GET: Operation = Operation::get("test.get", "/{user}");

#[tokio::test(start_paused = true)]
async fn one_request_at_a_time_finds_out_whether_the_pause_is_right() {
    // The first three users are refused. Later requests are slow, get lost or fail at first.
    for failure in ["slow", "lost", "unavailable"] {
        let arrivals = Arc::new(Mutex::new(Vec::new()));
        let (noted, begun) = (Arc::clone(&arrivals), Instant::now());
        let count = Arc::new(AtomicUsize::new(0));
        let service = tower::service_fn(move |_: Request<Body>| {
            let number = count.fetch_add(1, Ordering::Relaxed);
            if number >= 3 {
                noted.lock().unwrap().push(begun.elapsed().as_millis());
            }
            async move {
                let response = Response::builder();
                let response = match (number, failure) {
                    (0..3, _) => response.status(429).header("retry-after", "600"),
                    (3, "slow") => {
                        sleep(ms(900)).await;
                        response
                    }
                    (3, "lost") => pending().await,
                    (3, _) => response.status(500),
                    _ => response,
                };
                Ok::<_, BoxError>(response.body(String::new())?)
            }
        });
        let builder = Client::builder("https://id.example.com").retry(RetryPolicy::off());
        let builder = builder.attempt_timeout(10 * SECOND).service(service);
        let client = builder.build().unwrap();
        for number in 0..3 {
            client.execute(Call::of(&GET, &[&number.to_string()])).await.unwrap_err();
        }

        let calls = (10..30).map(|number| {
            let client = client.clone();
            async move { client.execute(Call::of(&GET, &[&number.to_string()])).await }
        });
        let calls = join_all(calls).await;

        let failed = calls.iter().filter(|call| call.is_err()).count();
        assert_eq!(failed, usize::from(failure != "slow"), "{failure}");
        let arrivals = arrivals.lock().unwrap();
        let next = if failure == "slow" { 1_900 } else { 3_000 };
        assert_eq!(arrivals[0], 1_000, "{failure}");
        assert!((next..next + 100).contains(&arrivals[1]), "{failure}: {arrivals:?}");
        assert!(*arrivals.last().unwrap() < next + 1_500, "{failure}: {arrivals:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_the_server_declares_is_not_probed() {
    for (refusal, is_post) in [
        ((429, &[("retry-after", "600"), ("x-ratelimit-global", "true")] as &[_]), false),
        (REFUSED, true),
    ] {
        // Of the client by its header, or of an operation without a subject.
        let server = Server::new(move |_, path| (path != "/user/u9").then_some(refusal));
        let users = server.users(|client| client.timeout(SECOND));
        let call = || async {
            let users = users.clone();
            if is_post {
                users.create(&trivore::models::User::new()).await.map(drop)
            } else {
                users.get(&user(1)).await.map(drop)
            }
        };
        drop(call().await);

        for _ in 0..50 {
            sleep(11 * SECOND).await;
            assert!(call().await.unwrap_err().status().is_none());
        }

        assert_eq!(server.count(""), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_nothing_confirms_ends_after_a_while() {
    // After the refusals, nothing is accepted, but nothing is refused either.
    let is_failing = Arc::new(AtomicBool::new(false));
    let failing = Arc::clone(&is_failing);
    let server = Server::new(move |_, _| {
        let is_failing = failing.load(Ordering::Relaxed);
        Some(if is_failing { (500, &[] as &[_]) } else { (429, &[("retry-after", "20")]) })
    });
    let users = server.users(|client| client.timeout(ms(500)));
    infer_operation(&users).await;
    is_failing.store(true, Ordering::Relaxed);

    for number in 0..60 {
        sleep(SECOND).await;
        drop(users.get(&user(10 + number)).await);
    }
    let sent = server.count("");
    for number in 0..60 {
        sleep(SECOND).await;
        drop(users.get(&user(100 + number)).await);
    }

    assert!(sent < 3 + 40, "{sent}");
    assert_eq!(server.count(""), sent + 60, "the operation still pauses");
}

#[tokio::test(start_paused = true)]
async fn an_accepted_request_that_uses_up_its_users_limit_ends_the_pause_of_the_others() {
    let used_up: Refusal =
        (200, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "600")] as &[_]);
    let server = Server::new(move |_, path| {
        let is_refused = ["/user/u0", "/user/u1", "/user/u2"].contains(&path);
        Some(if is_refused { REFUSED } else { used_up })
    });
    let users = server.users(|client| client);
    infer_operation(&users).await;
    let start = Instant::now();

    for number in 10..30 {
        users.get(&user(number)).await.unwrap();
    }

    assert!(start.elapsed() <= 3 * SECOND, "{:?}", start.elapsed());
    assert!(users.get(&user(10)).await.unwrap_err().status().is_none());
}

/// Refuses the first three requests, and loses the next four, which find out nothing.
fn loses_probes(begin: Instant, sent: &Arc<Mutex<Vec<(String, Duration)>>>) -> Client {
    let sent = Arc::clone(sent);
    let service = tower::service_fn(move |request: Request<Body>| {
        let mut sent = sent.lock().unwrap();
        sent.push((request.uri().path().to_owned(), begin.elapsed()));
        let response = Response::builder();
        let response = match sent.len() {
            1..=3 => response.status(429).header("retry-after", "1"),
            4..=7 => response.status(500),
            _ => response,
        };
        std::future::ready(response.body(String::new()).map_err(BoxError::from))
    });
    Client::builder("https://id.example.com")
        .retry(RetryPolicy::off())
        .service(service)
        .build()
        .unwrap()
}

#[tokio::test(start_paused = true)]
async fn an_inferred_pause_that_ends_by_time_ends_for_those_who_wait() {
    const GET: Operation = Operation::get("test.get", "/get/{user}");
    const OTHER: Operation = Operation::get("test.other", "/other/{user}");
    const THIRD: Operation = Operation::get("test.third", "/third/{user}");
    // The pause is the operation's, or the client's.
    for first in [[&GET, &GET, &GET], [&GET, &OTHER, &THIRD]] {
        let (start, sent) = (Instant::now(), Arc::default());
        let client = loses_probes(start, &sent);
        for (user, operation) in ["0", "1", "2"].into_iter().zip(first) {
            drop(client.execute(Call::of(operation, &[user])).await);
        }
        for at in [1_100, 3_200, 7_500, 20_000] {
            tokio::time::sleep_until(start + ms(at)).await;
            drop(client.execute(Call::of(&GET, &["9"])).await);
        }
        assert_eq!(sent.lock().unwrap().len(), 7, "the requests that find out are sent");

        let call = |user: &'static str, at| {
            let client = client.clone();
            async move {
                tokio::time::sleep_until(start + at).await;
                // The deadline allows the wait until the end of the pause.
                let options = CallOptions::new().timeout(ms(14_500));
                client.with(options).execute(Call::of(&GET, &[user])).await.unwrap();
            }
        };
        // The pause ends 30 seconds after the first request could be sent to find out.
        tokio::join!(call("10", 21 * SECOND), call("11", 22 * SECOND), call("12", 32 * SECOND));

        let sent = sent.lock().unwrap();
        let paths: Vec<_> = sent[7..].iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["/get/10", "/get/11", "/get/12"]);
        for (_, at) in &sent[7..9] {
            assert!((31 * SECOND..31 * SECOND + ms(100)).contains(at), "{at:?}");
        }
    }
}
