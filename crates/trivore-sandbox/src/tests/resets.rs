//! Tests of what a reset changes beside the state.

use std::time::{Duration, SystemTime};

use http::{Method, Request};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::client::{api, basic, export, send};
use crate::{Fault, Sandbox};

#[tokio::test]
async fn no_identifier_is_given_twice() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("data");
    let start = || Sandbox::builder().standing_clock(SystemTime::UNIX_EPOCH).data(&path).start();
    let mut sandbox = start().await.unwrap();
    let seed = export(&sandbox);
    sandbox.save_snapshot("start");
    let mut given = Vec::new();
    for step in ["", "reset", "restore", "import", "empty", "restart", "reset", "reset"] {
        match step {
            "reset" => sandbox.reset().unwrap(),
            "restore" => sandbox.restore_snapshot("start").unwrap(),
            "import" => sandbox.import(std::io::Cursor::new(&seed)).unwrap(),
            "empty" => sandbox.reset_to_empty().unwrap(),
            "restart" => {
                sandbox.shutdown().await;
                sandbox = start().await.unwrap();
            }
            _ => {}
        }
        for _ in 0..3 {
            let (_, user) = api(&sandbox, "POST", "/user", json!({})).await;
            given.push(user["id"].as_str().unwrap().to_owned());
        }
        given.push(sandbox.add_group(json!({"name": format!("g{}", given.len())})).unwrap());
    }

    assert!(given.is_sorted(), "identifiers sort by time of creation: {given:#?}");
    assert!(given.iter().all(|id| id.len() == 24));
    given.dedup();
    assert_eq!(given.len(), 8 * 4);
    sandbox.shutdown().await;
}

#[tokio::test]
async fn a_reset_still_gives_the_state_of_the_start() {
    let sandbox = Sandbox::builder().user(json!({"username": "jane"})).start().await.unwrap();
    let before = export(&sandbox);
    sandbox.add_user(json!({})).unwrap();
    sandbox.reset().unwrap();
    assert_eq!(export(&sandbox), before);
}

/// Creates a user with a fault that waits, and resets the sandbox meanwhile.
async fn beside_a_reset(sandbox: &Sandbox, over_http: bool) -> (u16, Option<String>) {
    let fault = Fault::delay_before_applying(Duration::from_secs(10));
    let fault = sandbox.inject(fault.on(Method::POST, "/user").header("x-old", "1")).unwrap();
    let request = Request::post("/api/rest/v1/user")
        .header("authorization", basic(sandbox))
        .body("{}".to_owned());
    let call = tokio::spawn(sandbox.service().oneshot(request.unwrap()));
    assert!(fault.reached(1).await);

    if over_http {
        assert_eq!(send(sandbox, "POST", "/sandbox/reset", "", Value::Null).await.0, 204);
    } else {
        sandbox.reset().unwrap();
    }

    let response = call.await.unwrap().unwrap();
    let old = response.headers().get("x-old").map(|value| value.to_str().unwrap().to_owned());
    (response.status().as_u16(), old)
}

#[tokio::test(start_paused = true)]
async fn a_request_beside_a_reset_meets_the_faults_of_the_state_that_it_meets() {
    for over_http in [false, true] {
        let fault = Fault::status(418).on(Method::POST, "/user");
        let sandbox = Sandbox::builder().fault(fault).start().await.unwrap();
        sandbox.clear_faults();

        assert_eq!(beside_a_reset(&sandbox, over_http).await, (418, None));

        assert!(sandbox.ledger().is_empty(), "the fault of the new state lets nothing through");
        let [fault] = &sandbox.faults()[..] else { panic!("one fault") };
        assert_eq!(fault.hits(), 1);
        let [recorded] = &sandbox.requests()[..] else { panic!("one request") };
        assert_eq!(recorded.fault, Some(fault.id()));
        assert_eq!(recorded.status.map(|status| status.as_u16()), Some(418));
    }
}

#[tokio::test(start_paused = true)]
async fn a_fault_that_a_reset_removed_does_not_touch_the_new_state() {
    let sandbox = Sandbox::start().await.unwrap();
    assert_eq!(beside_a_reset(&sandbox, false).await, (201, None));
    assert_eq!(sandbox.ledger().len(), 1, "the request is applied once, to the new state");
    assert_eq!(sandbox.requests()[0].fault, None);
    // Faults work as before.
    let fault = sandbox.inject(Fault::status(503).once()).unwrap();
    assert_eq!(api(&sandbox, "GET", "/user", Value::Null).await.0, 503);
    assert_eq!(fault.hits(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_fault_of_the_start_may_end_the_connection_of_a_request_beside_a_reset() {
    let fault = Fault::reset_before().on(Method::POST, "/user");
    let sandbox = Sandbox::builder().fault(fault).start().await.unwrap();
    sandbox.clear_faults();
    let fault = Fault::delay_before_applying(Duration::from_secs(10));
    let fault = sandbox.inject(fault).unwrap();
    let request = Request::post("/api/rest/v1/user").body("{}".to_owned()).unwrap();
    let call = tokio::spawn(sandbox.service().oneshot(request));
    assert!(fault.reached(1).await);
    sandbox.reset().unwrap();

    let error = call.await.unwrap().unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    assert_eq!(sandbox.faults()[0].hits(), 1);
}

#[tokio::test(start_paused = true)]
async fn going_back_to_a_snapshot_keeps_faults() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.save_snapshot("a");
    sandbox.reset().unwrap();
    sandbox.inject(Fault::status(503)).unwrap();
    for _ in 0..2 {
        sandbox.restore_snapshot("a").unwrap();
        assert_eq!(api(&sandbox, "GET", "/user", Value::Null).await.0, 503);
        sandbox.import(std::io::Cursor::new("{}")).unwrap();
        assert_eq!(api(&sandbox, "GET", "/user", Value::Null).await.0, 503);
    }
    sandbox.clear_faults();
    assert_eq!(api(&sandbox, "GET", "/user", Value::Null).await.0, 200);
    let path = "/openid/token?grant_type=client_credentials";
    assert_eq!(send(&sandbox, "POST", path, "", Value::Null).await.0, 401);
}
