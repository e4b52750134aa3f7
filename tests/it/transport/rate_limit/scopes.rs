//! What pauses after a refusal: a subject, an operation or the client, with tokio's paused clock.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use http::{Method, Request, Response};
use tokio::time::{Instant, sleep};
use trivore::models::{PageRequest, User, UserId};
use trivore::transport::{
    Body, BoxError, CallOptions, ClientBuilder, ClientEvent, Observer, RateLimit, RateLimitScope,
    RateLimiter, RetryPolicy,
};
use trivore::{Trivore, Users};

/// A service that refuses requests by a rule, and counts those that it receives by method and path.
#[derive(Clone)]
pub(super) struct Server {
    seen: Arc<Mutex<BTreeMap<String, usize>>>,
    rule: Arc<Rule>,
}

type Rule = dyn Fn(&str, &str) -> Option<Refusal> + Send + Sync;

/// Status and headers of a refusal.
pub(super) type Refusal = (u16, &'static [(&'static str, &'static str)]);

pub(super) const REFUSED: Refusal = (429, &[("retry-after", "600")]);

impl Server {
    /// The rule gets the method and the path below `/api/rest/v1`.
    pub(super) fn new<F>(rule: F) -> Self
    where
        F: Fn(&str, &str) -> Option<Refusal> + Send + Sync + 'static,
    {
        Self { seen: Arc::default(), rule: Arc::new(rule) }
    }

    pub(super) fn users(&self, configure: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Users {
        let server = self.clone();
        let service = tower::service_fn(move |request: Request<Body>| {
            let path = request.uri().path().trim_start_matches("/api/rest/v1").to_owned();
            let method = request.method().clone();
            *server.seen.lock().unwrap().entry(format!("{method} {path}")).or_default() += 1;
            let refusal = (server.rule)(method.as_str(), &path);
            async move {
                sleep(LATENCY).await;
                Ok::<_, BoxError>(respond(&method, &path, refusal)?)
            }
        });
        let trivore = Trivore::builder("https://id.example.com")
            .configure(|client| configure(client.service(service).retry(RetryPolicy::off())))
            .build();
        trivore.unwrap().users().clone()
    }

    /// Number of requests whose method and path begin with `prefix`.
    pub(super) fn count(&self, prefix: &str) -> usize {
        let seen = self.seen.lock().unwrap();
        seen.iter().filter(|(name, _)| name.starts_with(prefix)).map(|(_, count)| count).sum()
    }
}

fn respond(
    method: &Method,
    path: &str,
    refusal: Option<Refusal>,
) -> Result<Response<String>, http::Error> {
    let (status, headers) = refusal.unwrap_or((200, &[]));
    let body = match path {
        "/user" if method == Method::GET => r#"{"totalResults": 0, "resources": []}"#,
        _ if path.matches('/').count() <= 2 => r#"{"id": "a"}"#,
        _ => "null",
    };
    let response =
        headers.iter().fold(Response::builder().status(status), |response, (name, value)| {
            response.header(*name, *value)
        });
    response.body(if status == 200 { body.to_owned() } else { String::new() })
}

pub(super) fn user(number: usize) -> UserId {
    format!("u{number}").into()
}

pub(super) const LATENCY: Duration = Duration::from_millis(20);

#[tokio::test(start_paused = true)]
async fn one_user_over_a_limit_costs_the_others_nothing() {
    // All calls of the first user are refused.
    let server = Server::new(|_, path| {
        let is_noisy = path == "/user/u0" || path.starts_with("/user/u0/");
        is_noisy.then_some(REFUSED)
    });
    let users = server.users(|client| client);
    let noisy = users.with(CallOptions::new().timeout(Duration::from_secs(5)));
    let start = Instant::now();

    let presses = async {
        for _ in 0..2_000 {
            assert!(noisy.send_sms_code(&user(0), None).await.unwrap_err().is_rate_limited());
            assert!(noisy.get(&user(0)).await.unwrap_err().is_rate_limited());
            assert!(noisy.legal_info(&user(0)).await.unwrap_err().is_rate_limited());
            assert!(noisy.custom_fields(&user(0)).await.unwrap_err().is_rate_limited());
            sleep(Duration::from_millis(30)).await;
        }
    };
    let others = join_all((1..1_000).map(|number| {
        let users = users.clone();
        async move {
            let mut slowest = Duration::ZERO;
            sleep(Duration::from_millis(u64::try_from(number).unwrap())).await;
            for _ in 0..10 {
                let begun = Instant::now();
                users.get(&user(number)).await.unwrap();
                users.send_sms_code(&user(number), None).await.unwrap();
                slowest = slowest.max(begun.elapsed());
                sleep(Duration::from_secs(5)).await;
            }
            slowest
        }
    }));
    let (slowest, ()) = tokio::join!(others, presses);

    assert!(slowest.iter().all(|slowest| *slowest <= LATENCY * 2 + Duration::from_millis(4)));
    assert!(start.elapsed() >= Duration::from_secs(50));
    assert_eq!(server.count("GET /user/u") - server.count("GET /user/u0"), 9_990);
    assert_eq!(server.count("POST /user/u0"), 1, "a request was sent within the pause");
    assert_eq!(server.count("GET /user/u0"), 3, "a request was sent within the pause");
}

#[tokio::test(start_paused = true)]
async fn unrelated_reads_keep_their_rate_while_messages_to_a_user_are_refused() {
    for refusal in [
        REFUSED,
        (429, &[]),
        (503, &[("retry-after", "600")] as &[_]),
        (200, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "600")]),
    ] {
        let server = Server::new(move |method, _| (method == "POST").then_some(refusal));
        let users = server.users(|client| client.timeout(Duration::from_secs(5)));
        let start = Instant::now();

        let presses = async {
            for _ in 0..100 {
                drop(users.send_sms_code(&user(0), None).await);
                sleep(Duration::from_millis(100)).await;
            }
        };
        let reads = async {
            for number in 0..200 {
                users.get(&user(number)).await.unwrap();
                sleep(Duration::from_millis(30)).await;
            }
            start.elapsed()
        };
        let (elapsed, ()) = tokio::join!(reads, presses);

        assert!(elapsed <= Duration::from_millis(200 * 53), "{refusal:?}: {elapsed:?}");
        assert!(server.count("POST") <= 10, "{refusal:?}: {}", server.count("POST"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_call_without_a_subject_pauses_its_operation() {
    let server =
        Server::new(|method, path| (method == "POST" && path == "/user").then_some(REFUSED));
    let users = server.users(|client| client);

    for _ in 0..10 {
        let error = users.create(&User::new()).await.unwrap_err();
        assert!(error.is_rate_limited());
        assert!(error.retry_after() > Some(Duration::from_secs(590)));
        let mut named = User::new();
        named.username = Some("maija".to_owned());
        assert!(users.create(&named).await.unwrap_err().is_rate_limited());
        users.list(&PageRequest::new()).await.unwrap();
        users.get(&user(1)).await.unwrap();
    }

    assert_eq!(server.count("POST /user"), 1);
    assert_eq!((server.count("GET /user/u1"), server.count("GET")), (10, 20));
}

#[tokio::test(start_paused = true)]
async fn several_refused_subjects_pause_their_operation_only() {
    let server = Server::new(|method, _| (method == "POST").then_some(REFUSED));
    // A call that has more time waits, and finds out whether the pause is right.
    let users = server.users(|client| client.timeout(Duration::from_millis(500)));

    for number in 0..20 {
        let error = users.send_sms_code(&user(number), None).await.unwrap_err();
        assert!(error.is_rate_limited() && !error.may_have_been_applied());
    }
    users.get(&user(0)).await.unwrap();
    users.legal_info(&user(7)).await.unwrap();

    assert_eq!(server.count("POST"), 3);
}

#[tokio::test(start_paused = true)]
async fn several_refused_operations_pause_the_client() {
    let server = Server::new(|_, _| Some(REFUSED));
    let limiter = RateLimiter::default();
    let users = server
        .users(|client| client.rate_limiter(limiter.clone()).timeout(Duration::from_millis(500)));

    for number in 0..5 {
        drop(users.get(&user(number)).await);
        drop(users.list(&PageRequest::new()).await);
        assert_eq!(limiter.paused_for(), None);
        if number == 4 {
            drop(users.create(&User::new()).await);
        }
    }
    assert_eq!(limiter.paused_for(), Some(Duration::from_secs(1)), "it is only inferred");
    assert!(users.enterprise(&user(9)).await.unwrap_err().is_rate_limited());

    assert_eq!(server.count("GET /user/"), 3);
    assert_eq!((server.count("GET"), server.count("POST")), (4, 1));
}

#[tokio::test(start_paused = true)]
async fn each_call_refused_in_another_operation_pauses_the_client() {
    let server = Server::new(|_, _| Some(REFUSED));
    let users = server.users(|client| client.timeout(Duration::from_millis(500)));

    drop(users.get(&user(1)).await);
    drop(users.legal_info(&user(2)).await);
    drop(users.enterprise(&user(3)).await);
    assert!(users.custom_fields(&user(4)).await.unwrap_err().is_rate_limited());

    assert_eq!(server.count(""), 3);
}

#[tokio::test(start_paused = true)]
async fn a_user_who_is_refused_in_all_operations_stops_nobody_else() {
    let server = Server::new(|_, path| path.contains("/u0").then_some(REFUSED));
    let users = server.users(|client| client);

    for _ in 0..3 {
        drop(users.get(&user(0)).await);
        drop(users.legal_info(&user(0)).await);
        drop(users.enterprise(&user(0)).await);
        drop(users.custom_fields(&user(0)).await);
        drop(users.send_sms_code(&user(0), None).await);
    }
    users.get(&user(1)).await.unwrap();
    users.send_sms_code(&user(1), None).await.unwrap();

    assert_eq!(server.count(""), 7);
}

#[tokio::test(start_paused = true)]
async fn refusals_that_lie_far_apart_are_no_evidence() {
    let server = Server::new(|_, path| (path != "/user/u9").then_some(REFUSED));
    let users = server.users(|client| client);

    for number in 0..6 {
        assert!(users.get(&user(number)).await.unwrap_err().status().is_some());
        sleep(Duration::from_secs(31)).await;
    }
    users.get(&user(9)).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_few_refused_subjects_among_many_are_no_evidence() {
    // One of ten users is refused.
    let server = Server::new(|_, path| path.ends_with('0').then_some(REFUSED));
    let users = server.users(|client| client);

    for number in 1..500 {
        assert_eq!(users.get(&user(number)).await.is_ok(), number % 10 != 0, "{number}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_cooldown_that_later_responses_refute_ends_for_those_who_wait() {
    // The first users are refused, whose calls come first.
    let server = Server::new(|_, path| {
        let is_refused = ["/user/u0", "/user/u1", "/user/u2", "/user/u3"].contains(&path);
        is_refused.then_some((429, &[("retry-after", "60")]))
    });
    let users = server.users(|client| client);
    let start = Instant::now();
    let early = join_all((0..4).map(|number| {
        let users = users.clone();
        async move { users.get(&user(number)).await }
    }));
    let in_flight = join_all((10..40).map(|number| {
        let users = users.clone();
        async move {
            sleep(Duration::from_millis(10)).await;
            users.get(&user(number)).await.unwrap();
        }
    }));
    let waiting = join_all((50..60).map(|number| {
        let users = users.clone();
        async move {
            // The operation pauses from 20 ms on, and is found to be accepted at 30 ms.
            sleep(Duration::from_millis(25)).await;
            users.get(&user(number)).await.unwrap();
            start.elapsed()
        }
    }));

    let (early, _, waiting) = tokio::join!(early, in_flight, waiting);

    assert!(early.iter().all(Result::is_err));
    let latest = waiting.iter().max().unwrap();
    assert!(*latest < Duration::from_secs(1), "{latest:?}");
    assert!(users.get(&user(3)).await.is_err(), "a subject's own cooldown was ended");
}

#[tokio::test(start_paused = true)]
async fn a_storm_of_many_users_is_stopped_after_a_few_refusals() {
    // The client's limit is used up until the second ends.
    let server = Server::new(|_, _| Some((429, &[("retry-after", "1")])));
    let users = server.users(|client| client.max_concurrency(4));

    let storm = join_all((0..1_000).map(|number| {
        let users = users.with(CallOptions::new().timeout(Duration::from_secs(10)));
        async move { users.get(&user(number)).await }
    }));
    storm.await;

    // A few in each second: those in flight, and those that are sent when the gate reopens.
    assert!(server.count("GET") <= 10 * 8, "{}", server.count("GET"));
}

#[tokio::test(start_paused = true)]
async fn headers_can_say_that_the_client_is_limited() {
    for header in [("x-ratelimit-global", "true"), ("x-ratelimit-scope", "global")] {
        let headers: &'static [_] = Vec::leak(vec![("retry-after", "600"), header]);
        let server = Server::new(move |method, _| (method == "POST").then_some((429, headers)));
        let users = server.users(|client| client);

        drop(users.send_sms_code(&user(0), None).await);

        assert!(users.get(&user(1)).await.unwrap_err().is_rate_limited());
        assert_eq!(server.count("GET"), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn the_narrowest_scope_can_be_set() {
    for (scope, sent) in [
        (RateLimitScope::Subject, [2, 1]),
        (RateLimitScope::Operation, [1, 1]),
        (RateLimitScope::Client, [1, 0]),
    ] {
        let server = Server::new(|method, _| (method == "POST").then_some(REFUSED));
        let limiter = RateLimit::new().scope(scope).build().unwrap();
        let users = server.users(|client| client.rate_limiter(limiter.clone()));

        drop(users.send_sms_code(&user(0), None).await);
        assert_eq!(limiter.paused_for().is_some(), scope == RateLimitScope::Client);
        drop(users.send_sms_code(&user(1), None).await);
        drop(users.get(&user(1)).await);

        assert_eq!([server.count("POST"), server.count("GET")], sent, "{scope}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_observer_is_told_what_pauses() {
    let server = Server::new(|_, _| Some(REFUSED));
    let notes = Arc::<Mutex<Vec<String>>>::default();
    let sink = Arc::clone(&notes);
    let observer = Observer::new(move |event| {
        if let ClientEvent::RateLimited { operation, scope, wait, .. } = event {
            let seconds = wait.as_secs();
            sink.lock().unwrap().push(format!("{} {scope} {seconds}", operation.name));
        }
    });
    let users =
        server.users(|client| client.observer(observer).timeout(Duration::from_millis(500)));

    for number in 0..4 {
        drop(users.get(&user(number)).await);
    }
    drop(users.list(&PageRequest::new()).await);
    drop(users.legal_info(&user(5)).await);

    assert_eq!(
        *notes.lock().unwrap(),
        [
            "users.get subject 600",
            "users.get subject 600",
            "users.get subject 600",
            "users.get operation 1",
            "users.list operation 600",
            "users.legal_info subject 600",
            "users.legal_info client 1",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_refused_user_takes_no_part_of_the_steady_rate() {
    for noisy_timeout in [Duration::from_secs(1), Duration::from_secs(900)] {
        let server = Server::new(|method, _| (method == "POST").then_some(REFUSED));
        let limiter = RateLimit::new().per_second(20.0).build().unwrap();
        let users = server.users(|client| client.rate_limiter(limiter.clone()));
        let noisy = users.with(CallOptions::new().timeout(noisy_timeout));
        drop(noisy.send_sms_code(&user(0), None).await);
        let start = Instant::now();

        let presses = join_all((0..100).map(|number| {
            let noisy = noisy.clone();
            async move {
                sleep(Duration::from_millis(number * 90)).await;
                drop(noisy.send_sms_code(&user(0), None).await);
            }
        }));
        let reads = join_all((0..200).map(|number| {
            let users = users.clone();
            async move {
                users.get(&user(number)).await.unwrap();
                start.elapsed()
            }
        }));
        let times = tokio::select! {
            times = reads => times,
            () = async { presses.await; std::future::pending().await } => unreachable!(),
        };

        assert!(*times.iter().max().unwrap() <= Duration::from_millis(10_100));
        assert_eq!((server.count("GET"), server.count("POST")), (200, 1));
    }
}
