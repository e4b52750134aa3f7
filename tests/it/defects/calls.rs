//! Defects 1 to 15: operations that fail, lose data or change other data.

use futures_util::TryStreamExt as _;
use trivore::models::{
    CustomFields, PageRequest, PasswordRequirements, StrongIdentificationId, User, UserId,
};
use trivore::users::{BulkOptions, PasswordGenerator, SmsCodeCheck};
use trivore_tests::Recorder;

fn id() -> UserId {
    UserId::from("5d0000000000000000000001")
}

#[tokio::test]
async fn g01_a_history_of_identifications_is_read() {
    let recorder = Recorder::new();
    recorder.respond(200, r#"{"totalResults":1,"resources":[{"method":"SUOMI_FI"}]}"#);
    let trivore = recorder.trivore();

    let page = trivore.users().strong_identification_history(&id(), &PageRequest::new()).await;

    assert_eq!(page.unwrap().resources.len(), 1);
}

#[tokio::test]
async fn g02_an_entry_of_the_history_is_read_by_its_own_identifier() {
    let recorder = Recorder::new();
    recorder.respond(200, r#"{"remarks":"x"}"#);
    let entry = StrongIdentificationId::from("entry-7");

    let read = recorder.trivore().users().strong_identification_entry(&id(), &entry).await;

    assert_eq!(read.unwrap().remarks.as_deref(), Some("x"));
    assert!(recorder.last().path().ends_with("/strongidentification/history/entry-7"));
}

#[tokio::test]
async fn g03_many_users_are_created_at_once() {
    let recorder = Recorder::new();
    recorder.respond(201, r#"{"id":"1"}"#).respond(409, "{}").respond(201, r#"{"id":"3"}"#);
    let options = BulkOptions::new().concurrency(1);

    let created = recorder.trivore().users().create_many(&vec![User::new(); 3], options).await;

    let ids: Vec<_> = created.iter().map(|one| one.as_ref().ok()?.user.id.as_ref()).collect();
    assert_eq!(ids, [Some(&UserId::from("1")), None, Some(&UserId::from("3"))]);
}

#[test]
fn g04_a_generated_password_meets_the_rules_that_the_service_names() {
    let mut requirements = PasswordRequirements::default();
    requirements.min_length = Some(24);
    requirements.repeat_character_length = Some(1);
    let generator = PasswordGenerator::new().satisfying(&requirements);

    let password = generator.generate().unwrap();

    let text = password.expose().as_bytes();
    assert_eq!(text.len(), 24);
    assert!(text.windows(2).all(|pair| pair[0] != pair[1]));
    assert!(text.iter().any(u8::is_ascii_uppercase) && text.iter().any(u8::is_ascii_lowercase));
    assert!(text.iter().any(u8::is_ascii_digit) && text.iter().any(u8::is_ascii_punctuation));
    assert_ne!(password, generator.generate().unwrap());
}

#[tokio::test]
async fn g05_the_generated_password_comes_back_with_the_user() {
    let recorder = Recorder::new();
    recorder.respond(201, r#"{"id":"1"}"#);

    let created = recorder.trivore().users().create(&User::new()).await.unwrap();

    assert_eq!(created.password.expose().len(), 15);
    assert_eq!(recorder.last().json().unwrap()["password"], created.password.expose());
}

#[tokio::test]
async fn g06_the_callers_user_stays_as_it_was() {
    let recorder = Recorder::new();
    recorder.respond(201, r#"{"id":"1"}"#).respond(200, r#"{"id":"1"}"#);
    let mut user = User::new();
    user.nick_name = Some("N".to_owned());
    let before = user.clone();

    recorder.trivore().users().create(&user).await.unwrap();
    recorder.trivore().users().update(&id(), &user).await.unwrap();

    assert_eq!(user, before);
}

#[tokio::test]
async fn g06_an_update_refuses_a_password_instead_of_dropping_it() {
    let recorder = Recorder::new();
    let mut user = User::new();
    user.password = Some("p".into());

    let error = recorder.trivore().users().update(&id(), &user).await.unwrap_err();

    assert!(error.is_invalid_input());
    assert!(recorder.requests().is_empty());
}

#[tokio::test]
async fn g08_an_identifier_never_changes_the_path() {
    let recorder = Recorder::new();
    recorder.respond(200, r#"{"id":"1"}"#).respond(200, "");
    let trivore = recorder.trivore();

    trivore.users().get(&"../group/1?x=1#y".into()).await.unwrap();
    let first = recorder.last();
    let checked = trivore.users().check_sms_code(&id(), "12/34").await.unwrap();

    assert_eq!(first.path(), "/api/rest/v1/user/..%2Fgroup%2F1%3Fx%3D1%23y");
    assert!(first.query().is_empty());
    assert!(recorder.last().path().ends_with("/check/12%2F34"));
    assert_eq!(checked, SmsCodeCheck::Accepted);
}

#[tokio::test]
async fn g08_an_identifier_that_names_nothing_is_refused() {
    let recorder = Recorder::new();
    let trivore = recorder.trivore();

    for nothing in ["", ".", ".."] {
        let error = trivore.users().update(&nothing.into(), &User::new()).await.unwrap_err();

        assert!(error.is_invalid_input(), "{nothing:?}");
    }
    assert!(recorder.requests().is_empty());
}

#[tokio::test]
async fn g09_custom_fields_are_read_as_json() {
    let recorder = Recorder::new();
    recorder.respond(200, r#"{"employee":{"number":7}}"#).respond(200, "{}");
    let trivore = recorder.trivore();

    let fields = trivore.users().custom_fields(&id()).await.unwrap();
    let none = trivore.users().custom_fields(&id()).await.unwrap();

    assert_eq!(fields.get("employee").unwrap()["number"], 7);
    assert_eq!(none, CustomFields::new());
}

#[tokio::test]
async fn g11_a_wrong_code_and_an_unknown_user_are_not_the_same() {
    let recorder = Recorder::new();
    recorder
        .respond(404, r#"{"errorMessage":"Invalid code."}"#)
        .respond(404, r#"{"errorMessage":"No such user."}"#)
        .respond(404, "")
        .respond(403, "{}");
    let trivore = recorder.trivore();

    let wrong = trivore.users().check_sms_code(&id(), "1").await;
    let unknown = trivore.users().check_sms_code(&id(), "1").await;
    let silent = trivore.users().check_sms_code(&id(), "1").await;
    let forbidden = trivore.users().check_sms_code(&id(), "1").await;

    assert_eq!(wrong.unwrap(), SmsCodeCheck::Rejected);
    assert!(unknown.unwrap_err().is_not_found());
    assert_eq!(silent.unwrap(), SmsCodeCheck::Unclear);
    assert!(forbidden.unwrap_err().is_forbidden());
}

#[tokio::test]
async fn g15_all_pages_of_a_list_are_streamed() {
    let recorder = Recorder::new();
    recorder
        .respond(200, r#"{"totalResults":3,"resources":[{"id":"1"},{"id":"2"}]}"#)
        .respond(200, r#"{"totalResults":3,"resources":[{"id":"3"}]}"#);

    let items = recorder.trivore().users().items(PageRequest::new().count(2));
    let users: Vec<_> = items.try_collect().await.unwrap();

    assert_eq!(users.len(), 3);
    assert_eq!(recorder.requests().len(), 2);
    assert_eq!(recorder.last().query()[0], ("startIndex".to_owned(), "2".to_owned()));
}

#[tokio::test]
async fn g15_groups_and_external_permissions_are_read() {
    let recorder = Recorder::new();
    recorder.respond(200, r#"[{"id":"g","name":"n"}]"#).respond(200, r#"[{"permissionId":"p"}]"#);
    let trivore = recorder.trivore();

    let groups = trivore.users().group_membership(&id()).await.unwrap();
    let grants = trivore.users().external_permissions(&id()).await.unwrap();

    assert_eq!(groups[0].name.as_deref(), Some("n"));
    assert_eq!(grants[0].permission_id.as_ref().unwrap().as_str(), "p");
}
