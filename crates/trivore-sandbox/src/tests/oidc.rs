//! Tests of the token endpoint.

use serde_json::{Value, json};

use super::client::send;
use crate::Sandbox;

#[tokio::test]
async fn refresh_tokens_work_once() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = format!(
        "client_id={}&client_secret={}",
        sandbox.oidc_client_id(),
        sandbox.oidc_client_secret(),
    );
    let (name, password) = (sandbox.username(), sandbox.password());
    let path =
        format!("/openid/token?{client}&grant_type=password&username={name}&password={password}");
    let (_, tokens) = send(&sandbox, "POST", &path, "", Value::Null).await;
    let token = tokens["refresh_token"].as_str().unwrap();
    let path = format!("/openid/token?{client}&grant_type=refresh_token&refresh_token={token}");
    let (status, renewed) = send(&sandbox, "POST", &path, "", Value::Null).await;
    assert_eq!(status, 200);
    assert_ne!(renewed["refresh_token"], token);
    let (status, error) = send(&sandbox, "POST", &path, "", Value::Null).await;
    assert_eq!((status, &error["error"]), (400, &json!("invalid_grant")));
    let (status, error) = send(&sandbox, "POST", "/openid/token", "", Value::Null).await;
    assert_eq!((status, &error["error"]), (401, &json!("invalid_client")));
}
