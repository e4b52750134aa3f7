//! Tests of signing out.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::web::{Browser, REQUEST, exchange, form, sandbox};
use crate::{OidcClient, Sandbox};

const BYE: &str = "http://localhost:3000/bye";

async fn signed_in(sandbox: &Sandbox) -> (Browser, String) {
    let mut browser = Browser::default();
    let code = browser.sign_in(sandbox, &REQUEST).await["code"].clone();
    let (_, tokens) = exchange(sandbox, &code).await;
    (browser, tokens["id_token"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_client_signs_its_user_out_and_gets_the_browser_back() {
    let sandbox = sandbox().await;
    for method in ["GET", "POST"] {
        let (mut browser, hint) = signed_in(&sandbox).await;
        assert_eq!(browser.open(&sandbox, &REQUEST).await.status, 303);
        let parameters =
            form(&[("id_token_hint", &hint), ("post_logout_redirect_uri", BYE), ("state", "a b")]);
        let page = match method {
            "GET" => {
                browser.send(&sandbox, method, &format!("/openid/logout?{parameters}"), "").await
            }
            _ => browser.send(&sandbox, method, "/openid/logout", &parameters).await,
        };
        assert_eq!(
            (page.status, page.header("location")),
            (303, "http://localhost:3000/bye?state=a+b")
        );
        assert!(page.header("set-cookie").contains("Max-Age=0"));
        assert_eq!(browser.open(&sandbox, &REQUEST).await.status, 200, "the page is shown again");
    }
}

#[tokio::test]
async fn without_a_hint_the_user_is_asked() {
    let sandbox = sandbox().await;
    let (mut browser, _) = signed_in(&sandbox).await;
    let parameters =
        form(&[("client_id", "app"), ("post_logout_redirect_uri", BYE), ("state", "s")]);
    let page = browser.send(&sandbox, "GET", &format!("/openid/logout?{parameters}"), "").await;
    assert_eq!(page.status, 200);
    assert!(
        page.text.contains("<h1>Sign out?</h1>")
            && page.text.contains("action=\"/openid/sign-out\"")
    );
    assert_eq!(browser.open(&sandbox, &REQUEST).await.status, 303, "still signed in");
    let page = browser.send(&sandbox, "POST", "/openid/sign-out", &parameters).await;
    assert_eq!(page.header("location"), "http://localhost:3000/bye?state=s");
    assert_eq!(browser.open(&sandbox, &REQUEST).await.status, 200);

    let page = browser.send(&sandbox, "GET", "/openid/logout", "").await;
    assert!(page.status == 200 && page.text.contains("You are signed out."), "nothing to ask");
}

#[tokio::test]
async fn a_wrong_hint_or_uri_is_never_redirected_to_and_signs_nobody_out() {
    let sandbox = sandbox().await;
    sandbox.create_oidc_client(OidcClient::public("other"));
    let (mut browser, hint) = signed_in(&sandbox).await;
    let parts: Vec<&str> = hint.split('.').collect();
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let none = format!("{}.{}.", encode(r#"{"alg":"none"}"#), parts[1]);
    let none_with_key = format!("{}.{}.", encode(r#"{"alg":"none","kid":"rs256-1"}"#), parts[1]);
    let forged = format!("{}.{}.{}", parts[0], encode(r#"{"aud":"app","sub":"x"}"#), parts[2]);
    let mac = format!("{}.{}.{}", encode(r#"{"alg":"HS256","kid":"rs256-1"}"#), parts[1], parts[2]);
    for (name, parameters) in [
        ("none", &[("id_token_hint", none.as_str())][..]),
        ("none with a key", &[("id_token_hint", &none_with_key)]),
        ("forged", &[("id_token_hint", &forged)]),
        ("HMAC", &[("id_token_hint", &mac)]),
        ("no token", &[("id_token_hint", "x")]),
        (
            "unregistered",
            &[("id_token_hint", &hint), ("post_logout_redirect_uri", "http://evil.example/")],
        ),
        (
            "similar",
            &[("id_token_hint", &hint), ("post_logout_redirect_uri", "http://localhost:3000/bye/")],
        ),
        (
            "sign-in only",
            &[("id_token_hint", &hint), ("post_logout_redirect_uri", super::web::CALLBACK)],
        ),
        ("no client", &[("post_logout_redirect_uri", BYE)]),
        ("another client", &[("client_id", "other"), ("post_logout_redirect_uri", BYE)]),
        ("two clients", &[("id_token_hint", &hint), ("client_id", "other")]),
        (
            "twice",
            &[
                ("id_token_hint", &hint),
                ("post_logout_redirect_uri", BYE),
                ("post_logout_redirect_uri", "http://evil.example/"),
            ],
        ),
        (
            "script",
            &[("id_token_hint", &hint), ("post_logout_redirect_uri", "javascript:alert(1)")],
        ),
    ] {
        let page = browser
            .send(&sandbox, "GET", &format!("/openid/logout?{}", form(parameters)), "")
            .await;
        assert_eq!((page.status, page.header("location")), (400, ""), "{name}");
        let page = browser.send(&sandbox, "POST", "/openid/sign-out", &form(parameters)).await;
        assert_eq!((page.status, page.header("location")), (400, ""), "{name}");
        assert_eq!(browser.open(&sandbox, &REQUEST).await.status, 303, "{name}");
    }
}

#[tokio::test]
async fn an_old_hint_of_an_old_key_still_signs_out() {
    let sandbox = sandbox().await;
    let (mut browser, hint) = signed_in(&sandbox).await;
    sandbox.rotate_signing_keys();
    let target = format!("/openid/logout?{}", form(&[("id_token_hint", &hint)]));
    let page = browser.send(&sandbox, "GET", &target, "").await;
    assert!(page.text.contains("You are signed out."));
    assert_eq!(browser.open(&sandbox, &REQUEST).await.status, 200);
}
