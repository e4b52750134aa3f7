//! Tests of HTTP/2 clients that do not take their responses.

use std::time::Duration;

use axum::body::Body;
use http::{Request, Response};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::client::conn::http2::{Builder, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::json;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

use crate::tests::faults::raw::create;
use crate::{Fault, Sandbox};

/// Connects with a flow-control window for each response; `None` is the default.
async fn connect(sandbox: &Sandbox, window: Option<u32>) -> (SendRequest<Body>, JoinHandle<()>) {
    let socket = TcpStream::connect(sandbox.address()).await.unwrap();
    let mut builder = Builder::new(TokioExecutor::new());
    if let Some(window) = window {
        builder.initial_stream_window_size(window);
    }
    let (sender, connection) = builder.handshake(TokioIo::new(socket)).await.unwrap();
    (sender, tokio::spawn(async move { drop(connection.await) }))
}

async fn get(sender: &mut SendRequest<Body>, path: &str) -> Response<Incoming> {
    let request = Request::get(format!("http://localhost{path}"));
    let request = request
        .header("authorization", "Basic MTAwMDAwMDAwMDAwMDAwMTpzYW5kYm94LWFwaS1zZWNyZXQ=")
        .body(Body::empty());
    sender.send_request(request.unwrap()).await.unwrap()
}

/// Paused time until the connection ends.
async fn until_closed(connection: JoinHandle<()>) -> u64 {
    tokio::time::pause();
    let begin = Instant::now();
    connection.await.unwrap();
    let waited = begin.elapsed().as_secs();
    tokio::time::resume();
    waited
}

#[tokio::test]
async fn a_client_without_a_window_is_closed_after_a_minute() {
    for count in [1, 3] {
        let sandbox = Sandbox::start().await.unwrap();
        let (mut sender, connection) = connect(&sandbox, Some(0)).await;
        let mut responses = Vec::new();
        for _ in 0..count {
            responses.push(get(&mut sender, "/api/rest/v1/permission").await);
        }
        assert!(responses.iter().all(|response| response.status() == 200));

        let waited = until_closed(connection).await;

        assert!((59..=61).contains(&waited), "{waited} s");
        assert_eq!(sandbox.shared().responses().held_bytes(), 0);
    }
}

#[tokio::test]
async fn a_client_that_stops_to_take_a_response_is_closed_after_a_minute() {
    let sandbox = Sandbox::start().await.unwrap();
    let id = sandbox.add_user(json!({"title": "x".repeat(4 << 20)})).unwrap();
    let (mut sender, connection) = connect(&sandbox, None).await;
    let mut response = get(&mut sender, &format!("/api/rest/v1/user/{id}")).await;
    assert!(response.frame().await.unwrap().is_ok());

    let waited = until_closed(connection).await;

    assert!((59..=61).contains(&waited), "{waited} s");
}

#[tokio::test]
async fn a_client_that_takes_a_response_slowly_gets_all_of_it() {
    const LENGTH: usize = 1 << 20;
    let sandbox = Sandbox::start().await.unwrap();
    let id = sandbox.add_user(json!({"title": "x".repeat(LENGTH)})).unwrap();
    let (mut sender, connection) = connect(&sandbox, Some(1 << 16)).await;
    let mut response = get(&mut sender, &format!("/api/rest/v1/user/{id}")).await;
    tokio::time::pause();
    let begin = Instant::now();
    let (mut received, mut next_pause) = (0, 0);
    while let Some(frame) = response.frame().await {
        received += frame.unwrap().into_data().unwrap().len();
        if received >= next_pause {
            next_pause = received + (1 << 17);
            tokio::time::sleep(Duration::from_secs(40)).await;
        }
    }

    assert!(received > LENGTH && begin.elapsed() > Duration::from_secs(200), "{received}");
    connection.abort();
}

#[tokio::test]
async fn a_client_that_waits_for_the_sandbox_stays() {
    for fault in [Fault::no_response(), Fault::stall_body(5)] {
        let sandbox = Sandbox::start().await.unwrap();
        let fault = sandbox.inject(fault).unwrap();
        let (mut sender, connection) = connect(&sandbox, None).await;
        let held = tokio::spawn(async move {
            let mut response = get(&mut sender, "/api/rest/v1/permission").await;
            while response.frame().await.is_some_and(|frame| frame.is_ok()) {}
        });
        assert!(fault.reached(1).await);
        tokio::time::pause();

        tokio::time::sleep(Duration::from_secs(300)).await;
        tokio::time::resume();

        assert!(!held.is_finished() && !connection.is_finished());
        connection.abort();
        held.abort();
    }
}

#[tokio::test]
async fn a_client_without_a_window_gives_way_to_others() {
    let sandbox = Sandbox::builder().max_connections(1).start().await.unwrap();
    let (mut sender, connection) = connect(&sandbox, Some(0)).await;
    let response = get(&mut sender, "/api/rest/v1/permission").await;

    let created = timeout(Duration::from_secs(20), create(&sandbox)).await.unwrap();

    assert_eq!(created.status(), 201);
    connection.await.unwrap();
    drop(response);
}
