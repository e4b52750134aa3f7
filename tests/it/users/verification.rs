//! Verification by code; see `links` for verification by link.

use std::time::Duration;

use serde_json::json;
use trivore::models::{EmailVerification, SmsLinkVerification, UserId};
use trivore::users::SmsCodeCheck;
use trivore_tests::operations::{Case, CaseResult, Entry, marks};
use trivore_tests::{
    Fixture, Recorder, assert_lacks, assert_never_sent, assert_no_such_user, assert_unauthorized,
    refusal, unknown_users,
};

pub(super) const CASES: &[Case] = &[
    Case::new("users.send_sms_code", |users, subject| {
        Box::pin(async move {
            users.send_sms_code(&subject.user(), Some(subject.value("mobile"))).await?;
            Ok(CaseResult::of(&()))
        })
    })
    .has_no_places()
    .seed(|_, subject| Box::pin(async move { subject.set("mobile", marks::MOBILE) }))
    .recorded(&[
        Entry::new("verify_sms_code", |users, id| {
            Box::pin(async move { drop(users.send_sms_code(id, None).await) })
        }),
        Entry::new("verify_sms_code_mobile", |users, id| {
            Box::pin(async move { drop(users.send_sms_code(id, Some("+358401234567")).await) })
        }),
    ]),
    Case::new("users.check_sms_code", |users, subject| {
        Box::pin(async move {
            let checked = users.check_sms_code(&subject.user(), subject.value("code")).await?;
            Ok(CaseResult::new(&checked, &()).done(checked == SmsCodeCheck::Accepted))
        })
    })
    .has_no_places()
    .sends_secret("code")
    .seed(|setup, subject| {
        Box::pin(async move {
            setup.aside().send_sms_code(&subject.user(), None).await.unwrap();
            let outbox = setup.sandbox().outbox();
            subject.set("code", outbox.last_sms_code(marks::MOBILE).unwrap());
        })
    })
    .recorded(&[Entry::of_case("verify_sms_code_check")]),
];

const MOBILE: &str = "+358401234567";
const SECOND: &str = "+358407654321";

async fn with_two_numbers() -> (Fixture, UserId) {
    let fixture = Fixture::start().await;
    let mobiles = json!([{"number": MOBILE}, {"number": SECOND}]);
    let id = fixture.add_user(json!({"mobiles": mobiles}));
    fixture.take_changes();
    (fixture, id)
}

/// Sends a code to the primary number and reads it from the outbox.
async fn sent_code(fixture: &Fixture, id: &UserId) -> String {
    fixture.users().send_sms_code(id, None).await.unwrap();
    fixture.sandbox().outbox().last_sms_code(MOBILE).unwrap().to_owned()
}

/// Returns a code of the same length that differs in every digit.
fn wrong(code: &str) -> String {
    code.bytes().map(|digit| char::from(b'9' - (digit - b'0'))).collect()
}

#[tokio::test]
async fn the_right_code_verifies_the_primary_number() {
    let (fixture, id) = with_two_numbers().await;
    let code = sent_code(&fixture, &id).await;

    let checked = fixture.users().check_sms_code(&id, &code).await.unwrap();

    assert_eq!(checked, SmsCodeCheck::Accepted);
    let mobiles = &fixture.document(&id)["mobiles"];
    assert_eq!((&mobiles[0]["verified"], &mobiles[1]["verified"]), (&json!(true), &json!(false)));
    assert_eq!(fixture.take_changes(), ["send-verification-code", "verify"]);
    let path = format!("POST /user/{id}/sms/verify");
    assert_eq!(fixture.request_lines(), [format!("{path}/send"), format!("{path}/check/{code}")]);
    assert!(fixture.sandbox().requests().iter().all(|request| request.body.is_empty()));
}

#[tokio::test]
async fn a_code_goes_to_the_number_that_is_asked_for() {
    let (fixture, id) = with_two_numbers().await;

    fixture.users().send_sms_code(&id, Some(SECOND)).await.unwrap();

    let outbox = fixture.sandbox().outbox();
    assert_eq!(outbox.len(), 1);
    let code = outbox.last_sms_code(SECOND).unwrap();
    assert!(fixture.request_lines()[0].ends_with("?mobile=%2B358407654321"));
    let checked = fixture.users().check_sms_code(&id, code).await.unwrap();
    assert_eq!(checked, SmsCodeCheck::Accepted);
    assert_eq!(fixture.document(&id)["mobiles"][1]["verified"], true);
}

#[tokio::test]
async fn a_wrong_code_is_rejected_and_the_right_one_still_works() {
    let (fixture, id) = with_two_numbers().await;
    let code = sent_code(&fixture, &id).await;

    for bad in [&wrong(&code), "12/34", "a b?c#d%", "äö€"] {
        let checked = fixture.users().check_sms_code(&id, bad).await.unwrap();
        assert_eq!(checked, SmsCodeCheck::Rejected, "{bad}");
    }

    assert_eq!(fixture.document(&id)["mobiles"][0]["verified"], false);
    let checked = fixture.users().check_sms_code(&id, &code).await.unwrap();
    assert_eq!(checked, SmsCodeCheck::Accepted);
}

#[tokio::test]
async fn a_message_that_the_user_is_absent_is_an_error_whatever_else_it_says() {
    for (message, expected) in [
        ("User not found (error code 404).", None),
        ("No such account. Code: USER_MISSING", None),
        ("Verification code not found for user.", Some(SmsCodeCheck::Rejected)),
        ("Wrong code.", Some(SmsCodeCheck::Rejected)),
        ("Not found.", Some(SmsCodeCheck::Unclear)),
        ("No pending verification for this user.", Some(SmsCodeCheck::Unclear)),
        ("The user is locked.", Some(SmsCodeCheck::Unclear)),
    ] {
        let recorder = Recorder::new();
        recorder.respond(404, &json!({"errorMessage": message}).to_string());

        let trivore = recorder.trivore();
        let checked = trivore.users().check_sms_code(&"1".into(), "123456").await;

        match checked {
            Err(error) => assert!(expected.is_none() && error.is_not_found(), "{message}"),
            Ok(checked) => assert_eq!(Some(checked), expected, "{message}"),
        }
    }
}

#[tokio::test]
async fn a_code_works_once() {
    let (fixture, id) = with_two_numbers().await;
    let code = sent_code(&fixture, &id).await;

    let first = fixture.users().check_sms_code(&id, &code).await.unwrap();
    let second = fixture.users().check_sms_code(&id, &code).await.unwrap();

    assert_eq!((first, second), (SmsCodeCheck::Accepted, SmsCodeCheck::Rejected));
}

#[tokio::test]
async fn a_code_expires() {
    let (fixture, id) = with_two_numbers().await;
    let code = sent_code(&fixture, &id).await;

    fixture.sandbox().advance_clock(Duration::from_secs(601));

    let checked = fixture.users().check_sms_code(&id, &code).await.unwrap();
    assert_eq!(checked, SmsCodeCheck::Rejected);
    assert_eq!(fixture.document(&id)["mobiles"][0]["verified"], false);
}

#[tokio::test]
async fn without_a_code_that_was_sent_any_code_is_rejected() {
    let (fixture, id) = with_two_numbers().await;

    let checked = fixture.users().check_sms_code(&id, "123456").await.unwrap();

    assert_eq!(checked, SmsCodeCheck::Rejected);
}

#[tokio::test]
async fn a_new_code_replaces_the_one_before() {
    let (fixture, id) = with_two_numbers().await;
    let first = sent_code(&fixture, &id).await;
    let mut second = sent_code(&fixture, &id).await;
    while second == first {
        second = sent_code(&fixture, &id).await;
    }

    let old = fixture.users().check_sms_code(&id, &first).await.unwrap();
    let new = fixture.users().check_sms_code(&id, &second).await.unwrap();

    assert_eq!((old, new), (SmsCodeCheck::Rejected, SmsCodeCheck::Accepted));
}

#[tokio::test]
async fn a_code_that_would_change_the_path_is_never_sent() {
    let (fixture, id) = with_two_numbers().await;

    for code in ["", ".", ".."] {
        assert_never_sent(fixture.users().check_sms_code(&id, code).await);
    }

    assert_eq!(fixture.request_lines(), Vec::<String>::new());
}

#[tokio::test]
async fn a_number_that_the_user_does_not_have_gets_no_message() {
    let (fixture, id) = with_two_numbers().await;
    let unreachable = fixture.add_user(json!({}));
    let users = fixture.users();

    let words = refusal(users.send_sms_code(&id, Some("+1")).await);
    assert_eq!(words, "User has no such mobile number.");
    let words = refusal(users.send_sms_code(&unreachable, None).await);
    assert_eq!(words, "User has no primary mobile number.");

    assert!(fixture.sandbox().outbox().is_empty());
}

#[tokio::test]
async fn too_many_messages_in_a_day_are_refused_however_often_they_are_tried() {
    let policy = json!({"mobileVerificationAttemptsPerDay": 2});
    let namespace = json!({"code": "strict", "defaultGroupPolicy": policy});
    let fixture = Fixture::with(|sandbox| sandbox.namespace(namespace)).await;
    let id = fixture.add_user(json!({"nsCode": "strict", "mobiles": [{"number": MOBILE}]}));
    let link = SmsLinkVerification::default();
    fixture.users().send_sms_code(&id, None).await.unwrap();
    fixture.users().send_sms_link(&id, &link).await.unwrap();

    let error = fixture.users().send_sms_code(&id, None).await.unwrap_err();

    assert!(error.is_rate_limited());
    assert!(!error.may_have_been_applied());
    assert_eq!(fixture.sandbox().outbox().len(), 2);
    assert_eq!(error.attempts().len(), 3, "a 429 was not retried");
    fixture.sandbox().advance_clock(Duration::from_secs(24 * 60 * 60 + 1));
    fixture.users().send_sms_code(&id, None).await.unwrap();
}

#[tokio::test]
async fn a_user_that_does_not_exist_is_an_error_and_no_rejected_code() {
    let fixture = Fixture::start().await;
    let users = fixture.users();

    for id in &unknown_users() {
        assert_no_such_user(users.check_sms_code(id, "123456").await);
        assert_no_such_user(users.send_sms_code(id, None).await);
        assert_no_such_user(users.send_sms_link(id, &SmsLinkVerification::default()).await);
        assert_no_such_user(users.verify_email(id, &EmailVerification::default()).await);
    }
}

#[tokio::test]
async fn strangers_and_those_without_permission_are_refused() {
    let (fixture, id) = with_two_numbers().await;
    let code = sent_code(&fixture, &id).await;
    fixture.sandbox().take_outbox();
    let stranger = fixture.users_of_a_stranger();
    let reader = fixture.users_with_only(&["ACCOUNT_VIEW"]);
    let (mail, link) = (EmailVerification::default(), SmsLinkVerification::default());

    assert_unauthorized(stranger.verify_email(&id, &mail).await);
    assert_unauthorized(stranger.send_sms_code(&id, None).await);
    assert_unauthorized(stranger.send_sms_link(&id, &link).await);
    assert_unauthorized(stranger.check_sms_code(&id, &code).await);
    assert_lacks("ACCOUNT_MODIFY", reader.verify_email(&id, &mail).await);
    assert_lacks("ACCOUNT_MODIFY", reader.send_sms_code(&id, None).await);
    assert_lacks("ACCOUNT_MODIFY", reader.send_sms_link(&id, &link).await);
    assert_lacks("ACCOUNT_MODIFY", reader.check_sms_code(&id, &code).await);

    assert!(fixture.sandbox().outbox().is_empty());
    assert_eq!(fixture.document(&id)["mobiles"][0]["verified"], false);
}
