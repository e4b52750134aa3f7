//! Faults that change the response or its body.

use std::time::Duration;

use serde_json::json;
use tokio::io::AsyncReadExt as _;
use tokio::time::{Instant, timeout};

use super::raw::{CREATED, changes, create, open, receive, sandbox_with, send};
use crate::{Fault, RateLimitHeaders};

#[tokio::test]
async fn a_status_leaves_the_call_undone() {
    let fault = Fault::status(503).header("retry-after", "1").header("X-Request-Id", "mine");
    let (sandbox, fault) = sandbox_with(fault.times(2)).await;

    for hits in 1..=2 {
        let received = create(&sandbox).await;
        assert_eq!((received.status(), fault.hits()), (503, hits));
        assert_eq!(received.header("retry-after"), Some("1"));
        assert_eq!(received.header("x-request-id"), Some("mine"));
        let error = json!({"errorMessage": "Injected fault.", "statusCode": 503});
        assert_eq!(received.json(), Some(error));
    }
    assert!(sandbox.ledger().is_empty());
    assert_eq!(create(&sandbox).await.status(), 201);
    assert_eq!((changes(&sandbox), fault.hits()), (CREATED.to_vec(), 2));
    let statuses =
        sandbox.requests().iter().map(|it| it.status.unwrap().as_u16()).collect::<Vec<_>>();
    assert_eq!(statuses, [503, 503, 201]);
}

#[tokio::test]
async fn a_status_may_come_after_the_change() {
    let fault = Fault::apply_then_status(500).body("{\"own\": true}");
    let (sandbox, _) = sandbox_with(fault).await;

    let received = create(&sandbox).await;

    assert_eq!((received.status(), received.json()), (500, Some(json!({"own": true}))));
    assert_eq!(received.header("content-type"), Some("application/json"));
    assert_eq!(changes(&sandbox), CREATED);
}

#[tokio::test]
async fn a_proxy_responds_with_a_page() {
    for (fault, is_applied) in
        [(Fault::html_page(502), false), (Fault::apply_then_html_page(502), true)]
    {
        let (sandbox, _) = sandbox_with(fault).await;
        let received = create(&sandbox).await;
        assert_eq!((received.status(), received.header("content-type")), (502, Some("text/html")));
        assert!(received.body.starts_with(b"<html>"));
        assert_eq!(changes(&sandbox), &CREATED[..usize::from(is_applied)]);
    }
}

#[tokio::test]
async fn a_cut_body_announces_more_than_it_sends() {
    let (sandbox, _) = sandbox_with(Fault::cut_body(10)).await;

    let received = create(&sandbox).await;

    assert_eq!((received.status(), received.body.len()), (201, 10));
    assert!(received.length() > 10);
    assert_eq!((received.error, changes(&sandbox)), (None, CREATED.to_vec()));
}

#[tokio::test]
async fn a_cut_behind_the_end_changes_nothing() {
    let (sandbox, _) = sandbox_with(Fault::cut_body(1 << 20)).await;
    let received = create(&sandbox).await;
    assert!(received.json().is_some());

    let path = format!("/user/{}", received.json().unwrap()["id"].as_str().unwrap());
    assert_eq!(send(&sandbox, "DELETE", &path, "").await.status(), 204);
}

#[tokio::test]
async fn a_stalled_body_stops_within() {
    let (sandbox, fault) = sandbox_with(Fault::stall_body(10)).await;
    let mut socket = open(&sandbox, "POST", "/api/rest/v1/user", "{}", "keep-alive").await;
    assert!(fault.reached(1).await);

    let mut bytes = Vec::new();
    let silence = timeout(Duration::from_millis(50), socket.read_to_end(&mut bytes)).await;

    assert!(silence.is_err());
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    assert_eq!(bytes.len(), end + 4 + 10);
    assert_eq!(changes(&sandbox), CREATED);
}

#[tokio::test]
async fn a_drip_sends_the_whole_body_slowly() {
    let (sandbox, _) = sandbox_with(Fault::drip(100, Duration::from_millis(10))).await;
    let began = Instant::now();

    let received = create(&sandbox).await;

    let pieces = u32::try_from(received.length().div_ceil(100)).unwrap();
    assert!(pieces > 1 && began.elapsed() >= Duration::from_millis(10) * (pieces - 1));
    assert!(received.json().is_some());
}

#[tokio::test]
async fn invalid_json_comes_in_a_well_formed_message() {
    for fault in [Fault::malformed_json(), Fault::truncated_json()] {
        let (sandbox, _) = sandbox_with(fault).await;

        let received = create(&sandbox).await;
        assert_eq!((received.status(), received.length()), (201, received.body.len()));
        assert_eq!((received.json(), changes(&sandbox)), (None, CREATED.to_vec()));

        // A response without a body gets one.
        let id = sandbox.ledger()[0].id.clone();
        let received = send(&sandbox, "DELETE", &format!("/user/{id}"), "").await;
        assert_eq!((received.status(), received.json()), (200, None));
        assert!(!received.body.is_empty());
    }
}

#[tokio::test]
async fn an_oversized_body_is_as_long_as_said() {
    let length = 100_000;
    let (sandbox, _) = sandbox_with(Fault::oversized_body(length).once()).await;
    sandbox.inject(Fault::oversized_stream(length)).unwrap();

    let announced = create(&sandbox).await;
    let chunked = create(&sandbox).await;

    assert_eq!((announced.length(), announced.body.len()), (100_000, 100_000));
    assert!(announced.json().unwrap()["id"].is_string());
    assert_eq!(chunked.header("transfer-encoding"), Some("chunked"));
    assert!(chunked.header("content-length").is_none() && chunked.body.len() > 100_000);
    assert!(chunked.body.ends_with(b"0\r\n\r\n"));
}

#[tokio::test]
async fn the_content_type_can_be_wrong() {
    let (sandbox, _) = sandbox_with(Fault::content_type("text/html")).await;

    let received = create(&sandbox).await;

    assert_eq!((received.status(), received.header("content-type")), (201, Some("text/html")));
    assert!(received.json().is_some());
}

#[tokio::test]
async fn a_delayed_response_comes_late() {
    let delay = Duration::from_millis(50);
    let (sandbox, fault) = sandbox_with(Fault::delay(delay).once()).await;
    sandbox.inject(Fault::delay_before_applying(delay)).unwrap();

    let began = Instant::now();
    let mut socket = open(&sandbox, "POST", "/api/rest/v1/user", "{}", "close").await;
    assert!(fault.reached(1).await);
    assert_eq!(changes(&sandbox), CREATED);
    assert_eq!(receive(&mut socket).await.status(), 201);
    assert!(began.elapsed() >= delay);

    let began = Instant::now();
    assert_eq!(create(&sandbox).await.status(), 201);
    assert!(began.elapsed() >= delay);
}

#[tokio::test]
async fn a_rate_limit_refuses_what_exceeds_it() {
    let limit = Fault::rate_limit_with(0.01, 2, RateLimitHeaders::All);
    let (sandbox, limit) = sandbox_with(limit).await;

    for remaining in ["1", "0"] {
        let received = create(&sandbox).await;
        assert_eq!(received.status(), 201);
        assert_eq!(received.header("x-ratelimit-limit"), Some("2"));
        assert_eq!(received.header("x-ratelimit-remaining"), Some(remaining));
        assert_eq!(received.header("retry-after"), None);
    }
    let received = create(&sandbox).await;
    assert_eq!((received.status(), limit.hits(), sandbox.ledger().len()), (429, 1, 2));
    assert_eq!(received.header("retry-after"), Some("100"));
}

#[tokio::test]
async fn a_rate_limit_lets_the_rate_through() {
    let (sandbox, limit) = sandbox_with(Fault::rate_limit(100.0, 1)).await;
    let began = Instant::now();

    let mut created = 0;
    while created < 5 {
        let received = create(&sandbox).await;
        match received.status() {
            201 => created += 1,
            status => assert_eq!((status, received.header("retry-after")), (429, Some("1"))),
        }
    }

    assert!(began.elapsed() >= Duration::from_millis(40));
    assert_eq!(sandbox.requests().len() as u64, 5 + limit.hits());
}
