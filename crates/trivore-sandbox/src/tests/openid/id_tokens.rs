//! Tests of ID tokens and of the keys that sign them.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde_json::{Value, json};

use super::web::{
    Browser, CALLBACK, REQUEST, exchange, parts, refresh, request, sandbox, userinfo,
};
use crate::tests::client::{export, send};
use crate::{OidcClient, Sandbox, SigningAlgorithm};

async fn key_set(sandbox: &Sandbox) -> Vec<Value> {
    let (_, set) = send(sandbox, "GET", "/openid/jwks.json", "", Value::Null).await;
    set["keys"].as_array().unwrap().clone()
}

/// Verifies a token as a client does, with nothing but the published keys.
fn is_signed(token: &Value, keys: &[Value]) -> bool {
    let (header, _) = parts(token);
    let (message, signature) = token.as_str().unwrap().rsplit_once('.').unwrap();
    let decoded = |value: &Value| URL_SAFE_NO_PAD.decode(value.as_str().unwrap()).unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    keys.iter().filter(|key| key["kid"] == header["kid"] && key["alg"] == header["alg"]).any(
        |key| {
            if key["kty"] == "EC" {
                let point = [vec![4], decoded(&key["x"]), decoded(&key["y"])].concat();
                let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
                key.verify(message.as_bytes(), &signature).is_ok()
            } else {
                let key = RsaPublicKeyComponents { n: decoded(&key["n"]), e: decoded(&key["e"]) };
                key.verify(&RSA_PKCS1_2048_8192_SHA256, message.as_bytes(), &signature).is_ok()
            }
        },
    )
}

fn half_hash(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(&digest(&SHA256, text.as_bytes()).as_ref()[..16])
}

#[tokio::test]
async fn an_id_token_says_who_signed_in_when_and_for_whom() {
    let sandbox = sandbox().await;
    let code = Browser::default().sign_in(&sandbox, &REQUEST).await["code"].clone();
    let signed_in = sandbox.now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    sandbox.advance_clock(Duration::from_secs(30));
    let (_, tokens) = exchange(&sandbox, &code).await;
    let claims = userinfo(&sandbox, &tokens).await.unwrap();
    let (header, id) = parts(&tokens["id_token"]);

    assert_eq!((&header["alg"], &header["typ"]), (&json!("RS256"), &json!("JWT")));
    assert!(is_signed(&tokens["id_token"], &key_set(&sandbox).await));
    assert_eq!((&id["iss"], &id["aud"]), (&json!(sandbox.url()), &json!("app")));
    assert_eq!((&id["sub"], &id["nonce"]), (&claims["sub"], &json!("n-1")));
    assert_eq!(id["amr"], json!(["pwd"]));
    assert!(id["auth_time"].as_u64().unwrap().abs_diff(signed_in) <= 2, "{id}");
    assert!(id["iat"].as_u64().unwrap() >= signed_in + 29);
    assert_eq!(id["exp"].as_u64().unwrap() - id["iat"].as_u64().unwrap(), 7 * 24 * 60 * 60);
    assert_eq!(id["at_hash"], half_hash(tokens["access_token"].as_str().unwrap()));
    assert_eq!(id["https://oneportal.trivore.com/claims/namespace"], "sandbox");
    assert_eq!(id["email"], Value::Null, "claims are at the userinfo endpoint");
}

#[tokio::test]
async fn claims_in_the_id_token_agree_with_userinfo() {
    let sandbox = sandbox().await;
    let wanted =
        json!({"id_token": {"nickname": null}, "userinfo": {"nickname": null}}).to_string();
    let request = request(&[("claims_in_id_token", "true"), ("claims", &wanted)]);
    let code = Browser::default().sign_in(&sandbox, &request).await["code"].clone();
    let (_, tokens) = exchange(&sandbox, &code).await;
    let (_, renewed) = refresh(&sandbox, &tokens["refresh_token"]).await;
    for tokens in [&tokens, &renewed] {
        let claims = userinfo(&sandbox, tokens).await.unwrap();
        let (_, id) = parts(&tokens["id_token"]);
        assert_eq!(
            (&claims["email"], &claims["nickname"]),
            (&json!("jane@example.com"), &json!("J"))
        );
        for (name, value) in claims.as_object().unwrap() {
            assert_eq!(id[name], *value, "{name}");
        }
    }
}

#[tokio::test]
async fn the_client_chooses_the_algorithm() {
    let sandbox = sandbox().await;
    let client = OidcClient::public("app").redirect_uris([CALLBACK]);
    sandbox.create_oidc_client(client.id_token_signed_response_alg(SigningAlgorithm::Es256));
    let code = Browser::default().sign_in(&sandbox, &REQUEST).await["code"].clone();
    let (_, tokens) = exchange(&sandbox, &code).await;
    assert_eq!(parts(&tokens["id_token"]).0["alg"], "ES256");
    assert!(is_signed(&tokens["id_token"], &key_set(&sandbox).await));
}

#[tokio::test]
async fn every_grant_with_the_scope_openid_has_an_id_token() {
    let sandbox = sandbox().await;
    let client = format!(
        "/openid/token?client_id={}&client_secret={}",
        sandbox.oidc_client_id(),
        sandbox.oidc_client_secret(),
    );
    let password = format!("{client}&grant_type=password&username=jane&password=x");
    let (_, tokens) =
        send(&sandbox, "POST", &format!("{password}&scope=openid"), "", Value::Null).await;
    let (_, id) = parts(&tokens["id_token"]);
    assert_eq!((&id["aud"], &id["amr"]), (&json!(sandbox.oidc_client_id()), &json!(["pwd"])));
    sandbox.advance_clock(Duration::from_secs(100));
    let token = tokens["refresh_token"].as_str().unwrap();
    let path = format!("{client}&grant_type=refresh_token&refresh_token={token}");
    let (_, renewed) = send(&sandbox, "POST", &path, "", Value::Null).await;
    let (_, later) = parts(&renewed["id_token"]);
    assert_eq!((&later["auth_time"], &later["sub"]), (&id["auth_time"], &id["sub"]));
    assert!(later["iat"].as_u64() > id["iat"].as_u64());

    let (_, tokens) = send(&sandbox, "POST", &password, "", Value::Null).await;
    assert!(tokens["id_token"].is_null(), "without the scope");
    let path = format!("{client}&grant_type=client_credentials&scope=openid");
    let (_, tokens) = send(&sandbox, "POST", &path, "", Value::Null).await;
    assert!(tokens["access_token"].is_string() && tokens["id_token"].is_null(), "no user");
}

#[tokio::test]
async fn front_channel_responses_have_their_hashes() {
    let sandbox = sandbox().await;
    for kind in ["id_token", "code id_token", "code token", "id_token token", "code id_token token"]
    {
        let mut browser = Browser::default();
        let page = browser.open(&sandbox, &request(&[("response_type", kind)])).await;
        let fields = [("username", "jane"), ("password", "x")];
        let page = browser.submit(&sandbox, &page, &fields).await;
        let returned = page.returned(CALLBACK, '#');
        assert_eq!(returned["state"], REQUEST[4].1);
        for (word, name) in [("code", "code"), ("token", "access_token"), ("id_token", "id_token")]
        {
            let is_wanted = kind.split(' ').any(|it| it == word);
            assert_eq!(returned.contains_key(name), is_wanted, "{kind} {name}");
        }
        if let Some(token) = returned.get("id_token") {
            let (_, id) = parts(&json!(token));
            let hash = |name| returned.get(name).map_or(Value::Null, |it| json!(half_hash(it)));
            assert_eq!((&id["at_hash"], &id["c_hash"]), (&hash("access_token"), &hash("code")));
            assert_eq!(id["nonce"], "n-1");
            assert_eq!(id["email"].is_string(), kind == "id_token", "{kind}");
        }
        if let Some(token) = returned.get("access_token") {
            assert_eq!(returned["token_type"], "Bearer");
            let tokens = json!({"access_token": token});
            assert!(userinfo(&sandbox, &tokens).await.is_ok());
        }
    }
}

#[tokio::test]
async fn keys_are_rotated_on_demand_and_old_ones_still_verify() {
    let folder = tempfile::TempDir::new().unwrap();
    let data = folder.path().join("data");
    let sandbox = Sandbox::builder().data(&data).start().await.unwrap();
    let path = format!(
        "/openid/token?client_id={}&client_secret={}&grant_type=password&username={}&password={}\
         &scope=openid",
        sandbox.oidc_client_id(),
        sandbox.oidc_client_secret(),
        sandbox.username(),
        sandbox.password(),
    );
    let issue = async |sandbox: &Sandbox| {
        send(sandbox, "POST", &path, "", Value::Null).await.1["id_token"].clone()
    };
    let before = key_set(&sandbox).await;
    assert_eq!(before.len(), 2);
    let old = issue(&sandbox).await;
    let (status, _) = send(&sandbox, "POST", "/sandbox/keys/rotate", "", Value::Null).await;
    assert_eq!(status, 204);
    let new = issue(&sandbox).await;
    assert_ne!(parts(&old).0["kid"], parts(&new).0["kid"]);
    assert!(is_signed(&old, &before) && !is_signed(&new, &before));
    sandbox.rotate_signing_keys();
    let keys = key_set(&sandbox).await;
    assert_eq!(keys.len(), 6);
    assert!([&old, &new].iter().all(|token| is_signed(token, &keys)));
    let seed = export(&sandbox);
    sandbox.shutdown().await;

    let sandbox = Sandbox::builder().data(&data).start().await.unwrap();
    assert_eq!(key_set(&sandbox).await, keys, "they survive a restart");
    let copy = Sandbox::start().await.unwrap();
    copy.import(std::io::Cursor::new(&seed)).unwrap();
    assert_eq!(key_set(&copy).await, keys, "and an export");
    copy.reset().unwrap();
    assert_eq!(key_set(&copy).await, before);
    sandbox.shutdown().await;
}
