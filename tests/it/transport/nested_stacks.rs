//! Stacks of one's own, made of the SDK's layers, below a client.

use std::future::{pending, ready};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, HeaderValue, RETRY_AFTER};
use http::{Request, Response, StatusCode};
use tokio::time::{Instant, sleep};
use tower::util::BoxCloneSyncService;
use tower::{Service, ServiceBuilder, ServiceExt as _};
use trivore::transport::layer::{
    AttemptLayer, AuthorizationLayer, DeadlineLayer, PrepareLayer, RateLimitLayer, RetryLayer,
};
use trivore::transport::{
    AccessToken, BaseUrl, Body, BoxError, Call, CallContext, Client, RateLimiter, RetryPolicy,
    Safety, TokenSource,
};
use trivore::{Credentials, Error};

const SECOND: Duration = Duration::from_secs(1);

/// A service with the SDK's own types.
type Typed = BoxCloneSyncService<Request<Bytes>, Response<Bytes>, Error>;

/// A service of the user's that replaces HTTP.
type Own = BoxCloneSyncService<Request<Body>, Response<Body>, Error>;

fn typed<F>(respond: impl Fn(Request<Bytes>) -> F + Clone + Send + Sync + 'static) -> Typed
where
    F: Future<Output = Result<Response<Bytes>, Error>> + Send + 'static,
{
    BoxCloneSyncService::new(tower::service_fn(respond))
}

/// Makes a stack the user's own service; `is_detached` if each request has a task of its own.
fn own<S>(stack: S, is_detached: bool) -> Own
where
    S: Service<Request<Bytes>, Response = Response<Bytes>, Error = Error>
        + Clone
        + Send
        + Sync
        + 'static,
    S::Future: Send + 'static,
{
    BoxCloneSyncService::new(tower::service_fn(move |request: Request<Body>| {
        let request = request.map(|body| Bytes::copy_from_slice(body.as_bytes().unwrap()));
        let response = stack.clone().oneshot(request);
        async move {
            let response =
                if is_detached { tokio::spawn(response).await.unwrap() } else { response.await };
            response.map(|response| response.map(Body::from))
        }
    }))
}

fn status(code: u16) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::from_u16(code).unwrap();
    response
}

/// Returns each status in turn, the last for ever; with 0, it never responds, with 1, it cannot
/// connect.
fn scripted(script: &'static [u16]) -> (Typed, Arc<AtomicUsize>) {
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&requests);
    let service = typed(move |_| {
        let number = counted.fetch_add(1, Ordering::Relaxed);
        async move {
            match script[number.min(script.len() - 1)] {
                0 => pending().await,
                1 => Err(Error::connect("refused")),
                code => Ok(status(code)),
            }
        }
    });
    (service, requests)
}

fn retry() -> RetryLayer {
    RetryLayer::new(RetryPolicy::backoff().base_delay(Duration::from_millis(1)))
}

fn base() -> BaseUrl {
    "https://id.example.com".parse().unwrap()
}

fn tokens() -> Credentials {
    let issued = AtomicUsize::new(0);
    Credentials::token(TokenSource::new(move || {
        let number = issued.fetch_add(1, Ordering::Relaxed);
        ready(Ok::<_, BoxError>(AccessToken::new(&format!("t{number}"))))
    }))
}

/// Responds with 401 to the first token, and counts requests.
fn rejects_one_token() -> (Typed, Arc<AtomicUsize>) {
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&requests);
    let service = typed(move |request| {
        counted.fetch_add(1, Ordering::Relaxed);
        ready(Ok(status(if request.headers()[AUTHORIZATION] == "Bearer t0" { 401 } else { 200 })))
    });
    (service, requests)
}

#[tokio::test(start_paused = true)]
async fn a_retry_layer_of_ones_own_repeats_only_what_it_may() {
    for (script, sent, expected) in [
        (&[503, 503, 503][..], 1, true),
        (&[500], 1, true),
        (&[404], 1, false),
        (&[1], 3, false),
        (&[429, 1, 421], 3, false),
        (&[429, 503], 2, true),
    ] {
        let (service, requests) = scripted(script);
        let stack = ServiceBuilder::new().layer(retry()).service(service);
        let client = Client::new(own(stack, false));
        let call = Call::post(&["x"]).safety(Safety::OneShot);

        let error = client.execute(call).await.unwrap_err();

        assert_eq!(requests.load(Ordering::Relaxed), sent, "{script:?}: {error}");
        assert_eq!(error.may_have_been_applied(), expected, "{script:?}: {error}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_earlier_attempt_of_ones_own_retry_layer_is_not_forgotten() {
    for (script, expected) in [
        (&[503, 1, 1][..], true),
        (&[1, 503, 1], true),
        (&[1, 1, 1], false),
        (&[429, 1, 404], false),
    ] {
        for is_below_a_deadline in [false, true] {
            let (service, requests) = scripted(script);
            let deadline = is_below_a_deadline.then(|| DeadlineLayer::new(SECOND * 60));
            let stack =
                ServiceBuilder::new().option_layer(deadline).layer(retry()).service(service);
            let client = Client::new(own(stack, false));

            let error = client.execute(Call::put(&["x"])).await.unwrap_err();

            assert_eq!(requests.load(Ordering::Relaxed), 3, "{script:?}: {error}");
            assert_eq!(error.may_have_been_applied(), expected, "{script:?}: {error}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_deletion_below_a_retry_layer_of_ones_own_finds_nothing_only_after_an_earlier_attempt() {
    for (script, is_deleted) in [(&[404][..], false), (&[429, 404], false), (&[503, 404], true)] {
        let (service, _) = scripted(script);
        let stack = ServiceBuilder::new().layer(retry()).service(service);
        let client = Client::new(own(stack, false));
        let call = Call::<()>::delete(&["x"]).safety(Safety::IdempotentDelete);

        let result = client.execute(call).await;

        assert_eq!(result.is_ok(), is_deleted, "{script:?}: {result:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_authorization_layer_of_ones_own_replaces_a_rejected_token() {
    for number in 0..8 {
        let [has_retry, has_deadline, is_whole] = [0, 1, 2].map(|bit| number & (1 << bit) != 0);
        let (service, requests) = rejects_one_token();
        let stack = ServiceBuilder::new()
            .option_layer(has_deadline.then(|| DeadlineLayer::new(SECOND * 60)))
            .layer(PrepareLayer::new(base(), HeaderValue::from_static("mine/1")))
            .option_layer(has_retry.then(retry))
            .layer(AuthorizationLayer::new(tokens(), base()))
            .service(service);
        let client = if is_whole {
            let builder = Client::builder("https://id.example.com").retry(RetryPolicy::off());
            builder.service(own(stack, false)).build().unwrap()
        } else {
            Client::new(own(stack, false))
        };

        for _ in 0..2 {
            client.execute(Call::post(&["x"])).await.unwrap();
        }

        assert_eq!(requests.load(Ordering::Relaxed), 3, "{has_retry} {has_deadline} {is_whole}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_sees_the_rejection_of_its_token_through_a_retry_layer_of_ones_own() {
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&requests);
    let service = typed(move |request| {
        let is_first = counted.fetch_add(1, Ordering::Relaxed) == 0;
        let is_rejected = request.headers()[AUTHORIZATION] == "Bearer t0";
        ready(Ok(status(if is_first {
            503
        } else if is_rejected {
            401
        } else {
            200
        })))
    });
    let stack = ServiceBuilder::new().layer(retry()).service(service);
    let client = Client::builder("https://id.example.com")
        .credentials(tokens())
        .service(own(stack, false))
        .build()
        .unwrap();

    client.execute(Call::get(&["x"])).await.unwrap();

    assert_eq!(requests.load(Ordering::Relaxed), 3);
}

#[tokio::test(start_paused = true)]
async fn an_authorization_layer_alone_sees_a_rejection_through_a_retry_layer() {
    for has_attempt in [false, true] {
        let requests = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&requests);
        let respond = move |signature: &HeaderValue| {
            let is_first = counted.fetch_add(1, Ordering::Relaxed) == 0;
            let is_rejected = signature == "Bearer t0";
            status(if is_first {
                503
            } else if is_rejected {
                401
            } else {
                200
            })
        };
        let service = if has_attempt {
            let service = tower::service_fn(move |request: Request<Body>| {
                let response = respond(&request.headers()[AUTHORIZATION]);
                ready(Ok::<_, BoxError>(response.map(Body::from)))
            });
            let attempt = ServiceBuilder::new().layer(AttemptLayer::new(10)).service(service);
            BoxCloneSyncService::new(attempt)
        } else {
            typed(move |request| ready(Ok(respond(&request.headers()[AUTHORIZATION]))))
        };
        let stack = ServiceBuilder::new()
            .layer(AuthorizationLayer::new(tokens(), base()))
            .layer(retry())
            .service(service);
        let request = Request::get("https://id.example.com/x").body(Bytes::new()).unwrap();

        let response = stack.oneshot(request).await.unwrap();

        assert_eq!(response.status(), StatusCode::OK, "{has_attempt}");
        assert_eq!(requests.load(Ordering::Relaxed), 3, "{has_attempt}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_service_in_a_stack_of_ones_own_is_believed() {
    for is_sent in [false, true] {
        for number in 0..4 {
            let [has_deadline, has_retry] = [0, 1].map(|bit| number & (1 << bit) != 0);
            let service = typed(move |request| {
                let delivery = CallContext::of(&request).unwrap().delivery().clone();
                delivery.mark_unsent();
                async move {
                    if is_sent {
                        delivery.mark_sent()?;
                    }
                    pending().await
                }
            });
            for limit in [SECOND, SECOND * 3] {
                let stack = ServiceBuilder::new()
                    .option_layer(has_deadline.then(|| DeadlineLayer::new(SECOND * 2)))
                    .option_layer(has_retry.then(retry))
                    .service(service.clone());
                let client = Client::new(own(stack, false));

                let call = Call::post(&["x"]).timeout(limit);
                let error = client.execute(call).await.unwrap_err();

                assert_eq!(error.may_have_been_applied(), is_sent, "{number} {limit:?}: {error}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_waited_for_a_token_is_not_sent_after_its_call_has_failed() {
    for number in 0..4 {
        let [has_retry, has_deadline] = [0, 1].map(|bit| number & (1 << bit) != 0);
        let (service, requests) = scripted(&[200]);
        let source = TokenSource::new(async || {
            sleep(SECOND * 3).await;
            Ok::<_, BoxError>(AccessToken::new("t"))
        });
        let stack = ServiceBuilder::new()
            .layer(PrepareLayer::new(base(), HeaderValue::from_static("mine/1")))
            .option_layer(has_deadline.then(|| DeadlineLayer::new(SECOND * 60)))
            .option_layer(has_retry.then(retry))
            .layer(AuthorizationLayer::new(Credentials::token(source), base()))
            .service(service);
        let client = Client::new(own(stack, true));

        let call = Call::post(&["x"]).timeout(SECOND);
        let error = client.execute(call).await.unwrap_err();
        sleep(SECOND * 10).await;

        assert!(!error.may_have_been_applied(), "{number}: {error}");
        assert_eq!(requests.load(Ordering::Relaxed), 0, "{number}: {error}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_service_sends_by_itself_after_it_got_no_token_may_have_been_applied() {
    for has_retry in [false, true] {
        let source = TokenSource::new(|| ready(Err::<AccessToken, BoxError>("down".into())));
        let stack = ServiceBuilder::new()
            .layer(PrepareLayer::new(base(), HeaderValue::from_static("mine/1")))
            .option_layer(has_retry.then(retry))
            .layer(AuthorizationLayer::new(Credentials::token(source), base()))
            .service(scripted(&[200]).0);
        let nested = own(stack, false);
        let service = tower::service_fn(move |request: Request<Body>| {
            let response = nested.clone().oneshot(request);
            async move {
                assert!(response.await.unwrap_err().is_authorization());
                Err::<Response<Body>, BoxError>("reset".into())
            }
        });

        let error = Client::new(service).execute(Call::post(&["x"])).await.unwrap_err();

        assert!(error.may_have_been_applied(), "{has_retry}: {error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_retry_layer_of_ones_own_sends_nothing_after_its_call_or_attempt_has_ended() {
    let slow = || RetryLayer::new(RetryPolicy::backoff().base_delay(SECOND * 20));
    for has_deadline in [false, true] {
        let (service, requests) = scripted(&[1, 200]);
        let stack = ServiceBuilder::new()
            .option_layer(has_deadline.then(|| DeadlineLayer::new(SECOND * 100)))
            .layer(slow())
            .service(service);
        let client = Client::builder("https://id.example.com")
            .attempt_timeout(SECOND / 10)
            .service(own(stack, true))
            .build()
            .unwrap();

        // The outer client's second attempt succeeds.
        client.execute(Call::put(&["x"])).await.unwrap();
        sleep(SECOND * 100).await;

        assert_eq!(requests.load(Ordering::Relaxed), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_late_retry_layer_of_ones_own_does_not_end_the_next_attempt() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let service = typed(move |request| {
        let is_first = counted.fetch_add(1, Ordering::Relaxed) == 0;
        let delivery = CallContext::of(&request).unwrap().delivery().clone();
        async move {
            if is_first {
                sleep(SECOND * 3).await;
                return Ok(status(503));
            }
            delivery.mark_unsent();
            sleep(SECOND * 3).await;
            delivery.mark_sent()?;
            Ok(status(200))
        }
    });
    let slow = RetryLayer::new(RetryPolicy::backoff().base_delay(SECOND * 20));
    let stack = ServiceBuilder::new().layer(slow).service(service);
    let calls_made = Arc::new(AtomicUsize::new(0));
    let nested = own(stack, true);
    // Only the first attempt is given up early.
    let service = tower::service_fn(move |request: Request<Body>| {
        let limit = if calls_made.fetch_add(1, Ordering::Relaxed) == 0 { 2 } else { 60 };
        let response = nested.clone().oneshot(request);
        async move {
            match tokio::time::timeout(SECOND * limit, response).await {
                Ok(response) => response,
                Err(elapsed) => Err(Error::after_sending(elapsed)),
            }
        }
    });
    let client = Client::builder("https://id.example.com").service(service).build().unwrap();

    client.execute(Call::put(&["x"])).await.unwrap();
    sleep(SECOND * 100).await;

    assert_eq!(calls.load(Ordering::Relaxed), 2);
}

#[tokio::test(start_paused = true)]
async fn a_late_retry_layer_of_ones_own_is_not_in_the_history_of_the_next_attempt() {
    let calls = Arc::new(AtomicUsize::new(0));
    let service = typed(move |_| {
        let code = if calls.fetch_add(1, Ordering::Relaxed) == 0 { 503 } else { 404 };
        async move {
            sleep(SECOND * 4).await;
            Ok(status(code))
        }
    });
    let slow = RetryLayer::new(RetryPolicy::backoff().base_delay(SECOND));
    let nested = own(ServiceBuilder::new().layer(slow).service(service), true);
    let calls_made = Arc::new(AtomicUsize::new(0));
    // The first attempt is given up early, and ends during the second one.
    let service = tower::service_fn(move |request: Request<Body>| {
        let limit = if calls_made.fetch_add(1, Ordering::Relaxed) == 0 { 2 } else { 60 };
        let response = nested.clone().oneshot(request);
        async move {
            match tokio::time::timeout(SECOND * limit, response).await {
                Ok(response) => response,
                Err(elapsed) => Err(Error::after_sending(elapsed)),
            }
        }
    });
    let builder = Client::builder("https://id.example.com").service(service);
    let client = builder.retry(RetryPolicy::backoff().base_delay(SECOND)).build().unwrap();

    let error = client.execute(Call::put(&["x"])).await.unwrap_err();

    let ends: Vec<_> = error.attempts().iter().map(|attempt| attempt.end.to_string()).collect();
    assert_eq!(ends, ["timeout", "404"], "{error}");
    let waits: Vec<_> = error.attempts().iter().map(|attempt| attempt.waited.is_some()).collect();
    assert_eq!(waits, [true, false]);
}

/// How long a call waits for its turn.
async fn waits(limiter: &RateLimiter) -> Duration {
    let fine =
        tower::service_fn(async |_: Request<Body>| Ok::<_, BoxError>(Response::new(String::new())));
    let builder = Client::builder("https://id.example.com").rate_limiter(limiter.clone());
    let start = Instant::now();
    builder.service(fine).build().unwrap().execute(Call::get(&["x"])).await.unwrap();
    start.elapsed()
}

#[tokio::test(start_paused = true)]
async fn both_of_two_rate_limits_see_what_the_server_refuses() {
    let refuses = || {
        let mut response = status(429);
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("10"));
        response
    };
    let whole = |inner: &RateLimiter, outer: &RateLimiter| {
        let stack = ServiceBuilder::new()
            .layer(RateLimitLayer::new(inner.clone()))
            .service(typed(move |_| ready(Ok(refuses()))));
        let builder = Client::builder("https://id.example.com").retry(RetryPolicy::off());
        builder.rate_limiter(outer.clone()).service(own(stack, false)).build().unwrap()
    };
    let (inner, outer) = (RateLimiter::default(), RateLimiter::default());
    whole(&inner, &outer).execute(Call::get(&["x"])).await.unwrap_err();
    let (by_outer, by_inner) = tokio::join!(waits(&outer), waits(&inner));
    assert!(by_outer >= SECOND * 9 && by_inner >= SECOND * 9, "{by_outer:?} {by_inner:?}");

    let (inner, outer) = (RateLimiter::default(), RateLimiter::default());
    let alone = ServiceBuilder::new()
        .layer(RateLimitLayer::new(outer.clone()))
        .layer(RateLimitLayer::new(inner.clone()))
        .layer(AttemptLayer::new(10))
        .service(tower::service_fn(move |_: Request<Body>| {
            ready(Ok::<_, BoxError>(refuses().map(Body::from)))
        }));
    alone.oneshot(Request::get("/x").body(Bytes::new()).unwrap()).await.unwrap();
    let (by_outer, by_inner) = tokio::join!(waits(&outer), waits(&inner));
    assert!(by_outer >= SECOND * 9 && by_inner >= SECOND * 9, "{by_outer:?} {by_inner:?}");
}

/// Calls a service twice, each time for a second at most and then after a pause, and waits for ever.
fn twice(service: Typed, pause: Duration) -> Typed {
    typed(move |request| {
        let service = service.clone();
        async move {
            for _ in 0..2 {
                let call = service.clone().oneshot(request.clone());
                drop(tokio::time::timeout(SECOND, call).await);
                sleep(pause).await;
            }
            pending().await
        }
    })
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_was_sent_and_dropped_may_have_been_applied() {
    let calls = Arc::new(AtomicUsize::new(0));
    let queued = typed(move |request| {
        let delivery = CallContext::of(&request).unwrap().delivery().clone();
        let is_first = calls.fetch_add(1, Ordering::Relaxed) == 0;
        async move {
            delivery.mark_unsent();
            if is_first {
                delivery.mark_sent()?;
            }
            pending().await
        }
    });
    let retry = ServiceBuilder::new().layer(RetryLayer::new(RetryPolicy::off())).service(queued);
    let service = ServiceBuilder::new()
        .layer(DeadlineLayer::new(SECOND * 10))
        .service(twice(BoxCloneSyncService::new(retry), SECOND));

    let request = Request::post("/x").body(Bytes::new()).unwrap();
    let error = service.oneshot(request).await.unwrap_err();

    assert!(error.is_timeout() && error.may_have_been_applied(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_second_wait_for_a_token_does_not_retract_what_was_sent_before() {
    let issued = AtomicUsize::new(0);
    let tokens = TokenSource::new(move || {
        let is_first = issued.fetch_add(1, Ordering::Relaxed) == 0;
        async move {
            if is_first {
                // It is over when the second request needs one.
                return Ok::<_, BoxError>(AccessToken::new("t").valid_for(SECOND * 30));
            }
            pending().await
        }
    });
    let hangs = typed(|_| pending());
    let stack = ServiceBuilder::new()
        .layer(PrepareLayer::new(base(), HeaderValue::from_static("x")))
        .layer(AuthorizationLayer::new(Credentials::token(tokens), base()))
        .service(hangs);
    let client = Client::builder("https://id.example.com")
        .service(own(twice(BoxCloneSyncService::new(stack), SECOND * 60), false))
        .timeout(SECOND * 100)
        .attempt_timeout(SECOND * 200)
        .retry(RetryPolicy::off())
        .build()
        .unwrap();

    let error = client.execute(Call::post(&["x"])).await.unwrap_err();

    assert!(error.is_timeout() && error.may_have_been_applied(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_nested_deadline_never_moves_an_outer_one() {
    let leaf = typed(|request| {
        let expires_at = CallContext::of(&request).unwrap().expires_at().unwrap();
        ready(Ok(status(if expires_at.allows(SECOND * 20) { 500 } else { 200 })))
    });
    let service = ServiceBuilder::new()
        .layer(DeadlineLayer::new(SECOND * 10))
        .layer(DeadlineLayer::new(SECOND * 60))
        .service(leaf);

    let response = service.oneshot(Request::new(Bytes::new())).await.unwrap();

    assert_eq!(response.status(), StatusCode::OK);
}

#[tokio::test(start_paused = true)]
async fn a_policy_that_a_layer_sets_counts_for_the_next_layer_that_retries() {
    let (leaf, requests) = scripted(&[503]);
    let inner = ServiceBuilder::new().layer(RetryLayer::new(RetryPolicy::backoff())).service(leaf);
    let sets = typed(move |mut request: Request<Bytes>| {
        let context = CallContext::of(&request).unwrap().clone();
        request.extensions_mut().insert(context.with_retry(RetryPolicy::off()));
        inner.clone().oneshot(request)
    });
    let service = ServiceBuilder::new().layer(RetryLayer::new(RetryPolicy::off())).service(sets);

    let response = service.oneshot(Request::get("/x").body(Bytes::new()).unwrap()).await.unwrap();

    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(requests.load(Ordering::Relaxed), 1);
}
