//! The length of messages, and the headers that only the transport sets. On raw bytes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::header::{
    ACCEPT, ACCEPT_LANGUAGE, AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, EXPECT, HOST,
    IF_MATCH, PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use http::{HeaderName, HeaderValue, Request, Response};
use tower::{ServiceBuilder, ServiceExt as _};
use tower_http::set_header::SetRequestHeaderLayer;
use trivore::Trivore;
use trivore::models::UserId;
use trivore::transport::layer::AttemptLayer;
use trivore::transport::{
    Body, BoxError, Call, CallOptions, Client, Connector, Operation, RetryPolicy, Safety,
};
use trivore_tests::{RawServer, Recorder, Reply, json};

/// Demands a length of every request that may have a body.
fn strict(head: &str) -> Reply {
    let has_body = ["POST ", "PUT ", "PATCH "].iter().any(|method| head.starts_with(method));
    let lengths = lengths(head);
    match lengths.as_slice() {
        [] if has_body => Reply::Raw(json(411, "")),
        [_, _, ..] => Reply::Raw(json(400, "")),
        _ => Reply::Json("true".to_owned()),
    }
}

fn lengths(head: &str) -> Vec<String> {
    let head = head.to_lowercase();
    let lines = head.lines().filter_map(|line| line.strip_prefix("content-length: "));
    lines.map(str::to_owned).collect()
}

#[tokio::test]
async fn a_write_without_a_body_says_that_it_has_none() {
    let server = RawServer::start(|_, head| strict(head)).await;
    let trivore = Trivore::builder(&server.url()).build().unwrap();
    let user = UserId::from("a");

    trivore.users().send_sms_code(&user, None).await.unwrap();
    drop(trivore.users().check_sms_code(&user, "123456").await);

    let heads = server.heads();
    assert_eq!(heads.len(), 2);
    for head in heads {
        assert_eq!(lengths(&head), ["0"], "{head}");
        assert!(!head.to_lowercase().contains("transfer-encoding"), "{head}");
    }
}

#[tokio::test]
async fn each_method_has_the_length_that_it_needs() {
    let mut patch = Operation::post("patch", "/x", Safety::Idempotent);
    patch.method = http::Method::PATCH;
    let server = RawServer::start(|_, head| strict(head)).await;
    let client = Client::builder(&server.url()).build().unwrap();

    for (call, expected) in [
        (Call::<()>::post(&["x"]), Some("0")),
        (Call::put(&["x"]), Some("0")),
        (Call::of(&patch, &[]), Some("0")),
        (Call::post(&["x"]).json(&"four"), Some("6")),
        (Call::get(&["x"]), None),
        (Call::delete(&["x"]), None),
    ] {
        client.execute(call).await.unwrap();

        let head = server.heads().pop().unwrap();
        assert_eq!(lengths(&head), Vec::from_iter(expected), "{head}");
    }
}

#[tokio::test]
async fn the_length_stays_through_a_proxy_and_after_retries() {
    let proxy = RawServer::start(|number, head| match number {
        0 | 1 => Reply::RawThenClose(json(429, "")),
        _ => strict(head),
    })
    .await;
    let client = Client::builder("http://id.example.com")
        .connector(Connector::new().proxy(&proxy.url()))
        .retry(RetryPolicy::backoff().base_delay(Duration::from_millis(1)))
        .build()
        .unwrap();

    client.execute(Call::post(&["x"])).await.unwrap();

    let heads = proxy.heads();
    assert_eq!(heads.len(), 3);
    for head in heads {
        assert_eq!(lengths(&head), ["0"], "{head}");
    }
}

#[tokio::test]
async fn a_service_of_ones_own_sees_the_length_of_an_empty_write() {
    let lengths = Arc::new(AtomicUsize::new(0));
    let service = {
        let lengths = Arc::clone(&lengths);
        tower::service_fn(move |request: Request<Body>| {
            if request.headers().get(CONTENT_LENGTH).is_some_and(|length| length == "0") {
                lengths.fetch_add(1, Ordering::Relaxed);
            }
            std::future::ready(Ok::<_, BoxError>(Response::new(String::new())))
        })
    };
    let alone = ServiceBuilder::new().layer(AttemptLayer::new(10)).service(service.clone());

    Client::new(service.clone()).execute(Call::post(&["x"])).await.unwrap();
    let stack = Client::builder("https://id.example.com").service(service).build().unwrap();
    stack.execute(Call::put(&["x"])).await.unwrap();
    alone.oneshot(Request::post("/x").body(bytes::Bytes::new()).unwrap()).await.unwrap();

    assert_eq!(lengths.load(Ordering::Relaxed), 3);
}

fn of_the_transport() -> [HeaderName; 13] {
    [
        CONNECTION,
        CONTENT_LENGTH,
        EXPECT,
        HOST,
        HeaderName::from_static("http2-settings"),
        HeaderName::from_static("keep-alive"),
        http::header::PROXY_AUTHENTICATE,
        PROXY_AUTHORIZATION,
        HeaderName::from_static("proxy-connection"),
        TE,
        TRAILER,
        TRANSFER_ENCODING,
        UPGRADE,
    ]
}

#[tokio::test]
async fn headers_of_the_transport_are_refused_before_anything_is_sent() {
    let recorder = Recorder::new();
    let client = recorder.client().build().unwrap();
    for name in of_the_transport() {
        let value = HeaderValue::from_static("5");
        let call = Call::<()>::post(&["x"]).json(&"thirteen...");
        let of_call = client.execute(call.header(name.clone(), value.clone())).await;
        let handle = client.with(CallOptions::new().header(name.clone(), value));
        let of_handle = handle.execute(Call::get(&["x"])).await;
        let of_nested = handle.with(CallOptions::new()).execute(Call::get(&["x"])).await;

        for error in [of_call, of_handle, of_nested] {
            let error = error.unwrap_err();
            assert!(error.is_invalid_input(), "{name}: {error}");
            assert!(!error.may_have_been_applied());
            assert!(error.to_string().contains(name.as_str()), "{error}");
            assert!(error.operation().is_some());
        }
    }
    assert_eq!(recorder.requests().len(), 0);
}

#[tokio::test]
async fn headers_of_the_caller_are_sent() {
    let recorder = Recorder::new();
    let client = Client::builder("https://id.example.com").service(recorder.service());
    let client = client.build().unwrap();

    for name in [ACCEPT, ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE, IF_MATCH] {
        let value = HeaderValue::from_static("mine");
        client.execute(Call::post(&["x"]).json(&1).header(name.clone(), value)).await.unwrap();

        assert_eq!(recorder.last().header(name.as_str()), Some("mine"));
    }
}

#[tokio::test]
async fn a_layer_that_sets_a_wrong_length_is_told_before_anything_is_sent() {
    let server = RawServer::start(|_, head| strict(head)).await;
    let with = |length| {
        let layer =
            SetRequestHeaderLayer::overriding(CONTENT_LENGTH, HeaderValue::from_static(length));
        Client::builder(&server.url()).transport_layer(layer).build().unwrap()
    };
    let call = || Call::<()>::post(&["x"]).json(&"thirteen...");

    let error = with("5").execute(call()).await.unwrap_err();
    with("13").execute(call()).await.unwrap();

    assert!(error.is_configuration() && !error.may_have_been_applied(), "{error}");
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn a_wrong_length_is_told_by_the_attempt_layer_alone_too() {
    let recorder = Recorder::new();
    let alone = ServiceBuilder::new().layer(AttemptLayer::new(10)).service(recorder.service());
    let request = |lengths: &[&'static str]| {
        let mut request = Request::post("/x").body(bytes::Bytes::from_static(b"thirteen....."));
        for length in lengths {
            let headers = request.as_mut().unwrap().headers_mut();
            headers.append(CONTENT_LENGTH, HeaderValue::from_static(length));
        }
        request.unwrap()
    };

    for lengths in [&["5"][..], &["14"], &["x"], &[""], &["+13"], &["13", "5"], &["13", "13"]] {
        let error = alone.clone().oneshot(request(lengths)).await.unwrap_err();

        assert!(error.is_configuration() && !error.may_have_been_applied(), "{error}");
    }
    assert_eq!(recorder.requests().len(), 0);

    alone.oneshot(request(&["13"])).await.unwrap();
    assert_eq!(recorder.last().header("content-length"), Some("13"));
}

#[tokio::test]
async fn a_layer_that_chunks_a_message_sets_no_length() {
    let server = RawServer::start(|_, head| strict(head)).await;
    let chunked = HeaderValue::from_static("chunked");
    let chunks = SetRequestHeaderLayer::overriding(TRANSFER_ENCODING, chunked);
    let length = HeaderValue::from_static("13");
    let lengths = SetRequestHeaderLayer::overriding(CONTENT_LENGTH, length);
    let client = Client::builder(&server.url())
        .transport_layer(chunks)
        .transport_layer(lengths)
        .build()
        .unwrap();

    let call = Call::<()>::post(&["x"]).json(&"thirteen...");
    let error = client.execute(call).await.unwrap_err();

    assert!(error.is_configuration() && !error.may_have_been_applied(), "{error}");
    assert_eq!(server.requests(), 0);
}
