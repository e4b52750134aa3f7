//! Tests of the overview and of the health checks.

use axum::body::{Body, to_bytes};
use http::Request;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::client::send;
use crate::{Fault, Sandbox};

#[tokio::test]
async fn the_front_page_says_what_there_is() {
    let sandbox = Sandbox::start().await.unwrap();
    let request = Request::get("/").body(String::new()).unwrap();
    let response = sandbox.service().oneshot(request).await.unwrap();
    assert!(response.headers()["content-type"].to_str().unwrap().starts_with("text/plain"));
    let page = to_bytes(Body::new(response.into_body()), usize::MAX).await.unwrap();
    let page = String::from_utf8(page.to_vec()).unwrap();

    for path in [
        "/api/rest/v1/user",
        "/apidoc",
        "/api/rest/v1/openapi.json",
        "/.well-known/openid-configuration",
        "/sandbox/",
        "/health",
    ] {
        assert!(page.contains(path), "{page}");
    }
    assert!(!page.contains(sandbox.client_secret()));
}

#[tokio::test]
async fn health_is_neither_recorded_nor_faulty() {
    let sandbox = Sandbox::builder().fault(Fault::status(503)).start().await.unwrap();
    for path in ["/", "/favicon.ico", "/health", "/ready", "/sandbox", "/sandbox/"] {
        assert_eq!(send(&sandbox, "GET", path, "", Value::Null).await.0, 200, "{path}");
    }
    assert_eq!(send(&sandbox, "GET", "/ready", "", Value::Null).await.1, json!({"status": "ok"}));
    assert!(sandbox.requests().is_empty());
    assert_eq!(send(&sandbox, "GET", "/sandboxes", "", Value::Null).await.0, 503);
    assert_eq!(sandbox.requests().len(), 1);
}

#[tokio::test]
async fn the_page_of_the_api_runs_no_script_and_shows_the_rules_in_force() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut pages = Vec::new();
    for on in [false, true] {
        let rule = json!({"scopes-enforced": on});
        assert!(send(&sandbox, "PUT", "/sandbox/rules", "", rule).await.0 < 300);
        let request = Request::get("/apidoc").body(String::new()).unwrap();
        let response = sandbox.service().oneshot(request).await.unwrap();
        let headers = response.headers();
        assert_eq!(headers["content-type"], "text/html; charset=utf-8");
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("script"), "{policy}");
        let page = to_bytes(Body::new(response.into_body()), usize::MAX).await.unwrap();
        pages.push(String::from_utf8(page.to_vec()).unwrap());
    }
    assert!(pages[0].contains("(not enforced)") && !pages[1].contains("(not enforced)"));
}
