//! Tests of starting a sandbox and of what its handle shows.

use serde_json::json;

use super::client::api;
use crate::Sandbox;

#[tokio::test]
async fn remote_addresses_must_be_allowed() {
    let everywhere = std::net::SocketAddr::from(([0, 0, 0, 0], 0));
    let error = Sandbox::builder().listen(everywhere).start().await.unwrap_err();
    assert!(error.to_string().contains("must be allowed"));
    Sandbox::builder().listen(everywhere).allow_remote().start().await.unwrap().shutdown().await;
}

#[tokio::test]
async fn debug_hides_secrets() {
    let builder = Sandbox::builder().user(json!({"username": "x", "password": "hidden-secret"}));
    let shown = format!("{builder:?}");
    let sandbox = builder.start().await.unwrap();
    api(&sandbox, "POST", "/user", json!({"password": "hidden-secret-2"})).await;
    let shown = format!("{shown} {sandbox:?} {:?}", sandbox.requests());
    for secret in ["hidden-secret", sandbox.client_secret(), sandbox.oidc_client_secret()] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
