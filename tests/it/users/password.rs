//! Password rules and password changes.

use http::Method;
use serde_json::{Value, json};
use trivore::models::{
    Password, PasswordChange, PasswordRequirements, PasswordUpdateResult, ValidationError,
};
use trivore::users::PasswordGenerator;
use trivore_tests::operations::{Case, CaseResult, Entry};
use trivore_tests::{
    Fixture, Model, assert_lacks, assert_never_sent, assert_no_such_user, assert_unauthorized,
    unknown_users,
};

pub(super) const CASES: &[Case] = &[
    Case::new("users.password_requirements", |users, subject| {
        Box::pin(
            async move { Ok(CaseResult::of(&users.password_requirements(&subject.user()).await?)) },
        )
    })
    .recorded(&[Entry::of_case("get_password_requirements")]),
    Case::new("users.change_password", |users, subject| {
        Box::pin(async move {
            let password = Password::from("Zqx-password-2");
            let changed = users.change_password(&subject.user(), &password).await?;
            Ok(CaseResult::new(&password, &changed).done(changed.success))
        })
    })
    .has_no_places()
    .recorded(&[Entry::new("change_password", |users, id| {
        Box::pin(async move { drop(users.change_password(id, &"newpw".into()).await) })
    })]),
];

pub(super) const MODELS: &[Model] = &[
    Model::new::<PasswordRequirements>(requirements),
    Model::new::<PasswordChange>(|| json!({"newPassword": "p"})),
    Model::new::<PasswordUpdateResult>(update_result).shows(&["validationErrors.code"]),
    Model::new::<ValidationError>(validation_error).shows(&["code"]),
];

fn requirements() -> Value {
    json!({
        "minLength": 1, "maxLength": 1, "numberOfCharacteristics": 1,
        "alphabeticalSequenceMaxLength": 1, "numericalSequenceMaxLength": 1,
        "qwertySequenceMaxLength": 1, "historyLength": 1, "repeatCharacterLength": 1,
        "usernameForbidden": true, "dictionaryCheck": true
    })
}

fn update_result() -> Value {
    json!({"success": true, "validationErrors": [validation_error()]})
}

fn validation_error() -> Value {
    json!({"message": "m", "code": "TOO_SHORT"})
}

#[tokio::test]
async fn requirements_are_those_of_the_users_namespace() {
    let policy =
        json!({"minPwLength": 12, "minCharClasses": 3, "passwordDictionaryRuleEnforced": false});
    let namespace = json!({"code": "strict", "defaultGroupPolicy": policy});
    let fixture = Fixture::with(|sandbox| sandbox.namespace(namespace)).await;
    let (strict, plain) =
        (fixture.add_user(json!({"nsCode": "strict"})), fixture.add_user(json!({})));

    let requirements = fixture.users().password_requirements(&strict).await.unwrap();
    let others = fixture.users().password_requirements(&plain).await.unwrap();

    assert_eq!(requirements.min_length, Some(12));
    assert_eq!(requirements.number_of_characteristics, Some(3));
    assert_eq!(requirements.dictionary_check, Some(false));
    assert_eq!((others.min_length, others.dictionary_check), (Some(8), Some(true)));
    assert_eq!(fixture.request_lines()[0], format!("GET /user/{strict}/password/requirements"));
}

#[tokio::test]
async fn a_changed_password_signs_in_and_the_old_one_does_not() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({"username": "maija", "password": "Old-Secret-42"}));

    let result = fixture.users().change_password(&id, &"New-Secret-42".into()).await.unwrap();

    assert!(result.success);
    assert!(result.validation_errors().is_empty());
    fixture.token("maija", "New-Secret-42").await.unwrap();
    assert!(fixture.token("maija", "Old-Secret-42").await.is_err());
    assert_eq!(fixture.last_body(&Method::PUT), json!({"newPassword": "New-Secret-42"}));
    assert_eq!(fixture.request_lines()[0], format!("PUT /user/{id}/password"));
}

#[tokio::test]
async fn users_change_their_own_passwords_without_any_permission() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({"username": "maija", "password": "Old-Secret-42"}));
    let other = fixture.add_user(json!({}));
    let maija = fixture.users_signed_in("maija", "Old-Secret-42").await;
    let password = Password::from("New-Secret-42");

    let result = maija.change_password(&id, &password).await.unwrap();

    assert!(result.success);
    fixture.token("maija", "New-Secret-42").await.unwrap();
    assert_lacks("ACCOUNT_MODIFY", maija.change_password(&other, &password).await);
}

#[tokio::test]
async fn a_password_that_the_rules_refuse_is_no_error_but_no_success() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({"username": "maija", "password": "Old-Secret-42"}));
    fixture.take_changes();

    for (password, code) in [
        ("short1", "TOO_SHORT"),
        ("x-maija-42", "ILLEGAL_USERNAME"),
        ("abcdefgh-1", "ILLEGAL_ALPHABETICAL_SEQUENCE"),
        ("Old-Secret-42", "HISTORY_VIOLATION"),
    ] {
        let result = fixture.users().change_password(&id, &password.into()).await.unwrap();

        assert!(!result.success);
        let codes: Vec<_> = result.validation_errors().iter().map(|error| &error.code).collect();
        assert_eq!(codes, [&Some(code.to_owned())]);
        assert!(result.validation_errors()[0].message.is_some());
    }

    assert_eq!(fixture.take_changes(), Vec::<&str>::new());
    fixture.token("maija", "Old-Secret-42").await.unwrap();
}

#[tokio::test]
async fn every_rule_that_a_password_breaks_is_told() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));

    let result = fixture.users().change_password(&id, &"aaaaa".into()).await.unwrap();

    let codes: Vec<_> =
        result.validation_errors().iter().map(|error| error.code.as_deref().unwrap()).collect();
    assert_eq!(codes, ["TOO_SHORT", "INSUFFICIENT_CHARACTERISTICS", "ILLEGAL_REPEATED_CHARS"]);
}

#[tokio::test]
async fn an_empty_password_is_never_sent() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));

    assert_never_sent(fixture.users().change_password(&id, &Password::default()).await);

    assert_eq!(fixture.request_lines(), Vec::<String>::new());
}

#[tokio::test]
async fn generated_passwords_meet_a_strict_policy_however_its_numbers_are_read() {
    for are_excluded in [false, true] {
        let policy = json!({
            "minPwLength": 18, "minCharClasses": 4, "maxPwSequenceLength": 2,
            "maxConsecutiveIdenticalChars": 1, "passwordUserNameRuleEnforced": true,
        });
        let namespace = json!({"code": "strict", "defaultGroupPolicy": policy});
        let fixture = Fixture::with(|sandbox| sandbox.namespace(namespace)).await;
        fixture.set_rule("password-run-numbers-excluded", are_excluded);
        let id = fixture.add_user(json!({"nsCode": "strict", "username": "ma"}));
        let requirements = fixture.users().password_requirements(&id).await.unwrap();
        let generator = PasswordGenerator::new().avoiding("ma").satisfying(&requirements);

        for _ in 0..50 {
            let password = generator.generate().unwrap();
            let result = fixture.users().change_password(&id, &password).await.unwrap();

            assert!(result.success, "{:?}", result.validation_errors());
        }
    }
}

#[tokio::test]
async fn a_namespace_that_allows_only_weak_passwords_gets_none() {
    let mut requirements = PasswordRequirements::default();
    requirements.max_length = Some(4);

    let generated = PasswordGenerator::new().satisfying(&requirements).generate();

    assert!(generated.unwrap_err().is_invalid_input());
}

#[tokio::test]
async fn a_user_that_does_not_exist_is_not_found() {
    let fixture = Fixture::start().await;
    let password = Password::from("New-Secret-42");

    for id in &unknown_users() {
        assert_no_such_user(fixture.users().password_requirements(id).await);
        assert_no_such_user(fixture.users().change_password(id, &password).await);
    }
}

#[tokio::test]
async fn strangers_and_those_without_permission_are_refused() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({"username": "maija", "password": "Old-Secret-42"}));
    let stranger = fixture.users_of_a_stranger();
    let powerless = fixture.users_with_only(&["GROUP_VIEW"]);
    let reader = fixture.users_with_only(&["ACCOUNT_VIEW"]);
    let password = Password::from("New-Secret-42");

    assert_unauthorized(stranger.password_requirements(&id).await);
    assert_unauthorized(stranger.change_password(&id, &password).await);
    assert_lacks("ACCOUNT_VIEW", powerless.password_requirements(&id).await);
    assert_lacks("ACCOUNT_MODIFY", reader.change_password(&id, &password).await);

    fixture.token("maija", "Old-Secret-42").await.unwrap();
}
