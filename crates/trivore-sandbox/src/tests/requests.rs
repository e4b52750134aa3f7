//! Tests of malformed and too large requests.

use http::StatusCode;
use serde_json::{Value, json};

use super::client::api;
use crate::Sandbox;

#[tokio::test]
async fn malformed_requests_say_what_is_wrong() {
    let sandbox = Sandbox::start().await.unwrap();
    let cases = [
        (
            "POST",
            "/user",
            json!({"emails": "secret"}),
            "Field \"emails\" must be a list of objects.",
        ),
        ("POST", "/user", json!([]), "Request body must be a JSON object."),
        ("POST", "/user", json!({"nsCode": "no"}), "Field \"nsCode\" names no namespace."),
        ("POST", "/user", Value::Null, "Request body is missing."),
        (
            "GET",
            "/user?count=-1",
            Value::Null,
            "Parameter \"count\" must be a non-negative integer.",
        ),
        (
            "GET",
            "/user?filter=a%20b",
            Value::Null,
            "Parameter \"filter\": expected an operator at byte 2.",
        ),
        ("POST", "/invite/user", json!({"emails": []}), "Field \"emails\" must not be empty."),
    ];
    for (method, path, body, expected) in cases {
        let (status, error) = api(&sandbox, method, path, body).await;
        assert_eq!((status, error["errorMessage"].as_str()), (400, Some(expected)));
    }
}

#[tokio::test]
async fn large_bodies_are_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    let body = json!({"title": "x".repeat(11 << 20)});
    let (status, _) = api(&sandbox, "POST", "/user", body).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE.as_u16());
}
