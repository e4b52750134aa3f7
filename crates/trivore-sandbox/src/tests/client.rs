//! Sends requests to a sandbox, without a network.

use std::io::Cursor;

use axum::body::{Body, to_bytes};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{Request, Response};
use serde_json::Value;
use tower::ServiceExt as _;

use crate::{ResponseBody, Sandbox};

/// Sends a request to the API as the default client; a response that is not JSON reads as null.
pub(super) async fn api(sandbox: &Sandbox, method: &str, path: &str, body: Value) -> (u16, Value) {
    send(sandbox, method, &format!("/api/rest/v1{path}"), &basic(sandbox), body).await
}

/// Returns the Basic credentials of the default client.
pub(in crate::tests) fn basic(sandbox: &Sandbox) -> String {
    let credentials = format!("{}:{}", sandbox.client_id(), sandbox.client_secret());
    format!("Basic {}", STANDARD.encode(credentials))
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

/// Returns the body of a response.
pub(in crate::tests) async fn text(response: Response<ResponseBody>) -> String {
    let bytes = to_bytes(Body::new(response.into_body()), usize::MAX).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Returns the whole state, as a seed.
pub(in crate::tests) fn export(sandbox: &Sandbox) -> String {
    let mut seed = Vec::new();
    sandbox.export(&mut seed).unwrap();
    String::from_utf8(seed).unwrap()
}

/// Starts a sandbox with the state of another one.
pub(in crate::tests) async fn copy_of(sandbox: &Sandbox) -> Sandbox {
    let copy = Sandbox::start().await.unwrap();
    copy.import(Cursor::new(export(sandbox))).unwrap();
    copy
}

/// Requests tokens as the default OIDC client.
pub(super) async fn token(sandbox: &Sandbox, parameters: &[(&str, &str)]) -> (u16, Value) {
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .append_pair("client_id", sandbox.oidc_client_id())
        .append_pair("client_secret", sandbox.oidc_client_secret())
        .finish();
    send(sandbox, "POST", &format!("/openid/token?{form}"), "", Value::Null).await
}

pub(super) async fn bearer(sandbox: &Sandbox, name: &str, password: &str) -> String {
    let parameters = [("grant_type", "password"), ("username", name), ("password", password)];
    let (status, tokens) = token(sandbox, &parameters).await;
    assert_eq!(status, 200, "{tokens}");
    format!("Bearer {}", tokens["access_token"].as_str().unwrap())
}
