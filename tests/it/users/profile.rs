//! A user's own profile.

use http::Method;
use serde_json::{Value, json};
use trivore::Credentials;
use trivore::models::{Consents, EmailAddress, Profile, UserId};
use trivore_tests::operations::{Case, CaseResult, DataPlace, marks};
use trivore_tests::{
    Fixture, Model, assert_lacks, assert_no_such_user, assert_unauthorized, refusal, unknown_users,
};

use super::user::{address, consents, email, mobile, names};

/// A mark in each field that users can write.
fn marked() -> Profile {
    let mut profile = marks::person(0);
    profile["nickName"] = json!("zqx-profile-nick");
    let fields = ["addresses", "emails", "name", "nickName", "consents", "dateOfBirth"];
    let kept = fields.map(|field| (field.to_owned(), profile[field].take()));
    serde_json::from_value(kept.into_iter().collect()).unwrap()
}

/// A value of each field.
fn full() -> Profile {
    serde_json::from_value(sample()).unwrap()
}

pub(super) const CASES: &[Case] = &[
    Case::new("users.profile", |users, subject| {
        Box::pin(async move { Ok(CaseResult::of(&users.profile(&subject.user()).await?)) })
    })
    .for_users(),
    Case::new("users.update_profile", |users, subject| {
        Box::pin(async move {
            let profile = marked();
            Ok(CaseResult::new(&profile, &users.update_profile(&subject.user(), &profile).await?))
        })
    })
    .has_places(&[
        DataPlace::extra("Profile", 1, |users, name, value| {
            let mut profile = full();
            profile.extra.insert(name, value);
            Box::pin(async move { users.update_profile(&"1".into(), &profile).await.map(drop) })
        }),
        DataPlace::extra("Consents", 2, |users, name, value| {
            let mut profile = full();
            profile.consents.as_mut().unwrap().extra.insert(name, value);
            Box::pin(async move { users.update_profile(&"1".into(), &profile).await.map(drop) })
        }),
    ])
    .for_users(),
];

pub(super) const MODELS: &[Model] = &[Model::new::<Profile>(sample).shows(&["lastModified"])];

fn sample() -> Value {
    json!({
        "addresses": [address()], "legalAddresses": [address()], "emails": [email()],
        "mobiles": [mobile()], "name": names(), "nickName": "n", "screenName": "s",
        "dateOfBirth": "d", "locale": "l", "consents": consents(), "minor": true,
        "timeZone": "t", "lastModified": "t", "domicileCode": "d", "legalDomicileCode": "l",
        "domicileClasses": ["c"]
    })
}

/// Starts a sandbox with a user who can sign in and has no permissions.
async fn with_maija() -> (Fixture, UserId) {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({
        "username": "maija",
        "password": "Secret-42",
        "name": {"givenName": "Maija"},
        "nickName": "Mai",
        "emails": [{"address": "a@example.com", "verified": true, "tags": ["work"]}],
        "dateOfBirth": "1952-10-13",
        "title": "Dr.",
    }));
    (fixture, id)
}

#[tokio::test]
async fn a_user_reads_the_own_profile() {
    let (fixture, id) = with_maija().await;
    let legal = json!({"addresses": [{"country": "FI"}], "domicile": {"code": "853"}});
    fixture.sandbox().set_legal_info(id.as_str(), legal).unwrap();
    let maija = fixture.users_signed_in("maija", "Secret-42").await;

    let profile = maija.profile(&id).await.unwrap();

    assert_eq!(profile.name.unwrap().given_name.as_deref(), Some("Maija"));
    assert_eq!(profile.nick_name.as_deref(), Some("Mai"));
    assert_eq!(profile.emails.unwrap()[0].verified, Some(true));
    assert_eq!(profile.date_of_birth, Some("1952-10-13".into()));
    assert_eq!(profile.legal_addresses.unwrap()[0].country.as_deref(), Some("FI"));
    assert_eq!(profile.legal_domicile_code.as_deref(), Some("853"));
    assert!(profile.last_modified.is_some());
    assert_eq!(fixture.request_lines()[1], format!("GET /user/{id}/profile"));
}

#[tokio::test]
async fn a_user_changes_the_own_profile_and_what_is_not_set_stays() {
    let (fixture, id) = with_maija().await;
    let maija = fixture.users_signed_in("maija", "Secret-42").await;
    let mut changed = Profile::new();
    changed.locale = Some("fi".to_owned());
    let mut consents = Consents::default();
    consents.profiling = Some(true);
    changed.consents = Some(consents);

    let profile = maija.update_profile(&id, &changed).await.unwrap();

    let body = fixture.last_body(&Method::PUT);
    assert_eq!(body, json!({"locale": "fi", "consents": {"profiling": true}}));
    assert_eq!(profile.locale.as_deref(), Some("fi"));
    assert_eq!(profile.nick_name.as_deref(), Some("Mai"));
    assert_eq!(profile, maija.profile(&id).await.unwrap());
    let document = fixture.document(&id);
    assert_eq!(document["preferredLanguage"], "fi");
    assert_eq!(document["consents"]["profiling"], true);
    assert_eq!(document["emails"][0]["tags"], json!(["work"]));
    assert_eq!(document["title"], "Dr.");
    assert_eq!(fixture.request_lines()[1], format!("PUT /user/{id}/profile"));
}

#[tokio::test]
async fn a_profile_that_was_read_can_be_written_back_whole() {
    let (fixture, id) = with_maija().await;
    let maija = fixture.users_signed_in("maija", "Secret-42").await;
    let before = fixture.document(&id);

    let mut profile = maija.profile(&id).await.unwrap();
    profile.emails.get_or_insert_default().push(EmailAddress::new("b@example.com"));
    maija.update_profile(&id, &profile).await.unwrap();

    let document = fixture.document(&id);
    assert_eq!(document["emails"][0], before["emails"][0]);
    assert_eq!(document["emails"][1]["address"], "b@example.com");
    assert_eq!(document["title"], "Dr.");
}

#[tokio::test]
async fn an_api_client_has_no_way_to_a_profile() {
    let (fixture, id) = with_maija().await;

    let read = fixture.users().profile(&id).await.unwrap_err();
    let written = fixture.users().update_profile(&id, &Profile::new()).await.unwrap_err();

    for error in [read, written] {
        assert!(error.is_forbidden());
        assert_eq!(error.missing_permission(), None);
        let words = error.api().unwrap().message();
        assert_eq!(words, Some("This operation is for users, not for API clients."));
    }
}

#[tokio::test]
async fn somebody_elses_profile_needs_a_permission() {
    let (fixture, id) = with_maija().await;
    let liisa = fixture.add_user(json!({"username": "liisa", "password": "Secret-43"}));
    let signed_in = fixture.users_signed_in("liisa", "Secret-43").await;

    assert_lacks("ACCOUNT_VIEW", signed_in.profile(&id).await);
    assert_lacks("ACCOUNT_MODIFY", signed_in.update_profile(&id, &Profile::new()).await);
    fixture.sandbox().grant_permissions(liisa.as_str(), ["ACCOUNT_VIEW"]).unwrap();

    let profile = signed_in.profile(&id).await.unwrap();
    assert_eq!(profile.nick_name.as_deref(), Some("Mai"));
    assert_lacks("ACCOUNT_MODIFY", signed_in.update_profile(&id, &Profile::new()).await);
}

#[tokio::test]
async fn values_that_the_server_refuses_are_told_in_its_words() {
    let (fixture, id) = with_maija().await;
    let maija = fixture.users_signed_in("maija", "Secret-42").await;
    let mut changed = Profile::new();
    changed.emails = Some(vec![EmailAddress::new("nowhere")]);

    let words = refusal(maija.update_profile(&id, &changed).await);

    assert_eq!(words, "Field \"emails[0].address\" is missing or malformed.");
    assert_eq!(fixture.document(&id)["emails"][0]["address"], "a@example.com");
}

#[tokio::test]
async fn a_user_that_does_not_exist_is_not_found() {
    let (fixture, maija) = with_maija().await;
    let permissions = ["ACCOUNT_VIEW", "ACCOUNT_MODIFY"];
    fixture.sandbox().grant_permissions(maija.as_str(), permissions).unwrap();
    let users = fixture.users_signed_in("maija", "Secret-42").await;

    for id in &unknown_users() {
        assert_no_such_user(users.profile(id).await);
        assert_no_such_user(users.update_profile(id, &Profile::new()).await);
    }
}

#[tokio::test]
async fn a_token_that_is_wrong_or_has_expired_is_unauthorized() {
    let (fixture, id) = with_maija().await;
    let maija = fixture.users_signed_in("maija", "Secret-42").await;
    let stranger = fixture.users_as(Credentials::bearer("wrong"));
    maija.profile(&id).await.unwrap();

    fixture.sandbox().expire_tokens();

    assert_unauthorized(maija.profile(&id).await);
    assert_unauthorized(maija.update_profile(&id, &Profile::new()).await);
    assert_unauthorized(stranger.profile(&id).await);
}
