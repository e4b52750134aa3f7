//! Tests that everything that discovery announces works.

use serde_json::{Value, json};

use super::web::{
    Browser, CALLBACK, REQUEST, exchange, form, parts, refresh, request, sandbox, token, userinfo,
};
use crate::Sandbox;
use crate::server::endpoint_list::routes;
use crate::tests::client::send;

async fn discovery(sandbox: &Sandbox) -> Value {
    send(sandbox, "GET", "/.well-known/openid-configuration", "", Value::Null).await.1
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect()
}

#[tokio::test]
async fn every_announced_endpoint_is_served_and_every_served_one_announced() {
    let sandbox = sandbox().await;
    let document = discovery(&sandbox).await;
    assert_eq!(document["issuer"], sandbox.url());
    let mut announced: Vec<String> = document
        .as_object()
        .unwrap()
        .iter()
        .filter(|(name, _)| name.ends_with("_endpoint") || *name == "jwks_uri")
        .map(|(_, url)| url.as_str().unwrap().strip_prefix(sandbox.url()).unwrap().to_owned())
        .collect();
    announced.sort_unstable();
    let mut served: Vec<String> = routes()
        .into_iter()
        .map(|(_, path)| path)
        .filter(|path| path.starts_with("/openid/"))
        .collect();
    served.sort_unstable();
    served.dedup();
    // The forms of the pages are not for clients.
    served.retain(|path| !["/openid/sign-in", "/openid/sign-out"].contains(&path.as_str()));
    assert_eq!(served, announced);
}

#[tokio::test]
async fn every_announced_response_type_mode_and_prompt_works() {
    let sandbox = sandbox().await;
    let document = discovery(&sandbox).await;
    for kind in texts(&document["response_types_supported"]) {
        for mode in texts(&document["response_modes_supported"]) {
            let page = Browser::default()
                .open(&sandbox, &request(&[("response_type", kind), ("response_mode", mode)]))
                .await;
            let is_possible = kind == "code" || mode == "fragment";
            assert_eq!(page.status, if is_possible { 200 } else { 303 }, "{kind} {mode}");
        }
    }
    for prompt in texts(&document["prompt_values_supported"]) {
        let page = Browser::default().open(&sandbox, &request(&[("prompt", prompt)])).await;
        let is_error = page.header("location").contains("error=invalid_request");
        assert!(!is_error, "{prompt}");
    }
}

#[tokio::test]
async fn every_announced_grant_and_way_to_authenticate_works() {
    let sandbox = sandbox().await;
    let document = discovery(&sandbox).await;
    let (id, secret) =
        (sandbox.oidc_client_id().to_owned(), sandbox.oidc_client_secret().to_owned());
    let post = [("client_id", id.as_str()), ("client_secret", secret.as_str())];
    for grant in texts(&document["grant_types_supported"]) {
        let status = match grant {
            "authorization_code" | "refresh_token" => {
                let code = Browser::default().sign_in(&sandbox, &REQUEST).await["code"].clone();
                let (status, tokens) = exchange(&sandbox, &code).await;
                if grant == "refresh_token" {
                    refresh(&sandbox, &tokens["refresh_token"]).await.0
                } else {
                    status
                }
            }
            "implicit" => {
                let implicit = request(&[("response_type", "id_token token")]);
                Browser::default().open(&sandbox, &implicit).await.status
            }
            "password" => {
                let user = [("grant_type", grant), ("username", "jane"), ("password", "x")];
                token(&sandbox, &[&post[..], &user].concat()).await.0
            }
            _ => token(&sandbox, &[&post[..], &[("grant_type", grant)]].concat()).await.0,
        };
        assert_eq!(status, 200, "{grant}");
    }
    for method in texts(&document["token_endpoint_auth_methods_supported"]) {
        let user = "grant_type=password&username=jane&password=x";
        let (authorization, parameters) = match method {
            "client_secret_basic" => {
                ("Basic MTAwMDAwMDAwMDAwMDAwMjpzYW5kYm94LW9pZGMtc2VjcmV0", String::new())
            }
            "client_secret_post" => ("", format!("&{}", form(&post))),
            "none" => ("", "&client_id=app".to_owned()),
            other => panic!("{other}"),
        };
        let path = format!("/openid/token?{user}{parameters}");
        assert_eq!(
            send(&sandbox, "POST", &path, authorization, Value::Null).await.0,
            200,
            "{method}"
        );
    }
}

#[tokio::test]
async fn every_announced_algorithm_signs() {
    let sandbox = sandbox().await;
    let document = discovery(&sandbox).await;
    for algorithm in texts(&document["id_token_signing_alg_values_supported"]) {
        let client =
            json!({"id": "app", "redirectUri": CALLBACK, "idTokenSignedResponseAlg": algorithm});
        let (status, _) = send(&sandbox, "POST", "/sandbox/clients/oidc", "", client).await;
        assert_eq!(status, 204);
        let code = Browser::default().sign_in(&sandbox, &REQUEST).await["code"].clone();
        let (_, tokens) = exchange(&sandbox, &code).await;
        assert_eq!(parts(&tokens["id_token"]).0["alg"], algorithm);
    }
}

#[tokio::test]
async fn every_announced_scope_is_granted_and_together_they_give_every_announced_claim() {
    let sandbox = sandbox().await;
    let id = sandbox
        .add_user(json!({
            "username": "full", "password": "x", "minor": false, "tags": ["t"], "memberOf": ["g"],
            "name": {"givenName": "A", "middleName": "B", "familyName": "C"}, "nickName": "N",
            "locale": "fi", "timeZone": "Europe/Helsinki", "dateOfBirth": "2000-01-01",
            "gender": "woman", "websiteMain": "https://example.com", "consents": {"profiling": true},
            "emails": [{"address": "a@b.c", "verified": true}],
            "mobiles": [{"number": "+1", "verified": true}],
            "addresses": [{"country": "FI", "locality": "Turku"}],
        }))
        .unwrap();
    let legal = json!({"lastName": "C", "callingName": "A", "domicile": {"code": "853"}});
    sandbox.set_legal_info(&id, legal).unwrap();
    sandbox.set_strong_identifications(&id, [json!({"personalId": "1"})]).unwrap();
    let document = discovery(&sandbox).await;
    let scope = texts(&document["scopes_supported"]).join(" ");
    let parameters = [
        ("grant_type", "password"),
        ("client_id", "app"),
        ("username", "full"),
        ("password", "x"),
        ("scope", scope.as_str()),
    ];
    let (status, tokens) = token(&sandbox, &parameters).await;
    assert_eq!((status, &tokens["scope"]), (200, &json!(scope)));
    let claims = userinfo(&sandbox, &tokens).await.unwrap();
    let mut given: Vec<&str> = claims.as_object().unwrap().keys().map(String::as_str).collect();
    given.sort_unstable();
    let mut announced = texts(&document["claims_supported"]);
    announced.sort_unstable();
    assert_eq!(given, announced);
}

#[tokio::test]
async fn introspection_tells_what_a_token_is() {
    let sandbox = sandbox().await;
    let code = Browser::default().sign_in(&sandbox, &REQUEST).await["code"].clone();
    let (_, tokens) = exchange(&sandbox, &code).await;
    let claims = userinfo(&sandbox, &tokens).await.unwrap();
    let introspect = async |client: &[(&str, &str)], token: &str| {
        let form = form(&[client, &[("token", token)]].concat());
        let page = Browser::default().send(&sandbox, "POST", "/openid/introspect", &form).await;
        (page.status, page.json())
    };
    let own =
        [("client_id", sandbox.oidc_client_id()), ("client_secret", sandbox.oidc_client_secret())];
    let access = tokens["access_token"].as_str().unwrap();
    let (status, found) = introspect(&own, access).await;
    assert_eq!((status, &found["active"]), (200, &json!(true)));
    for (name, expected) in [
        ("sub", &claims["sub"]),
        ("username", &json!("jane")),
        ("client_id", &json!("app")),
        ("scope", &json!("openid email")),
        ("token_type", &json!("Bearer")),
        ("iss", &json!(sandbox.url())),
    ] {
        assert_eq!(found[name], *expected, "{name}");
    }
    let refresh = tokens["refresh_token"].as_str().unwrap();
    assert_eq!(introspect(&own, refresh).await.1["active"], true);
    let inactive = json!({"active": false});
    assert_eq!(introspect(&own, "x").await, (200, inactive.clone()));
    assert_eq!(introspect(&[("client_id", "app")], access).await.0, 401, "a public client");
    assert_eq!(introspect(&[own[0], ("client_secret", "wrong")], access).await.0, 401);
    assert_eq!(introspect(&own, "").await.0, 400);
    super::web::refresh(&sandbox, &tokens["refresh_token"]).await;
    assert_eq!(introspect(&own, refresh).await.1, inactive, "used up");
    sandbox.expire_tokens();
    assert_eq!(introspect(&own, access).await.1, inactive);
}

#[tokio::test]
async fn the_public_url_is_the_issuer() {
    let sandbox = Sandbox::builder()
        .public_url("https://id.example/")
        .redirect_uri(CALLBACK)
        .user(json!({"username": "jane", "password": "x"}))
        .start()
        .await
        .unwrap();
    let document = discovery(&sandbox).await;
    assert_eq!(document["issuer"], "https://id.example");
    assert_eq!(document["token_endpoint"], "https://id.example/openid/token");
    assert!(sandbox.url().starts_with("http://127.0.0.1:"), "{}", sandbox.url());
    assert!(sandbox.properties().contains("service.address=https://id.example\n"));
    let own = request(&[("client_id", "1000000000000002")]);
    let page = Browser::default().open(&sandbox, &own).await;
    let body = form(&[("page", &page.id()), ("username", "jane"), ("password", "x")]);
    let post = async |origin: &str, body: &str| {
        let request = format!(
            "POST /openid/sign-in HTTP/1.1\r\nHost: id.example\r\nOrigin: {origin}\r\n\
             Connection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len(),
        );
        crate::tests::faults::raw::exchange(&sandbox, request.as_bytes()).await
    };
    assert_eq!(post("https://evil.example", &body).await.status(), 403);
    let done = post("https://id.example", &body).await;
    assert_eq!(done.status(), 303);
    assert!(done.header("location").unwrap().contains("iss=https%3a%2f%2fid.example"));
    for wrong in ["", "id.example", "ftp://id.example", "http://id.example/path", "http://a b"] {
        assert!(Sandbox::builder().public_url(wrong).start().await.is_err(), "{wrong}");
    }
}
