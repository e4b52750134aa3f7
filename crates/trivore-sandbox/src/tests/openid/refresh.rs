//! Tests of refresh tokens of a sign-in on a page.

use serde_json::{Value, json};

use super::web::{Browser, REQUEST, exchange, refresh, sandbox, userinfo};
use crate::Sandbox;
use crate::tests::client::{copy_of, export};

async fn tokens(sandbox: &Sandbox) -> Value {
    let code = Browser::default().sign_in(sandbox, &REQUEST).await["code"].clone();
    exchange(sandbox, &code).await.1
}

#[tokio::test]
async fn a_refresh_token_that_is_used_twice_ends_the_sign_in() {
    let sandbox = sandbox().await;
    let first = tokens(&sandbox).await;
    let other = tokens(&sandbox).await;
    let (_, second) = refresh(&sandbox, &first["refresh_token"]).await;
    let (status, third) = refresh(&sandbox, &second["refresh_token"]).await;
    assert_eq!(status, 200);

    let (status, error) = refresh(&sandbox, &first["refresh_token"]).await;

    assert_eq!((status, &error["error"]), (400, &json!("invalid_grant")));
    for tokens in [&first, &second, &third] {
        assert_eq!(userinfo(&sandbox, tokens).await, Err(401));
        assert_eq!(refresh(&sandbox, &tokens["refresh_token"]).await.0, 400);
    }
    assert!(userinfo(&sandbox, &other).await.is_ok(), "another sign-in");
    assert_eq!(refresh(&sandbox, &other["refresh_token"]).await.0, 200);
}

#[tokio::test]
async fn reuse_and_rotation_are_rules() {
    let sandbox = sandbox().await;
    let mut rules = sandbox.rules();
    rules.refresh_reuse_revokes = false;
    sandbox.set_rules(rules.clone());
    let first = tokens(&sandbox).await;
    let (_, second) = refresh(&sandbox, &first["refresh_token"]).await;
    assert_eq!(refresh(&sandbox, &first["refresh_token"]).await.0, 400);
    assert!(userinfo(&sandbox, &second).await.is_ok());
    assert_eq!(refresh(&sandbox, &second["refresh_token"]).await.0, 200);

    rules.refresh_rotation = false;
    sandbox.set_rules(rules);
    let first = tokens(&sandbox).await;
    for _ in 0..2 {
        let (status, next) = refresh(&sandbox, &first["refresh_token"]).await;
        assert_eq!((status, &next["refresh_token"]), (200, &first["refresh_token"]));
    }
}

#[tokio::test]
async fn reuse_is_noticed_after_a_restart_and_an_export() {
    let folder = tempfile::TempDir::new().unwrap();
    let data = folder.path().join("data");
    let seed = {
        let sandbox = sandbox().await;
        export(&sandbox)
    };
    let sandbox = Sandbox::builder().data(&data).start().await.unwrap();
    sandbox.import(std::io::Cursor::new(&seed)).unwrap();
    let first = tokens(&sandbox).await;
    let (_, second) = refresh(&sandbox, &first["refresh_token"]).await;
    sandbox.shutdown().await;

    let sandbox = Sandbox::builder().data(&data).start().await.unwrap();
    let copy = copy_of(&sandbox).await;
    for sandbox in [&sandbox, &copy] {
        assert!(userinfo(sandbox, &second).await.is_ok());
        assert_eq!(refresh(sandbox, &first["refresh_token"]).await.0, 400);
        assert_eq!(userinfo(sandbox, &second).await, Err(401));
    }
    sandbox.shutdown().await;
}
