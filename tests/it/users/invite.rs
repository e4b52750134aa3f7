//! Invitations.

use http::Method;
use serde_json::{Value, json};
use trivore::models::Invite;
use trivore_sandbox::MessageKind;
use trivore_tests::operations::{Case, CaseResult, Entry, marks};
use trivore_tests::{
    Fixture, Model, assert_lacks, assert_never_sent, assert_unauthorized, refusal,
};

pub(super) const CASES: &[Case] = &[Case::new("users.invite", |users, _| {
    Box::pin(async move {
        let invite = Invite {
            emails: ["zqx-guest@zqx.example", "zqx-other-guest@zqx.example"]
                .map(str::to_owned)
                .into(),
            namespace_code: Some(marks::NAMESPACE.into()),
            groups: Some(vec!["zqn-guests".into()]),
            subject: Some("zqx-subject".to_owned()),
            body_text: Some("zqx-body".to_owned()),
            locale: Some("fi".to_owned()),
        };
        users.invite(&invite).await?;
        Ok(CaseResult::new(&invite, &()))
    })
})
.has_no_places()
.recorded(&[Entry::new("invite", |users, _| {
    Box::pin(async move {
        let invite = Invite {
            emails: vec!["a@b.c".to_owned()],
            namespace_code: Some("ns".into()),
            groups: Some(vec!["g".into()]),
            subject: Some("s".to_owned()),
            body_text: Some("b".to_owned()),
            locale: Some("en".to_owned()),
        };
        drop(users.invite(&invite).await);
    })
})])];

pub(super) const MODELS: &[Model] =
    &[Model::new::<Invite>(sample).shows(&["nsCode", "groups", "locale"])];

fn sample() -> Value {
    json!({
        "emails": ["e"], "nsCode": "n", "groups": ["g"], "subject": "s", "bodyText": "b",
        "locale": "fi"
    })
}

fn to(emails: &[&str]) -> Invite {
    let emails = emails.iter().copied().map(str::to_owned).collect();
    Invite { emails, ..Invite::default() }
}

#[tokio::test]
async fn each_address_gets_one_mail() {
    let fixture = Fixture::start().await;
    let invite = to(&["a@example.com", "b@example.com", "c@example.com"]);

    fixture.users().invite(&invite).await.unwrap();

    let outbox = fixture.sandbox().outbox();
    let addresses: Vec<&str> =
        outbox.messages().iter().map(|message| message.to.as_str()).collect();
    assert_eq!(addresses, ["a@example.com", "b@example.com", "c@example.com"]);
    assert!(outbox.messages().iter().all(|message| message.kind == MessageKind::Email));
    assert_ne!(outbox.messages()[0].link, outbox.messages()[1].link);
    assert_eq!(fixture.take_changes(), ["invite"; 3]);
    assert_eq!(fixture.request_lines(), ["POST /invite/user"]);
    let emails = json!(["a@example.com", "b@example.com", "c@example.com"]);
    assert_eq!(fixture.last_body(&Method::POST), json!({"emails": emails}));
}

#[tokio::test]
async fn subject_text_language_and_namespace_are_those_of_the_invitation() {
    let fixture = Fixture::with(|sandbox| sandbox.namespace(json!({"code": "other"}))).await;
    let invite = Invite {
        namespace_code: Some("other".into()),
        groups: Some(vec!["drivers".into()]),
        subject: Some("Tervetuloa".to_owned()),
        body_text: Some("Liity meihin.".to_owned()),
        locale: Some("fi".to_owned()),
        ..to(&["a@example.com"])
    };

    fixture.users().invite(&invite).await.unwrap();

    let outbox = fixture.sandbox().outbox();
    let mail = outbox.last_to("a@example.com").unwrap();
    assert_eq!(mail.subject.as_deref(), Some("Tervetuloa"));
    assert!(mail.text.starts_with("Liity meihin."));
    assert!(mail.text.ends_with("(namespace other, language fi)"));
    assert_eq!(fixture.last_body(&Method::POST)["groups"], json!(["drivers"]));
}

#[tokio::test]
async fn an_invitation_to_nobody_is_never_sent() {
    let fixture = Fixture::start().await;

    assert_never_sent(fixture.users().invite(&Invite::default()).await);

    assert_eq!(fixture.request_lines(), Vec::<String>::new());
}

#[tokio::test]
async fn one_bad_address_or_namespace_sends_no_mail_at_all() {
    let fixture = Fixture::start().await;
    let nowhere = Invite { namespace_code: Some("none".into()), ..to(&["a@example.com"]) };

    let words = refusal(fixture.users().invite(&to(&["a@example.com", "b"])).await);
    assert_eq!(words, "Field \"emails[1]\" is not an e-mail address.");
    let words = refusal(fixture.users().invite(&nowhere).await);
    assert_eq!(words, "Field \"nsCode\" names no namespace.");

    assert!(fixture.sandbox().outbox().is_empty());
}

#[tokio::test]
async fn strangers_and_those_without_permission_invite_nobody() {
    let fixture = Fixture::start().await;
    let invite = to(&["a@example.com"]);

    assert_unauthorized(fixture.users_of_a_stranger().invite(&invite).await);
    let modifier = fixture.users_with_only(&["ACCOUNT_MODIFY"]);
    assert_lacks("ACCOUNT_INVITE", modifier.invite(&invite).await);

    assert!(fixture.sandbox().outbox().is_empty());
}
