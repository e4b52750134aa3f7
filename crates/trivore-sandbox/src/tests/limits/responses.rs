//! Tests of responses that clients do not read.

use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::tests::faults::raw::{create, open, receive, send};
use crate::{Fault, Sandbox};

/// Opens connections that do not read large responses, until these exceed the limit.
async fn unread(sandbox: &Sandbox) -> Vec<TcpStream> {
    let large = Fault::status(200).body(&"x".repeat(100 << 20)).route("/permission");
    let large = sandbox.inject(large).unwrap();
    let mut unread = Vec::new();
    for number in 1..=3 {
        unread.push(open(sandbox, "GET", "/api/rest/v1/permission", "", "close").await);
        assert!(large.reached(number).await);
    }
    sandbox.clear_faults();
    unread
}

/// Reads users until the sandbox serves requests again.
async fn until_served(sandbox: &Sandbox) {
    let mut status = 503;
    while status == 503 {
        tokio::task::yield_now().await;
        status = send(sandbox, "GET", "/namespace", "").await.status();
    }
    assert_eq!(status, 200);
}

#[tokio::test]
async fn responses_that_nobody_reads_are_limited_in_sum() {
    let sandbox = Sandbox::start().await.unwrap();
    let unread = unread(&sandbox).await;

    let refused = create(&sandbox).await;
    assert_eq!((refused.status(), refused.header("retry-after")), (503, Some("1")));
    assert!(refused.header("x-request-id").is_some());
    assert!(sandbox.ledger().is_empty(), "a refused request is not applied");
    drop(unread);
    until_served(&sandbox).await;
}

/// Sends the head of a request whose body is to follow.
async fn begin(sandbox: &Sandbox) -> TcpStream {
    let mut socket = TcpStream::connect(sandbox.address()).await.unwrap();
    let head = "POST /api/rest/v1/user HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
                Authorization: Basic MTAwMDAwMDAwMDAwMDAwMTpzYW5kYm94LWFwaS1zZWNyZXQ=\r\n\
                Content-Length: 2\r\n\r\n";
    socket.write_all(head.as_bytes()).await.unwrap();
    let bodies = sandbox.shared().bodies();
    while bodies.held_bytes() == 0 {
        tokio::task::yield_now().await;
    }
    socket
}

async fn finish(mut socket: TcpStream) -> u16 {
    socket.write_all(b"{}").await.unwrap();
    receive(&mut socket).await.status()
}

#[tokio::test]
async fn the_limit_on_responses_counts_when_the_body_has_arrived() {
    let sandbox = Sandbox::start().await.unwrap();
    let before = begin(&sandbox).await;
    let unread = unread(&sandbox).await;
    assert_eq!(finish(before).await, 503, "the limit was exceeded while the body arrived");
    assert!(sandbox.ledger().is_empty());

    let during = begin(&sandbox).await;
    drop(unread);
    until_served(&sandbox).await;
    assert_eq!(finish(during).await, 201, "there is room when the body has arrived");
}

#[tokio::test]
async fn padding_that_is_in_no_memory_does_not_count() {
    const PADDED: u64 = 200 << 20;
    const LARGE: usize = 1 << 20;
    let sandbox = Sandbox::start().await.unwrap();
    let mut unread = Vec::new();
    for fault in [Fault::oversized_body(PADDED), Fault::oversized_stream(PADDED)] {
        let fault = sandbox.inject(fault.route("/user")).unwrap();
        for number in 1..=3 {
            unread.push(open(&sandbox, "GET", "/api/rest/v1/user", "", "close").await);
            assert!(fault.reached(number).await);
        }
        sandbox.clear_faults();
    }
    assert_eq!(create(&sandbox).await.status(), 201);

    // What is padded counts, whether or not its length is announced.
    let user = sandbox.add_user(json!({"title": "x".repeat(LARGE)})).unwrap();
    let path = format!("/api/rest/v1/user/{user}");
    for fault in [Fault::oversized_body(PADDED), Fault::oversized_stream(PADDED)] {
        let before = sandbox.shared().responses().held_bytes();
        let fault = sandbox.inject(fault).unwrap();
        unread.push(open(&sandbox, "GET", &path, "", "close").await);
        assert!(fault.reached(1).await);
        let held = sandbox.shared().responses().held_bytes() - before;
        assert!((LARGE..2 * LARGE).contains(&held), "{held}");
        sandbox.clear_faults();
    }
}

#[tokio::test]
async fn the_limit_on_responses_leaves_the_sandbox_reachable() {
    let sandbox = Sandbox::start().await.unwrap();
    for _ in 0..3 {
        assert_eq!(create(&sandbox).await.status(), 201);
    }
    assert_eq!(sandbox.shared().responses().held_bytes(), 0);
}
