//! Faults that end or hold the connection.

use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use super::raw::{CREATED, changes, create, open, receive, sandbox_with};
use crate::{Fault, Sandbox};

/// Creates a user, and checks how the connection ends and whether the user exists.
async fn check(fault: Fault, is_reset: bool, is_applied: bool) {
    let shown = format!("{fault:?}");
    let (sandbox, fault) = sandbox_with(fault.once()).await;

    let received = create(&sandbox).await;

    assert_eq!((received.is_reset(), received.is_closed()), (is_reset, !is_reset), "{received:?}");
    assert_eq!(changes(&sandbox), &CREATED[..usize::from(is_applied)], "{shown}");
    assert_eq!((fault.hits(), fault.is_used_up()), (1, true));
    let [request] = &sandbox.requests()[..] else { panic!("expected exactly one request") };
    assert_eq!((request.status, request.fault), (None, Some(fault.id())));
    assert_eq!(create(&sandbox).await.status(), 201);
}

#[tokio::test]
async fn a_reset_applies_what_it_says() {
    check(Fault::reset_before(), true, false).await;
    check(Fault::reset_after_reading(), true, false).await;
    check(Fault::reset_after_applying(), true, true).await;
}

#[tokio::test]
async fn a_close_applies_what_it_says() {
    check(Fault::close_before(), false, false).await;
    check(Fault::close_after_applying(), false, true).await;
}

#[tokio::test]
async fn a_reset_before_does_not_wait_for_the_body() {
    let (sandbox, _) = sandbox_with(Fault::reset_before()).await;
    let mut socket = TcpStream::connect(sandbox.address()).await.unwrap();
    let head = b"POST /api/rest/v1/user HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n";

    socket.write_all(head).await.unwrap();

    assert!(receive(&mut socket).await.is_reset());
}

#[tokio::test]
async fn no_response_applies_what_it_says_and_ends_with_the_sandbox() {
    for (fault, is_applied) in
        [(Fault::no_response(), false), (Fault::no_response_after_applying(), true)]
    {
        let (sandbox, fault) = sandbox_with(fault).await;
        let path = "/api/rest/v1/user";
        let mut socket = open(&sandbox, "POST", path, "{}", "keep-alive").await;
        assert!(fault.reached(1).await);

        let silence = timeout(Duration::from_millis(20), receive(&mut socket)).await;

        assert!(silence.is_err(), "{silence:?}");
        assert_eq!(changes(&sandbox), &CREATED[..usize::from(is_applied)]);
        assert_eq!(sandbox.requests()[0].status, None);
        let began = Instant::now();
        sandbox.shutdown().await;
        assert!(began.elapsed() < Duration::from_secs(1));
        assert!(receive(&mut socket).await.is_closed());
    }
}

#[tokio::test]
async fn a_held_connection_ends_when_the_sandbox_is_dropped() {
    let (sandbox, fault) = sandbox_with(Fault::no_response()).await;
    let mut socket = open(&sandbox, "GET", "/api/rest/v1/user", "", "keep-alive").await;
    assert!(fault.reached(1).await);

    drop(sandbox);

    assert!(receive(&mut socket).await.is_closed());
}

#[tokio::test]
async fn a_call_ends_when_its_client_disconnects() {
    let fault = Fault::delay_before_applying(Duration::from_secs(3600));
    let (sandbox, fault) = sandbox_with(fault).await;
    let socket = open(&sandbox, "POST", "/api/rest/v1/user", "{}", "keep-alive").await;
    assert!(fault.reached(1).await);

    drop(socket);

    while sandbox.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(sandbox.requests()[0].status, None);
    assert!(sandbox.ledger().is_empty());
}

#[tokio::test]
async fn bodies_that_stall_or_drip_do_not_outlive_the_sandbox() {
    let hour = Duration::from_secs(3600);
    for fault in [Fault::stall_body(5), Fault::drip(5, hour), Fault::delay(hour)] {
        let (sandbox, fault) = sandbox_with(fault).await;
        let path = "/.well-known/openid-configuration";
        let mut socket = open(&sandbox, "GET", path, "", "keep-alive").await;
        assert!(fault.reached(1).await);

        let began = Instant::now();
        sandbox.shutdown().await;

        assert!(began.elapsed() < Duration::from_secs(1));
        receive(&mut socket).await;
    }
}

#[tokio::test]
async fn other_connections_are_not_affected() {
    let (sandbox, fault) = sandbox_with(Fault::no_response().once()).await;
    let _held = open(&sandbox, "GET", "/api/rest/v1/user", "", "keep-alive").await;
    assert!(fault.reached(1).await);

    assert_eq!(create(&sandbox).await.status(), 201);
}

#[tokio::test]
async fn a_connection_can_be_closed_after_the_response() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.inject(Fault::close_connection()).unwrap();
    let path = "/api/rest/v1/user";
    let mut socket = open(&sandbox, "POST", path, "{}", "keep-alive").await;

    let received = receive(&mut socket).await;

    assert_eq!((received.status(), received.header("connection")), (201, Some("close")));
    assert!(received.json().is_some() && received.error.is_none());
    assert_eq!(changes(&sandbox), CREATED);
}
