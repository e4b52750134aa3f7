//! Tests of hosts and origins over HTTP/2, where the target has the host.

use http::{Request, StatusCode};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::Sandbox;

async fn send(sandbox: &Sandbox, request: http::request::Builder) -> StatusCode {
    let socket = TcpStream::connect(sandbox.address()).await.unwrap();
    let handshake = http2::handshake(TokioExecutor::new(), TokioIo::new(socket));
    let (mut sender, connection) = handshake.await.unwrap();
    let connection = tokio::spawn(connection);
    let request = request.body(axum::body::Body::empty()).unwrap();
    let status = sender.send_request(request).await.unwrap().status();
    connection.abort();
    status
}

#[tokio::test]
async fn the_host_of_the_target_counts() {
    let sandbox = Sandbox::start().await.unwrap();
    for (target, host, expected) in [
        ("http://localhost:8478/sandbox/rules", None, 200),
        ("http://[::1]/sandbox/rules", None, 200),
        ("http://evil.example/sandbox/rules", None, 403),
        ("http://evil.example/sandbox/rules", Some("localhost"), 403),
        ("http://localhost/sandbox/rules", Some("evil.example"), 403),
    ] {
        let mut request = Request::get(target);
        if let Some(host) = host {
            request = request.header("host", host);
        }
        assert_eq!(send(&sandbox, request).await, expected, "{target} {host:?}");
    }
}

#[tokio::test]
async fn the_origin_is_compared_with_the_target() {
    let sandbox = Sandbox::start().await.unwrap();
    for (origin, expected) in [
        ("http://localhost:8478", 204),
        ("http://localhost:8479", 403),
        ("http://evil.example", 403),
        ("null", 403),
    ] {
        let request = Request::delete("http://localhost:8478/sandbox/outbox");
        let status = send(&sandbox, request.header("origin", origin)).await;
        assert_eq!(status, expected, "{origin}");
    }
}

#[tokio::test]
async fn many_requests_share_a_connection() {
    let sandbox = Sandbox::start().await.unwrap();
    let socket = TcpStream::connect(sandbox.address()).await.unwrap();
    let handshake = http2::handshake(TokioExecutor::new(), TokioIo::new(socket));
    let (sender, connection) = handshake.await.unwrap();
    let connection = tokio::spawn(connection);
    let mut requests = JoinSet::new();
    for _ in 0..200 {
        let mut sender = sender.clone();
        requests.spawn(async move {
            let request = Request::get("http://localhost/health").body(axum::body::Body::empty());
            sender.send_request(request.unwrap()).await.unwrap().status()
        });
    }
    assert!(requests.join_all().await.iter().all(|status| *status == 200));
    connection.abort();
}
