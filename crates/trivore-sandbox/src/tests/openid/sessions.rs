//! Tests of the session in the browser.

use std::time::Duration;

use serde_json::{Value, json};

use super::web::{Browser, CALLBACK, REQUEST, exchange, parts, request, sandbox};
use crate::tests::client::api;
use crate::{OidcClient, Sandbox};

#[tokio::test]
async fn a_user_who_is_signed_in_is_not_asked_again() {
    let sandbox = sandbox().await;
    sandbox.create_oidc_client(OidcClient::public("other").redirect_uris([CALLBACK]));
    let mut browser = Browser::default();
    browser.sign_in(&sandbox, &REQUEST).await;
    sandbox.advance_clock(Duration::from_secs(100));
    for changes in
        [&[][..], &[("prompt", "none")], &[("prompt", "consent")], &[("client_id", "other")]]
    {
        let returned = browser.open(&sandbox, &request(changes)).await.returned(CALLBACK, '&');
        assert_eq!(returned["state"], REQUEST[4].1);
        if !changes.contains(&("client_id", "other")) {
            let (_, tokens) = exchange(&sandbox, &returned["code"]).await;
            let (_, id) = parts(&tokens["id_token"]);
            assert!(id["iat"].as_u64().unwrap() - id["auth_time"].as_u64().unwrap() >= 100);
        }
    }
    for changes in
        [("prompt", "login"), ("prompt", "select_account"), ("max_age", "99"), ("max_age", "0")]
    {
        let page = browser.open(&sandbox, &request(&[changes])).await;
        assert_eq!(page.status, 200, "{changes:?}");
    }
    let recent = browser.open(&sandbox, &request(&[("max_age", "200")])).await;
    assert!(recent.returned(CALLBACK, '&').contains_key("code"));
    let old = request(&[("max_age", "50"), ("prompt", "none")]);
    assert_eq!(
        browser.open(&sandbox, &old).await.returned(CALLBACK, '&')["error"],
        "login_required"
    );
    assert_eq!(Browser::default().open(&sandbox, &REQUEST).await.status, 200, "another browser");
    sandbox.advance_clock(Duration::from_secs(8 * 60 * 60));
    assert_eq!(browser.open(&sandbox, &REQUEST).await.status, 200, "the session has expired");
}

#[tokio::test]
async fn a_hint_names_the_user_who_is_expected() {
    let sandbox = sandbox().await;
    sandbox.add_user(json!({"username": "joe", "password": "x"})).unwrap();
    let mut janes = Browser::default();
    let code = janes.sign_in(&sandbox, &REQUEST).await["code"].clone();
    let (_, tokens) = exchange(&sandbox, &code).await;
    let hint = tokens["id_token"].as_str().unwrap();
    let mut joes = Browser::default();
    let page = joes.open(&sandbox, &REQUEST).await;
    joes.submit(&sandbox, &page, &[("username", "joe"), ("password", "x")]).await;
    let silent = request(&[("prompt", "none"), ("id_token_hint", hint)]);
    assert!(janes.open(&sandbox, &silent).await.returned(CALLBACK, '&').contains_key("code"));
    let returned = joes.open(&sandbox, &silent).await.returned(CALLBACK, '&');
    assert_eq!(returned["error"], "login_required");
}

#[tokio::test]
async fn nobody_but_the_user_who_is_expected_signs_in() {
    let sandbox = sandbox().await;
    let joe = sandbox.add_user(json!({"username": "joe", "password": "x"})).unwrap();
    let code = Browser::default().sign_in(&sandbox, &REQUEST).await["code"].clone();
    let (_, tokens) = exchange(&sandbox, &code).await;
    let hint = tokens["id_token"].as_str().unwrap();
    let jane = parts(&tokens["id_token"]).1["sub"].as_str().unwrap().to_owned();
    let claims = |place: &str, id: &str| json!({place: {"sub": {"value": id}}}).to_string();
    for expected in [
        ("id_token_hint", hint),
        ("claims", &claims("id_token", &jane)),
        ("claims", &claims("userinfo", &jane)),
    ] {
        for (name, is_right) in [("joe", false), ("jane", true)] {
            let mut browser = Browser::default();
            let page = browser.open(&sandbox, &request(&[expected])).await;
            let fields = [("username", name), ("password", "x")];
            let returned = browser.submit(&sandbox, &page, &fields).await.returned(CALLBACK, '&');
            assert_eq!(returned.contains_key("code"), is_right, "{expected:?} {returned:?}");
            let error = returned.get("error").map(String::as_str);
            assert_eq!(error, (!is_right).then_some("login_required"));
            assert_eq!(browser.cookie.is_empty(), !is_right, "no session");
        }
    }
    let joes = claims("id_token", &joe);
    let both = request(&[("id_token_hint", hint), ("claims", &joes)]);
    let returned = Browser::default().open(&sandbox, &both).await.returned(CALLBACK, '&');
    assert_eq!(returned["error"], "invalid_request");
}

#[tokio::test]
async fn a_browser_that_goes_back_from_the_code_uses_up_no_attempt() {
    let sandbox = sandbox().await;
    let user = json!({
        "username": "matti", "password": "x", "mfaMethod": "EMAIL",
        "emails": [{"address": "matti@example.com", "verified": true}],
    });
    sandbox.add_user(user).unwrap();
    let mut browser = Browser::default();
    let first = browser.open(&sandbox, &REQUEST).await;
    let fields = [("username", "matti"), ("password", "x")];
    for _ in 0..6 {
        let code = browser.submit(&sandbox, &first, &fields).await;
        assert!(code.text.contains("code") && !code.text.contains("wrong"), "{}", code.text);
    }
    let other = browser.submit(&sandbox, &first, &[("username", "jane"), ("password", "x")]).await;
    assert_eq!(other.status, 303, "{}", other.text);
}

#[tokio::test]
async fn the_name_of_the_cookie_has_the_port_if_there_is_one() {
    for (url, expected) in [
        ("https://id.localhost", "trivore_sandbox="),
        ("http://id.localhost", "trivore_sandbox="),
        ("http://id.localhost:8478", "trivore_sandbox_8478="),
    ] {
        let sandbox = Sandbox::builder().public_url(url).start().await.unwrap();
        sandbox.create_oidc_client(OidcClient::public("app").redirect_uris([CALLBACK]));
        sandbox.add_user(json!({"username": "jane", "password": "x"})).unwrap();
        let mut browser = Browser::default();
        browser.sign_in(&sandbox, &REQUEST).await;
        assert!(browser.cookie.starts_with(expected), "{url}: {}", browser.cookie);
        assert!(
            browser.open(&sandbox, &REQUEST).await.returned(CALLBACK, '&').contains_key("code")
        );
    }
}

#[tokio::test]
async fn a_user_who_was_locked_or_deleted_has_no_session() {
    let sandbox = sandbox().await;
    let filter = "/user?filter=username%20eq%20%22jane%22";
    let (_, users) = api(&sandbox, "GET", filter, Value::Null).await;
    let path = format!("/user/{}", users["resources"][0]["id"].as_str().unwrap());
    let mut browser = Browser::default();
    browser.sign_in(&sandbox, &REQUEST).await;
    for (locked, expected) in [(true, 200), (false, 303)] {
        assert_eq!(api(&sandbox, "PUT", &path, json!({"locked": locked})).await.0, 200);
        assert_eq!(browser.open(&sandbox, &REQUEST).await.status, expected, "{locked}");
    }
    assert_eq!(api(&sandbox, "DELETE", &path, Value::Null).await.0, 204);
    assert_eq!(browser.open(&sandbox, &REQUEST).await.status, 200);
}

#[tokio::test]
async fn a_session_survives_a_restart_and_ends_with_a_reset() {
    let folder = tempfile::TempDir::new().unwrap();
    let data = folder.path().join("data");
    let start = async || {
        let builder = Sandbox::builder().data(&data).redirect_uri(CALLBACK);
        // Cookies of another port are others.
        let builder = builder.user(json!({"username": "jane", "password": "x"}));
        builder.start().await.unwrap()
    };
    let own = request(&[("client_id", "1000000000000002")]);
    let sandbox = start().await;
    let mut browser = Browser::default();
    browser.sign_in(&sandbox, &own).await;
    let (_, id) = browser.cookie.split_once('=').unwrap();
    let id = id.to_owned();
    sandbox.shutdown().await;
    let sandbox = start().await;
    browser.cookie = format!("trivore_sandbox_{}={id}", sandbox.address().port());
    assert_eq!(browser.open(&sandbox, &own).await.status, 303);
    sandbox.reset_to_empty().unwrap();
    assert_eq!(browser.open(&sandbox, &own).await.status, 200);
    sandbox.shutdown().await;
}

#[tokio::test]
async fn another_sign_in_ends_the_session_before() {
    let sandbox = sandbox().await;
    let mut browser = Browser::default();
    browser.sign_in(&sandbox, &REQUEST).await;
    let mut copy = Browser { cookie: browser.cookie.clone() };
    let page = browser.open(&sandbox, &request(&[("prompt", "login")])).await;
    let fields = [("username", "operator"), ("password", "Sandbox-Operator-9")];
    browser.submit(&sandbox, &page, &fields).await;
    assert_ne!(browser.cookie, copy.cookie);
    assert_eq!(browser.open(&sandbox, &REQUEST).await.status, 303);
    assert_eq!(copy.open(&sandbox, &REQUEST).await.status, 200);
}
