//! Each layer alone, in a plain tower `ServiceBuilder`.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use tokio::time::Instant;
use tower::{ServiceBuilder, ServiceExt as _};
use tower_test::mock::{self, Handle, Mock};
use trivore::transport::layer::{
    AttemptLayer, AuthorizationLayer, DeadlineLayer, OperationSpanLayer, PrepareLayer,
    RateLimitLayer, RetryLayer,
};
use trivore::transport::{
    AccessToken, Body, BoxError, Call, CallContext, Client, Delivery, RateLimit, RetryPolicy,
    TokenSource,
};
use trivore::{Credentials, Error};

type Service = Mock<Request<Body>, Response<Body>>;

fn service() -> (Service, Handle<Request<Body>, Response<Body>>) {
    mock::pair()
}

fn request(method: Method) -> Request<Bytes> {
    Request::builder().method(method).uri("/x").body(Bytes::new()).unwrap()
}

fn response(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::from(Bytes::from_static(b"body")));
    *response.status_mut() = status;
    response
}

#[tokio::test]
async fn an_attempt_reads_the_whole_response() {
    let (service, mut handle) = service();
    let service = ServiceBuilder::new().layer(AttemptLayer::new(10)).service(service);

    let call = tokio::spawn(service.oneshot(request(Method::GET)));
    let (seen, reply) = handle.next_request().await.unwrap();
    reply.send_response(response(StatusCode::OK));

    assert_eq!(seen.uri(), "/x");
    assert_eq!(call.await.unwrap().unwrap().body(), "body");
}

#[tokio::test]
async fn preparing_joins_the_address_and_sets_headers() {
    let (service, mut handle) = service();
    let base = "https://id.example.com/tis".parse().unwrap();
    let service = ServiceBuilder::new()
        .layer(PrepareLayer::new(base, HeaderValue::from_static("mine/1")))
        .layer(AttemptLayer::new(10))
        .service(service);

    let call = tokio::spawn(service.oneshot(request(Method::GET)));
    let (seen, reply) = handle.next_request().await.unwrap();
    reply.send_response(response(StatusCode::OK));

    assert_eq!(seen.uri(), "https://id.example.com/tis/x");
    assert_eq!(seen.headers()[ACCEPT], "application/json");
    call.await.unwrap().unwrap();
}

#[tokio::test]
async fn authorization_signs_for_its_own_host_only() {
    let (service, mut handle) = service();
    let base = "https://id.example.com".parse().unwrap();
    let service = ServiceBuilder::new()
        .layer(AuthorizationLayer::new(Credentials::bearer("token"), base))
        .layer(AttemptLayer::new(10))
        .service(service);
    let to = |uri| Request::builder().uri(uri).body(Bytes::new()).unwrap();

    let elsewhere = service.clone().oneshot(to("https://other.example.com/x")).await;
    let call = tokio::spawn(service.oneshot(to("https://id.example.com/x")));
    let (seen, reply) = handle.next_request().await.unwrap();
    reply.send_response(response(StatusCode::OK));

    assert!(elsewhere.unwrap_err().is_configuration());
    assert_eq!(seen.headers()[AUTHORIZATION], "Bearer token");
    call.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn retrying_sends_the_same_request_again() {
    let (service, mut handle) = service();
    let service = ServiceBuilder::new()
        .layer(RetryLayer::new(RetryPolicy::backoff()))
        .layer(AttemptLayer::new(10))
        .service(service);

    let call = tokio::spawn(service.oneshot(request(Method::PUT)));
    for status in [StatusCode::BAD_GATEWAY, StatusCode::OK] {
        let (seen, reply) = handle.next_request().await.unwrap();
        assert_eq!((seen.method(), seen.uri().path()), (&Method::PUT, "/x"));
        reply.send_response(response(status));
    }

    assert_eq!(call.await.unwrap().unwrap().status(), StatusCode::OK);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_reports_nothing_was_sent_what_it_was_called_with() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let hangs = tower::service_fn(move |_: Request<Body>| {
        counted.fetch_add(1, Ordering::Relaxed);
        std::future::pending::<Result<Response<Body>, BoxError>>()
    });
    let second = Duration::from_secs(1);
    let attempt = || AttemptLayer::new(10).timeout(second);
    let retry = || RetryLayer::new(RetryPolicy::backoff());
    let deadline = || DeadlineLayer::new(second / 2);

    let retried = ServiceBuilder::new().layer(retry()).layer(attempt()).service(hangs.clone());
    let error = retried.oneshot(request(Method::POST)).await.unwrap_err();
    assert!(error.is_timeout() && error.may_have_been_applied(), "{error}");
    assert_eq!(calls.swap(0, Ordering::Relaxed), 1, "it is not sent again");

    let limited =
        ServiceBuilder::new().layer(deadline()).layer(retry()).layer(attempt()).service(hangs);
    let error = limited.oneshot(request(Method::POST)).await.unwrap_err();
    assert!(error.is_timeout() && error.may_have_been_applied(), "{error}");

    // Directly above a service with the SDK's own types.
    let typed = tower::service_fn(|_: Request<Bytes>| {
        std::future::pending::<Result<Response<Bytes>, Error>>()
    });
    let limited = ServiceBuilder::new().layer(deadline()).layer(retry()).service(typed);
    let error = limited.oneshot(request(Method::POST)).await.unwrap_err();
    assert!(error.is_timeout() && error.may_have_been_applied(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_service_that_reports_what_it_did_is_believed() {
    let waits_in_a_queue = tower::service_fn(|request: Request<Body>| {
        CallContext::of(&request).unwrap().delivery().mark_unsent();
        std::future::pending::<Result<Response<Body>, BoxError>>()
    });
    let service = ServiceBuilder::new()
        .layer(AttemptLayer::new(10).timeout(Duration::from_secs(1)))
        .service(waits_in_a_queue);

    let error = service.oneshot(request(Method::POST)).await.unwrap_err();

    assert!(error.is_timeout() && !error.may_have_been_applied(), "{error}");
}

/// Responds with 401 to the first request, and handles the second one with `second`.
fn rejects_the_first_token<F>(
    second: impl Fn(&Delivery) -> F + Clone + Send + Sync + 'static,
) -> impl tower::Service<
    Request<Bytes>,
    Response = Response<Bytes>,
    Error = Error,
    Future: Send + 'static,
> + Clone
+ Send
+ Sync
+ 'static
where
    F: Future<Output = Result<Response<Bytes>, Error>> + Send + 'static,
{
    let calls = Arc::new(AtomicUsize::new(0));
    tower::service_fn(move |request: Request<Bytes>| {
        let is_first = calls.fetch_add(1, Ordering::Relaxed) == 0;
        let delivery = CallContext::of(&request).unwrap().delivery().clone();
        let second = (!is_first).then(|| second(&delivery));
        async move {
            match second {
                None => Ok(response(StatusCode::UNAUTHORIZED).map(|_| Bytes::new())),
                Some(second) => second.await,
            }
        }
    })
}

fn tokens() -> Credentials {
    let issued = Arc::new(AtomicUsize::new(0));
    Credentials::token(TokenSource::new(move || {
        let number = issued.fetch_add(1, Ordering::Relaxed);
        async move { Ok::<_, BoxError>(AccessToken::new(&format!("t{number}"))) }
    }))
}

/// The header and the attempt number of each request.
type Seen = Arc<Mutex<Vec<(String, Option<u32>)>>>;

/// Responds with 401 to the first token, and records requests.
fn rejects_one_token(
    seen: &Seen,
) -> impl tower::Service<
    Request<Body>,
    Response = Response<Body>,
    Error = BoxError,
    Future: Send + 'static,
> + Clone
+ Send
+ Sync
+ 'static {
    let seen = Arc::clone(seen);
    tower::service_fn(move |request: Request<Body>| {
        let signature = request.headers()[AUTHORIZATION].to_str().unwrap().to_owned();
        let is_valid = signature != "Bearer t0";
        let number = CallContext::of(&request).map(CallContext::attempt);
        seen.lock().unwrap().push((signature, number));
        let status = if is_valid { StatusCode::OK } else { StatusCode::UNAUTHORIZED };
        std::future::ready(Ok::<_, BoxError>(response(status)))
    })
}

fn to_host(method: Method) -> Request<Bytes> {
    let mut request = request(method);
    *request.uri_mut() = "https://id.example.com/x".parse().unwrap();
    request
}

#[tokio::test(start_paused = true)]
async fn authorization_alone_repeats_a_request_with_another_token() {
    let seen = Arc::default();
    let base = "https://id.example.com".parse().unwrap();
    let service = ServiceBuilder::new()
        .layer(AuthorizationLayer::new(tokens(), base))
        .layer(AttemptLayer::new(10))
        .service(rejects_one_token(&seen));

    for _ in 0..2 {
        let response = service.clone().oneshot(to_host(Method::POST)).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
    }

    let sent: Vec<_> = seen.lock().unwrap().iter().map(|(token, _)| token.clone()).collect();
    assert_eq!(sent, ["Bearer t0", "Bearer t1", "Bearer t1"]);
}

#[tokio::test(start_paused = true)]
async fn authorization_alone_ignores_a_policy_for_retries() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let unavailable = tower::service_fn(move |_: Request<Body>| {
        counted.fetch_add(1, Ordering::Relaxed);
        std::future::ready(Ok::<_, BoxError>(response(StatusCode::SERVICE_UNAVAILABLE)))
    });
    let base = "https://id.example.com".parse().unwrap();
    let service = ServiceBuilder::new()
        .layer(AuthorizationLayer::new(tokens(), base))
        .layer(AttemptLayer::new(10))
        .service(unavailable);
    let mut request = to_host(Method::GET);
    request.extensions_mut().insert(CallContext::default().with_retry(RetryPolicy::backoff()));

    let response = service.oneshot(request).await.unwrap();

    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn a_retry_layer_below_authorization_follows_the_policy_of_a_call() {
    for (policy, sent) in [
        (None, 3),
        (Some(RetryPolicy::off()), 1),
        (Some(RetryPolicy::backoff().max_attempts(2).into()), 2),
    ] {
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&calls);
        let unavailable = tower::service_fn(move |_: Request<Body>| {
            counted.fetch_add(1, Ordering::Relaxed);
            std::future::ready(Ok::<_, BoxError>(response(StatusCode::SERVICE_UNAVAILABLE)))
        });
        let base = "https://id.example.com".parse().unwrap();
        let service = ServiceBuilder::new()
            .layer(AuthorizationLayer::new(tokens(), base))
            .layer(RetryLayer::new(RetryPolicy::backoff()))
            .layer(AttemptLayer::new(10))
            .service(unavailable);
        let mut request = to_host(Method::GET);
        if let Some(policy) = policy {
            request.extensions_mut().insert(CallContext::default().with_retry(policy));
        }

        service.oneshot(request).await.unwrap();

        assert_eq!(calls.load(Ordering::Relaxed), sent);
    }
}

#[tokio::test(start_paused = true)]
async fn a_handle_of_an_ended_attempt_does_not_touch_the_next_one() {
    for (is_late_mark, is_sent) in [(false, true), (false, false), (true, true), (true, false)] {
        let handles: Arc<Mutex<Vec<Delivery>>> = Arc::default();
        let seen = Arc::clone(&handles);
        let service = tower::service_fn(move |request: Request<Bytes>| {
            let delivery = CallContext::of(&request).unwrap().delivery().clone();
            delivery.mark_unsent();
            let mut seen = seen.lock().unwrap();
            seen.push(delivery.clone());
            let is_first = seen.len() == 1;
            async move {
                if is_first {
                    return Err(Error::connect("refused"));
                }
                if is_sent {
                    delivery.mark_sent()?;
                }
                std::future::pending::<Result<Response<Bytes>, Error>>().await
            }
        });
        let service = ServiceBuilder::new()
            .layer(DeadlineLayer::new(Duration::from_secs(5)))
            .layer(RetryLayer::new(RetryPolicy::backoff()))
            .service(service);
        let calling = tokio::spawn(service.oneshot(request(Method::POST)));
        tokio::time::sleep(Duration::from_secs(4)).await;

        let handles = handles.lock().unwrap().clone();
        assert_eq!(handles.len(), 2);
        if is_late_mark {
            assert!(handles[0].mark_sent().is_err());
        } else {
            handles[0].mark_unsent();
        }

        let error = calling.await.unwrap().unwrap_err();
        assert_eq!(error.may_have_been_applied(), is_sent, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn below_a_retry_layer_the_repetition_is_one_of_its_attempts() {
    let seen = Arc::default();
    let base = "https://id.example.com".parse().unwrap();
    let start = Instant::now();
    let service = ServiceBuilder::new()
        .layer(RetryLayer::new(RetryPolicy::off()))
        .layer(RateLimitLayer::new(RateLimit::new().per_second(1.0).build().unwrap()))
        .layer(AuthorizationLayer::new(tokens(), base))
        .layer(AttemptLayer::new(10))
        .service(rejects_one_token(&seen));

    let response = service.oneshot(to_host(Method::POST)).await.unwrap();

    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(start.elapsed(), Duration::from_secs(1), "it waits for its turn");
    let expected = [("Bearer t0".to_owned(), Some(1)), ("Bearer t1".to_owned(), Some(2))];
    assert_eq!(*seen.lock().unwrap(), expected);
}

#[tokio::test(start_paused = true)]
async fn below_a_retry_layer_a_rejection_stands_when_there_is_no_time_for_another_turn() {
    let seen = Arc::default();
    let base = "https://id.example.com".parse().unwrap();
    let service = ServiceBuilder::new()
        .layer(DeadlineLayer::new(Duration::from_secs(5)))
        .layer(RetryLayer::new(RetryPolicy::off()))
        .layer(RateLimitLayer::new(RateLimit::new().per_second(0.1).build().unwrap()))
        .layer(AuthorizationLayer::new(tokens(), base))
        .layer(AttemptLayer::new(10))
        .service(rejects_one_token(&seen));

    let response = service.oneshot(to_host(Method::POST)).await.unwrap();

    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(seen.lock().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_repeated_with_another_token_counts_as_sent() {
    let hangs = rejects_the_first_token(|_| std::future::pending());
    let base = "https://id.example.com".parse().unwrap();
    let service = ServiceBuilder::new()
        .layer(DeadlineLayer::new(Duration::from_secs(1)))
        .layer(AuthorizationLayer::new(tokens(), base))
        .service(hangs);
    let mut request = request(Method::POST);
    *request.uri_mut() = "https://id.example.com/x".parse().unwrap();

    let error = service.oneshot(request).await.unwrap_err();

    assert!(error.is_timeout() && error.may_have_been_applied(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_repeated_with_another_token_and_waits_was_not_sent() {
    let calls = Arc::new(AtomicUsize::new(0));
    let service = tower::service_fn(move |request: Request<Body>| {
        let is_first = calls.fetch_add(1, Ordering::Relaxed) == 0;
        CallContext::of(&request).unwrap().delivery().mark_unsent();
        async move {
            if is_first {
                return Ok::<_, BoxError>(response(StatusCode::UNAUTHORIZED));
            }
            std::future::pending().await
        }
    });
    let client = Client::builder("https://id.example.com")
        .credentials(tokens())
        .attempt_timeout(Duration::from_secs(1))
        .retry(RetryPolicy::off())
        .service(service)
        .build()
        .unwrap();

    let error = client.execute(Call::post(&["x"])).await.unwrap_err();

    assert!(error.is_timeout() && !error.may_have_been_applied(), "{error}");
    assert!(error.to_string().contains("timed out after 1s; the request was not sent"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_request_of_a_stack_of_ones_own_counts_as_sent_after_it_waited_for_a_token() {
    let typed = tower::service_fn(|_: Request<Bytes>| {
        std::future::pending::<Result<Response<Bytes>, Error>>()
    });
    let base = "https://id.example.com".parse().unwrap();
    let stack = ServiceBuilder::new()
        .layer(PrepareLayer::new(
            "https://id.example.com".parse().unwrap(),
            HeaderValue::from_static("mine/1"),
        ))
        .layer(AuthorizationLayer::new(tokens(), base))
        .service(typed);
    let client = Client::new(tower::service_fn(move |request: Request<Body>| {
        let request = request.map(|body| Bytes::copy_from_slice(body.as_bytes().unwrap()));
        let response = stack.clone().oneshot(request);
        async move { response.await.map(|response| response.map(Body::from)) }
    }));

    let call = Call::post(&["x"]).timeout(Duration::from_secs(1));
    let error = client.execute(call).await.unwrap_err();

    assert!(error.is_timeout() && error.may_have_been_applied(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_of_a_service_alone_was_not_applied() {
    let statuses = [429, 404];
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let service = tower::service_fn(move |_: Request<Body>| {
        let status = statuses[counted.fetch_add(1, Ordering::Relaxed)];
        std::future::ready(Ok::<_, BoxError>(response(status.try_into().unwrap())))
    });
    let service = ServiceBuilder::new()
        .layer(RetryLayer::new(RetryPolicy::backoff()))
        .layer(AttemptLayer::new(10))
        .service(service);
    let mut request = request(Method::POST);
    let context = CallContext::default();
    let delivery = context.delivery().clone();
    request.extensions_mut().insert(context);

    let received = service.oneshot(request).await.unwrap();

    assert_eq!(received.status(), StatusCode::NOT_FOUND);
    assert_eq!(calls.load(Ordering::Relaxed), 2);
    assert!(!delivery.was_sent());
}

#[tokio::test(start_paused = true)]
async fn a_rate_limit_spaces_requests() {
    let (service, mut handle) = service();
    let service = ServiceBuilder::new()
        .layer(RateLimitLayer::new(RateLimit::new().per_second(10.0).build().unwrap()))
        .layer(AttemptLayer::new(10))
        .service(service);
    let start = Instant::now();

    let calls: Vec<_> =
        (0..11).map(|_| tokio::spawn(service.clone().oneshot(request(Method::GET)))).collect();
    for _ in 0..11 {
        let (_, reply) = handle.next_request().await.unwrap();
        reply.send_response(response(StatusCode::OK));
    }

    for call in calls {
        call.await.unwrap().unwrap();
    }
    let second = start.elapsed().as_millis();
    assert!(
        (980..1_100).contains(&second),
        "ten intervals at 10 requests per second took {second} ms"
    );
}

#[tokio::test(start_paused = true)]
async fn a_deadline_ends_what_lies_below() {
    let (service, mut handle) = service();
    let service = ServiceBuilder::new()
        .layer(OperationSpanLayer::new())
        .layer(DeadlineLayer::new(Duration::from_secs(3)))
        .layer(AttemptLayer::new(10))
        .service(service);

    let call = tokio::spawn(service.oneshot(request(Method::GET)));
    let (_seen, _reply) = handle.next_request().await.unwrap();

    assert!(call.await.unwrap().unwrap_err().is_timeout());
}

#[tokio::test(start_paused = true)]
async fn readiness_of_the_service_below_is_waited_for_within_the_call() {
    let (service, mut handle) = service();
    handle.allow(0);
    let service = ServiceBuilder::new()
        .layer(DeadlineLayer::new(Duration::from_millis(20)))
        .layer(AttemptLayer::new(10))
        .service(service);

    let error = service.oneshot(request(Method::POST)).await.unwrap_err();

    assert!(error.is_timeout());
    assert!(!error.may_have_been_applied(), "the inner service was never called");
}
