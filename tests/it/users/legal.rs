//! Legal information.

use serde_json::{Value, json};
use trivore::models::{LegalDomicile, LegalInfo, StudentInfo};
use trivore_tests::operations::{Case, CaseResult, Entry, marks};
use trivore_tests::{
    Fixture, Model, assert_lacks, assert_no_such_user, assert_unauthorized, unknown_users,
};

use super::user::address;

/// A mark in each field.
fn marked() -> Value {
    json!({
        "firstNames": "zqx-legal-first",
        "lastName": "zqx-legal-last",
        "callingName": "zqx-calling",
        "email": "zqx-legal@zqx.example",
        "phone": "+358zqx3",
        "personalIdentityCode": "zqx-identity-code",
        "dateOfBirth": "zqx-legal-born",
        "dateOfDeath": "zqx-legal-died",
        "protectionOrder": true,
        "domicile": {"code": "zqx-legal-domicile", "names": {"fi": "zqx-town"}},
        "addresses": [marks::address()],
        "studentInfo": {"remoteState": "zqx-remote", "notStudentReason": "zqx-reason"},
        "zqn-unknown": "zqx-legal-unknown",
    })
}

pub(super) const CASES: &[Case] = &[Case::new("users.legal_info", |users, subject| {
    Box::pin(async move { Ok(CaseResult::of(&users.legal_info(&subject.user()).await?)) })
})
.seed(|setup, subject| {
    Box::pin(async move {
        let id: String = subject.user();
        setup.sandbox().set_legal_info(&id, marked()).unwrap();
    })
})
.recorded(&[Entry::of_case("get_legal_info")])];

pub(super) const MODELS: &[Model] = &[
    Model::new::<LegalInfo>(sample).shows(&["lastUpdatedAt"]),
    Model::new::<LegalDomicile>(domicile),
    Model::new::<StudentInfo>(student_info).shows(&["informationUpdated"]),
];

fn domicile() -> Value {
    json!({"names": {"*": "Turku"}, "code": "853"})
}

fn student_info() -> Value {
    json!({
        "state": "FULL_TIME", "studentValidFrom": "d", "studentValidTo": "d",
        "informationUpdated": "t", "remoteState": "r", "notStudentReason": "n",
        "queryConsentEnds": "t"
    })
}

fn sample() -> Value {
    json!({
        "firstNames": "f", "lastName": "l", "callingName": "c", "email": "e", "phone": "p",
        "personalIdentityCode": "c", "dateOfBirth": "d", "dateOfDeath": "d",
        "lastUpdatedAt": "t", "protectionOrder": true,
        "domicile": domicile(), "addresses": [address()],
        "studentInfo": student_info()
    })
}

#[tokio::test]
async fn legal_information_is_read() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));
    let legal = json!({
        "firstNames": "Maija Elina",
        "lastName": "Meikäläinen",
        "personalIdentityCode": "131052-308T",
        "dateOfBirth": "1952-10-13",
        "lastUpdatedAt": "2022-10-26T09:39:42.195Z",
        "protectionOrder": false,
        "domicile": {"names": {"fi": "Turku", "sv": "Åbo"}, "code": "853"},
        "addresses": [{"country": "FI", "type": "PERMANENT"}],
        "studentInfo": {"state": "FULL_TIME", "studentValidTo": "2030-05-31"},
        "fieldOfTomorrow": 1,
    });
    fixture.sandbox().set_legal_info(id.as_str(), legal.clone()).unwrap();

    let info = fixture.users().legal_info(&id).await.unwrap();

    assert_eq!(serde_json::to_value(&info).unwrap(), legal);
    assert_eq!(info.personal_identity_code.unwrap().expose(), "131052-308T");
    assert_eq!(info.domicile.unwrap().names.unwrap()["sv"], "Åbo");
    assert_eq!(fixture.request_lines(), [format!("GET /user/{id}/legal")]);
}

#[tokio::test]
async fn a_user_without_legal_information_has_an_empty_one() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));

    let info = fixture.users().legal_info(&id).await.unwrap();

    assert_eq!(info, LegalInfo::default());
}

#[tokio::test]
async fn legal_information_that_the_server_calls_missing_is_not_found() {
    let fixture = Fixture::start().await;
    fixture.set_rule("legal-missing-is-404", true);
    let id = fixture.add_user(json!({}));

    let error = fixture.users().legal_info(&id).await.unwrap_err();

    assert!(error.is_not_found());
    assert_eq!(error.api().unwrap().message(), Some("Legal information not found."));
}

#[tokio::test]
async fn a_user_that_does_not_exist_is_not_found() {
    let fixture = Fixture::start().await;

    for id in &unknown_users() {
        assert_no_such_user(fixture.users().legal_info(id).await);
    }
}

#[tokio::test]
async fn strangers_and_those_without_permission_are_refused() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));
    let powerless = fixture.users_with_only(&["GROUP_VIEW"]);

    assert_unauthorized(fixture.users_of_a_stranger().legal_info(&id).await);
    assert_lacks("ACCOUNT_VIEW", powerless.legal_info(&id).await);
}
