//! Connections: pooling, reuse, and errors.

use std::time::Duration;

use http::{Request, Version};
use tokio::net::TcpListener;
use tower::util::MapRequestLayer;
use tower_http::decompression::DecompressionLayer;
use trivore::Trivore;
use trivore::models::{User, UserId};
use trivore::transport::{Body, Call, Client, RetryPolicy};
use trivore_tests::{RawServer, Reply, json};

#[tokio::test]
async fn calls_in_a_row_share_one_connection() {
    let server = RawServer::start(|_, _| Reply::Json(r#"{"id":"1"}"#.to_owned())).await;
    let trivore = Trivore::builder(&server.url()).build().unwrap();

    for _ in 0..5 {
        trivore.users().get(&"a".into()).await.unwrap();
    }

    assert_eq!((server.requests(), server.connections()), (5, 1));
}

#[tokio::test]
async fn refusals_with_large_bodies_keep_their_connection() {
    let large = format!(r#"{{"errorMessage":"{}"}}"#, "x".repeat(64 << 10));
    let server = RawServer::start(move |_, _| Reply::Raw(json(500, &large))).await;
    let trivore = Trivore::builder(&server.url()).build().unwrap();

    let error = trivore.users().get(&"a".into()).await.unwrap_err();

    assert!(error.is_server_error());
    assert_eq!(
        (server.requests(), server.connections()),
        (3, 1),
        "the attempts did not share one connection"
    );
}

/// A layer may copy the version of a request that its own program received.
#[tokio::test]
async fn the_version_of_a_request_is_that_of_its_connection() {
    let server = RawServer::start(|_, head| {
        Reply::Json(format!("\"{}\"", head.lines().next().unwrap_or_default()))
    })
    .await;
    for version in [Version::HTTP_11, Version::HTTP_2] {
        let sets = MapRequestLayer::new(move |mut request: Request<Body>| {
            *request.version_mut() = version;
            request
        });
        let client = Client::builder(&server.url()).transport_layer(sets).build().unwrap();

        let line: String = client.send(Call::post(&["x"])).await.unwrap();

        assert_eq!(line, "POST /x HTTP/1.1", "{version:?}");
    }
}

#[tokio::test]
async fn a_connection_closed_after_the_request_was_read_leaves_its_outcome_open() {
    let server = RawServer::start(|_, _| Reply::RawThenClose(Vec::new())).await;
    let trivore = Trivore::builder(&server.url()).build().unwrap();

    let error = trivore.users().create(&User::new()).await.unwrap_err();

    assert!(error.is_connection(), "{error}");
    assert!(error.may_have_been_applied());
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn a_body_cut_short_is_a_failed_connection() {
    let server = RawServer::start(|_, _| {
        let mut whole = json(200, r#"{"id":"a"}"#);
        whole.truncate(whole.len() - 4);
        Reply::RawThenClose(whole)
    })
    .await;
    let trivore = Trivore::builder(&server.url()).build().unwrap();

    let error = trivore.users().get(&"a".into()).await.unwrap_err();

    assert!(error.is_connection(), "{error}");
}

#[tokio::test]
async fn a_refusal_whose_words_are_cut_short_is_still_a_refusal() {
    let server = RawServer::start(|_, _| {
        let mut whole = json(403, r#"{"errorMessage":"no"}"#);
        whole.truncate(whole.len() - 4);
        Reply::RawThenClose(whole)
    })
    .await;
    let trivore = Trivore::builder(&server.url()).build().unwrap();

    let error = trivore.users().get(&"a".into()).await.unwrap_err();

    assert!(error.is_forbidden(), "{error}");
}

#[tokio::test]
async fn a_refusal_whose_words_never_come_is_still_a_refusal() {
    let server = RawServer::start(|_, _| {
        Reply::Raw(b"HTTP/1.1 409 X\r\ncontent-length: 100\r\n\r\nhal".to_vec())
    })
    .await;
    let trivore = Trivore::builder(&server.url()).build().unwrap();

    let error = trivore.users().create(&User::new()).await.unwrap_err();

    assert!(error.is_conflict(), "{error}");
    assert_eq!(error.api().unwrap().body(), "hal");
    assert!(!error.may_have_been_applied());
}

#[tokio::test]
async fn a_response_that_says_it_is_too_large_is_not_read() {
    let server = RawServer::start(|_, _| {
        Reply::Raw(b"HTTP/1.1 200 X\r\ncontent-length: 100\r\n\r\nhal".to_vec())
    })
    .await;
    let trivore = Trivore::builder(&server.url())
        .configure(|client| client.max_response_size(99).timeout(Duration::from_secs(60)))
        .build()
        .unwrap();

    let error = trivore.users().get(&"a".into()).await.unwrap_err();

    assert!(error.is_too_large(), "the client waited for the rest of the body: {error}");
}

#[tokio::test]
async fn a_server_that_never_responds_was_sent_the_request() {
    let server = RawServer::start(|_, _| Reply::Never).await;
    let limit = Duration::from_millis(200);
    let attempt = Trivore::builder(&server.url())
        .configure(|client| client.attempt_timeout(limit))
        .build()
        .unwrap();
    let call = Trivore::builder(&server.url()).timeout(limit).build().unwrap();

    for trivore in [attempt, call] {
        let error = trivore.users().create(&User::new()).await.unwrap_err();

        assert!(error.is_timeout(), "{error}");
        assert!(error.may_have_been_applied(), "{error}");
    }
    assert_eq!(server.requests(), 2);
}

#[tokio::test]
async fn a_server_that_never_shakes_hands_was_sent_nothing() {
    // The server accepts connections and sends nothing, so that the TLS handshake never completes.
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", server.local_addr().unwrap());
    let limit = Duration::from_millis(200);
    let attempt = Trivore::builder(&url)
        .configure(|client| client.attempt_timeout(limit).retry(RetryPolicy::off()))
        .build()
        .unwrap();
    let call = Trivore::builder(&url).timeout(limit).build().unwrap();

    for trivore in [attempt, call] {
        let error = trivore.users().create(&User::new()).await.unwrap_err();

        assert!(error.is_timeout(), "{error}");
        assert!(!error.may_have_been_applied(), "{error}");
    }
}

#[tokio::test]
async fn bytes_that_are_no_http_are_an_error() {
    for bytes in
        ["\0\0\0\0", "HTTP/9.9 abc\r\n\r\n", "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n"]
    {
        let server =
            RawServer::start(move |_, _| Reply::RawThenClose(bytes.as_bytes().to_vec())).await;
        let trivore = Trivore::builder(&server.url()).build().unwrap();

        let error = trivore.users().get(&"a".into()).await.unwrap_err();

        assert!(error.is_connection(), "{bytes:?}: {error}");
    }
}

#[test]
fn a_client_made_on_one_runtime_works_on_another() {
    let serving = tokio::runtime::Runtime::new().unwrap();
    let server = serving.block_on(RawServer::start(|_, _| Reply::Json(r#"{"id":"1"}"#.to_owned())));
    let first = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let second = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let trivore = first.block_on(async { Trivore::builder(&server.url()).build().unwrap() });
    let user = UserId::from("a");
    first.block_on(trivore.users().get(&user)).unwrap();

    let while_the_first_sleeps = second.block_on(trivore.users().get(&user));
    drop(first);
    let after_the_first_is_gone = second.block_on(trivore.users().get(&user));

    while_the_first_sleeps.unwrap();
    after_the_first_is_gone.unwrap();
}

#[test]
fn a_call_outside_of_any_runtime_is_an_error() {
    let trivore = Trivore::builder("http://127.0.0.1:9").build().unwrap();
    let user = UserId::from("a");
    let mut call = Box::pin(trivore.users().delete(&user));
    let waker = std::task::Waker::noop();

    let response = call.as_mut().poll(&mut std::task::Context::from_waker(waker));

    let std::task::Poll::Ready(Err(error)) = response else { panic!("{response:?}") };
    assert!(error.is_configuration(), "{error}");
}

#[test]
fn another_attempt_outside_of_any_runtime_is_an_error() {
    let client = Client::builder("https://id.example.com")
        .no_timeout()
        .no_attempt_timeout()
        .service(tower::service_fn(|_: Request<Body>| {
            let response = http::Response::builder().status(503).body(String::new());
            std::future::ready(response.map_err(trivore::transport::BoxError::from))
        }))
        .build()
        .unwrap();

    let mut call = Box::pin(client.execute(Call::get(&["x"])));
    let waker = std::task::Waker::noop();
    let response = call.as_mut().poll(&mut std::task::Context::from_waker(waker));

    let std::task::Poll::Ready(Err(error)) = response else { panic!("{response:?}") };
    assert!(error.is_configuration(), "{error}");
}

#[tokio::test]
async fn a_client_can_be_made_outside_of_any_call_and_shared_by_tasks() {
    let server = RawServer::start(|_, _| Reply::Json("1".to_owned())).await;
    let client = Client::builder(&server.url()).build().unwrap();

    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.send::<u8>(Call::get(&["x"])).await })
        })
        .collect();

    for task in tasks {
        assert_eq!(task.await.unwrap().unwrap(), 1);
    }
    assert_eq!(server.requests(), 20);
}

#[tokio::test]
async fn no_content_coding_is_asked_for() {
    let server = RawServer::start(|_, _| Reply::Json("1".to_owned())).await;
    let client = |layer| {
        let client = Client::builder(&server.url());
        match layer {
            Some("call") => client.call_layer(DecompressionLayer::new()),
            Some("attempt") => client.attempt_layer(DecompressionLayer::new()),
            Some(_) => client.transport_layer(DecompressionLayer::new()),
            None => client,
        }
    };
    for (layer, expected) in [
        (None, "identity"),
        (Some("call"), "gzip"),
        (Some("attempt"), "gzip"),
        (Some("transport"), "gzip"),
    ] {
        let client = client(layer).build().unwrap();

        client.send::<u8>(Call::get(&["x"])).await.unwrap();

        let head = server.heads().pop().unwrap().to_lowercase();
        let asked: Vec<_> =
            head.lines().filter_map(|line| line.strip_prefix("accept-encoding: ")).collect();
        assert_eq!(asked, [expected], "{layer:?}");
    }
}

#[tokio::test]
async fn a_content_coding_that_nobody_asked_for_is_named() {
    let gzip = include_bytes!("../../../fixtures/one_mebibyte_of_zeros.gz");
    for (status, expected) in [
        (403, "the server responded with 403 Forbidden (the body has the content coding gzip)"),
        (200, "the response is not JSON but has the content coding gzip"),
    ] {
        let server = RawServer::start(move |_, _| {
            let length = gzip.len();
            let head = format!(
                "HTTP/1.1 {status} X\r\ncontent-encoding: gzip\r\ncontent-length: {length}\r\n\r\n"
            );
            Reply::Raw([head.as_bytes(), gzip].concat())
        })
        .await;
        let client = Client::builder(&server.url()).build().unwrap();

        let error = client.send::<u8>(Call::get(&["x"])).await.unwrap_err();

        assert_eq!(error.to_string(), format!("call: {expected}"));
        let coding = error.decode_error().and_then(|error| error.content_coding());
        assert_eq!(coding, (status == 200).then_some("gzip"));
    }
}
