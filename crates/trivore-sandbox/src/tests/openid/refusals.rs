//! Tests of authorization requests that are refused.

use super::web::{Browser, CALLBACK, REQUEST, form, request, sandbox, token};
use crate::{OidcClient, Sandbox};

#[tokio::test]
async fn long_parameters_are_not_kept() {
    let sandbox = sandbox().await;
    let long = "x".repeat(5000);
    for name in ["nonce", "scope", "login_hint", "claims"] {
        let page = Browser::default().open(&sandbox, &request(&[(name, &long)])).await;
        let returned = page.returned(CALLBACK, '&');
        assert_eq!(returned["error"], "invalid_request", "{name}");
        assert!(returned["error_description"].contains(name), "{returned:?}");
    }
    let body = form(&request(&[("state", &long)]));
    let page = Browser::default().send(&sandbox, "POST", "/openid/auth", &body).await;
    assert_eq!((page.status, page.header("location")), (400, ""));
    assert!(page.text.contains("state is longer"), "{}", page.text);
}

#[tokio::test]
async fn the_token_endpoint_reads_no_parameter_twice() {
    let sandbox = sandbox().await;
    for name in ["grant_type", "client_id", "scope"] {
        let twice = [("grant_type", "password"), ("client_id", "app"), ("scope", "a"), (name, "b")];
        let (status, error) = token(&sandbox, &twice).await;
        assert_eq!((status, &error["error"]), (400, &"invalid_request".into()), "{name}");
    }
}

#[tokio::test]
async fn an_unknown_client_or_redirect_uri_is_never_redirected_to() {
    let sandbox = sandbox().await;
    for (name, wrong) in [
        ("client_id", ""),
        ("client_id", "nobody"),
        ("client_id", "<script>alert(1)</script>"),
        ("redirect_uri", ""),
        ("redirect_uri", "http://evil.example/"),
        ("redirect_uri", "http://localhost:3000/callback"),
        ("redirect_uri", "http://localhost:3000/callback?from=idp&more"),
        ("redirect_uri", "http://localhost:3000/callback?from=idp/../../evil"),
        ("redirect_uri", "http://localhost:3000/callback?from=idp#x"),
        ("redirect_uri", "http://localhost:3000@evil.example/callback?from=idp"),
        ("redirect_uri", "HTTP://localhost:3000/callback?from=idp"),
        ("redirect_uri", "http://localhost:3001/callback?from=idp"),
        ("redirect_uri", "//localhost:3000/callback?from=idp"),
        ("redirect_uri", " http://localhost:3000/callback?from=idp"),
        ("redirect_uri", "javascript:alert(1)"),
        ("redirect_uri", "http://localhost:3000/callback?from=idp\r\nset-cookie: a=b"),
        ("redirect_uri", "\"><script>alert(1)</script>"),
    ] {
        let page = Browser::default().open(&sandbox, &request(&[(name, wrong)])).await;
        assert_eq!((page.status, page.header("location")), (400, ""), "{name} {wrong}");
        assert!(page.text.contains(name) && !page.text.contains("<script"), "{}", page.text);
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    }
    let twice = [&REQUEST[..], &[("redirect_uri", "http://evil.example/")]].concat();
    let page = Browser::default().open(&sandbox, &twice).await;
    assert_eq!((page.status, page.header("location")), (400, ""));
}

#[tokio::test]
async fn other_errors_go_to_the_client_with_the_state() {
    let sandbox = sandbox().await;
    for (changes, expected) in [
        (&[("response_type", "")][..], "invalid_request"),
        (&[("response_type", "token")], "unsupported_response_type"),
        (&[("response_type", "code code")], "unsupported_response_type"),
        (&[("response_type", "none")], "unsupported_response_type"),
        (&[("response_mode", "form_post")], "invalid_request"),
        (&[("code_challenge", "")], "invalid_request"),
        (&[("code_challenge", ""), ("code_challenge_method", "")], "invalid_request"),
        (&[("code_challenge", "short")], "invalid_request"),
        (&[("code_challenge_method", "")], "invalid_request"),
        (&[("code_challenge_method", "plain")], "invalid_request"),
        (&[("prompt", "none")], "login_required"),
        (&[("prompt", "none login")], "invalid_request"),
        (&[("prompt", "create")], "invalid_request"),
        (&[("max_age", "soon")], "invalid_request"),
        (&[("max_age", "-1")], "invalid_request"),
        (&[("claims", "[]")], "invalid_request"),
        (&[("id_token_hint", "x.y.z")], "invalid_request"),
        (&[("request", "x")], "request_not_supported"),
        (&[("request_uri", "http://a/")], "request_uri_not_supported"),
        (&[("registration", "{}")], "registration_not_supported"),
        (&[("nonce", "a"), ("nonce", "b")], "invalid_request"),
    ] {
        let page = Browser::default().open(&sandbox, &request(changes)).await;
        let returned = page.returned(CALLBACK, '&');
        assert_eq!(returned["error"], expected, "{changes:?}");
        assert!(!returned["error_description"].is_empty());
        assert_eq!(returned["state"], REQUEST[4].1, "{changes:?}");
        assert_eq!(returned["iss"], sandbox.url());
        assert!(!returned.contains_key("code"));
    }
    let page =
        Browser::default().open(&sandbox, &request(&[("state", ""), ("prompt", "none")])).await;
    assert!(!page.returned(CALLBACK, '&').contains_key("state"), "none was sent");
}

#[tokio::test]
async fn errors_of_front_channel_responses_are_in_the_fragment() {
    let sandbox = sandbox().await;
    for (changes, expected) in [
        (&[("response_type", "id_token"), ("nonce", "")][..], "invalid_request"),
        (&[("response_type", "code id_token"), ("scope", "email")], "invalid_scope"),
        (&[("response_type", "id_token"), ("prompt", "none")], "login_required"),
        (&[("response_mode", "fragment"), ("prompt", "none")], "login_required"),
    ] {
        let page = Browser::default().open(&sandbox, &request(changes)).await;
        let returned = page.returned(CALLBACK, '#');
        assert_eq!((returned["error"].as_str(), &*returned["state"]), (expected, REQUEST[4].1));
    }
    let query = request(&[("response_type", "id_token"), ("response_mode", "query")]);
    let page = Browser::default().open(&sandbox, &query).await;
    assert!(page.header("location").contains("error=invalid_request"));
}

#[tokio::test]
async fn loopback_redirects_are_a_rule() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.create_oidc_client(OidcClient::public("app"));
    let local = request(&[("redirect_uri", "http://localhost:5173/any")]);
    let other = request(&[("redirect_uri", "http://localhost.evil.example/")]);
    let mut browser = Browser::default();
    assert_eq!(browser.open(&sandbox, &local).await.status, 400, "off by default");
    let mut rules = sandbox.rules();
    rules.set("loopback-redirects", true).unwrap();
    sandbox.set_rules(rules);
    assert_eq!(browser.open(&sandbox, &local).await.status, 200);
    assert_eq!(browser.open(&sandbox, &other).await.status, 400);
}

#[tokio::test]
async fn a_client_that_was_removed_gets_nothing() {
    let sandbox = sandbox().await;
    let mut browser = Browser::default();
    let page = browser.open(&sandbox, &REQUEST).await;
    sandbox.remove_client("app");
    let fields = [("username", "jane"), ("password", "x")];
    let page = browser.submit(&sandbox, &page, &fields).await;
    assert_eq!((page.status, page.header("location")), (400, ""), "{}", page.text);
}

#[tokio::test]
async fn redirect_uris_come_from_a_seed_a_builder_and_survive_a_restart() {
    let folder = tempfile::TempDir::new().unwrap();
    let seed = folder.path().join("seed.json");
    std::fs::write(
        &seed,
        serde_json::json!({"oidcClients": [{
            "id": "app", "redirectUris": [CALLBACK], "idTokenSignedResponseAlg": "ES256",
            "postLogoutRedirectUris": ["http://localhost:3000/bye"],
        }]})
        .to_string(),
    )
    .unwrap();
    let data = folder.path().join("data");
    let sandbox = Sandbox::builder().seed(&seed).data(&data).start().await.unwrap();
    assert_eq!(Browser::default().open(&sandbox, &REQUEST).await.status, 200);
    sandbox.shutdown().await;

    let sandbox = Sandbox::builder().data(&data).redirect_uri(CALLBACK).start().await.unwrap();
    let own = request(&[("client_id", "1000000000000002")]);
    for request in [&REQUEST[..], &own] {
        assert_eq!(Browser::default().open(&sandbox, request).await.status, 200);
    }
    sandbox.shutdown().await;

    for wrong in ["/callback", "http://a/#b", "javascript:alert(1)", ""] {
        assert!(Sandbox::builder().redirect_uri(wrong).start().await.is_err(), "{wrong}");
        std::fs::write(
            &seed,
            format!(r#"{{"oidcClients": [{{"id": "a", "redirectUris": [{wrong:?}]}}]}}"#),
        )
        .unwrap();
        let error = Sandbox::builder().seed(&seed).start().await.unwrap_err().to_string();
        assert!(error.contains("oidcClients[0]"), "{error}");
    }
}

#[tokio::test]
async fn no_parameter_breaks_an_endpoint() {
    let sandbox = sandbox().await;
    let long = "x".repeat(8_000);
    let hostile =
        ["\0", "\r\nset-cookie: a=b", "\u{1f600}", "%00", "{}", "[", "99999999999999999999", &long];
    let names = REQUEST.iter().map(|(name, _)| *name);
    let others = ["prompt", "max_age", "claims", "login_hint", "id_token_hint", "response_mode"];
    for name in names.chain(others).chain(["post_logout_redirect_uri", "code", "page", "token"]) {
        for value in hostile {
            let parameters = form(&request(&[(name, value)]));
            for target in ["auth", "logout"] {
                let target = format!("/openid/{target}?{parameters}");
                let page = Browser::default().send(&sandbox, "GET", &target, "").await;
                assert!([200, 303, 400].contains(&page.status), "{name} {value:?} {}", page.status);
                let location = page.header("location");
                assert!(location.is_empty() || location.starts_with(CALLBACK), "{location}");
                assert!(!page.header("set-cookie").contains("a=b"));
            }
            for target in ["auth", "logout", "sign-in", "sign-out", "token", "introspect"] {
                let target = format!("/openid/{target}");
                let page = Browser::default().send(&sandbox, "POST", &target, &parameters).await;
                let expected = [200, 303, 400, 401];
                assert!(
                    expected.contains(&page.status),
                    "{target} {name} {value:?} {}",
                    page.status
                );
            }
        }
    }
}
