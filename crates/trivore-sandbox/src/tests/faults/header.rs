//! Faults that a request names in a header.

use http::{Request, StatusCode};
use tower::ServiceExt as _;

use super::raw::{changes, exchange};
use crate::tests::client::basic;
use crate::{Fault, Sandbox};

async fn send(sandbox: &Sandbox, path: &str, fault: &str) -> (StatusCode, Option<String>) {
    let request = Request::post(path).header("x-sandbox-fault", fault);
    let request = request.header("authorization", basic(sandbox)).body("{}".to_owned()).unwrap();
    let response = sandbox.service().oneshot(request).await.unwrap();
    let retry_after = response.headers().get("retry-after");
    (response.status(), retry_after.map(|value| value.to_str().unwrap().to_owned()))
}

const USERS: &str = "/api/rest/v1/user";

#[tokio::test]
async fn a_request_can_name_its_fault() {
    let sandbox = Sandbox::builder().allow_fault_header().start().await.unwrap();

    let (status, retry_after) = send(&sandbox, USERS, "status=503; retry-after=2").await;
    assert_eq!((status.as_u16(), retry_after.as_deref()), (503, Some("2")));
    assert!(sandbox.ledger().is_empty());
    assert_eq!(send(&sandbox, USERS, "apply-then-status=500").await.0, 500);
    assert_eq!(changes(&sandbox), [("user", "create")]);
    assert_eq!(send(&sandbox, USERS, "nonsense").await.0, 400);
    assert_eq!(sandbox.requests()[0].headers["x-sandbox-fault"], "status=503; retry-after=2");
    assert!(sandbox.faults().is_empty());
}

#[tokio::test]
async fn a_fault_of_the_request_comes_before_injected_ones() {
    let sandbox = Sandbox::builder().allow_fault_header().start().await.unwrap();
    let injected = sandbox.inject(Fault::status(418)).unwrap();

    assert_eq!(send(&sandbox, USERS, "status=503").await.0, 503);
    assert_eq!(injected.hits(), 0);
}

#[tokio::test]
async fn the_header_has_no_effect_unless_allowed() {
    let sandbox = Sandbox::start().await.unwrap();

    assert_eq!(send(&sandbox, USERS, "status=503").await.0, 201);
    assert_eq!(send(&sandbox, USERS, "nonsense").await.0, 201);
}

#[tokio::test]
async fn control_endpoints_ignore_the_header() {
    let sandbox = Sandbox::builder().allow_fault_header().start().await.unwrap();

    assert_eq!(send(&sandbox, "/sandbox/tokens/expire", "status=503").await.0, 415);
}

#[tokio::test]
async fn a_fault_of_the_request_acts_on_its_connection() {
    let sandbox = Sandbox::builder().allow_fault_header().start().await.unwrap();
    let head = "GET /api/rest/v1/user HTTP/1.1\r\nHost: localhost\r\nX-Sandbox-Fault:";
    for (fault, is_closed) in [("close-before", true), ("reset-before", false)] {
        let received = exchange(&sandbox, format!("{head} {fault}\r\n\r\n").as_bytes()).await;
        assert_eq!((received.is_closed(), received.is_reset()), (is_closed, !is_closed), "{fault}");
    }
    let twice = format!(
        "{head} close-before\r\nX-Sandbox-Fault: close-before\r\n\
                         Connection: close\r\n\r\n"
    );
    assert_eq!(exchange(&sandbox, twice.as_bytes()).await.status(), 400);
}

#[tokio::test]
async fn a_bad_header_is_recorded_like_any_request() {
    let sandbox = Sandbox::builder().allow_fault_header().start().await.unwrap();
    for (fault, id) in [("nonsense", None), ("status=503; times=1", Some("my-id"))] {
        sandbox.clear_requests();
        let mut request = Request::post("/api/rest/v1/user?a=b").header("x-sandbox-fault", fault);
        if let Some(id) = id {
            request = request.header("x-request-id", id);
        }
        let request = request.header("authorization", basic(&sandbox)).body("{}".to_owned());
        let response = sandbox.service().oneshot(request.unwrap()).await.unwrap();

        assert_eq!(response.status(), 400);
        let returned = response.headers()["x-request-id"].to_str().unwrap().to_owned();
        assert!(id.is_none_or(|id| id == returned) && !returned.is_empty());
        assert!(response.headers().contains_key("date"));
        let [recorded] = &sandbox.requests()[..] else { panic!("one request") };
        assert_eq!(recorded.status, Some(StatusCode::BAD_REQUEST));
        assert_eq!((&recorded.request_id, recorded.fault), (&returned, None));
        assert_eq!((recorded.query.as_deref(), &recorded.body[..]), (Some("a=b"), &b"{}"[..]));
        assert!(sandbox.ledger().is_empty(), "the request is not applied");
    }
}
