//! Tests of verification codes and links.

use std::time::Duration;

use serde_json::{Value, json};

use super::client::{api, send};
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
