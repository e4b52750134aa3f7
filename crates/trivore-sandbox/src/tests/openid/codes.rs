//! Tests of the authorization code grant.

use std::time::Duration;

use serde_json::{Value, json};

use super::web::{
    Browser, CALLBACK, REQUEST, VERIFIER, exchange, request, sandbox, token, userinfo,
};
use crate::tests::client::send;
use crate::{OidcClient, Sandbox};

#[tokio::test]
async fn a_user_signs_in_with_a_code_and_pkce() {
    let sandbox = sandbox().await;
    let mut browser = Browser::default();
    let page = browser.open(&sandbox, &REQUEST).await;
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    let page = browser.submit(&sandbox, &page, &[("username", "jane"), ("password", "x")]).await;
    assert_eq!(page.status, 303);
    let returned = page.returned(CALLBACK, '&');
    let names: Vec<&str> = returned.keys().map(String::as_str).collect();
    assert_eq!(names, ["code", "iss", "state"]);
    assert_eq!(returned["state"], REQUEST[4].1);
    assert_eq!(returned["iss"], sandbox.url());

    let (status, tokens) = exchange(&sandbox, &returned["code"]).await;

    assert_eq!(status, 200, "{tokens}");
    assert_eq!(
        (&tokens["token_type"], &tokens["scope"]),
        (&json!("Bearer"), &json!("openid email"))
    );
    assert!(tokens["refresh_token"].is_string() && tokens["id_token"].is_string());
    let claims = userinfo(&sandbox, &tokens).await.unwrap();
    assert_eq!(claims["email"], "jane@example.com");
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let path = format!("/api/rest/v1/user/{}", claims["sub"].as_str().unwrap());
    assert_eq!(send(&sandbox, "GET", &path, &bearer, Value::Null).await.0, 200);
}

#[tokio::test]
async fn a_request_may_be_posted() {
    let sandbox = sandbox().await;
    let mut browser = Browser::default();
    let page = browser.send(&sandbox, "POST", "/openid/auth", &super::web::form(&REQUEST)).await;
    let page = browser.submit(&sandbox, &page, &[("username", "jane"), ("password", "x")]).await;
    assert!(page.returned(CALLBACK, '&').contains_key("code"));
}

#[tokio::test]
async fn a_code_works_once_and_its_reuse_revokes_the_tokens() {
    let sandbox = sandbox().await;
    let code = Browser::default().sign_in(&sandbox, &REQUEST).await["code"].clone();
    let other = Browser::default().sign_in(&sandbox, &REQUEST).await["code"].clone();
    let (_, tokens) = exchange(&sandbox, &code).await;
    let (_, others) = exchange(&sandbox, &other).await;
    let (_, renewed) = super::web::refresh(&sandbox, &tokens["refresh_token"]).await;
    assert!(userinfo(&sandbox, &renewed).await.is_ok());

    let (status, error) = exchange(&sandbox, &code).await;

    assert_eq!((status, &error["error"]), (400, &json!("invalid_grant")));
    for tokens in [&tokens, &renewed] {
        assert_eq!(userinfo(&sandbox, tokens).await, Err(401));
    }
    let (status, error) = super::web::refresh(&sandbox, &renewed["refresh_token"]).await;
    assert_eq!((status, &error["error"]), (400, &json!("invalid_grant")));
    assert!(userinfo(&sandbox, &others).await.is_ok(), "another sign-in");
}

#[tokio::test]
async fn a_code_expires_by_the_clock_of_the_sandbox() {
    let sandbox = sandbox().await;
    for (seconds, expected) in [(59, 200), (60, 400)] {
        let code = Browser::default().sign_in(&sandbox, &REQUEST).await["code"].clone();
        sandbox.advance_clock(Duration::from_secs(seconds));
        assert_eq!(exchange(&sandbox, &code).await.0, expected, "{seconds}");
    }
}

#[tokio::test]
async fn a_code_is_bound_to_client_redirect_uri_and_verifier() {
    let sandbox = sandbox().await;
    sandbox.create_oidc_client(OidcClient::public("other").redirect_uris([CALLBACK]));
    let code = Browser::default().sign_in(&sandbox, &REQUEST).await["code"].clone();
    let good = [
        ("grant_type", "authorization_code"),
        ("client_id", "app"),
        ("code", code.as_str()),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    for (name, wrong, expected) in [
        ("client_id", "other", "invalid_grant"),
        ("client_id", "nobody", "invalid_client"),
        ("redirect_uri", "http://localhost:3000/callback", "invalid_grant"),
        ("redirect_uri", "", "invalid_grant"),
        ("code_verifier", "", "invalid_grant"),
        ("code_verifier", super::web::CHALLENGE, "invalid_grant"),
        ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXK", "invalid_grant"),
        ("code", "x", "invalid_grant"),
        ("code", "", "invalid_request"),
    ] {
        let wrong = good.map(|(key, value)| (key, if key == name { wrong } else { value }));
        let (status, error) = token(&sandbox, &wrong).await;
        assert_eq!(error["error"], expected, "{wrong:?}");
        assert_eq!(status, if expected == "invalid_client" { 401 } else { 400 });
        assert!(error["access_token"].is_null());
    }
    let without = good.into_iter().filter(|(key, _)| *key != "redirect_uri").collect::<Vec<_>>();
    assert_eq!(token(&sandbox, &without).await.0, 400);
    assert_eq!(token(&sandbox, &good).await.0, 200, "nothing of that used the code");
}

#[tokio::test]
async fn a_verifier_without_a_challenge_is_refused() {
    let sandbox = sandbox().await;
    let mut rules = sandbox.rules();
    rules.public_clients_need_pkce = false;
    sandbox.set_rules(rules);
    let plain = request(&[("code_challenge", ""), ("code_challenge_method", "")]);
    let code = Browser::default().sign_in(&sandbox, &plain).await["code"].clone();
    let (status, error) = exchange(&sandbox, &code).await;
    assert_eq!((status, &error["error"]), (400, &json!("invalid_grant")));
    let parameters = [
        ("grant_type", "authorization_code"),
        ("client_id", "app"),
        ("code", code.as_str()),
        ("redirect_uri", CALLBACK),
    ];
    assert_eq!(token(&sandbox, &parameters).await.0, 200);
}

#[tokio::test]
async fn a_client_with_a_secret_needs_no_pkce() {
    let sandbox = Sandbox::builder().redirect_uri(CALLBACK).start().await.unwrap();
    sandbox.add_user(json!({"username": "jane", "password": "x"})).unwrap();
    let id = sandbox.oidc_client_id().to_owned();
    let plain = request(&[
        ("client_id", id.as_str()),
        ("code_challenge", ""),
        ("code_challenge_method", ""),
    ]);
    let code = Browser::default().sign_in(&sandbox, &plain).await["code"].clone();
    for (secret, expected) in [("wrong", 401), ("", 401), (sandbox.oidc_client_secret(), 200)] {
        let parameters = [
            ("grant_type", "authorization_code"),
            ("client_id", id.as_str()),
            ("client_secret", secret),
            ("code", code.as_str()),
            ("redirect_uri", CALLBACK),
        ];
        assert_eq!(token(&sandbox, &parameters).await.0, expected, "{secret}");
    }
}

#[tokio::test]
async fn a_deleted_user_gets_no_tokens() {
    let sandbox = sandbox().await;
    let code = Browser::default().sign_in(&sandbox, &REQUEST).await["code"].clone();
    let (_, users) = crate::tests::client::api(
        &sandbox,
        "GET",
        "/user?filter=username%20eq%20%22jane%22",
        Value::Null,
    )
    .await;
    let id = users["resources"][0]["id"].as_str().unwrap();
    crate::tests::client::api(&sandbox, "DELETE", &format!("/user/{id}"), Value::Null).await;
    assert_eq!(exchange(&sandbox, &code).await.0, 400);
}
