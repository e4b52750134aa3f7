//! The repetition after a rejected token is an attempt like every other.

use std::future::ready;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use tokio::time::{Instant, sleep};
use tower::layer::layer_fn;
use tower::util::{AndThenLayer, MapRequestLayer, MapResponseLayer};
use tower::{ServiceExt as _, service_fn};
use trivore::transport::{
    AccessToken, AttemptEnd, Body, BoxError, Call, CallContext, Client, ClientEvent, Failure, Next,
    Observer, RateLimit, RetryPolicy, Safety, TokenSource,
};
use trivore::{Credentials, Error};

use super::server::{Server, call, calls, grant, response, token};

/// Rejects the first token, and returns these statuses in turn for others, the last for ever.
fn rejecting_first(statuses: &'static [u16]) -> Server {
    let server = Server::new(async |number, _| token(number, 3600));
    let number = AtomicUsize::new(0);
    server.respond_with(move |signature| {
        if signature == "Bearer t1" {
            return response(401, "{}");
        }
        let number = number.fetch_add(1, Ordering::Relaxed);
        response(statuses[number.min(statuses.len() - 1)], "null")
    });
    server
}

type Seen = Arc<Mutex<Vec<(u32, bool)>>>;

/// Records the number of each request's attempt, and whether it has credentials.
fn recording(
    seen: &Seen,
) -> MapRequestLayer<impl Fn(Request<Body>) -> Request<Body> + Clone + use<>> {
    let seen = Arc::clone(seen);
    MapRequestLayer::new(move |request: Request<Body>| {
        // Token requests have numbers of their own.
        if request.uri().path().starts_with("/prefix/x") {
            let number = CallContext::of(&request).map_or(0, CallContext::attempt);
            let is_signed = request.headers().contains_key("authorization");
            seen.lock().unwrap().push((number, is_signed));
        }
        request
    })
}

#[tokio::test(start_paused = true)]
async fn attempt_layers_see_the_repetition_with_its_number() {
    let server = rejecting_first(&[200]);
    let (attempts, requests) = (Seen::default(), Seen::default());
    let builder = server.builder(grant()).retry(RetryPolicy::off());
    let builder = builder.attempt_layer(recording(&attempts)).transport_layer(recording(&requests));

    call(&builder.build().unwrap()).await.unwrap();

    assert_eq!(*attempts.lock().unwrap(), [(1, false), (2, false)]);
    assert_eq!(*requests.lock().unwrap(), [(1, true), (2, true)]);
}

#[tokio::test(start_paused = true)]
async fn both_attempts_are_in_the_history_and_have_events() {
    let server = rejecting_first(&[403]);
    let events = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&events);
    let observer = Observer::new(move |event| {
        let event = match event {
            ClientEvent::AttemptEnded { operation, attempt, end, .. }
                if operation.name == "call" =>
            {
                format!("attempt {attempt}: {end}")
            }
            ClientEvent::CallEnded { attempts, end, .. } => format!("{attempts} attempts: {end}"),
            _ => return,
        };
        seen.lock().unwrap().push(event);
    });
    let client = server.builder(grant()).observer(observer).build().unwrap();

    let error = client.execute(Call::post(&["x"])).await.unwrap_err();

    let [first, second] = error.attempts() else { panic!("{error}") };
    assert_eq!(first.end, AttemptEnd::Status(http::StatusCode::UNAUTHORIZED));
    assert_eq!(first.waited, Some(Duration::ZERO));
    assert_eq!(second.end, AttemptEnd::Status(http::StatusCode::FORBIDDEN));
    assert_eq!(
        *events.lock().unwrap(),
        ["attempt 1: 401", "attempt 2: 403", "2 attempts: 403"],
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn the_repetition_uses_up_no_retry() {
    let server = rejecting_first(&[503, 503, 200]);

    call(&server.client()).await.unwrap();

    assert_eq!(server.calls().len(), 4, "a rejection and three attempts");
}

#[tokio::test(start_paused = true)]
async fn a_policy_is_not_asked_about_the_repetition() {
    let server = rejecting_first(&[503, 401]);
    let asked = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&asked);
    let policy = RetryPolicy::custom(move |context| {
        let outcome = format!("{:?} after {}", context.outcome, context.attempt);
        noted.lock().unwrap().push(outcome);
        (context.attempt < 2).then_some(Duration::ZERO)
    });
    let client = server.builder(grant()).retry(policy).build().unwrap();

    let error = call(&client).await.unwrap_err();

    assert!(error.is_unauthorized(), "{error}");
    assert_eq!(*asked.lock().unwrap(), ["Unknown after 1", "Final after 2"]);
    assert_eq!(server.calls().len(), 3, "a call is repeated once because of its token");
}

#[tokio::test(start_paused = true)]
async fn what_attempt_layers_make_of_a_rejection_does_not_matter() {
    let renewed = MapResponseLayer::new(|response: Response<Body>| {
        let (head, body) = response.into_parts();
        let mut renewed = Response::new(body);
        *renewed.status_mut() = head.status;
        renewed
    });
    let failing = AndThenLayer::new(|response: Response<Body>| {
        let is_success = response.status().is_success();
        ready(if is_success { Ok(response) } else { Err(BoxError::from("rejected")) })
    });
    let unavailable = MapResponseLayer::new(|mut response: Response<Body>| {
        if response.status() == 401 {
            *response.status_mut() = http::StatusCode::SERVICE_UNAVAILABLE;
        }
        response
    });
    let builder = |server: &Server| server.builder(grant()).retry(RetryPolicy::off());
    for layer in ["renewed", "failing", "unavailable"] {
        let server = rejecting_first(&[200]);
        let client = match layer {
            "renewed" => builder(&server).attempt_layer(renewed.clone()),
            "failing" => builder(&server).attempt_layer(failing.clone()),
            _ => builder(&server).attempt_layer(unavailable.clone()),
        };

        client.build().unwrap().execute(Call::post(&["x"])).await.unwrap();

        assert_eq!(server.calls().len(), 2, "{layer}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_response_that_an_attempt_layer_makes_of_a_rejection_is_the_result() {
    let server = rejecting_first(&[200]);
    let cached = MapResponseLayer::new(|_: Response<Body>| {
        Response::new(Body::from(Bytes::from_static(b"null")))
    });
    let client = server.builder(grant()).attempt_layer(cached).build().unwrap();

    call(&client).await.unwrap();

    assert_eq!(server.calls().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_made_up_rejection_is_final() {
    // Once without a request, and once after one.
    for sends in [false, true] {
        let server = Server::new(async |number, _| token(number, 3600));
        let made_up = layer_fn(move |next: Next| {
            service_fn(move |request: Request<Body>| {
                let next = next.clone();
                async move {
                    if sends {
                        tower::ServiceExt::oneshot(next, request).await?;
                    }
                    Ok::<_, BoxError>(Response::builder().status(401).body(Body::default())?)
                }
            })
        });
        let client = server.builder(grant()).attempt_layer(made_up).build().unwrap();

        let error = client.execute(Call::post(&["x"])).await.unwrap_err();

        assert!(error.is_unauthorized(), "{error}");
        assert_eq!(error.may_have_been_applied(), sends);
        assert_eq!(server.calls().len(), usize::from(sends));
        assert!(server.token_count() <= 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_rejection_that_stands_is_the_only_attempt_in_the_history() {
    let rejected = [AttemptEnd::Status(http::StatusCode::UNAUTHORIZED)];
    let ends = |error: &Error| error.attempts().iter().map(|it| it.end).collect::<Vec<_>>();
    // The source has no other token.
    let server = Server::new(async |_, _| response(500, "{}"));
    server.respond_with(|_| response(401, r#"{"errorMessage":"No."}"#));
    let source = TokenSource::new(async || Ok(AccessToken::new("only")));
    let error = call(&server.builder(source).build().unwrap()).await.unwrap_err();
    assert_eq!(error.to_string(), "call: the server responded with 401 Unauthorized: No.");
    assert_eq!(ends(&error), rejected);
    assert_eq!(error.attempts()[0].waited, None);

    // There is no time for another turn.
    let server = Server::new(async |number, _| token(number, 3600));
    server.respond_with(|_| response(401, r#"{"errorMessage":"No."}"#));
    let limiter = RateLimit::new().per_second(0.1).build().unwrap();
    let builder = server.builder(grant()).rate_limiter(limiter).timeout(Duration::from_secs(5));
    let error = call(&builder.build().unwrap()).await.unwrap_err();
    assert_eq!(error.to_string(), "call: the server responded with 401 Unauthorized: No.");
    assert_eq!(ends(&error), rejected);
}

#[tokio::test(start_paused = true)]
async fn a_rejection_and_the_failure_to_get_another_token_are_both_in_the_history() {
    let server = Server::new(async |number, _| match number {
        1 => token(1, 3600),
        _ => response(400, r#"{"error":"invalid_grant"}"#),
    });
    server.respond_with(|_| response(401, "{}"));

    let error = call(&server.client()).await.unwrap_err();

    assert!(error.is_token_refused(), "{error}");
    let ends: Vec<_> = error.attempts().iter().map(|attempt| attempt.end).collect();
    let rejected = AttemptEnd::Status(http::StatusCode::UNAUTHORIZED);
    assert_eq!(ends, [rejected, AttemptEnd::Failed(Failure::Token)]);
}

#[tokio::test(start_paused = true)]
async fn a_call_holds_no_permit_between_a_rejection_and_its_repetition() {
    let server = rejecting_first(&[200]);
    let client = server.builder(grant()).max_concurrency(1).build().unwrap();

    for outcome in calls(&client, 20).await {
        outcome.unwrap();
    }

    assert_eq!(server.token_count(), 2);
}

/// Returns a client whose calls leave every 20 seconds.
fn slow(server: &Server) -> Client {
    let limiter = RateLimit::new().per_second(0.05).build().unwrap();
    let builder = server.builder(grant()).rate_limiter(limiter).retry(RetryPolicy::off());
    builder.timeout(Duration::from_secs(600)).build().unwrap()
}

#[tokio::test(start_paused = true)]
async fn an_expired_token_is_not_sent_after_its_request_waited_for_its_turn() {
    let server = Server::new(async |number, _| token(number, if number == 1 { 10 } else { 3600 }));
    let client = slow(&server);
    let start = Instant::now();
    call(&client).await.unwrap();

    call(&client).await.unwrap();

    // It has to wait for another turn with the new token.
    assert_eq!(start.elapsed(), Duration::from_secs(40));
    let sent: Vec<_> =
        server.calls().iter().map(|call| call.headers()["authorization"].clone()).collect();
    assert_eq!(sent, ["Bearer t1", "Bearer t2"]);
    assert_eq!(server.token_count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_request_leaves_with_the_newest_token() {
    let server = Server::new(async |number, _| token(number, if number == 1 { 30 } else { 3600 }));
    let client = slow(&server);
    let start = Instant::now();
    call(&client).await.unwrap();

    // Their turns come after 20 and 40 seconds; the second one starts a refresh meanwhile.
    let first = tokio::spawn({
        let client = client.clone();
        async move { call(&client).await }
    });
    sleep(Duration::from_secs(18)).await;
    let second = call(&client).await;

    assert!(second.is_ok() && first.await.unwrap().is_ok());
    assert_eq!(start.elapsed(), Duration::from_secs(40), "nobody waited for a second turn");
    let sent: Vec<_> =
        server.calls().iter().map(|call| call.headers()["authorization"].clone()).collect();
    assert_eq!(sent, ["Bearer t1", "Bearer t2", "Bearer t2"]);
}

#[tokio::test(start_paused = true)]
async fn tokens_that_always_expire_before_their_turn_end_a_call() {
    let server = Server::new(async |number, _| token(number, 10));
    let client = slow(&server);
    call(&client).await.unwrap();

    let error = client.execute(Call::post(&["x"])).await.unwrap_err();

    assert!(error.is_authorization() && !error.is_token_refused(), "{error}");
    assert!(!error.may_have_been_applied());
    assert_eq!(
        error.to_string(),
        "call: could not get an access token: it expired before the request's turn came \
         (attempts: token after 20 s, waited 0 ms, token after 20 s)"
    );
    assert_eq!((server.calls().len(), server.token_count()), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn every_response_that_needs_a_valid_token_proves_it() {
    for (status, is_proof) in [
        (200, true),
        (204, true),
        (400, true),
        (403, true),
        (404, true),
        (409, true),
        (422, true),
        (407, false),
        (408, false),
        (421, false),
        (429, false),
        (500, false),
        (502, false),
        (503, false),
    ] {
        let server = Server::new(async |number, _| token(number, 3600));
        server.respond_with(move |_| response(status, "null"));
        let builder = server.builder(grant()).retry(RetryPolicy::off());
        let client = builder.rate_limit(RateLimit::new().without_cooldown()).build().unwrap();
        drop(call(&client).await);
        server.respond_with(|signature| {
            response(if signature == "Bearer t3" { 200 } else { 401 }, "null")
        });

        // The server invalidates two tokens in a row. Whoever had accepted one before need not
        // wait.
        assert!(call(&client).await.unwrap_err().is_unauthorized());
        assert_eq!(call(&client).await.is_ok(), is_proof, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_storm_of_rejections_in_a_queue_makes_one_token_request() {
    let server = rejecting_first(&[200]);
    let limiter = RateLimit::new().per_second(100.0).burst(1000).build().unwrap();
    let seen = Seen::default();
    let builder = server.builder(grant()).rate_limiter(limiter).attempt_layer(recording(&seen));
    let client = builder.build().unwrap();

    let outcomes = calls(&client, 1000).await;

    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!(server.token_count(), 2);
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 2000);
    assert_eq!(seen.iter().filter(|(number, _)| *number == 2).count(), 1000);
}

#[tokio::test(start_paused = true)]
async fn a_source_of_expired_tokens_is_asked_at_a_bounded_rate() {
    for status in [200, 401] {
        let server = Server::new(async |_, _| response(500, "{}"));
        server.respond_with(move |_| response(status, "null"));
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let source = TokenSource::new(move || {
            let number = count.fetch_add(1, Ordering::Relaxed);
            ready(Ok(AccessToken::new(&format!("t{number}")).valid_for(Duration::ZERO)))
        });
        let client = server.builder(source).build().unwrap();

        for _ in 0..60 {
            for outcome in calls(&client, 20).await {
                assert_eq!(outcome.is_ok(), status == 200);
            }
            sleep(Duration::from_secs(1)).await;
        }

        let asked = asked.load(Ordering::Relaxed);
        assert!(asked <= 30, "{status}: {asked}");
        let most = if status == 200 { 1200 } else { 1200 + 20 * asked };
        assert!(server.calls().len() <= most, "{status}: {}", server.calls().len());
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_after_a_rejection_leaves_its_refresh_to_the_others() {
    let server = Server::new(async |number, _| {
        sleep(Duration::from_secs(if number == 1 { 0 } else { 3 })).await;
        token(number, 3600)
    });
    server.respond_with(|signature| {
        response(if signature == "Bearer t1" { 401 } else { 200 }, "null")
    });
    let client = server.client();

    let dropped = tokio::time::timeout(Duration::from_secs(1), call(&client)).await;
    let start = Instant::now();
    let outcomes = calls(&client, 100).await;

    assert!(dropped.is_err());
    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!(start.elapsed(), Duration::from_secs(2));
    assert_eq!(server.token_count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_final_response_stands_after_a_token_that_had_expired_before() {
    for status in [400, 404, 200, 503] {
        let issued = AtomicUsize::new(0);
        let source = TokenSource::new(move || {
            let number = issued.fetch_add(1, Ordering::Relaxed);
            let lifetime = Duration::from_secs(if number == 0 { 10 } else { 3600 });
            ready(Ok(AccessToken::new(&format!("t{number}")).valid_for(lifetime)))
        });
        // Passes a request on only after its token has expired, and again if that fails.
        let twice = layer_fn(|next: Next| {
            service_fn(move |request: Request<Body>| {
                let next = next.clone();
                async move {
                    if request.uri().path() != "/check" {
                        return next.oneshot(request).await;
                    }
                    let mut again = Request::new(Body::default());
                    again.uri_mut().clone_from(request.uri());
                    again.method_mut().clone_from(request.method());
                    again.extensions_mut().clone_from(request.extensions());
                    sleep(Duration::from_secs(11)).await;
                    let first = next.clone().oneshot(request).await;
                    assert!(first.unwrap_err().is_authorization());
                    sleep(Duration::from_secs(2)).await;
                    next.oneshot(again).await
                }
            })
        });
        let checks = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&checks);
        let service = service_fn(move |request: Request<Body>| {
            let is_check = request.uri().path() == "/check";
            counted.fetch_add(usize::from(is_check), Ordering::Relaxed);
            let status = if is_check { status } else { 200 };
            ready(Response::builder().status(status).body(String::new()))
        });
        let client = Client::builder("https://id.example.com")
            .credentials(Credentials::token(source))
            .attempt_layer(twice)
            .service(service)
            .build()
            .unwrap();

        let call = Call::post(&["check"]).safety(Safety::OneShot);
        let refresh = async {
            sleep(Duration::from_secs(12)).await;
            client.execute(Call::get(&["other"])).await
        };
        let (checked, refreshed) = tokio::join!(client.execute(call), refresh);

        refreshed.unwrap();
        assert_eq!(checked.is_ok(), status == 200);
        assert_eq!(checks.load(Ordering::Relaxed), 1, "{status}");
    }
}
