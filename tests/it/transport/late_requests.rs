//! Layers that move a request into a task of its own, which goes on when nobody waits for it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};
use tower::layer::{Layer, layer_fn};
use tower::util::BoxCloneSyncService;
use tower::{Service, ServiceExt as _};
use tower_test::mock::{self, Handle, Mock};
use trivore::transport::layer::{AttemptLayer, DeadlineLayer};
use trivore::transport::{
    AccessToken, Body, BoxError, Call, CallContext, Client, ClientBuilder, Error, Next,
    RetryPolicy, TokenSource,
};
use trivore::{Credentials, OidcClient, OidcGrant};

type Sent = Handle<Request<Body>, Response<Body>>;

const SECOND: Duration = Duration::from_secs(1);

/// Sends each request from a task of its own, without asking whether the service below is ready.
fn detached() -> impl Layer<
    Next,
    Service: Service<
        Request<Body>,
        Response = Response<Body>,
        Error = Error,
        Future: Send + 'static,
    > + Clone
                 + Send
                 + Sync
                 + 'static,
> + Clone
+ Send
+ Sync
+ 'static {
    layer_fn(|next: Next| {
        tower::service_fn(move |request: Request<Body>| {
            let task = tokio::spawn(next.clone().call(request));
            async move { task.await.unwrap() }
        })
    })
}

/// A client over a service that is not ready to be called, until the test allows it.
fn over_a_busy_service() -> (ClientBuilder, Sent) {
    let (service, mut handle): (Mock<_, _>, Sent) = mock::pair();
    handle.allow(0);
    (Client::builder("https://id.example.com").service(service), handle)
}

/// Whether another request arrives, once all tasks have done what they can.
async fn is_called(handle: &mut Sent) -> bool {
    matches!(timeout(SECOND / 2, handle.next_request()).await, Ok(Some(_)))
}

async fn responds(handle: &mut Sent) {
    let (_, reply) = timeout(SECOND, handle.next_request()).await.unwrap().unwrap();
    reply.send_response(Response::new(Body::default()));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_after_a_call_has_failed_as_not_applied() {
    let slots: [fn(ClientBuilder) -> ClientBuilder; 3] = [
        |builder| builder.call_layer(detached()),
        |builder| builder.attempt_layer(detached()),
        |builder| builder.transport_layer(detached()),
    ];
    for slot in slots {
        let (builder, mut handle) = over_a_busy_service();
        let client = slot(builder.timeout(SECOND).retry(RetryPolicy::off())).build().unwrap();

        let error = client.execute(Call::post(&["x"])).await.unwrap_err();
        handle.allow(10);

        assert!(error.is_timeout() && !error.may_have_been_applied(), "{error}");
        assert!(!is_called(&mut handle).await);
    }
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_was_not_sent_is_not_sent_beside_the_next_one() {
    let slots: [fn(ClientBuilder) -> ClientBuilder; 2] = [
        |builder| builder.attempt_timeout(SECOND).transport_layer(detached()),
        |builder| {
            builder
                .attempt_layer(tower::timeout::TimeoutLayer::new(SECOND))
                .attempt_layer(detached())
        },
    ];
    for slot in slots {
        for call in [Call::post(&["x"]), Call::put(&["x"])] {
            let (builder, mut handle) = over_a_busy_service();
            let client = slot(builder).build().unwrap();

            let calling = tokio::spawn(async move { client.execute(call).await });
            assert!(timeout(SECOND * 3 / 2, handle.next_request()).await.is_err());
            handle.allow(10);
            responds(&mut handle).await;

            calling.await.unwrap().unwrap();
            assert!(!is_called(&mut handle).await);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_was_not_sent_is_not_sent_beside_the_one_with_another_token() {
    let issued = AtomicUsize::new(0);
    let tokens = TokenSource::new(move || {
        let number = issued.fetch_add(1, Ordering::Relaxed);
        async move { Ok::<_, BoxError>(AccessToken::new(&format!("t{number}"))) }
    });
    let (builder, mut handle) = over_a_busy_service();
    let sent = Arc::new(AtomicUsize::new(0));
    // Sends the first request twice, and waits for one of the two.
    let doubles = layer_fn(move |next: Next| {
        let sent = Arc::clone(&sent);
        tower::service_fn(move |request: Request<Body>| {
            let mut second = Request::new(request.body().try_clone().unwrap());
            second.extensions_mut().clone_from(request.extensions());
            let first = next.clone().call(request);
            if sent.fetch_add(1, Ordering::Relaxed) == 0 {
                tokio::spawn(next.clone().call(second));
            }
            first
        })
    });
    let client =
        builder.credentials(Credentials::token(tokens)).transport_layer(doubles).build().unwrap();

    let calling = tokio::spawn(async move { client.execute(Call::post(&["x"])).await });
    handle.allow(1);
    let (_, reply) = timeout(SECOND, handle.next_request()).await.unwrap().unwrap();
    let mut rejection = Response::new(Body::default());
    *rejection.status_mut() = StatusCode::UNAUTHORIZED;
    reply.send_response(rejection);
    assert!(!is_called(&mut handle).await);
    handle.allow(10);
    responds(&mut handle).await;

    calling.await.unwrap().unwrap();
    assert!(!is_called(&mut handle).await);
}

#[tokio::test(start_paused = true)]
async fn a_token_request_that_was_not_sent_is_not_sent_beside_the_next_one() {
    let (builder, mut handle) = over_a_busy_service();
    let grant = OidcGrant::refresh_token(OidcClient::new("id", "secret"), "once");
    let client = builder
        .credentials(Credentials::token(grant))
        .attempt_timeout(SECOND)
        .transport_layer(detached())
        .build()
        .unwrap();

    let calling = tokio::spawn(async move { client.execute(Call::post(&["x"])).await });
    handle.allow(1);
    let (discovery, reply) = handle.next_request().await.unwrap();
    let document = r#"{"token_endpoint":"https://id.example.com/token"}"#;
    reply.send_response(Response::new(Body::from(Bytes::from_static(document.as_bytes()))));
    assert!(timeout(SECOND * 3 / 2, handle.next_request()).await.is_err());
    handle.allow(10);
    let (request, reply) = handle.next_request().await.unwrap();
    let token = r#"{"access_token":"t","expires_in":600}"#;
    reply.send_response(Response::new(Body::from(Bytes::from_static(token.as_bytes()))));
    responds(&mut handle).await;

    assert_eq!((discovery.method(), request.uri().path()), (&Method::GET, "/token"));
    calling.await.unwrap().unwrap();
    assert!(!is_called(&mut handle).await);
}

#[tokio::test(start_paused = true)]
async fn a_service_under_a_deadline_alone_is_told_that_the_call_has_failed() {
    let handles = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&handles);
    let queued = tower::service_fn(move |request: Request<Bytes>| {
        let delivery = CallContext::of(&request).unwrap().delivery().clone();
        delivery.mark_unsent();
        seen.lock().unwrap().push(delivery);
        std::future::pending::<Result<Response<Bytes>, Error>>()
    });
    let service = DeadlineLayer::new(SECOND).layer(queued);
    let mut request = Request::new(Bytes::new());
    request.extensions_mut().insert(CallContext::default());

    // The second one has the delivery of the first one, as if a layer had repeated it.
    for number in 0..2 {
        let error = service.clone().oneshot(request.clone()).await.unwrap_err();

        assert!(!error.may_have_been_applied(), "{error}");
        assert!(handles.lock().unwrap()[number].mark_sent().is_err());
    }
    let calling = tokio::spawn(service.oneshot(request));
    tokio::task::yield_now().await;
    assert!(handles.lock().unwrap()[2].mark_sent().is_ok());
    assert!(calling.await.unwrap().unwrap_err().may_have_been_applied());
}

#[tokio::test(start_paused = true)]
async fn a_service_that_waits_is_told_that_its_call_has_failed() {
    let (go, (tell, mut told)) = (Arc::new(Notify::new()), tokio::sync::mpsc::unbounded_channel());
    let waits = Arc::clone(&go);
    let service = tower::service_fn(move |request: Request<Body>| {
        let delivery = CallContext::of(&request).unwrap().delivery().clone();
        delivery.mark_unsent();
        let (waits, tell) = (Arc::clone(&waits), tell.clone());
        async move {
            waits.notified().await;
            let marked = delivery.mark_sent();
            tell.send(marked.is_ok()).unwrap();
            marked.map(|()| Response::new(String::new()))
        }
    });
    let builder = Client::builder("https://id.example.com").service(service);
    let client =
        builder.timeout(SECOND).retry(RetryPolicy::off()).call_layer(detached()).build().unwrap();

    let error = client.execute(Call::post(&["x"])).await.unwrap_err();
    go.notify_one();
    assert!(!error.may_have_been_applied(), "{error}");
    assert_eq!(told.recv().await, Some(false));

    go.notify_one();
    client.execute(Call::post(&["x"])).await.unwrap();
    assert_eq!(told.recv().await, Some(true));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_after_its_call_was_dropped() {
    let slots: [fn(ClientBuilder) -> ClientBuilder; 3] = [
        |builder| builder.call_layer(detached()),
        |builder| builder.attempt_layer(detached()),
        |builder| builder.transport_layer(detached()),
    ];
    for slot in slots {
        for has_limit in [false, true] {
            let (builder, mut handle) = over_a_busy_service();
            let builder = if has_limit { builder } else { builder.no_timeout() };
            let client = slot(builder).build().unwrap();

            let call = client.execute(Call::post(&["x"]));
            assert!(timeout(SECOND, call).await.is_err());
            handle.allow(10);

            assert!(!is_called(&mut handle).await);
        }
    }
}

/// Sends each request from a task of its own, after two seconds; counts what it sent.
fn queued<B: Default + Send + 'static>(
    sent: &Arc<AtomicUsize>,
) -> BoxCloneSyncService<Request<B>, Response<B>, Error> {
    let sent = Arc::clone(sent);
    BoxCloneSyncService::new(tower::service_fn(move |request: Request<B>| {
        let delivery = CallContext::of(&request).unwrap().delivery().clone();
        delivery.mark_unsent();
        let sent = Arc::clone(&sent);
        let task = tokio::spawn(async move {
            sleep(SECOND * 2).await;
            delivery.mark_sent()?;
            sent.fetch_add(1, Ordering::Relaxed);
            Ok(Response::new(B::default()))
        });
        async move { task.await.unwrap() }
    }))
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_late_below_a_layer_alone() {
    const ENOUGH: Duration = Duration::from_secs(3);
    // The limit of the layer, and when its future is dropped.
    for (limit, dropped_after, expected) in
        [(SECOND, ENOUGH, 0), (ENOUGH, SECOND, 0), (ENOUGH, ENOUGH, 1)]
    {
        for is_attempt in [false, true] {
            let sent = Arc::new(AtomicUsize::new(0));
            let attempt = AttemptLayer::new(10).timeout(limit).layer(queued(&sent));
            let deadline = DeadlineLayer::new(limit).layer(queued(&sent));
            let request = Request::put("/x").body(Bytes::new()).unwrap();

            let result = if is_attempt {
                timeout(dropped_after, attempt.oneshot(request)).await
            } else {
                timeout(dropped_after, deadline.oneshot(request)).await
            };
            sleep(SECOND * 10).await;

            assert_eq!(matches!(result, Ok(Ok(_))), expected == 1, "{result:?}");
            assert_eq!(sent.load(Ordering::Relaxed), expected, "{result:?} {is_attempt}");
        }
    }
}
