//! Custom layers may call the inner service on one runtime and await it on another, or never.

use std::future::ready;
use std::time::Duration;

use futures_util::FutureExt as _;
use http::{Request, Response};
use tower::layer::layer_fn;
use tower::timeout::TimeoutLayer;
use tower::{Service, service_fn};
use trivore::transport::{Body, BoxError, Call, Client, Next};
use trivore_tests::{RawServer, RefusingPort, Reply};

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn connections_belong_to_the_runtime_that_waits() {
    let serving = tokio::runtime::Runtime::new().unwrap();
    let server = serving.block_on(RawServer::start(|_, _| Reply::Json("1".to_owned())));
    let (elsewhere, first, second) = (runtime(), runtime(), runtime());
    let handle = elsewhere.handle().clone();
    let calls_elsewhere = layer_fn(move |next: Next| {
        let handle = handle.clone();
        service_fn(move |request: Request<Body>| {
            let _there = handle.enter();
            next.clone().call(request)
        })
    });
    let client = Client::builder(&server.url())
        .transport_layer(calls_elsewhere)
        .attempt_timeout(Duration::from_secs(5))
        .build()
        .unwrap();

    for runtime in [&first, &second, &first] {
        let result = runtime.block_on(client.send::<u8>(Call::get(&["x"])));

        assert_eq!(result.unwrap(), 1);
    }
    assert_eq!(server.connections(), 2);
}

#[test]
fn a_layer_may_send_on_a_runtime_of_its_own() {
    let serving = tokio::runtime::Runtime::new().unwrap();
    let server = serving.block_on(RawServer::start(|_, _| Reply::Json("1".to_owned())));
    let sending = tokio::runtime::Runtime::new().unwrap();
    let handle = sending.handle().clone();
    let detach = layer_fn(move |next: Next| {
        let handle = handle.clone();
        service_fn(move |request: Request<Body>| {
            let sent = handle.spawn(next.clone().call(request));
            async move { Ok::<_, BoxError>(sent.await??) }
        })
    });
    let client = Client::builder(&server.url()).transport_layer(detach).build().unwrap();

    for waiting in [runtime(), runtime()] {
        let result = waiting.block_on(client.send::<u8>(Call::get(&["x"])));

        assert_eq!(result.unwrap(), 1);
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_request_that_is_never_waited_for_is_never_sent() {
    let spare = layer_fn(|next: Next| {
        service_fn(move |request: Request<Body>| {
            let mut next = next.clone();
            let (head, body) = request.into_parts();
            let sent = next.call(Request::from_parts(head.clone(), body));
            let spare = next.call(Request::from_parts(head, Body::default()));
            async move {
                let result = sent.await;
                drop(spare);
                result
            }
        })
    });
    let port = RefusingPort::new();
    let client = Client::builder(&port.url()).transport_layer(spare).build().unwrap();

    let error = client.execute(Call::post(&["x"])).await.unwrap_err();

    assert!(error.is_connect() && !error.may_have_been_applied(), "{error}");
    assert!(error.attempts().len() > 1, "an unsent request was not retried: {error}");
}

#[test]
fn a_layer_with_a_clock_does_not_panic_where_there_is_none() {
    let service =
        service_fn(|_: Request<Body>| async { Ok::<_, BoxError>(Response::new(String::new())) });
    let client = Client::builder("https://id.example.com")
        .no_timeout()
        .transport_layer(TimeoutLayer::new(Duration::from_secs(1)))
        .service(service)
        .build()
        .unwrap();

    let result = client.execute(Call::get(&["x"])).now_or_never();

    let error = result.unwrap().unwrap_err();
    assert!(error.is_configuration(), "{error}");
}

#[test]
fn a_service_is_not_called_where_its_time_cannot_be_kept() {
    let (calls, called) = std::sync::mpsc::channel();
    let service = service_fn(move |_: Request<Body>| {
        calls.send(()).unwrap();
        ready(Ok::<_, BoxError>(Response::new(String::new())))
    });
    let builder = Client::builder("https://id.example.com").no_timeout();
    let client = builder.service(service).build().unwrap();

    let error = client.execute(Call::post(&["x"])).now_or_never().unwrap().unwrap_err();

    assert!(error.is_configuration() && !error.may_have_been_applied(), "{error}");
    assert!(called.try_recv().is_err());
}
