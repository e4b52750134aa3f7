//! Tests of users who need a code beside the password.

use std::time::Duration;

use serde_json::json;

use super::web::{Browser, CALLBACK, REQUEST, exchange, parts, sandbox};
use crate::{MessageKind, Sandbox};

async fn with(method: &str) -> Sandbox {
    let sandbox = sandbox().await;
    sandbox
        .add_user(json!({
            "username": "joe", "password": "x", "mfaMethod": method,
            "emails": [{"address": "first@example.com"}, {"address": "joe@example.com", "verified": true}],
            "mobiles": [{"number": "+358401234567"}],
        }))
        .unwrap();
    sandbox
}

const JOE: [(&str, &str); 2] = [("username", "joe"), ("password", "x")];

#[tokio::test]
async fn the_code_is_in_the_outbox() {
    for (method, kind, to, amr) in [
        ("SMS", MessageKind::Sms, "+358401234567", "sms"),
        ("EMAIL", MessageKind::Email, "joe@example.com", "otp"),
        ("TOTP", MessageKind::Email, "joe@example.com", "otp"),
    ] {
        let sandbox = with(method).await;
        let mut browser = Browser::default();
        let page = browser.open(&sandbox, &REQUEST).await;
        let page = browser.submit(&sandbox, &page, &JOE).await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("<h1>Enter the code</h1>"), "{}", page.text);
        assert!(page.text.contains("autocomplete=\"one-time-code\"") && !page.text.contains(to));
        assert!(browser.cookie.is_empty(), "not signed in yet");
        let outbox = sandbox.outbox();
        let [message] = outbox.messages() else { panic!("{}", outbox.messages().len()) };
        assert_eq!((message.kind, message.to.as_str()), (kind, to));
        let code = message.code.as_deref().unwrap();

        let page = browser.submit(&sandbox, &page, &[("code", "000")]).await;
        assert!(page.text.contains("role=\"alert\">The code is wrong."));
        let done = browser.submit(&sandbox, &page, &[("code", &format!(" {code} "))]).await;

        let (_, tokens) = exchange(&sandbox, &done.returned(CALLBACK, '&')["code"]).await;
        assert_eq!(parts(&tokens["id_token"]).1["amr"], json!(["pwd", amr, "mfa"]));
    }
}

#[tokio::test]
async fn a_code_expires_and_can_be_tried_a_few_times() {
    let sandbox = with("SMS").await;
    let mut browser = Browser::default();
    let page = browser.open(&sandbox, &REQUEST).await;
    let mut page = browser.submit(&sandbox, &page, &JOE).await;
    for _ in 0..4 {
        page = browser.submit(&sandbox, &page, &[("code", "wrong")]).await;
        assert!(page.text.contains("<h1>Enter the code</h1>"));
    }
    page = browser.submit(&sandbox, &page, &[("code", "wrong")]).await;
    assert!(page.text.contains("wrong too often"), "{}", page.text);
    let code = sandbox.outbox().last_sms_code("+358401234567").unwrap().to_owned();
    let late = browser.submit(&sandbox, &page, &[("code", &code)]).await;
    assert!(late.text.contains("<h1>Sign in</h1>"), "the password is asked for again");

    let page = browser.submit(&sandbox, &page, &JOE).await;
    let code = sandbox.outbox().last_sms_code("+358401234567").unwrap().to_owned();
    sandbox.advance_clock(Duration::from_secs(10 * 60));
    let page = browser.submit(&sandbox, &page, &[("code", &code)]).await;
    assert!(page.text.contains("The code has expired"));
}

#[tokio::test]
async fn a_user_with_nowhere_to_send_the_code_to_is_told_so() {
    let sandbox = sandbox().await;
    sandbox.add_user(json!({"username": "joe", "password": "x", "mfaMethod": "SMS"})).unwrap();
    let mut browser = Browser::default();
    let page = browser.open(&sandbox, &REQUEST).await;
    let page = browser.submit(&sandbox, &page, &JOE).await;
    assert!(page.text.contains("role=\"alert\">This user needs a code"), "{}", page.text);
}
