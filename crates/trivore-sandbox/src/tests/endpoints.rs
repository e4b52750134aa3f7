//! Tests that the lists of endpoints agree with what is served.

use axum::body::{Body, to_bytes};
use http::Request;
use serde_json::Value;
use tower::ServiceExt as _;

use super::client::send;
use crate::server::endpoints::routes;
use crate::{Fault, Sandbox};

#[tokio::test]
async fn every_route_is_served_and_can_be_faulty() {
    let sandbox = Sandbox::start().await.unwrap();
    for (method, path) in routes() {
        let fault = Fault::status(418).on(method.parse().unwrap(), &path).once();
        let fault = sandbox.inject(fault).unwrap();
        let path = path.replace(['{', '}'], "");

        let (status, _) = send(&sandbox, method, &path, "", Value::Null).await;
        assert_eq!((status, fault.hits()), (418, 1), "{method} {path}");
        assert_ne!(send(&sandbox, method, &path, "", Value::Null).await.0, 405, "{method} {path}");
    }
}

#[tokio::test]
async fn the_page_of_control_endpoints_lists_what_is_served() {
    let sandbox = Sandbox::start().await.unwrap();
    let request = Request::get("/sandbox/").body(String::new()).unwrap();
    let response = sandbox.service().oneshot(request).await.unwrap();
    let page = to_bytes(Body::new(response.into_body()), usize::MAX).await.unwrap();
    let page = String::from_utf8(page.to_vec()).unwrap();
    let rows = page.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        let (method, path) = (words.next()?, words.next()?);
        path.starts_with("/sandbox").then_some((method, path))
    });
    let rows: Vec<_> = rows.collect();
    assert_eq!(rows.len(), 12);
    for (method, path) in rows {
        let path = path.replace("=N", "=1").replace("{id}", "1");
        let status = send(&sandbox, method, &path, "", Value::Null).await.0;
        assert!(![404, 405].contains(&status) || path.ends_with("/1"), "{method} {path}");
    }
}
