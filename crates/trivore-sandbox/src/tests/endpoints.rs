//! Tests that the lists of endpoints agree with what is served.

use axum::body::{Body, to_bytes};
use http::Request;
use serde_json::Value;
use tower::ServiceExt as _;

use super::client::send;
use crate::resources::endpoints::api_endpoints;
use crate::server::control::control_endpoints;
use crate::server::endpoint_list::routes;
use crate::{Fault, Sandbox};

/// Whether the body is not that of a path, or of a method of a path, that is not served.
async fn is_of_an_endpoint(sandbox: &Sandbox, body: &Value) -> bool {
    let (status, unknown_path) = send(sandbox, "GET", "/nowhere", "", Value::Null).await;
    assert_eq!(status, 404);
    let (status, wrong_method) = send(sandbox, "DELETE", "/sandbox/", "", Value::Null).await;
    assert_eq!(status, 405);
    *body != unknown_path && *body != wrong_method
}

#[tokio::test]
async fn every_route_is_served_and_can_be_faulty() {
    let sandbox = Sandbox::start().await.unwrap();
    for (method, path) in routes() {
        let fault = Fault::status(418).on(method.parse().unwrap(), &path).once();
        let fault = sandbox.inject(fault).unwrap();
        let path = path.replace(['{', '}'], "");

        let (status, _) = send(&sandbox, method, &path, "", Value::Null).await;
        assert_eq!((status, fault.hits()), (418, 1), "{method} {path}");
        let (_, body) = send(&sandbox, method, &path, "", Value::Null).await;
        assert!(is_of_an_endpoint(&sandbox, &body).await, "{method} {path}");
    }
}

/// Operations that every caller may use.
const WITHOUT_PERMISSION: &[&str] = &["/permission", "/permission/{permissionId}", "/role/builtin"];

#[test]
fn every_other_operation_requires_a_permission() {
    let open = api_endpoints().filter(|endpoint| endpoint.permission.is_none());
    let open: Vec<_> = open.map(|endpoint| endpoint.path).collect();

    assert_eq!(open, WITHOUT_PERMISSION);
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
    assert_eq!(rows.len(), 50);
    // The response to this one does not end.
    for (method, path) in rows.into_iter().filter(|(_, path)| !path.contains("/events")) {
        let path = path.replace("=N", "=1").replace("{id}", "1");
        let (_, body) = send(&sandbox, method, &path, "", Value::Null).await;
        assert!(is_of_an_endpoint(&sandbox, &body).await, "{method} {path}");
    }
}

#[test]
fn the_readme_lists_all_control_endpoints() {
    let readme = include_str!("../../README.md");
    for endpoint in control_endpoints() {
        let (method, path) = (endpoint.method.as_str(), endpoint.path);
        let is_listed = readme.contains(&format!("| `{method} {path}"));
        assert!(is_listed, "{method} {path}");
    }
}
