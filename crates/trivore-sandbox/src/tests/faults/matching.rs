//! Which calls a fault affects, and which fault affects a call.

use axum::body::{Body, to_bytes};
use http::{Method, Request};
use serde_json::Value;
use tower::ServiceExt as _;

use super::raw::{create, sandbox_with, send};
use crate::{Fault, InjectedFault, Sandbox};

/// Creates users and returns the statuses.
async fn statuses(sandbox: &Sandbox, calls: usize) -> Vec<u16> {
    let mut statuses = Vec::new();
    for _ in 0..calls {
        statuses.push(create(sandbox).await.status());
    }
    statuses
}

#[tokio::test]
async fn counts_say_which_calls_are_affected() {
    for (fault, expected) in [
        (Fault::status(500), [500, 500, 500, 500, 500, 500]),
        (Fault::status(500).times(2), [500, 500, 201, 201, 201, 201]),
        (Fault::status(500).skip(2), [201, 201, 500, 500, 500, 500]),
        (Fault::status(500).every(3), [201, 201, 500, 201, 201, 500]),
        (Fault::status(500).skip(1).every(2).times(2), [201, 201, 500, 201, 500, 201]),
    ] {
        let (sandbox, fault) = sandbox_with(fault).await;
        assert_eq!(statuses(&sandbox, 6).await, expected);
        assert_eq!(fault.hits(), expected.iter().filter(|status| **status == 500).count() as u64);
    }
}

#[tokio::test]
async fn the_first_fault_with_hits_left_affects_a_call() {
    let sandbox = Sandbox::start().await.unwrap();
    let first = sandbox.inject(Fault::status(501).once()).unwrap();
    let second = sandbox.inject(Fault::status(502).skip(1).once()).unwrap();
    let third = sandbox.inject(Fault::status(503).times(2)).unwrap();

    assert_eq!(statuses(&sandbox, 5).await, [501, 503, 502, 503, 201]);
    assert_eq!([first.hits(), second.hits(), third.hits()], [1, 1, 2]);
    assert_eq!(sandbox.faults().iter().map(InjectedFault::hits).collect::<Vec<_>>(), [1, 1, 2]);
}

#[tokio::test]
async fn only_the_named_operation_is_affected() {
    let fault = Fault::status(500).on(Method::GET, "/user/{userId}/roles/builtin");
    let (sandbox, fault) = sandbox_with(fault).await;
    let id = create(&sandbox).await.json().unwrap()["id"].as_str().unwrap().to_owned();
    let roles = format!("/user/{id}/roles/builtin");

    assert_eq!(send(&sandbox, "GET", &roles, "").await.status(), 500);
    assert_eq!(send(&sandbox, "PUT", &roles, "{}").await.status(), 200);
    assert_eq!(send(&sandbox, "GET", &format!("/user/{id}"), "").await.status(), 200);
    assert_eq!(fault.hits(), 1);
}

#[tokio::test]
async fn removed_faults_affect_no_calls() {
    let (sandbox, first) = sandbox_with(Fault::status(501)).await;
    sandbox.inject(Fault::status(502)).unwrap();

    assert_eq!(statuses(&sandbox, 1).await, [501]);
    sandbox.remove_fault(&first);
    assert_eq!(statuses(&sandbox, 1).await, [502]);
    sandbox.clear_faults();
    assert_eq!(statuses(&sandbox, 1).await, [201]);
    assert!(sandbox.faults().is_empty());
    assert_eq!(first.hits(), 1);
    assert!(first.reached(1).await && !first.reached(2).await);
}

#[tokio::test]
async fn tokens_expire_at_a_call() {
    for (fault, refreshed) in [(Fault::expire_tokens(), 200), (Fault::revoke_tokens(), 400)] {
        let sandbox = Sandbox::start().await.unwrap();
        let client = format!(
            "client_id={}&client_secret={}",
            sandbox.oidc_client_id(),
            sandbox.oidc_client_secret(),
        );
        let (name, password) = (sandbox.username(), sandbox.password());
        let form = format!("{client}&grant_type=password&username={name}&password={password}");
        let (_, tokens) = token(&sandbox, &form).await;
        let fault = sandbox.inject(fault.route("/openid/userinfo").skip(1).once()).unwrap();
        let access = tokens["access_token"].as_str().unwrap();

        assert_eq!(userinfo(&sandbox, access).await, 200);
        assert_eq!(userinfo(&sandbox, access).await, 401);
        assert_eq!(fault.hits(), 1);
        let refresh = tokens["refresh_token"].as_str().unwrap();
        let form = format!("{client}&grant_type=refresh_token&refresh_token={refresh}");
        assert_eq!(token(&sandbox, &form).await.0, refreshed);
    }
}

async fn token(sandbox: &Sandbox, form: &str) -> (u16, Value) {
    call(sandbox, "POST", &format!("/openid/token?{form}"), "").await
}

async fn userinfo(sandbox: &Sandbox, token: &str) -> u16 {
    call(sandbox, "GET", "/openid/userinfo", &format!("Bearer {token}")).await.0
}

async fn call(sandbox: &Sandbox, method: &str, path: &str, authorization: &str) -> (u16, Value) {
    let request = Request::builder().method(method).uri(path);
    let request = request.header("authorization", authorization).body(String::new()).unwrap();
    let response = sandbox.service().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let body = to_bytes(Body::new(response.into_body()), usize::MAX).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap_or_default())
}
