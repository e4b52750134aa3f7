//! Tests of large and slow bodies.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::HttpBody;
use bytes::Bytes;
use http::{Request, StatusCode};
use http_body::Frame;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tower::ServiceExt as _;

use crate::Sandbox;
use crate::server::bodies::{MAX_BODY_BYTES, MAX_HELD_BYTES};
use crate::tests::faults::raw::{create, exchange};

/// Begins to send a body and stops before its end.
async fn unfinished(sandbox: &Sandbox, bytes: usize) -> TcpStream {
    let mut socket = TcpStream::connect(sandbox.address()).await.unwrap();
    let head = format!(
        "POST /api/rest/v1/user HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n",
        bytes + 1
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    // The server may respond before it has read everything.
    let _ = socket.write_all(&vec![b' '; bytes]).await;
    socket
}

#[tokio::test]
async fn unfinished_bodies_are_limited_in_sum() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut sockets = Vec::new();
    for _ in 0..16 {
        sockets.push(unfinished(&sandbox, MAX_BODY_BYTES - 2).await);
        let held = sandbox.shared().bodies().held_bytes();
        assert!(held <= MAX_HELD_BYTES, "{held}");
    }
    let mut refused = String::new();
    let mut last = sockets.pop().unwrap();
    let _ = last.read_to_string(&mut refused).await;
    assert!(refused.starts_with("HTTP/1.1 503"), "{refused}");
    assert!(refused.to_ascii_lowercase().contains("retry-after: 1"), "{refused}");

    assert_eq!(create(&sandbox).await.status(), 201, "a small body finds room");
    drop(sockets);
    drop(last);
}

#[tokio::test]
async fn the_heads_of_waiting_requests_count() {
    let sandbox = Sandbox::start().await.unwrap();
    let service = sandbox.service();
    let large = "x".repeat(1 << 20);
    let requests = || {
        let request = Request::post("/api/rest/v1/user").header("x-large", &large);
        service.clone().oneshot(request.body(Stalled).unwrap())
    };
    let mut waiting: Vec<_> = (0..100).map(|_| Box::pin(requests())).collect();
    let mut refused = 0;
    for request in &mut waiting {
        if let Poll::Ready(response) = poll_once(request.as_mut()) {
            assert_eq!(response.unwrap().status(), StatusCode::SERVICE_UNAVAILABLE);
            refused += 1;
        }
    }
    assert!((4..20).contains(&refused), "{refused}");
    let held = sandbox.shared().bodies().held_bytes();
    assert!(held <= MAX_HELD_BYTES && held > MAX_HELD_BYTES / 2, "{held}");
    drop(waiting);
    assert_eq!(sandbox.shared().bodies().held_bytes(), 0);
}

/// Polls a future once.
fn poll_once<F: Future + ?Sized>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(std::task::Waker::noop()))
}

#[tokio::test]
async fn bodies_leave_nothing_behind() {
    let sandbox = Sandbox::start().await.unwrap();
    for _ in 0..3 {
        assert_eq!(create(&sandbox).await.status(), 201);
    }
    assert_eq!(sandbox.shared().bodies().held_bytes(), 0);
}

#[tokio::test]
async fn a_body_that_is_announced_as_too_large_is_refused_before_it_is_sent() {
    let sandbox = Sandbox::start().await.unwrap();
    let head = "POST /api/rest/v1/user HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    for length in ["10485761", "99999999999"] {
        let request = format!("{head}Content-Length: {length}\r\n\r\n");
        assert_eq!(exchange(&sandbox, request.as_bytes()).await.status(), 413, "{length}");
    }
    for length in ["-1", "x", "99999999999999999999999"] {
        let request = format!("{head}Content-Length: {length}\r\n\r\n");
        assert_eq!(exchange(&sandbox, request.as_bytes()).await.status(), 400, "{length}");
    }
}

#[tokio::test]
async fn a_body_in_tiny_chunks_is_one_body() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut request = b"POST /sandbox/faults HTTP/1.1\r\nHost: localhost\r\nContent-Type: \
        application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        .to_vec();
    for byte in br#"{"fault": "no-response", "route": "/user"}"# {
        request.extend([b'1', b'\r', b'\n', *byte, b'\r', b'\n']);
    }
    request.extend(b"0\r\n\r\n");
    assert_eq!(exchange(&sandbox, &request).await.status(), 201);
}

/// A body that never ends and sends nothing.
struct Stalled;

impl HttpBody for Stalled {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        Poll::Pending
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_stalls_is_refused_after_a_minute() {
    let sandbox = Sandbox::start().await.unwrap();
    let request = Request::post("/api/rest/v1/user").body(Stalled).unwrap();

    let response = sandbox.service().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::REQUEST_TIMEOUT);
}
