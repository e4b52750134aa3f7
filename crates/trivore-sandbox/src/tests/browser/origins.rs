//! Tests of requests that a page of another site sends.

use serde_json::json;

use crate::Sandbox;
use crate::tests::faults::raw::{Received, exchange};

const FAULT: &str = r#"{"fault": {"status": {"code": 503}}}"#;

/// Sends a request with these header lines.
async fn send(sandbox: &Sandbox, target: &str, lines: &[&str], body: &str) -> Received {
    let lines = lines.iter().map(|line| format!("{line}\r\n")).collect::<Vec<_>>().concat();
    let length = body.len();
    let request = format!(
        "{target} HTTP/1.1\r\n{lines}Connection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    exchange(sandbox, request.as_bytes()).await
}

#[tokio::test]
async fn a_page_of_another_origin_changes_nothing() {
    let sandbox = Sandbox::start().await.unwrap();
    let json = "Content-Type: application/json";
    for origin in [
        "http://evil.example",
        "https://localhost:8478",
        "http://localhost:8479",
        "http://localhost",
        "http://localhost.evil.example:8478",
        "http://127.0.0.1:8478",
        "HTTP://evil.example",
        "null",
        "",
        "http://localhost:8478/",
        "http://localhost:8478 http://evil.example",
        "localhost:8478",
        "chrome-extension://abc",
        "file://",
    ] {
        let origin = format!("Origin: {origin}");
        let host = "Host: localhost:8478";
        let refused = send(&sandbox, "POST /sandbox/faults", &[host, &origin, json], FAULT).await;
        assert_eq!(refused.status(), 403, "{origin}");
        assert_eq!(refused.header("access-control-allow-origin"), None);
        let target = "POST /sandbox/clock/advance?seconds=1";
        let refused = send(&sandbox, target, &[host, &origin], "").await;
        assert_eq!(refused.status(), 403, "{origin}");
        let refused = send(&sandbox, "DELETE /sandbox/requests", &[host, &origin], "").await;
        assert_eq!(refused.status(), 403, "{origin}");
        let refused = send(&sandbox, "POST /openid/token", &[host, &origin], "").await;
        assert_eq!(refused.status(), 403, "{origin}");
        let refused = send(&sandbox, "POST /api/rest/v1/user", &[host, &origin, json], "{}").await;
        assert_eq!(refused.status(), 403, "{origin}");
    }
    assert!(sandbox.faults().is_empty());
    let two = ["Host: localhost:1", "Origin: http://localhost:1", "Origin: http://evil.example"];
    assert_eq!(send(&sandbox, "DELETE /sandbox/requests", &two, "").await.status(), 403);
}

#[tokio::test]
async fn the_same_origin_and_programs_may_change() {
    let sandbox = Sandbox::start().await.unwrap();
    for lines in [
        &["Host: localhost:8478", "Origin: http://localhost:8478"][..],
        &["Host: LOCALHOST:8478", "Origin: http://localhost:8478"],
        &["Host: localhost", "Origin: http://localhost"],
        &["Host: localhost:80", "Origin: http://localhost"],
        &["Host: [::1]:8478", "Origin: http://[::1]:8478"],
        &["Host: localhost:8478"],
    ] {
        let cleared = send(&sandbox, "DELETE /sandbox/requests", lines, "").await;
        assert_eq!(cleared.status(), 204, "{lines:?}");
    }
}

#[tokio::test]
async fn another_origin_cannot_read_across_sites() {
    let sandbox = Sandbox::start().await.unwrap();
    let lines = ["Host: localhost", "Origin: http://evil.example"];
    let shown = send(&sandbox, "GET /sandbox/requests", &lines, "").await;

    assert_eq!(shown.header("access-control-allow-origin"), None);
    assert_eq!(shown.header("cross-origin-resource-policy"), Some("same-origin"));
    assert_eq!(shown.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(shown.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn control_endpoints_take_json_only() {
    let sandbox = Sandbox::start().await.unwrap();
    for (content_type, expected) in [
        ("Content-Type: text/plain", 415),
        ("Content-Type: text/plain;application/json", 415),
        ("Content-Type: application/x-www-form-urlencoded", 415),
        ("Content-Type: multipart/form-data; boundary=application/json", 415),
        ("Content-Type: application/jsonp", 415),
        ("Content-Type:", 415),
        ("Content-Type: text/plain\r\nContent-Type: application/json", 415),
        ("X: y", 415),
        ("Content-Type: application/json", 201),
        ("Content-Type: Application/JSON; charset=utf-8", 201),
        ("Content-Type: application/vnd.sandbox+json", 201),
    ] {
        let lines = ["Host: localhost", content_type];
        let received = send(&sandbox, "POST /sandbox/faults", &lines, FAULT).await;
        assert_eq!(received.status(), expected, "{content_type}");
        sandbox.clear_faults();
    }
    let without_body = send(
        &sandbox,
        "POST /sandbox/clock/advance?seconds=1",
        &["Host: localhost", "Content-Type: text/plain"],
        "",
    );
    assert_eq!(without_body.await.status(), 200);
}

#[tokio::test]
async fn a_rebound_name_reads_no_requests() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.add_user(json!({"username": "jane"})).unwrap();
    let host = format!("Host: evil.example:{}", sandbox.address().port());
    let origin = format!("Origin: http://evil.example:{}", sandbox.address().port());

    let read = send(&sandbox, "GET /sandbox/ledger", &[&host], "").await;
    assert_eq!(read.status(), 403);
    let lines = [&host, &origin, "Content-Type: application/json"];
    let write = send(&sandbox, "POST /sandbox/faults", &lines, FAULT).await;
    assert_eq!(write.status(), 403);
}
