//! Tests of export and import over HTTP.

use axum::body::HttpBody as _;
use http::{Request, Response};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::client::{api, bearer, export, send, text};
use crate::{Fault, ResponseBody, Sandbox};

async fn download(sandbox: &Sandbox) -> Response<ResponseBody> {
    let request = Request::get("/sandbox/export").body(String::new()).unwrap();
    let response = sandbox.service().oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/json");
    response
}

async fn import(sandbox: &Sandbox, seed: Value) -> (u16, Value) {
    send(sandbox, "POST", "/sandbox/import", "", seed).await
}

#[tokio::test]
async fn what_one_sandbox_exports_another_imports() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = json!({"username": "jane", "password": "secret", "memberOf": ["Staff"]});
    let id = sandbox.add_user(user).unwrap();
    let seed = text(download(&sandbox).await).await;
    assert_eq!(seed, export(&sandbox));

    let other = Sandbox::start().await.unwrap();
    other.add_user(json!({"username": "joe"})).unwrap();
    let seed = serde_json::from_str(&seed).unwrap();
    assert_eq!(import(&other, seed).await, (204, Value::Null));

    assert_eq!(export(&other), export(&sandbox));
    assert_eq!(other.user_document(&id).unwrap()["username"], "jane");
    bearer(&other, "jane@sandbox", "secret").await;
}

#[tokio::test]
async fn a_short_seed_gets_the_defaults_and_replaces_the_rest() {
    let sandbox = Sandbox::builder().user(json!({"username": "joe"})).start().await.unwrap();
    sandbox.inject(Fault::status(503).on(http::Method::DELETE, "/user/{userId}")).unwrap();
    sandbox.add_user(json!({})).unwrap();
    let ledger = sandbox.ledger();
    assert_eq!(ledger.len(), 1);
    let seed = json!({"users": [{"id": "jane-1", "username": "jane"}]});
    assert_eq!(import(&sandbox, seed).await.0, 204);

    let (_, users) =
        api(&sandbox, "GET", "/user?filter=nsCode%20eq%20%22sandbox%22", Value::Null).await;
    assert_eq!(
        (&users["totalResults"], &users["resources"][0]["id"]),
        (&json!(1), &json!("jane-1"))
    );
    assert_eq!(sandbox.faults().len(), 1, "faults stay");
    assert_eq!(sandbox.ledger(), ledger, "so does the ledger");
    bearer(&sandbox, sandbox.username(), sandbox.password()).await;

    sandbox.reset().unwrap();
    assert!(sandbox.user_document("jane-1").is_none());
}

#[tokio::test]
async fn a_wrong_seed_is_an_error_with_its_place_and_changes_nothing() {
    let sandbox = Sandbox::builder().user(json!({"username": "joe"})).start().await.unwrap();
    let before = export(&sandbox);
    for (seed, expected) in [
        (json!([]), "object"),
        (json!({"user": []}), "user"),
        (json!({"users": [{"username": "jane"}, {"username": 1}]}), "users[1].username"),
        (json!({"users": [{"nsCode": "nowhere"}]}), "users[0]"),
    ] {
        let (status, error) = import(&sandbox, seed).await;
        let message = error["errorMessage"].as_str().unwrap();
        assert!(status == 400 && message.contains(expected), "{message}");
        assert_eq!(export(&sandbox), before);
    }
    assert_eq!(import(&sandbox, Value::Null).await.0, 400, "no body");
}

#[tokio::test]
async fn an_export_is_sent_in_parts_and_is_of_one_moment() {
    let sandbox = Sandbox::start().await.unwrap();
    for number in 0..1_000 {
        sandbox.add_user(json!({"username": format!("u{number}")})).unwrap();
    }
    let before = export(&sandbox);
    let mut response = download(&sandbox).await;
    assert!(response.body().size_hint().lower() >= 1_000 * 80, "it counts as held");
    assert!(response.body().size_hint().lower() <= before.len() as u64);

    let mut parts = Vec::new();
    while let Some(frame) =
        std::future::poll_fn(|cx| std::pin::Pin::new(response.body_mut()).poll_frame(cx)).await
    {
        sandbox.add_user(json!({})).unwrap();
        parts.push(frame.unwrap().into_data().unwrap());
    }

    assert!(parts.len() > 2 && parts.iter().all(|part| part.len() < 70_000));
    assert_eq!(String::from_utf8(parts.concat()).unwrap(), before);
}
