//! Tests of the pages themselves.

use std::time::Duration;

use serde_json::json;

use super::web::{Browser, CALLBACK, Page, REQUEST, form, request, sandbox};
use crate::tests::client::api;
use crate::tests::faults::raw::exchange;
use crate::{OidcClient, Sandbox};

fn assert_safe(page: &Page) {
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"));
    assert!(!policy.contains("unsafe") && !policy.contains("script-src"), "{policy}");
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(!page.text.contains("<script") && !page.text.contains("onerror=\""), "{}", page.text);
}

#[tokio::test]
async fn the_page_is_accessible_without_scripts() {
    let sandbox = sandbox().await;
    let page = Browser::default().open(&sandbox, &request(&[("login_hint", "jane")])).await;
    assert_safe(&page);
    for expected in [
        "<html lang=\"en\">",
        "<title>Sign in - ",
        "<h1>Sign in</h1>",
        "<label for=\"username\">User name</label><input id=\"username\"",
        "<label for=\"password\">Password</label><input id=\"password\"",
        "<label for=\"namespace\">Namespace (optional)</label><input id=\"namespace\"",
        "autocomplete=\"current-password\"",
        "value=\"jane\"",
        "<form method=\"post\" action=\"/openid/sign-in\">",
        "<button>Sign in</button>",
    ] {
        assert!(page.text.contains(expected), "{expected}: {}", page.text);
    }
    let policy = page.header("content-security-policy");
    assert!(policy.contains("form-action 'self' http: https: http:;"), "{policy}");
}

#[tokio::test]
async fn a_wrong_password_is_shown_and_the_page_can_be_used_again() {
    let sandbox = sandbox().await;
    let mut browser = Browser::default();
    let mut page = browser.open(&sandbox, &REQUEST).await;
    for fields in [
        &[("username", "jane"), ("password", "wrong")][..],
        &[("username", "nobody"), ("password", "x")],
        &[("username", "jane"), ("password", "x"), ("namespace", "operators")],
        &[("username", "jane@operators"), ("password", "x")],
        &[("username", "jane@operators"), ("password", "x"), ("namespace", "sandbox")],
        &[("username", "jane")],
        &[],
    ] {
        page = browser.submit(&sandbox, &page, fields).await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("role=\"alert\">The user name or the password is wrong."));
        assert!(page.text.contains("<title>Error: Sign in"));
        assert!(!page.text.contains("value=\"wrong\""), "the password is not sent back");
        assert_safe(&page);
    }
    assert!(browser.cookie.is_empty());
    for name in ["jane", "jane@sandbox"] {
        let page = browser.open(&sandbox, &REQUEST).await;
        let fields = [("username", name), ("password", "x"), ("namespace", "sandbox")];
        assert_eq!(Browser::default().submit(&sandbox, &page, &fields).await.status, 303);
    }
    let fields = [("username", " jane "), ("password", "x"), ("namespace", "sandbox")];
    let done = browser.submit(&sandbox, &page, &fields).await;
    assert_eq!(done.returned(CALLBACK, '&')["state"], REQUEST[4].1);
    let again = browser.submit(&sandbox, &page, &fields).await;
    assert_eq!((again.status, again.header("location")), (400, ""), "a page works once");
}

#[tokio::test]
async fn a_locked_user_is_told_so_after_the_right_password_only() {
    let sandbox = sandbox().await;
    let policy = json!({"defaultGroupPolicy": {
        "incorrectLoginAttemptsThresh": 2, "incorrectLoginTimeWin": 60,
        "incorrectLoginLockoutTime": 600,
    }});
    assert_eq!(api(&sandbox, "PUT", "/namespace/sandbox", policy).await.0, 200);
    let mut browser = Browser::default();
    let page = browser.open(&sandbox, &REQUEST).await;
    let attempt = async |password| {
        let fields = [("username", "jane"), ("password", password)];
        Browser::default().submit(&sandbox, &page, &fields).await
    };
    for _ in 0..3 {
        assert!(attempt("wrong").await.text.contains("password is wrong"));
    }
    assert!(attempt("x").await.text.contains("role=\"alert\">This user is locked."));
    sandbox.advance_clock(Duration::from_secs(601));
    assert!(attempt("x").await.returned(CALLBACK, '&').contains_key("code"));
}

#[tokio::test]
async fn addresses_and_numbers_sign_in_where_the_policy_allows_it() {
    let sandbox = sandbox().await;
    let mut browser = Browser::default();
    let page = browser.open(&sandbox, &REQUEST).await;
    let fields = [("username", "Jane@example.com"), ("password", "x")];
    assert_eq!(browser.submit(&sandbox, &page, &fields).await.status, 200);
    let policy = json!({"defaultGroupPolicy": {"emailLoginAllowed": "ALLOWED"}});
    assert_eq!(api(&sandbox, "PUT", "/namespace/sandbox", policy).await.0, 200);
    assert_eq!(browser.submit(&sandbox, &page, &fields).await.status, 303);
}

#[tokio::test]
async fn markup_in_every_field_is_escaped() {
    let sandbox = sandbox().await;
    let script = "\"'><script>alert(1)</script><img src=x onerror=\"alert(1)\">";
    sandbox.create_oidc_client(OidcClient::public(script).redirect_uris([CALLBACK]));
    let mut browser = Browser::default();
    let hostile = request(&[
        ("client_id", script),
        ("login_hint", script),
        ("state", script),
        ("nonce", script),
        ("scope", script),
        ("ui_locales", script),
    ]);
    let page = browser.open(&sandbox, &hostile).await;
    assert_safe(&page);
    assert!(page.text.contains("&lt;script&gt;alert(1)"));
    let fields = [("username", script), ("password", script), ("namespace", script)];
    let page = browser.submit(&sandbox, &page, &fields).await;
    assert!(page.text.contains("role=\"alert\""));
    assert_safe(&page);
    let gone = form(&[("page", script), ("code", script)]);
    let page = browser.send(&sandbox, "POST", "/openid/sign-in", &gone).await;
    assert_eq!(page.status, 400);
    assert_safe(&page);
    for name in ["id_token_hint", "post_logout_redirect_uri", "state", "client_id"] {
        let target = format!("/openid/logout?{}", form(&[(name, script)]));
        assert_safe(&browser.send(&sandbox, "GET", &target, "").await);
    }
}

#[tokio::test]
async fn a_page_expires() {
    let sandbox = sandbox().await;
    let mut browser = Browser::default();
    let page = browser.open(&sandbox, &REQUEST).await;
    sandbox.advance_clock(Duration::from_secs(30 * 60));
    let fields = [("username", "jane"), ("password", "x")];
    assert_eq!(browser.submit(&sandbox, &page, &fields).await.status, 400);
}

#[tokio::test]
async fn the_number_of_open_pages_is_limited() {
    let sandbox = sandbox().await;
    let mut browser = Browser::default();
    let first = browser.open(&sandbox, &REQUEST).await;
    for _ in 0..1_000 {
        browser.open(&sandbox, &REQUEST).await;
    }
    let fields = [("username", "jane"), ("password", "x")];
    assert_eq!(browser.submit(&sandbox, &first, &fields).await.status, 400, "dropped");
}

#[tokio::test]
async fn only_the_page_itself_sends_its_form() {
    let front_end = "http://localhost:3000";
    let sandbox = Sandbox::builder()
        .redirect_uri(CALLBACK)
        .cors(front_end)
        .user(json!({"username": "jane", "password": "x"}))
        .start()
        .await
        .unwrap();
    let mut browser = Browser::default();
    let own = request(&[("client_id", "1000000000000002")]);
    let page = browser.open(&sandbox, &own).await;
    let body = form(&[("page", &page.id()), ("username", "jane"), ("password", "x")]);
    let send = async |path: &str, origin: &str, body: &str| {
        let length = body.len();
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost:8478\r\nOrigin: {origin}\r\nConnection: close\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        );
        exchange(&sandbox, request.as_bytes()).await
    };
    for origin in ["http://evil.example", front_end, "null", "http://localhost:8479"] {
        for path in ["/openid/sign-in", "/openid/sign-out"] {
            let refused = send(path, origin, &body).await;
            assert_eq!(refused.status(), 403, "{path} {origin}");
            assert_eq!(refused.header("access-control-allow-origin"), None);
        }
    }
    let done = send("/openid/sign-in", "http://localhost:8478", &body).await;
    assert_eq!(done.status(), 303);
    // A browser app of that origin exchanges its code itself.
    let location = done.header("location").unwrap().to_owned();
    let (_, query) = location.split_once("code=").unwrap();
    let code = query.split('&').next().unwrap();
    let body = format!(
        "grant_type=authorization_code&client_id=1000000000000002&client_secret=sandbox-oidc-secret\
         &code={code}&{}",
        form(&[("redirect_uri", CALLBACK), ("code_verifier", super::web::VERIFIER)])
    );
    let tokens = send("/openid/token", front_end, &body).await;
    assert_eq!(tokens.status(), 200);
    assert_eq!(tokens.header("access-control-allow-origin"), Some(front_end));
}
