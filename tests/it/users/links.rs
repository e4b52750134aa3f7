//! Verification by a link in an e-mail or a text message.

use std::collections::BTreeMap;
use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use trivore::models::{EmailVerification, SmsLinkVerification, UserId};
use trivore_sandbox::MessageKind;
use trivore_tests::operations::{Case, CaseResult, Change, Entry, POLICY, marks};
use trivore_tests::{Fixture, Model, refusal};

pub(super) const CASES: &[Case] = &[
    Case::new("users.verify_email", |users, subject| {
        Box::pin(async move {
            let property = ("zqx-property".to_owned(), "zqx-property-value".to_owned());
            let verification = EmailVerification {
                value: Some(marks::EMAIL.to_owned()),
                return_url: Some("https://zqx.example/back".to_owned()),
                expiration_days: Some(3),
                email_template_id: Some("zqn-template".into()),
                email_template_properties: Some(BTreeMap::from([property])),
            };
            users.verify_email(&subject.user(), &verification).await?;
            Ok(CaseResult::new(&verification, &()))
        })
    })
    .has_no_places()
    .recorded(&[
        Entry::new("verify_email", |users, id| {
            Box::pin(async move {
                drop(users.verify_email(id, &EmailVerification::default()).await);
            })
        })
        .deviates(&[(Change::without("/expirationDays", "1"), POLICY)]),
        Entry::new("verify_email_all", |users, id| {
            Box::pin(async move {
                let property = ("k".to_owned(), "v".to_owned());
                let verification = EmailVerification {
                    value: Some("a@b.c".to_owned()),
                    return_url: Some("https://x/y".to_owned()),
                    expiration_days: Some(2),
                    email_template_id: Some("t".into()),
                    email_template_properties: Some(BTreeMap::from([property])),
                };
                drop(users.verify_email(id, &verification).await);
            })
        }),
    ]),
    Case::new("users.send_sms_link", |users, subject| {
        Box::pin(async move {
            let verification = SmsLinkVerification {
                value: Some(marks::MOBILE.to_owned()),
                return_url: Some("https://zqx.example/back".to_owned()),
                expiration_days: Some(3),
            };
            users.send_sms_link(&subject.user(), &verification).await?;
            Ok(CaseResult::new(&verification, &()))
        })
    })
    .has_no_places()
    .recorded(&[Entry::new("verify_sms_link", |users, id| {
        Box::pin(async move {
            drop(users.send_sms_link(id, &SmsLinkVerification::default()).await);
        })
    })
    .deviates(&[(Change::without("/expirationDays", "7"), POLICY)])]),
];

pub(super) const MODELS: &[Model] = &[
    Model::new::<EmailVerification>(email_verification).shows(&["emailTemplateId"]),
    Model::new::<SmsLinkVerification>(link_verification),
];

fn email_verification() -> Value {
    json!({
        "value": "v", "returnURL": "u", "expirationDays": 7, "emailTemplateId": "1",
        "emailTemplateProperties": {"*": "p"}
    })
}

fn link_verification() -> Value {
    json!({"value": "v", "returnURL": "u", "expirationDays": 7})
}

const EMAIL: &str = "maija@example.com";
const SECOND: &str = "second@example.com";
const MOBILE: &str = "+358401234567";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn with_addresses() -> (Fixture, UserId) {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({
        "username": "maija",
        "emails": [{"address": EMAIL}, {"address": SECOND}],
        "mobiles": [{"number": MOBILE}],
    }));
    fixture.take_changes();
    (fixture, id)
}

fn link_to(fixture: &Fixture, recipient: &str) -> String {
    fixture.sandbox().outbox().last_link(recipient).unwrap().to_owned()
}

/// Follows a link without a return address.
async fn follow_to_front_page(fixture: &Fixture, link: &str) {
    let redirect = fixture.follow(link).await.unwrap_err();
    assert_eq!(redirect.status(), Some(StatusCode::FOUND));
    let location = &redirect.api().unwrap().headers()["location"];
    assert_eq!(location, format!("{}/", fixture.sandbox().url()).as_str());
}

#[tokio::test]
async fn following_the_link_of_a_mail_verifies_the_primary_address() {
    let (fixture, id) = with_addresses().await;

    fixture.users().verify_email(&id, &EmailVerification::default()).await.unwrap();
    assert_eq!(fixture.document(&id)["emails"][0]["verified"], false);
    follow_to_front_page(&fixture, &link_to(&fixture, EMAIL)).await;

    let emails = &fixture.document(&id)["emails"];
    assert_eq!(emails[0]["verified"], true);
    assert_eq!(emails[1]["verified"], false);
    let user = fixture.users().get(&id).await.unwrap();
    assert_eq!(user.emails()[0].verified_by.as_deref(), Some("maija"));
    assert!(user.emails()[0].verified_date_time.is_some());
    assert_eq!(fixture.take_changes(), ["send-verification-link", "verify"]);
    assert_eq!(fixture.request_lines()[0], format!("POST /user/{id}/email/verify"));
    assert_eq!(fixture.sandbox().outbox().messages()[0].kind, MessageKind::Email);
}

#[tokio::test]
async fn only_what_is_asked_for_is_sent() {
    let (fixture, id) = with_addresses().await;
    let everything = EmailVerification {
        value: Some(SECOND.to_owned()),
        return_url: Some("https://example.com/done".to_owned()),
        expiration_days: Some(3),
        email_template_id: Some("template".into()),
        email_template_properties: Some([("a".to_owned(), "b".to_owned())].into()),
    };

    fixture.users().verify_email(&id, &EmailVerification::default()).await.unwrap();
    assert_eq!(fixture.last_body(&Method::POST), json!({}));
    fixture.users().verify_email(&id, &everything).await.unwrap();
    let body = json!({
        "value": SECOND, "returnURL": "https://example.com/done", "expirationDays": 3,
        "emailTemplateId": "template", "emailTemplateProperties": {"a": "b"},
    });
    assert_eq!(fixture.last_body(&Method::POST), body);
    fixture.users().send_sms_link(&id, &SmsLinkVerification::default()).await.unwrap();
    assert_eq!(fixture.last_body(&Method::POST), json!({}));
}

#[tokio::test]
async fn a_link_verifies_the_address_that_was_asked_for_and_leads_on() {
    let (fixture, id) = with_addresses().await;
    let verification = EmailVerification {
        value: Some(SECOND.to_owned()),
        return_url: Some("https://example.com/done?x=1".to_owned()),
        ..EmailVerification::default()
    };

    fixture.users().verify_email(&id, &verification).await.unwrap();
    let redirect = fixture.follow(&link_to(&fixture, SECOND)).await.unwrap_err();

    assert_eq!(redirect.status(), Some(StatusCode::FOUND));
    let location = &redirect.api().unwrap().headers()["location"];
    assert_eq!(location, "https://example.com/done?x=1");
    let emails = &fixture.document(&id)["emails"];
    assert_eq!((&emails[0]["verified"], &emails[1]["verified"]), (&json!(false), &json!(true)));
}

#[tokio::test]
async fn a_link_works_once() {
    let (fixture, id) = with_addresses().await;
    fixture.users().verify_email(&id, &EmailVerification::default()).await.unwrap();
    let link = link_to(&fixture, EMAIL);

    follow_to_front_page(&fixture, &link).await;
    let again = fixture.follow(&link).await.unwrap_err();

    assert!(again.is_not_found());
    assert_eq!(fixture.take_changes(), ["send-verification-link", "verify"]);
}

#[tokio::test]
async fn a_link_expires_when_asked_to_or_else_by_the_policy() {
    let (fixture, id) = with_addresses().await;
    let users = fixture.users();
    let one_day = EmailVerification { expiration_days: Some(1), ..EmailVerification::default() };

    users.verify_email(&id, &one_day).await.unwrap();
    let short = link_to(&fixture, EMAIL);
    let by_policy =
        EmailVerification { value: Some(SECOND.to_owned()), ..EmailVerification::default() };
    users.verify_email(&id, &by_policy).await.unwrap();
    let long = link_to(&fixture, SECOND);
    fixture.sandbox().advance_clock(DAY * 6);

    assert!(fixture.follow(&short).await.unwrap_err().is_not_found());
    follow_to_front_page(&fixture, &long).await;
    users.verify_email(&id, &by_policy).await.unwrap();
    fixture.sandbox().advance_clock(DAY * 7 + Duration::from_secs(1));
    assert!(fixture.follow(&link_to(&fixture, SECOND)).await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn following_the_link_of_a_text_message_verifies_the_number() {
    let (fixture, id) = with_addresses().await;
    let verification = SmsLinkVerification {
        value: Some(MOBILE.to_owned()),
        return_url: None,
        expiration_days: Some(2),
    };

    fixture.users().send_sms_link(&id, &verification).await.unwrap();
    let link = link_to(&fixture, MOBILE);
    follow_to_front_page(&fixture, &link).await;

    assert_eq!(fixture.document(&id)["mobiles"][0]["verified"], true);
    assert!(fixture.follow(&link).await.unwrap_err().is_not_found());
    assert_eq!(fixture.sandbox().outbox().messages()[0].kind, MessageKind::Sms);
    assert_eq!(fixture.request_lines()[0], format!("POST /user/{id}/sms/verify/sendLink"));
    let body = json!({"value": MOBILE, "expirationDays": 2});
    assert_eq!(fixture.last_body(&Method::POST), body);
}

#[tokio::test]
async fn an_address_that_the_user_does_not_have_gets_no_message() {
    let (fixture, id) = with_addresses().await;
    let nobody = fixture.add_user(json!({}));
    let users = fixture.users();
    let mail =
        EmailVerification { value: Some("x@y.z".to_owned()), ..EmailVerification::default() };
    let text =
        SmsLinkVerification { value: Some("+1".to_owned()), ..SmsLinkVerification::default() };
    let at_once = EmailVerification { expiration_days: Some(0), ..EmailVerification::default() };

    let words = refusal(users.verify_email(&id, &mail).await);
    assert_eq!(words, "User has no such e-mail address.");
    let words = refusal(users.send_sms_link(&id, &text).await);
    assert_eq!(words, "User has no such mobile number.");
    let words = refusal(users.verify_email(&nobody, &EmailVerification::default()).await);
    assert_eq!(words, "User has no primary e-mail address.");
    let words = refusal(users.verify_email(&id, &at_once).await);
    assert_eq!(words, "Field \"expirationDays\" must be greater than 0.");

    assert!(fixture.sandbox().outbox().is_empty());
}
