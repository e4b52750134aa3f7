//! Tests of verification codes and links.

use std::time::Duration;

use serde_json::{Value, json};

use super::client::{api, copy_of, send};
use crate::Sandbox;

#[tokio::test]
async fn codes_work_once_and_expire() {
    let sandbox = Sandbox::start().await.unwrap();
    let number = "+358401234567";
    let user = json!({"username": "jane", "mobiles": [{"number": number}]});
    let id = sandbox.add_user(user).unwrap();
    let send_code = format!("/user/{id}/sms/verify/send");
    let check = |code: &str| format!("/user/{id}/sms/verify/check/{code}");

    assert_eq!(api(&sandbox, "POST", &check("123456"), Value::Null).await.0, 404);
    assert_eq!(api(&sandbox, "POST", &send_code, Value::Null).await.0, 204);
    let code = sandbox.take_outbox().last_sms_code(number).unwrap().to_owned();
    assert_eq!(api(&sandbox, "POST", &check("wrong"), Value::Null).await.0, 404);
    assert_eq!(api(&sandbox, "POST", &check(&code), Value::Null).await.0, 200);
    assert_eq!(api(&sandbox, "POST", &check(&code), Value::Null).await.0, 404);
    let mobiles = &sandbox.user_document(&id).unwrap()["mobiles"];
    assert_eq!(mobiles, &json!([{"number": number, "verified": true}]));

    api(&sandbox, "POST", &send_code, Value::Null).await;
    let code = sandbox.outbox().last_sms_code(number).unwrap().to_owned();
    sandbox.advance_clock(Duration::from_secs(10 * 60));
    assert_eq!(api(&sandbox, "POST", &check(&code), Value::Null).await.0, 404);
}

#[tokio::test]
async fn links_that_expired_are_forgotten() {
    let sandbox = Sandbox::start().await.unwrap();
    let id = sandbox.add_user(json!({"emails": [{"address": "a@b.c"}]})).unwrap();
    let path = format!("/user/{id}/email/verify");
    for _ in 0..4 {
        api(&sandbox, "POST", &path, json!({"expirationDays": 1})).await;
    }
    sandbox.advance_clock(Duration::from_secs(24 * 60 * 60));
    assert_eq!(sandbox.shared().read().links.len(), 4);

    api(&sandbox, "POST", &path, json!({"expirationDays": 1})).await;

    assert_eq!(sandbox.shared().read().links.len(), 1);
}

#[tokio::test]
async fn links_verify_once_and_lead_on() {
    let sandbox = Sandbox::start().await.unwrap();
    let id = sandbox.add_user(json!({"emails": [{"address": "a@b.c"}]})).unwrap();
    let path = format!("/user/{id}/email/verify");
    let body = json!({"expirationDays": 1, "returnURL": "https://example.com/done"});
    assert_eq!(api(&sandbox, "POST", &path, body.clone()).await.0, 204);
    let link = sandbox.take_outbox().last_link("a@b.c").unwrap().to_owned();
    assert_eq!(send(&sandbox, "GET", &link, "", Value::Null).await.0, 302);
    assert_eq!(send(&sandbox, "GET", &link, "", Value::Null).await.0, 404);
    let email = &sandbox.user_document(&id).unwrap()["emails"][0];
    assert_eq!(email["verified"], true);

    assert_eq!(api(&sandbox, "POST", &path, body).await.0, 204);
    let link = sandbox.outbox().last_link("a@b.c").unwrap().to_owned();
    sandbox.advance_clock(Duration::from_secs(24 * 60 * 60));
    assert_eq!(send(&sandbox, "GET", &link, "", Value::Null).await.0, 404);
    let other = json!({"value": "not@mine.com"});
    assert_eq!(api(&sandbox, "POST", &path, other).await.0, 400);
}

/// The path that sends a verification of an e-mail address or a mobile number.
fn paths(id: &str) -> [String; 3] {
    ["email/verify", "sms/verify/sendLink", "sms/verify/send"].map(|it| format!("/user/{id}/{it}"))
}

async fn strict(limit: u64) -> Sandbox {
    let policy = json!({"mobileVerificationAttemptsPerDay": limit});
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.add_namespace(json!({"code": "n", "defaultGroupPolicy": policy})).unwrap();
    sandbox
}

fn contacts(email: &str, mobile: &str) -> Value {
    json!({
        "nsCode": "n", "emails": [{"address": email}, {"address": "second@b.c"}],
        "mobiles": [{"number": mobile}, {"number": "+2"}],
    })
}

#[tokio::test]
async fn verifications_of_a_user_are_limited_for_each_kind() {
    for (path, other) in [(0, 1), (1, 0), (2, 0)] {
        let sandbox = strict(2).await;
        let id = sandbox.add_user(contacts("a@b.c", "+1")).unwrap();
        let (path, other) = (&paths(&id)[path], &paths(&id)[other]);
        let second = if path.contains("email") { "second@b.c" } else { "+2" };

        assert_eq!(api(&sandbox, "POST", path, json!({})).await.0, 204);
        let body = json!({"value": second});
        let to_second =
            if path.ends_with("send") { format!("{path}?mobile=%2B2") } else { path.clone() };
        assert_eq!(api(&sandbox, "POST", &to_second, body).await.0, 204);

        let (status, error) = api(&sandbox, "POST", path, json!({})).await;
        assert_eq!(status, 429, "{path}");
        assert_eq!(error["errorMessage"], "Too many verification messages today.");
        assert_eq!(sandbox.outbox().len(), 2);
        assert_eq!(api(&sandbox, "POST", other, json!({})).await.0, 204, "{other}");
        let mut rules = sandbox.rules();
        rules.sms_limit_is_429 = false;
        sandbox.set_rules(rules);
        assert_eq!(api(&sandbox, "POST", path, json!({})).await.0, 400);
        sandbox.advance_clock(Duration::from_secs(24 * 60 * 60 + 1));
        assert_eq!(api(&sandbox, "POST", path, json!({})).await.0, 204);
    }
}

#[tokio::test]
async fn verifications_of_an_address_or_number_are_limited_over_all_users() {
    for index in 0..3 {
        let sandbox = strict(2).await;
        sandbox.add_namespace(json!({"code": "other"})).unwrap();
        let mut stranger = contacts("A@b.c", "+1");
        stranger["nsCode"] = json!("other");
        let stranger = sandbox.add_user(stranger).unwrap();
        let first = sandbox.add_user(contacts("a@B.c", "+1")).unwrap();
        let second = sandbox.add_user(contacts("a@b.c", "+1")).unwrap();
        for id in [&stranger, &first] {
            assert_eq!(api(&sandbox, "POST", &paths(id)[index], json!({})).await.0, 204);
        }
        assert_eq!(api(&sandbox, "DELETE", &format!("/user/{first}"), Value::Null).await.0, 204);

        assert_eq!(api(&sandbox, "POST", &paths(&second)[index], json!({})).await.0, 429);
        let elsewhere = contacts("free@b.c", "+3");
        let third = sandbox.add_user(elsewhere).unwrap();
        assert_eq!(api(&sandbox, "POST", &paths(&third)[index], json!({})).await.0, 204);
        sandbox.advance_clock(Duration::from_secs(24 * 60 * 60 + 1));
        assert_eq!(api(&sandbox, "POST", &paths(&second)[index], json!({})).await.0, 204);
    }
}

#[tokio::test]
async fn counts_of_verifications_survive_a_restart_an_export_and_a_migration() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("data");
    let start = || Sandbox::builder().data(&path).start();
    let sandbox = start().await.unwrap();
    let policy = json!({"mobileVerificationAttemptsPerDay": 1});
    for code in ["n", "t"] {
        let namespace = json!({"code": code, "defaultGroupPolicy": policy});
        sandbox.add_namespace(namespace).unwrap();
    }
    let jane = sandbox.add_user(contacts("a@b.c", "+1")).unwrap();
    let joe = sandbox.add_user(contacts("a@b.c", "+1")).unwrap();
    for path in &paths(&jane)[..2] {
        assert_eq!(api(&sandbox, "POST", path, json!({})).await.0, 204);
    }
    sandbox.shutdown().await;

    let sandbox = start().await.unwrap();
    let copy = copy_of(&sandbox).await;
    for sandbox in [&sandbox, &copy] {
        for path in paths(&jane).iter().chain(&paths(&joe)) {
            assert_eq!(api(sandbox, "POST", path, json!({})).await.0, 429, "{path}");
        }
        let target = json!({"targetNsCode": "t"});
        let migrate = format!("/user/{jane}/migratenamespace");
        assert_eq!(api(sandbox, "POST", &migrate, target).await.0, 200);
        let second = json!({"value": "second@b.c"});
        assert_eq!(api(sandbox, "POST", &paths(&jane)[0], second).await.0, 429);
    }
    sandbox.shutdown().await;
}

#[tokio::test]
async fn a_link_without_a_return_address_leads_to_the_front_page() {
    let sandbox = Sandbox::start().await.unwrap();
    let id = sandbox.add_user(contacts_of_default()).unwrap();
    for (path, to) in [("email/verify", "a@b.c"), ("sms/verify/sendLink", "+1")] {
        let path = format!("/user/{id}/{path}");
        for (body, expected) in [
            (Value::Null, format!("{}/", sandbox.url())),
            (json!({"returnURL": null}), format!("{}/", sandbox.url())),
            (json!({"returnURL": ""}), format!("{}/", sandbox.url())),
            (json!({"returnURL": "https://e.fi/x?y=1#z"}), "https://e.fi/x?y=1#z".to_owned()),
            (json!({"returnURL": "/done"}), "/done".to_owned()),
        ] {
            assert_eq!(api(&sandbox, "POST", &path, body).await.0, 204);
            let link = sandbox.take_outbox().last_link(to).unwrap().to_owned();
            assert_eq!(location(&sandbox, &link).await, (302, Some(expected)), "{path}");
        }
        for bad in ["https://e.fi/\n", "https://e.fi/\u{e4} x"] {
            let (status, error) = api(&sandbox, "POST", &path, json!({"returnURL": bad})).await;
            assert_eq!((status, &error["errorMessage"]), (400, &json!(RETURN_URL)));
        }
    }
}

const RETURN_URL: &str = "Field \"returnURL\" must be a URL.";

fn contacts_of_default() -> Value {
    json!({"emails": [{"address": "a@b.c"}], "mobiles": [{"number": "+1"}]})
}

/// Follows a link once, and returns the status and where it leads.
async fn location(sandbox: &Sandbox, link: &str) -> (u16, Option<String>) {
    let request = http::Request::get(link).body(String::new()).unwrap();
    let response = tower::ServiceExt::oneshot(sandbox.service(), request).await.unwrap();
    let location = response.headers().get("location");
    let location = location.map(|location| location.to_str().unwrap().to_owned());
    (response.status().as_u16(), location)
}
