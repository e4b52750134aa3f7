//! Sends requests to a sandbox, without a network.

use axum::body::{Body, to_bytes};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Request;
use serde_json::Value;
use tower::ServiceExt as _;

use crate::Sandbox;

/// Sends a request to the API as the default client; a response that is not JSON reads as null.
pub(super) async fn api(sandbox: &Sandbox, method: &str, path: &str, body: Value) -> (u16, Value) {
    let credentials = format!("{}:{}", sandbox.client_id(), sandbox.client_secret());
    let authorization = format!("Basic {}", STANDARD.encode(credentials));
    send(sandbox, method, &format!("/api/rest/v1{path}"), &authorization, body).await
}

pub(super) async fn send(
    sandbox: &Sandbox,
    method: &str,
    path: &str,
    authorization: &str,
    body: Value,
) -> (u16, Value) {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", authorization)
        .header("content-type", "application/json")
        .body(body)
        .unwrap();
    let response = sandbox.service().oneshot(request).await.unwrap();
    assert!(response.headers().contains_key("x-request-id"));
    let status = response.status().as_u16();
    let bytes = to_bytes(Body::new(response.into_body()), usize::MAX).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or_default())
}

pub(super) async fn bearer(sandbox: &Sandbox, name: &str, password: &str) -> String {
    let path = format!(
        "/openid/token?grant_type=password&username={name}&password={password}&client_id={}\
         &client_secret={}",
        sandbox.oidc_client_id(),
        sandbox.oidc_client_secret(),
    );
    let (status, tokens) = send(sandbox, "POST", &path, "", Value::Null).await;
    assert_eq!(status, 200, "{tokens}");
    format!("Bearer {}", tokens["access_token"].as_str().unwrap())
}
