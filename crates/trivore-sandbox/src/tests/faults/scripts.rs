//! Scripts over HTTP, and invalid scripts.

use http::Method;
use serde_json::{Value, json};

use super::raw::{create, open, receive};
use crate::{Fault, RateLimitHeaders, Sandbox};

async fn faults(sandbox: &Sandbox, method: &str, path: &str, body: &str) -> (u16, Value) {
    let path = format!("/sandbox/faults{path}");
    let received = receive(&mut open(sandbox, method, &path, body, "close").await).await;
    (received.status(), received.json().unwrap_or_default())
}

#[tokio::test]
async fn scripts_are_injected_listed_and_cleared_over_http() {
    let sandbox = Sandbox::start().await.unwrap();
    let script = r#"{"fault": {"status": {"code": 503}}, "method": "post", "route": "/user",
        "times": 2, "headers": {"retry-after": "1"}}"#;

    let (status, fault) = faults(&sandbox, "POST", "", script).await;
    assert_eq!((status, &fault["hits"]), (201, &json!(0)));
    assert_eq!(create(&sandbox).await.status(), 503);
    let (status, listed) = faults(&sandbox, "GET", "", "").await;
    assert_eq!(status, 200);
    let expected = json!([{
        "id": 1, "hits": 1, "fault": {"status": {"code": 503}}, "method": "post",
        "route": "/user", "times": 2, "headers": {"retry-after": "1"},
    }]);
    assert_eq!(listed, expected);

    faults(&sandbox, "POST", "", r#"{"fault": "no-response"}"#).await;
    assert_eq!(faults(&sandbox, "DELETE", "/2", "").await.0, 204);
    assert_eq!(faults(&sandbox, "DELETE", "/2", "").await.0, 404);
    assert_eq!(sandbox.faults().len(), 1);
    assert_eq!(faults(&sandbox, "DELETE", "", "").await.0, 204);
    assert_eq!(faults(&sandbox, "GET", "", "").await.1, json!([]));
    assert_eq!(create(&sandbox).await.status(), 201);
}

#[tokio::test]
async fn control_endpoints_are_not_affected() {
    let sandbox = Sandbox::builder().fault(Fault::reset_before()).start().await.unwrap();

    assert!(create(&sandbox).await.error.is_some());
    assert_eq!(faults(&sandbox, "GET", "", "").await.1[0]["hits"], 1);
}

#[tokio::test]
async fn refused_scripts_say_what_is_wrong() {
    let sandbox = Sandbox::start().await.unwrap();
    for (script, expected) in [
        ("", "EOF while parsing"),
        ("{}", "missing field `fault`"),
        (r#"{"fault": "no-such"}"#, "unknown variant `no-such`, expected one of `apply-then-html"),
        (r#"{"fault": "no-response", "time": 1}"#, "unknown field `time`"),
        (r#"{"fault": {"status": {}}}"#, "missing field `code`"),
        (r#"{"fault": {"status": {"code": 42}}}"#, "status 42 is not between 200 and 599"),
        (r#"{"fault": "no-response", "route": "/usr"}"#, "no operation has the route `/usr`"),
        (
            r#"{"fault": "no-response", "route": "/user/{userId}", "method": "POST"}"#,
            "no operation supports POST on /api/rest/v1/user/{userId}",
        ),
        (r#"{"fault": "no-response", "times": 0}"#, "`times` must be at least 1"),
        (
            r#"{"fault": "no-response", "headers": {"a": "b"}}"#,
            "`headers` requires a fault that sends a response",
        ),
    ] {
        let (status, error) = faults(&sandbox, "POST", "", script).await;
        let message = error["errorMessage"].as_str().unwrap();
        assert_eq!(status, 400);
        assert!(message.starts_with("Fault script: ") && message.contains(expected), "{message}");
    }
    assert!(sandbox.faults().is_empty());
}

#[tokio::test]
async fn the_library_refuses_the_same() {
    let sandbox = Sandbox::start().await.unwrap();
    for (fault, expected) in [
        (Fault::status(503).header("a b", "c"), "header `a b` is invalid or cannot be set"),
        (
            Fault::status(503).header("Content-Length", "1"),
            "header `Content-Length` is invalid or cannot be set",
        ),
        (Fault::content_type("\n"), "header `content-type` is invalid or cannot be set"),
        (
            Fault::no_response().body("{}"),
            "`body` applies only to `status` and `apply-then-status`",
        ),
        (Fault::drip(0, std::time::Duration::ZERO), "`drip` must send at least 1 byte"),
        (Fault::rate_limit(0.0, 1), "a rate of 0 per second"),
        (Fault::rate_limit(f64::NAN, 1), "a rate of NaN per second"),
        (Fault::rate_limit(1.0, 0), "`burst` must be at least 1"),
        (Fault::rate_limit(1.0, 1).every(2), "`every` does not apply to a rate limit"),
        (Fault::no_response().every(0), "`every` must be at least 1"),
        (Fault::no_response().on(Method::GET, "/invite/user"), "no operation supports GET on"),
    ] {
        let error = sandbox.inject(fault).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    let error = Sandbox::builder().fault(Fault::status(1)).start().await.unwrap_err();
    assert_eq!(error.to_string(), "a fault is invalid");
}

#[test]
fn every_fault_reads_from_the_json_that_it_writes() {
    let time = std::time::Duration::from_millis(3);
    for (fault, json) in [
        (Fault::status(503), json!({"status": {"code": 503}})),
        (Fault::apply_then_status(500), json!({"apply-then-status": {"code": 500}})),
        (Fault::html_page(502), json!({"html-page": {"code": 502}})),
        (Fault::apply_then_html_page(504), json!({"apply-then-html-page": {"code": 504}})),
        (
            Fault::rate_limit(2.5, 1),
            json!({"rate-limit": {"per-second": 2.5, "burst": 1, "headers": "retry-after"}}),
        ),
        (
            Fault::rate_limit_with(2.5, 1, RateLimitHeaders::None),
            json!({"rate-limit": {"per-second": 2.5, "burst": 1, "headers": "none"}}),
        ),
        (Fault::cut_body(1), json!({"cut-body": {"bytes": 1}})),
        (Fault::stall_body(1), json!({"stall-body": {"bytes": 1}})),
        (Fault::drip(1, time), json!({"drip": {"bytes": 1, "ms": 3}})),
        (Fault::malformed_json(), json!("malformed-json")),
        (Fault::truncated_json(), json!("truncated-json")),
        (Fault::content_type("a/b"), json!({"content-type": {"value": "a/b"}})),
        (Fault::oversized_body(1), json!({"oversized-body": {"bytes": 1}})),
        (Fault::oversized_stream(1), json!({"oversized-stream": {"bytes": 1}})),
        (Fault::no_response(), json!("no-response")),
        (Fault::no_response_after_applying(), json!("no-response-after-applying")),
        (Fault::delay(time), json!({"delay": {"ms": 3}})),
        (Fault::delay_before_applying(time), json!({"delay-before-applying": {"ms": 3}})),
        (Fault::reset_before(), json!("reset-before")),
        (Fault::reset_after_reading(), json!("reset-after-reading")),
        (Fault::reset_after_applying(), json!("reset-after-applying")),
        (Fault::close_before(), json!("close-before")),
        (Fault::close_after_applying(), json!("close-after-applying")),
        (Fault::close_connection(), json!("close-connection")),
        (Fault::expire_tokens(), json!("expire-tokens")),
        (Fault::revoke_tokens(), json!("revoke-tokens")),
    ] {
        let script = json!({"fault": json});
        assert_eq!(serde_json::to_value(&fault).unwrap(), script);
        assert_eq!(serde_json::from_value::<Fault>(script).unwrap(), fault);
    }
}
