//! Tests that a request that is dropped at any time leaves its whole change or none.

use std::task::{Context, Poll, Waker};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{Method, Request};
use serde_json::{Value, json};
use tower::Service as _;

use super::client::api;
use crate::{Fault, Sandbox};

/// Polls a creation of a user so many times, and drops it; returns whether it ended before.
fn create_and_drop(sandbox: &Sandbox, polls: usize) -> bool {
    let credentials = format!("{}:{}", sandbox.client_id(), sandbox.client_secret());
    let request = Request::post("/api/rest/v1/user")
        .header("authorization", format!("Basic {}", STANDARD.encode(credentials)))
        .body(json!({"username": "maija", "memberOf": ["new"]}).to_string())
        .unwrap();
    let mut call = sandbox.service().call(request);
    let mut context = Context::from_waker(Waker::noop());
    (0..polls).any(|_| matches!(call.as_mut().poll(&mut context), Poll::Ready(_)))
}

async fn count(sandbox: &Sandbox, path: &str) -> Value {
    api(sandbox, "GET", path, Value::Null).await.1["totalResults"].clone()
}

#[tokio::test]
async fn a_user_that_a_dropped_request_created_stays() {
    let on_creation = |fault: Fault| Some(fault.on(Method::POST, "/user"));
    for fault in [
        None,
        on_creation(Fault::no_response_after_applying()),
        on_creation(Fault::reset_after_applying()),
        on_creation(Fault::delay(Duration::from_secs(60))),
        on_creation(Fault::delay_before_applying(Duration::from_secs(60))),
        on_creation(Fault::stall_body(5)),
    ] {
        for polls in 0..20 {
            let sandbox = Sandbox::start().await.unwrap();
            if let Some(fault) = &fault {
                sandbox.inject(fault.clone()).unwrap();
            }
            sandbox.clear_ledger();

            let has_ended = create_and_drop(&sandbox, polls);

            let ledger = sandbox.ledger().iter().filter(|entry| entry.kind == "user").count();
            let (seen, groups) = (count(&sandbox, "/user").await, count(&sandbox, "/group").await);
            tokio::task::yield_now().await;
            assert_eq!(count(&sandbox, "/user").await, seen, "{fault:?}, {polls} polls");
            assert_eq!(sandbox.ledger().len(), 2 * ledger, "{fault:?}, {polls} polls");
            assert_eq!((&seen, &groups), (&json!(1 + ledger), &json!(ledger)), "{fault:?}");
            sandbox.shutdown().await;
            if has_ended {
                break;
            }
        }
    }
}
