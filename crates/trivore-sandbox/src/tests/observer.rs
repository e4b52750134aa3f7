//! Tests of what is reported to an observer of requests.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::client::{api, bearer, send};
use super::faults::raw::exchange;
use crate::{Fault, Sandbox, ServedRequest};

type Seen = Arc<Mutex<Vec<ServedRequest>>>;

async fn observed() -> (Sandbox, Seen) {
    let seen = Seen::default();
    let sink = Arc::clone(&seen);
    let builder =
        Sandbox::builder().on_request(move |request| sink.lock().unwrap().push(request.clone()));
    (builder.start().await.unwrap(), seen)
}

fn last(seen: &Seen) -> (String, Option<String>, Option<u16>, Option<String>) {
    let request = seen.lock().unwrap().last().unwrap().clone();
    let status = request.status.map(|status| status.as_u16());
    (request.method.to_string(), request.route, status, request.caller)
}

#[tokio::test]
async fn each_request_is_reported_with_its_route_status_and_caller() {
    let (sandbox, seen) = observed().await;
    let id = sandbox.add_user(json!({"username": "jane", "password": "x"})).unwrap();
    let client = Some(format!("client {}", sandbox.client_id()));
    let user = Some(format!("user {id}"));
    let route = |path: &str| Some(path.to_owned());
    let one = route("/api/rest/v1/user/{userId}");

    api(&sandbox, "GET", &format!("/user/{id}?x=secret"), Value::Null).await;
    assert_eq!(last(&seen), ("GET".to_owned(), one.clone(), Some(200), client.clone()));
    api(&sandbox, "DELETE", "/user/nobody", Value::Null).await;
    assert_eq!(last(&seen), ("DELETE".to_owned(), one.clone(), Some(404), client.clone()));
    let token = bearer(&sandbox, "jane@sandbox", "x").await;
    assert_eq!(last(&seen), ("POST".to_owned(), route("/openid/token"), Some(200), None));
    send(&sandbox, "GET", "/api/rest/v1/user", &token, Value::Null).await;
    assert_eq!(last(&seen), ("GET".to_owned(), route("/api/rest/v1/user"), Some(403), user));
    send(&sandbox, "GET", "/api/rest/v1/user/1", "Basic c2VjcmV0OnNlY3JldA==", Value::Null).await;
    assert_eq!(last(&seen), ("GET".to_owned(), one, Some(401), None));
    send(&sandbox, "GET", "/secret-path", "", Value::Null).await;
    assert_eq!(last(&seen), ("GET".to_owned(), None, Some(404), None));
    send(&sandbox, "DELETE", "/sandbox/outbox", "", Value::Null).await;
    assert_eq!(last(&seen), ("DELETE".to_owned(), route("/sandbox/outbox"), Some(204), None));
    let shown = format!("{:?}", seen.lock().unwrap());
    assert!(!shown.contains("secret") && !shown.contains("jane"), "{shown}");
}

#[tokio::test]
async fn requests_that_get_no_response_are_reported_too() {
    let (sandbox, seen) = observed().await;
    sandbox.inject(Fault::reset_before().once()).unwrap();
    sandbox.inject(Fault::close_after_applying().once()).unwrap();
    let request = b"GET /api/rest/v1/user HTTP/1.1\r\nHost: localhost\r\n\r\n";

    for expected in [1, 2] {
        exchange(&sandbox, request).await;
        assert_eq!((last(&seen).2, seen.lock().unwrap().len()), (None, expected));
    }
    let refused = b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
    exchange(&sandbox, refused).await;
    assert_eq!(last(&seen), ("GET".to_owned(), Some("/".to_owned()), Some(403), None));
}
