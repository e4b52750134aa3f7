//! Tests of what the sandbox records: how much, and how it is read.

use axum::body::{Body, to_bytes};
use http::{Request, header};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::Sandbox;
use crate::server::request_log::MAX_LOG_BYTES;
use crate::tests::client::{api, send};

/// Returns a page and the target of the next one.
async fn page(sandbox: &Sandbox, target: &str) -> (Vec<Value>, Option<String>) {
    let request = Request::get(target).body(String::new()).unwrap();
    let response = sandbox.service().oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200, "{target}");
    let link = response.headers().get(header::LINK).map(|link| link.to_str().unwrap());
    let next = link.map(|link| {
        link.strip_prefix('<').unwrap().strip_suffix(">; rel=\"next\"").unwrap().to_owned()
    });
    let body = to_bytes(Body::new(response.into_body()), usize::MAX).await.unwrap();
    (serde_json::from_slice(&body).unwrap(), next)
}

#[tokio::test]
async fn requests_are_kept_within_a_limit_of_bytes() {
    let sandbox = Sandbox::start().await.unwrap();
    let query = "x".repeat(16000);
    let service = sandbox.service();
    for number in 0..3000 {
        let request = Request::get(format!("/api/rest/v1/user/{number}?{query}"));
        let request = request.header("x-large", "y".repeat(8000)).body(String::new()).unwrap();
        service.clone().oneshot(request).await.unwrap();
    }
    let bytes = sandbox.shared().requests().bytes();
    assert!(bytes <= MAX_LOG_BYTES && bytes > MAX_LOG_BYTES / 2, "{bytes}");
    let requests = sandbox.requests();
    assert!(requests.len() < 2000);
    assert_eq!(requests.last().unwrap().path, "/api/rest/v1/user/2999", "the newest are kept");
}

#[tokio::test]
async fn long_methods_count_for_the_limit_of_the_requests() {
    let sandbox = Sandbox::start().await.unwrap();
    let service = sandbox.service();
    for _ in 0..1000 {
        let request = Request::get("/api/rest/v1/user").method("M".repeat(60_000).as_str());
        service.clone().oneshot(request.body(String::new()).unwrap()).await.unwrap();
    }
    let kept: usize = sandbox.requests().iter().map(|request| request.method.as_str().len()).sum();
    assert!(kept > 0 && kept <= MAX_LOG_BYTES, "{kept}");
}

#[tokio::test]
async fn records_are_read_page_by_page() {
    let sandbox = Sandbox::start().await.unwrap();
    for number in 0..25 {
        let user = json!({"username": format!("u{number}"), "mobiles": [{"number": "+358401"}]});
        api(&sandbox, "POST", "/user", user).await;
    }
    for path in ["/sandbox/requests", "/sandbox/ledger"] {
        let (all, next) = page(&sandbox, path).await;
        assert_eq!((all.len(), next), (25, None), "{path}");

        let mut read = Vec::new();
        let mut next = Some(format!("{path}?count=10"));
        while let Some(target) = next {
            let (page, following) = page(&sandbox, &target).await;
            assert!(page.len() <= 10);
            read.extend(page);
            next = following;
        }
        assert_eq!(read, all, "{path}");
        let numbers: Vec<_> = all.iter().map(|entry| entry["number"].as_u64().unwrap()).collect();
        assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "{numbers:?}");
        let (rest, _) = page(&sandbox, &format!("{path}?after={}", numbers[22])).await;
        assert_eq!(rest.len(), 2);
    }
    for bad in ["count=0", "count=x", "after=-1"] {
        let path = format!("/sandbox/ledger?{bad}");
        assert_eq!(send(&sandbox, "GET", &path, "", Value::Null).await.0, 400, "{bad}");
    }
}

#[tokio::test]
async fn a_page_of_requests_is_limited_in_bytes() {
    let sandbox = Sandbox::start().await.unwrap();
    for _ in 0..3 {
        api(&sandbox, "POST", "/user", json!({"title": "x".repeat(5 << 20)})).await;
    }
    let (first, next) = page(&sandbox, "/sandbox/requests").await;
    assert_eq!(first.len(), 1);
    let (second, next) = page(&sandbox, &next.unwrap()).await;
    assert_eq!((second.len(), second[0]["number"].as_u64()), (1, Some(2)));
    assert!(next.is_some());
}

#[tokio::test]
async fn numbers_continue_after_clearing() {
    let sandbox = Sandbox::start().await.unwrap();
    api(&sandbox, "POST", "/user", json!({})).await;
    sandbox.clear_ledger();
    assert_eq!(page(&sandbox, "/sandbox/ledger").await.0, [] as [Value; 0]);
    api(&sandbox, "POST", "/user", json!({})).await;

    assert_eq!(page(&sandbox, "/sandbox/ledger").await.0[0]["number"], 2);
}
