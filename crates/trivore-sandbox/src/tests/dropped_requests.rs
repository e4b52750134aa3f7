//! Tests that a request that is dropped at any time leaves its whole change or none.

use std::task::{Context, Poll, Waker};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{Method, Request};
use serde_json::{Value, json};
use tower::Service as _;

use super::client::api;
use super::ledger::{Prepared, requests};
use crate::resources::endpoints::api_endpoints;
use crate::values::paths::API;
use crate::{Fault, Sandbox};

/// Creates a request, as the default client unless there is a token.
fn request(
    sandbox: &Sandbox,
    token: Option<&str>,
    (method, path, body): (&str, &str, &Value),
) -> Request<String> {
    let credentials = format!("{}:{}", sandbox.client_id(), sandbox.client_secret());
    let basic = format!("Basic {}", STANDARD.encode(credentials));
    let body = if body.is_null() { String::new() } else { body.to_string() };
    Request::builder()
        .method(method)
        .uri(format!("{API}{path}"))
        .header("authorization", token.unwrap_or(&basic))
        .body(body)
        .unwrap()
}

/// Polls a call so many times, and drops it; returns whether it ended before.
fn poll_and_drop(sandbox: &Sandbox, request: Request<String>, polls: usize) -> bool {
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
        let mut created = 0;
        for polls in 0..20 {
            let sandbox = Sandbox::start().await.unwrap();
            if let Some(fault) = &fault {
                sandbox.inject(fault.clone()).unwrap();
            }
            sandbox.clear_ledger();

            let user = json!({"username": "maija", "memberOf": ["new"]});
            let request = request(&sandbox, None, ("POST", "/user", &user));
            let has_ended = poll_and_drop(&sandbox, request, polls);

            let ledger = sandbox.ledger().iter().filter(|entry| entry.kind == "user").count();
            let (seen, groups) = (count(&sandbox, "/user").await, count(&sandbox, "/group").await);
            tokio::task::yield_now().await;
            assert_eq!(count(&sandbox, "/user").await, seen, "{fault:?}, {polls} polls");
            assert_eq!(sandbox.ledger().len(), 2 * ledger, "{fault:?}, {polls} polls");
            assert_eq!((&seen, &groups), (&json!(1 + ledger), &json!(ledger)), "{fault:?}");
            created += ledger;
            sandbox.shutdown().await;
            if has_ended {
                break;
            }
        }
        let is_late = fault == on_creation(Fault::delay_before_applying(Duration::from_secs(60)));
        assert_eq!(created == 0, is_late, "{fault:?}");
    }
}

#[tokio::test]
async fn every_change_is_made_as_a_whole_or_not_at_all_and_stays() {
    let mut applied = 0;
    for (number, (method, route, _)) in requests("").into_iter().enumerate() {
        for polls in 0..20 {
            let prepared = Prepared::start().await;
            let Prepared { sandbox, role, token, .. } = &prepared;
            sandbox.inject(Fault::no_response_after_applying()).unwrap();
            sandbox.clear_ledger();
            let (_, _, body) = requests(role).swap_remove(number);
            let endpoint =
                api_endpoints().find(|it| (it.method.as_str(), it.path) == (method, route));
            let endpoint = endpoint.unwrap();
            let token = endpoint.only_users.then_some(token.as_str());
            let request = request(sandbox, token, (method, &prepared.path(route), &body));

            let has_ended = poll_and_drop(sandbox, request, polls);

            let ledger = sandbox.ledger();
            sandbox.clear_faults();
            count(sandbox, "/user").await;
            assert_eq!(sandbox.ledger(), ledger, "{method} {route}, {polls} polls");
            let expected = endpoint.change.map(|change| (change.kind, change.operation));
            let made: Vec<_> = ledger.iter().map(|entry| (entry.kind, entry.operation)).collect();
            assert!(made.is_empty() || made == Vec::from_iter(expected), "{made:?}");
            applied += usize::from(!made.is_empty());
            if has_ended || !made.is_empty() {
                break;
            }
        }
    }
    // Without a code that was sent, the check of one changes nothing.
    assert_eq!(applied, requests("").len() - 1);
}
