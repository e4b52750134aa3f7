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

#[tokio::test]
async fn the_direction_of_an_order_is_checked_in_both_parameters() {
    let sandbox = Sandbox::start().await.unwrap();
    for (query, status) in [
        ("sortOrder=null", 400),
        ("sortBy=id&sortOrder=asc&ascending=up", 400),
        ("ascending=", 400),
        ("sortBy=id&sortOrder=desc&ascending=ascending", 200),
        ("ascending=Descending", 200),
    ] {
        let path = format!("/user?{query}");
        assert_eq!(api(&sandbox, "GET", &path, Value::Null).await.0, status, "{query}");
    }
}

#[tokio::test]
async fn positions_beyond_the_end_are_empty_pages() {
    let sandbox = Sandbox::start().await.unwrap();
    let beyond = "340282366920938463463374607431768211456";
    let (status, page) =
        api(&sandbox, "GET", &format!("/namespace?startIndex={beyond}"), Value::Null).await;
    assert_eq!((status, &page["resources"]), (200, &json!([])), "{page}");
    let (status, page) =
        api(&sandbox, "GET", &format!("/namespace?count={beyond}"), Value::Null).await;
    assert_eq!((status, &page["itemsPerPage"]), (200, &json!(500)), "{page}");
}

#[tokio::test]
async fn names_of_groups_and_roles_cannot_be_emptied() {
    let sandbox = Sandbox::start().await.unwrap();
    for path in ["/group", "/role/custom"] {
        let (_, created) = api(&sandbox, "POST", path, json!({"name": "first"})).await;
        let path = format!("{path}/{}", created["id"].as_str().unwrap());
        assert_eq!(api(&sandbox, "PUT", &path, json!({"name": ""})).await.0, 400, "{path}");
        assert_eq!(api(&sandbox, "PUT", &path, json!({"name": null})).await.1["name"], "first");
    }
}
