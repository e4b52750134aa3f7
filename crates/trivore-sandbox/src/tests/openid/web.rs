//! A browser and a client, without a network.

use std::collections::BTreeMap;

use axum::body::{Body, to_bytes};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, Request};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::{OidcClient, Sandbox};

pub(super) const CALLBACK: &str = "http://localhost:3000/callback?from=idp";
/// The example of RFC 7636.
pub(super) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(super) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub(super) struct Page {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Page {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Parameters with which the browser returns to the client.
    pub(super) fn returned(&self, uri: &str, separator: char) -> BTreeMap<String, String> {
        let location = self.header("location");
        let rest = location.strip_prefix(uri).unwrap_or_else(|| {
            panic!("{} {location:?} does not lead to {uri}: {}", self.status, self.text)
        });
        let form = rest.strip_prefix(separator).unwrap();
        form_urlencoded::parse(form.as_bytes()).into_owned().collect()
    }

    /// The one-time identifier in the form.
    pub(super) fn id(&self) -> String {
        let (_, rest) = self.text.split_once("name=\"page\" value=\"").expect(&self.text);
        rest.split('"').next().unwrap().to_owned()
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }
}

pub(super) fn form(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// A browser with its cookie.
#[derive(Default)]
pub(super) struct Browser {
    pub(super) cookie: String,
}

impl Browser {
    pub(super) async fn send(
        &mut self,
        sandbox: &Sandbox,
        method: &str,
        target: &str,
        body: &str,
    ) -> Page {
        let request = Request::builder()
            .method(method)
            .uri(target)
            .header("cookie", format!("other=1; {}", self.cookie))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.to_owned())
            .unwrap();
        let response = sandbox.service().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = to_bytes(Body::new(body), usize::MAX).await.unwrap();
        if let Some(cookie) = head.headers.get("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            let secure = if cookie.starts_with("trivore_sandbox=") && cookie.ends_with("; Secure") {
                "; Secure"
            } else {
                ""
            };
            let expected = format!("; Path=/openid/; HttpOnly; SameSite=Lax{secure}");
            assert!(cookie.ends_with(&expected), "{cookie}");
            self.cookie = cookie.split(';').next().unwrap().to_owned();
        }
        Page {
            status: head.status.as_u16(),
            headers: head.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    /// Opens the page for signing in, or what comes in its place.
    pub(super) async fn open(&mut self, sandbox: &Sandbox, parameters: &[(&str, &str)]) -> Page {
        self.send(sandbox, "GET", &format!("/openid/auth?{}", form(parameters)), "").await
    }

    /// Sends the form of a page.
    pub(super) async fn submit(
        &mut self,
        sandbox: &Sandbox,
        page: &Page,
        fields: &[(&str, &str)],
    ) -> Page {
        let id = page.id();
        let fields = [fields, &[("page", &id)]].concat();
        self.send(sandbox, "POST", "/openid/sign-in", &form(&fields)).await
    }

    /// Signs in as jane, and returns the parameters that the client gets.
    pub(super) async fn sign_in(
        &mut self,
        sandbox: &Sandbox,
        parameters: &[(&str, &str)],
    ) -> BTreeMap<String, String> {
        let page = self.open(sandbox, parameters).await;
        assert_eq!(page.status, 200, "{}", page.text);
        let page = self.submit(sandbox, &page, &[("username", "jane"), ("password", "x")]).await;
        assert_eq!(page.status, 303, "{}", page.text);
        page.returned(CALLBACK, '&')
    }
}

/// A sandbox with jane and a public client.
pub(super) async fn sandbox() -> Sandbox {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.create_oidc_client(
        OidcClient::public("app")
            .redirect_uris([CALLBACK])
            .post_logout_redirect_uris(["http://localhost:3000/bye"]),
    );
    sandbox
        .add_user(json!({
            "username": "jane", "password": "x", "nickName": "J",
            "emails": [{"address": "jane@example.com", "verified": true}],
        }))
        .unwrap();
    sandbox
}

/// A complete authorization request of the public client.
pub(super) const REQUEST: [(&str, &str); 8] = [
    ("client_id", "app"),
    ("redirect_uri", CALLBACK),
    ("response_type", "code"),
    ("scope", "openid email"),
    ("state", "a b&c=\u{e4}\"'<"),
    ("nonce", "n-1"),
    ("code_challenge", CHALLENGE),
    ("code_challenge_method", "S256"),
];

/// The request with some parameters replaced or, if the value is empty, left out.
pub(super) fn request<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let is_changed = |name: &str| changes.iter().any(|(changed, _)| *changed == name);
    let kept = REQUEST.into_iter().filter(|(name, _)| !is_changed(name));
    kept.chain(changes.iter().copied().filter(|(_, value)| !value.is_empty())).collect()
}

/// Requests tokens, and returns the status and the response.
pub(super) async fn token(sandbox: &Sandbox, parameters: &[(&str, &str)]) -> (u16, Value) {
    let page = Browser::default().send(sandbox, "POST", "/openid/token", &form(parameters)).await;
    assert_eq!(page.header("cache-control"), "no-store");
    (page.status, page.json())
}

/// Exchanges a code of the public client.
pub(super) async fn exchange(sandbox: &Sandbox, code: &str) -> (u16, Value) {
    let parameters = [
        ("grant_type", "authorization_code"),
        ("client_id", "app"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    token(sandbox, &parameters).await
}

pub(super) async fn refresh(sandbox: &Sandbox, token: &Value) -> (u16, Value) {
    let token = token.as_str().unwrap();
    let parameters =
        [("grant_type", "refresh_token"), ("client_id", "app"), ("refresh_token", token)];
    self::token(sandbox, &parameters).await
}

/// Returns the claims that an access token gives access to, or the status.
pub(super) async fn userinfo(sandbox: &Sandbox, tokens: &Value) -> Result<Value, u16> {
    let token = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let (status, claims) =
        crate::tests::client::send(sandbox, "GET", "/openid/userinfo", &token, Value::Null).await;
    if status == 200 { Ok(claims) } else { Err(status) }
}

/// Returns the header and the claims of an ID token, without verifying it.
pub(super) fn parts(token: &Value) -> (Value, Value) {
    let mut parts = token.as_str().unwrap().split('.');
    let mut part =
        || serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts.next().unwrap()).unwrap()).unwrap();
    (part(), part())
}
