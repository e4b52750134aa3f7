//! Retries: conditions, number of attempts and outcome, with tokio's paused clock.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{Request, Response};
use tokio::time::Instant;
use trivore::models::{User, UserId};
use trivore::transport::{
    AttemptEnd, Body, BoxError, Call, CallContext, CallOptions, Client, ClientBuilder, Failure,
    RetryPolicy, Safety,
};
use trivore::{Error, Trivore};

/// The scripted reaction to a request.
#[derive(Clone, Copy, Debug)]
enum Act {
    Status(u16),
    RetryAfter(u16, &'static str),
    NoConnection,
    Broken,
    Never,
}

use Act::{Broken, Never, NoConnection, RetryAfter, Status};

/// A service that follows a script and repeats its last act.
#[derive(Clone)]
struct Script {
    acts: &'static [Act],
    seen: Arc<Mutex<Vec<Request<()>>>>,
}

impl Script {
    fn new(acts: &'static [Act]) -> Self {
        Self { acts, seen: Arc::default() }
    }

    fn client(&self) -> ClientBuilder {
        let script = self.clone();
        Client::builder("https://id.example.com").service(tower::service_fn(
            move |request: Request<Body>| {
                let script = script.clone();
                async move { script.act(request).await }
            },
        ))
    }

    async fn act(&self, request: Request<Body>) -> Result<Response<String>, BoxError> {
        let number = {
            let mut seen = self.seen.lock().unwrap();
            seen.push(request.map(drop));
            seen.len() - 1
        };
        let act = self.acts[number.min(self.acts.len() - 1)];
        let mut response = Response::new(r#"{"id":"a"}"#.to_owned());
        match act {
            Status(status) => *response.status_mut() = status.try_into()?,
            RetryAfter(status, value) => {
                *response.status_mut() = status.try_into()?;
                response.headers_mut().insert("retry-after", value.parse()?);
            }
            NoConnection => return Err(Error::connect("refused").into()),
            Broken => return Err("the connection broke".into()),
            Never => std::future::pending().await,
        }
        Ok(response)
    }

    fn seen(&self) -> Vec<Request<()>> {
        self.seen.lock().unwrap().clone()
    }
}

fn trivore(builder: ClientBuilder) -> Trivore {
    Trivore::new(builder.build().unwrap())
}

/// Sends a call with this safety and checks the number of requests and whether it succeeds.
#[track_caller]
fn check(acts: &'static [Act], safety: Safety, requests: usize, succeeds: bool) {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).build().unwrap();
    let script = Script::new(acts);
    let client = script.client().build().unwrap();

    let result = runtime.block_on(client.execute(Call::post(&["x"]).safety(safety)));

    assert_eq!(
        (script.seen().len(), result.is_ok()),
        (requests, succeeds),
        "{acts:?} {safety:?}: {result:?}"
    );
}

#[test]
fn reads_are_tried_three_times() {
    for failure in [500, 502, 503, 504, 429] {
        let acts: &'static [Act] = Vec::leak(vec![Status(failure)]);
        check(acts, Safety::Safe, 3, false);
    }
    check(&[NoConnection], Safety::Safe, 3, false);
    check(&[Broken], Safety::Safe, 3, false);
    check(&[Never], Safety::Safe, 3, false);
    check(&[Status(503), Status(200)], Safety::Safe, 2, true);
}

#[test]
fn what_is_final_is_not_tried_again() {
    for status in [400, 401, 403, 404, 405, 409, 412, 422, 302, 501, 505] {
        let acts: &'static [Act] = Vec::leak(vec![Status(status)]);
        check(acts, Safety::Safe, 1, false);
    }
}

#[test]
fn what_may_have_been_applied_is_not_repeated_where_that_does_harm() {
    for safety in
        [Safety::Reconcilable, Safety::NotIdempotent, Safety::TouchesPerson, Safety::OneShot]
    {
        for acts in [&[Status(500)], &[Broken], &[Never], &[RetryAfter(503, "1")]] {
            check(acts, safety, 1, false);
        }
        // After these, nothing was applied.
        check(&[NoConnection, Status(200)], safety, 2, true);
        check(&[Status(429), Status(200)], safety, 2, true);
    }
    check(&[Broken, Status(200)], Safety::Idempotent, 2, true);
}

#[tokio::test(start_paused = true)]
async fn what_the_server_asks_for_is_waited_out() {
    for (value, seconds) in [("7", 7), ("Wed, 21 Oct 1970 07:28:00 GMT", 0)] {
        let acts: &'static [Act] = Vec::leak(vec![RetryAfter(429, value), Status(200)]);
        let script = Script::new(acts);
        let start = Instant::now();

        trivore(script.client()).users().create(&User::new()).await.unwrap();

        let (asked, waited) = (Duration::from_secs(seconds), start.elapsed());
        assert!(waited >= asked && waited <= asked + Duration::from_millis(250), "{waited:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_beyond_the_deadline_is_not_begun() {
    let script = Script::new(&[RetryAfter(429, "30")]);
    let trivore = trivore(script.client().timeout(Duration::from_secs(29)));
    let start = Instant::now();

    let error = trivore.users().get(&"a".into()).await.unwrap_err();

    assert!(error.is_rate_limited());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(30)));
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_repeated_deletion_that_finds_nothing_is_done() {
    let user = UserId::from("a");
    for (acts, succeeds) in [
        (&[Broken, Status(404)] as &[Act], true),
        (&[Status(500), Status(503), Status(404)], true),
        (&[Status(404)], false),
        // These attempts deleted nothing: the user did not exist, or another client deleted it.
        (&[Status(429), Status(404)], false),
        (&[NoConnection, Status(404)], false),
    ] {
        let script = Script::new(acts.to_vec().leak());

        let result = trivore(script.client()).users().delete(&user).await;

        assert_eq!(result.is_ok(), succeeds, "{acts:?}: {result:?}");
        assert_eq!(script.seen().len(), acts.len());
    }

    let call = Call::<()>::delete(&["x"]).safety(Safety::IdempotentDelete);
    let script = Script::new(&[Broken, Status(404)]);
    let response = script.client().build().unwrap().response(call).await.unwrap();
    assert_eq!(response.status(), 204, "the repeated deletion is not reported as success");
}

#[tokio::test(start_paused = true)]
async fn all_attempts_are_one_request_under_one_name() {
    let script = Script::new(&[Status(503), Status(503), Status(200)]);
    let client = script.client().build().unwrap();

    client.execute(Call::put(&["x"]).json(&1).extension("mine")).await.unwrap();

    let seen = script.seen();
    assert_eq!(seen.len(), 3);
    for (number, request) in (1..).zip(&seen) {
        assert_eq!(request.headers(), seen[0].headers());
        assert_eq!(request.uri(), seen[0].uri());
        assert_eq!(request.extensions().get(), Some(&"mine"));
        assert_eq!(CallContext::of(request).unwrap().attempt(), number);
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_tells_the_history_of_its_attempts() {
    let script = Script::new(&[Status(503), Broken, Never]);
    let trivore = trivore(script.client());

    let error = trivore.users().get(&"a".into()).await.unwrap_err();

    let ends: Vec<_> = error.attempts().iter().map(|attempt| attempt.end).collect();
    let unavailable = AttemptEnd::Status(503.try_into().unwrap());
    assert_eq!(
        ends,
        [
            unavailable,
            AttemptEnd::Failed(Failure::Middleware),
            AttemptEnd::Failed(Failure::Timeout)
        ]
    );
    let text = error.to_string();
    assert!(text.contains("(attempts: 503 after 0 ms, waited "), "{text}");
    assert!(text.ends_with(" ms, timeout after 30 s)"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_cut_off_tells_so() {
    let script = Script::new(&[Status(503), Never]);
    let trivore = trivore(script.client().timeout(Duration::from_secs(5)));

    let error = trivore.users().update(&"a".into(), &User::new()).await.unwrap_err();

    assert!(error.is_timeout() && error.may_have_been_applied());
    assert_eq!(error.attempts().len(), 2);
    assert_eq!(error.attempts()[1].end, AttemptEnd::CutOff);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_is_cut_off_tells_how_long_it_took() {
    let script = Script::new(&[Never]);
    let client = script.client().timeout(Duration::from_secs(2)).build().unwrap();

    let error = client.execute(Call::post(&["x"])).await.unwrap_err();
    let dropped = Duration::from_secs(60);
    tokio::time::sleep(dropped).await;

    assert_eq!(error.attempts().len(), 1);
    assert_eq!(error.attempts()[0].elapsed, Duration::from_secs(2));
    assert_eq!(error.attempts()[0].to_string(), "cut off after 2000 ms");
}

#[tokio::test(start_paused = true)]
async fn an_earlier_attempt_that_may_have_been_applied_is_not_forgotten() {
    let user = UserId::from("a");
    for (acts, expected) in [
        (&[Broken, Status(400)] as &[Act], true),
        (&[Status(500), NoConnection], true),
        (&[Status(429), Status(400)], false),
        (&[NoConnection, Status(400)], false),
        (&[NoConnection], false),
    ] {
        let script = Script::new(acts.to_vec().leak());

        let error = trivore(script.client()).users().update(&user, &User::new()).await.unwrap_err();

        assert_eq!(error.may_have_been_applied(), expected, "{acts:?}: {error}");
    }
}

#[tokio::test(start_paused = true)]
async fn client_handle_and_call_can_have_a_policy_of_their_own() {
    let attempts = |count| RetryPolicy::backoff().max_attempts(count);
    let requests = async |builder: ClientBuilder, script: &Script, options, call: Call<()>| {
        let client = builder.build().unwrap().with(options);
        client.execute(call).await.unwrap_err();
        script.seen().len()
    };
    let none = CallOptions::new;

    let script = Script::new(&[Status(503)]);
    let of_client = script.client().retry(attempts(2));
    assert_eq!(requests(of_client, &script, none(), Call::get(&["x"])).await, 2);

    let script = Script::new(&[Status(503)]);
    let of_handle = none().retry(attempts(4));
    assert_eq!(requests(script.client(), &script, of_handle, Call::get(&["x"])).await, 4);

    let script = Script::new(&[Status(503)]);
    let of_call = Call::get(&["x"]).retry(RetryPolicy::off());
    let of_handle = none().retry(attempts(4));
    assert_eq!(requests(script.client(), &script, of_handle, of_call).await, 1);
}

#[tokio::test(start_paused = true)]
async fn handle_and_call_can_have_a_limit_and_headers_of_their_own() {
    let script = Script::new(&[Never]);
    let users = trivore(script.client()).users().clone();
    let header = ("x-tenant".parse().unwrap(), "demo".parse().unwrap());
    let options = CallOptions::new().timeout(Duration::from_secs(2)).header(header.0, header.1);
    let start = Instant::now();

    let error = users.with(options).get(&"a".into()).await.unwrap_err();

    assert!(error.is_timeout(), "{error}");
    assert_eq!(start.elapsed(), Duration::from_secs(2));
    assert_eq!(script.seen()[0].headers()["x-tenant"], "demo");
}

#[tokio::test(start_paused = true)]
async fn a_policy_of_your_own_decides() {
    let script = Script::new(&[Status(404), RetryAfter(404, "9"), Status(200)]);
    let policy = RetryPolicy::custom(|context| {
        (context.attempt < 5).then_some(Duration::from_secs(u64::from(context.attempt)))
    });
    let start = Instant::now();

    trivore(script.client().retry(policy)).users().get(&"a".into()).await.unwrap();

    assert_eq!(
        start.elapsed(),
        Duration::from_secs(1 + 9),
        "the wait is shorter than the server asked"
    );
}

#[tokio::test(start_paused = true)]
async fn a_custom_policy_does_not_hide_that_an_attempt_may_have_been_applied() {
    let policy =
        || RetryPolicy::custom(|context| (context.attempt < 2).then_some(Duration::from_millis(1)));
    for acts in [&[Status(520), NoConnection] as &[Act], &[Status(501), Status(400)]] {
        let script = Script::new(acts.to_vec().leak());
        let trivore = trivore(script.client().retry(policy()));

        let error = trivore.users().create(&User::new()).await.unwrap_err();

        assert!(error.may_have_been_applied(), "{acts:?}: {error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_of_your_own_service_keeps_to_what_a_call_asks_for() {
    let script = Script::new(&[Status(503), Never]);
    let acting = script.clone();
    let client = Client::new(tower::service_fn(move |request: Request<Body>| {
        let script = acting.clone();
        async move { script.act(request).await }
    }));
    let options = CallOptions::new().timeout(Duration::from_secs(1)).retry(RetryPolicy::backoff());

    let error = client.with(options).execute(Call::get(&["x"])).await.unwrap_err();

    assert!(error.is_timeout(), "{error}");
    assert_eq!(script.seen().len(), 2);
}

/// Returns the requests per call in an outage of ten seconds with 500 calls per second.
async fn requests_per_call(builder: ClientBuilder, requests: &AtomicUsize) -> f64 {
    let client = builder.build().unwrap();
    let tasks: Vec<_> = (0..5_000_u64)
        .map(|number| {
            let client = client.clone();
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(2 * number)).await;
                client.execute(Call::get(&["x"])).await.unwrap_err();
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let ratio = requests.load(Ordering::Relaxed) as f64 / 5_000.0;
    ratio
}

#[tokio::test(start_paused = true)]
async fn an_outage_causes_few_more_requests_than_calls() {
    let builder = |requests: &Arc<AtomicUsize>| {
        let requests = Arc::clone(requests);
        Client::builder("https://id.example.com").service(tower::service_fn(
            move |_: Request<Body>| {
                requests.fetch_add(1, Ordering::Relaxed);
                let response = Response::builder().status(503).body(String::new());
                std::future::ready(response.map_err(BoxError::from))
            },
        ))
    };
    let (with, without) = (Arc::default(), Arc::default());

    let with_budget = requests_per_call(builder(&with), &with).await;
    let without_budget = requests_per_call(builder(&without).no_retry_budget(), &without).await;

    assert!(with_budget <= 1.3, "{with_budget} requests per call");
    assert!(with_budget > 1.05, "the budget allowed no retries: {with_budget}");
    assert!(without_budget > 2.9, "without a budget, not all calls were retried: {without_budget}");
}
