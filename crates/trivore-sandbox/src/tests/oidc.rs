//! Tests of the token endpoint.

use serde_json::{Value, json};

use super::client::{copy_of, send, token};
use crate::Sandbox;

#[tokio::test]
async fn refresh_tokens_work_once() {
    let sandbox = Sandbox::start().await.unwrap();
    let password = [
        ("grant_type", "password"),
        ("username", sandbox.username()),
        ("password", sandbox.password()),
    ];
    let (_, tokens) = token(&sandbox, &password).await;
    let used = tokens["refresh_token"].as_str().unwrap();
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", used)];
    let (status, renewed) = token(&sandbox, &refresh).await;
    assert_eq!(status, 200);
    assert_ne!(renewed["refresh_token"], used);
    let (status, error) = token(&sandbox, &refresh).await;
    assert_eq!((status, &error["error"]), (400, &json!("invalid_grant")));
    let (status, error) = send(&sandbox, "POST", "/openid/token", "", Value::Null).await;
    assert_eq!((status, &error["error"]), (401, &json!("invalid_client")));
}

/// Requests a token with further parameters, and returns the claims of the user.
async fn claims(sandbox: &Sandbox, parameters: &[(&str, &str)]) -> Value {
    let (status, tokens) = token(sandbox, &[&PASSWORD_GRANT, parameters].concat()).await;
    assert_eq!(status, 200, "{tokens}");
    userinfo(sandbox, &tokens).await
}

const PASSWORD_GRANT: [(&str, &str); 3] =
    [("grant_type", "password"), ("username", "jane"), ("password", "x")];

async fn userinfo(sandbox: &Sandbox, tokens: &Value) -> Value {
    let token = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let (status, claims) = send(sandbox, "GET", "/openid/userinfo", &token, Value::Null).await;
    assert_eq!(status, 200, "{claims}");
    claims
}

const CLAIMS: &str = "https://oneportal.trivore.com/claims/";
const SCOPES: &str = "https://oneportal.trivore.com/scope/";

/// Names of claims, without the prefix of the service's own, in alphabetical order.
fn names(claims: &Value) -> Vec<&str> {
    let names = claims.as_object().unwrap().keys();
    let mut names: Vec<&str> =
        names.map(|name| name.strip_prefix(CLAIMS).unwrap_or(name)).collect();
    names.sort_unstable();
    names
}

async fn with_everything() -> Sandbox {
    let sandbox = Sandbox::start().await.unwrap();
    let user = json!({
        "username": "jane", "password": "x", "minor": false, "tags": ["t"], "memberOf": ["g"],
        "name": {"givenName": "Jane"}, "consents": {"profiling": true},
        "emails": [{"address": "a@b.c"}], "mobiles": [{"number": "+1"}],
        "addresses": [{"country": "FI"}],
    });
    let id = sandbox.add_user(user).unwrap();
    let legal = json!({"lastName": "Doe", "domicile": {"code": "853"}});
    sandbox.set_legal_info(&id, legal).unwrap();
    sandbox.set_strong_identifications(&id, [json!({"personalId": "1"})]).unwrap();
    let grant = json!({"permissionId": "p", "permissionGroupId": "g"});
    sandbox.set_external_permissions(&id, [grant]).unwrap();
    sandbox
}

const PROFILE: [&str; 6] =
    ["given_name", "minor", "name", "preferred_username", "tags", "updated_at"];

#[tokio::test]
async fn a_token_without_a_scope_shows_only_who_it_is() {
    let sandbox = with_everything().await;
    for parameters in [&[][..], &[("scope", "")], &[("scope", "openid")], &[("claims", "")]] {
        assert_eq!(names(&claims(&sandbox, parameters).await), ["namespace", "sub"]);
    }
}

#[tokio::test]
async fn a_scope_gives_access_to_its_claims_only() {
    let sandbox = with_everything().await;
    for (scope, expected) in [
        ("profile", &PROFILE[..]),
        ("email", &["email", "email_verified"]),
        ("phone", &["phone_number", "phone_number_verified"]),
        ("address", &["address"]),
        (&format!("{SCOPES}groups.readonly"), &["groups"]),
        (&format!("{SCOPES}groups"), &["groups"]),
        (&format!("{SCOPES}consent.readonly"), &["consents"]),
        (&format!("{SCOPES}consent"), &["consents"]),
        (&format!("{SCOPES}legalinfo.readonly"), &["legal_locality", "legal_names"]),
        ("externalpermissions.query", &["active_external_permissions"]),
        (&format!("{CLAIMS}strong_identification"), &["strong_identification"]),
        (&format!("{CLAIMS}tags"), &["tags"]),
        ("openid unknown", &[]),
        // Not a scope of this service, even if its end looks like one.
        ("https://example.com/email", &[]),
    ] {
        let mut expected = expected.to_vec();
        expected.extend(["namespace", "sub"]);
        expected.sort_unstable();
        assert_eq!(names(&claims(&sandbox, &[("scope", scope)]).await), expected, "{scope}");
    }
}

#[tokio::test]
async fn claims_can_be_requested_by_name() {
    let sandbox = with_everything().await;
    let wanted = json!({
        "userinfo": {
            "email": {"essential": true}, "nickname": null, "no_such_claim": null,
            (format!("{CLAIMS}strong_identification")): null,
        },
        "id_token": {"phone_number": null},
    });
    let parameters = [("scope", "address"), ("claims", &wanted.to_string())];
    let expected = ["address", "email", "namespace", "strong_identification", "sub"];
    assert_eq!(names(&claims(&sandbox, &parameters).await), expected);
    for nothing in ["{}", "{\"userinfo\": null}", "{\"userinfo\": {}, \"id_token\": null}"] {
        let parameters = [("claims", nothing)];
        assert_eq!(names(&claims(&sandbox, &parameters).await), ["namespace", "sub"]);
    }

    for wrong in ["x", "[]", "{\"userinfo\": 1}", "{\"userinfo\": [\"email\"]}"] {
        let parameters = [&PASSWORD_GRANT[..], &[("claims", wrong)]].concat();
        let (status, error) = token(&sandbox, &parameters).await;
        assert_eq!((status, &error["error"]), (400, &json!("invalid_request")));
    }
}

#[tokio::test]
async fn requested_claims_survive_a_refresh_a_restart_and_an_export() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("data");
    let sandbox = Sandbox::builder().data(&path).start().await.unwrap();
    let user = json!({"username": "jane", "password": "x", "emails": [{"address": "a@b.c"}]});
    sandbox.add_user(user).unwrap();
    let wanted = ("claims", r#"{"userinfo":{"email":null}}"#);
    let (_, tokens) = token(&sandbox, &[&PASSWORD_GRANT[..], &[wanted]].concat()).await;
    sandbox.shutdown().await;

    let sandbox = Sandbox::builder().data(&path).start().await.unwrap();
    let copy = copy_of(&sandbox).await;
    for sandbox in [&sandbox, &copy] {
        assert_eq!(names(&userinfo(sandbox, &tokens).await), ["email", "namespace", "sub"]);
        let refresh = tokens["refresh_token"].as_str().unwrap();
        let parameters = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
        let (_, renewed) = token(sandbox, &parameters).await;
        assert_eq!(names(&userinfo(sandbox, &renewed).await), ["email", "namespace", "sub"]);
    }
    sandbox.shutdown().await;
}
