//! Tests of long targets and large heads.

use http::Request;
use tower::ServiceExt as _;

use crate::Sandbox;
use crate::tests::faults::raw::exchange;

async fn status(sandbox: &Sandbox, target: &str, headers: &str) -> u16 {
    let request =
        format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n{headers}Connection: close\r\n\r\n");
    exchange(sandbox, request.as_bytes()).await.status()
}

#[tokio::test]
async fn long_targets_are_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    let path = format!("/api/rest/v1/user/{}", "x".repeat(16 << 10));
    let query = format!("/api/rest/v1/user?filter={}", "x".repeat(60 << 10));
    let fitting = format!("/api/rest/v1/user?filter={}", "x".repeat(16000));

    assert_eq!(status(&sandbox, &path, "").await, 414);
    assert_eq!(status(&sandbox, &query, "").await, 414);
    assert_eq!(status(&sandbox, &fitting, "").await, 401);
    let request = Request::get(&path).body(String::new()).unwrap();
    assert_eq!(sandbox.service().oneshot(request).await.unwrap().status(), 414);
    assert_eq!(sandbox.requests().len(), 1);
}

#[tokio::test]
async fn large_heads_are_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    let one = format!("X-Large: {}\r\n", "x".repeat(70 << 10));
    let many: Vec<_> = (0..120).map(|number| format!("X-{number}: x\r\n")).collect();

    assert_eq!(status(&sandbox, "/api/rest/v1/user", &one).await, 431);
    assert_eq!(status(&sandbox, "/api/rest/v1/user", &many.concat()).await, 431);
}
