//! Creates users.

use http::Method;
use serde_json::{Value, json};
use trivore::models::{EmailAddress, MfaMethod, Mobile, Names, PasswordRequirements, Sex, User};
use trivore::transport::Call;
use trivore::users::{BulkOptions, PasswordGenerator};
use trivore_tests::operations::{
    Case, CaseResult, Change, DataPlace, Entry, NO_CONSENTS, NOT_REVOKED, UNSET, marks,
};
use trivore_tests::{Fixture, assert_never_sent, refusal};

use super::user::full_user;

fn marked(has_name: bool) -> User {
    let mut user = marks::person(0);
    if !has_name {
        user["username"] = Value::Null;
    }
    user["password"] = json!(marks::PASSWORD);
    serde_json::from_value(user).unwrap()
}

/// A user as in the record of the vendor's SDK.
fn with_password(password: &str) -> User {
    let mut user = User::new();
    user.namespace_code = Some("testsdk".into());
    user.password = Some(password.into());
    user
}

pub(super) const CASES: &[Case] = &[
    Case::new("users.create", |users, _| {
        Box::pin(async move {
            let user = marked(false);
            let created = users.create(&user).await?;
            Ok(CaseResult::new(&(&user, &created), &created.user))
        })
    }).has_places(&[DataPlace::extra("User", 1, |users, name, value| {
        let mut user = full_user();
        user.username = None;
        user.extra.insert(name, value);
        Box::pin(async move { users.create(&user).await.map(drop) })
    }),
DataPlace::extra("EmailAddress", 3, |users, name, value| {
        let mut user = full_user();
        user.username = None;
        user.emails.as_mut().unwrap()[0].extra.insert(name, value);
        Box::pin(async move { users.create_many(&[user], BulkOptions::new()).await.remove(0).map(drop) })
    }),
DataPlace::extra("Mobile", 3, |users, name, value| {
        let mut user = full_user();
        user.username = None;
        user.mobiles.as_mut().unwrap()[0].extra.insert(name, value);
        Box::pin(async move { users.create(&user).await.map(drop) })
    }),
DataPlace::extra("Address", 3, |users, name, value| {
        let mut user = full_user();
        user.username = None;
        user.addresses.as_mut().unwrap()[0].extra.insert(name, value);
        Box::pin(async move { users.create(&user).await.map(drop) })
    }),
])
    .recorded(&[
        Entry::new("create", |users, _| {
            Box::pin(async move {
                let mut user = with_password("pw");
                user.emails = Some(vec![EmailAddress::new("example1@trivore.com")]);
                user.member_of = Some(vec!["gr003".into()]);
                drop(users.create(&user).await);
            })
        })
        .deviates(&[
            (Change::NoNulls, UNSET),
            (Change::without("/mobiles", "[]"), UNSET),
            (Change::without("/addresses", "[]"), UNSET),
            (Change::without("/consents", NO_CONSENTS), NOT_REVOKED),
            (Change::without("/locked", "false"), UNSET),
            (Change::without("/minor", "false"), UNSET),
            (Change::without("/domicileClasses", "[]"), UNSET),
            (Change::without("/tags", "[]"), UNSET),
        ]),
        Entry::new("create_list", |users, _| {
            Box::pin(async move {
                let new = [with_password("pw1"), with_password("pw2")];
                drop(users.create_many(&new, BulkOptions::new().concurrency(1)).await);
            })
        })
        .deviates(&[(
            Change::Documented {
                requests: r#"[
                    {
                        "method": "POST", "path": "/api/rest/v1/user",
                        "headers": {
                            "authorization": "Basic aWQ6c2VjcmV0", "content-type": "application/json"
                        },
                        "body": {"nsCode": "testsdk", "password": "pw1"}
                    },
                    {
                        "method": "POST", "path": "/api/rest/v1/user",
                        "headers": {
                            "authorization": "Basic aWQ6c2VjcmV0", "content-type": "application/json"
                        },
                        "body": {"nsCode": "testsdk", "password": "pw2"}
                    }
                ]"#,
            },
            "the vendor's SDK accepts a list and then fails",
        )]),
    ]),
    Case::new("users.create_named", |users, _| {
        Box::pin(async move {
            let user = marked(true);
            let created = users.create(&user).await?;
            Ok(CaseResult::new(&(&user, &created), &created.user))
        })
    }).has_places(&[DataPlace::extra("User", 1, |users, name, value| {
        let mut user = full_user();
        user.extra.insert(name, value);
        Box::pin(async move { users.create(&user).await.map(drop) })
    }),
DataPlace::extra("Names", 2, |users, name, value| {
        let mut user = full_user();
        user.name.as_mut().unwrap().extra.insert(name, value);
        Box::pin(async move { users.create(&user).await.map(drop) })
    }),
]),
];

fn named(username: &str) -> User {
    let mut user = User::new();
    user.username = Some(username.to_owned());
    user
}

#[tokio::test]
async fn a_created_user_is_what_the_server_holds() {
    let fixture = Fixture::start().await;
    let mut new = named("maija");
    new.name = Some(Names::new("Maija", "Meikäläinen"));
    new.emails = Some(vec![EmailAddress::new("maija@example.com").tag("Work")]);
    new.mobiles = Some(vec![Mobile::new("+358401234567")]);
    new.tags = Some(vec!["My_TAG".to_owned()]);

    let created = fixture.users().create(&new).await.unwrap().user;

    let id = created.id.clone().unwrap();
    assert_eq!(serde_json::to_value(&created).unwrap(), fixture.document(&id));
    assert_eq!(created.username.as_deref(), Some("maija"));
    assert_eq!(created.namespace_code.as_ref().unwrap().as_str(), "sandbox");
    assert_eq!(created.emails()[0].tags.as_deref(), Some(&["Work".to_owned()][..]));
    assert_eq!(created.mobiles()[0].verified, Some(false));
    assert_eq!(created.tags(), ["my_tag"]);
    assert_eq!(fixture.take_changes(), ["create"]);
}

#[tokio::test]
async fn a_user_without_anything_gets_a_name_and_the_primary_namespace() {
    let fixture = Fixture::start().await;

    let created = fixture.users().create(&User::new()).await.unwrap().user;

    assert_eq!(created.username.unwrap().len(), 8);
    assert_eq!(created.namespace_code.unwrap().as_str(), "sandbox");
    let body = fixture.last_body(&Method::POST);
    assert_eq!(body.as_object().unwrap().keys().collect::<Vec<_>>(), ["password"]);
}

#[tokio::test]
async fn a_generated_password_has_15_characters_and_signs_in() {
    let fixture = Fixture::start().await;

    let created = fixture.users().create(&named("maija")).await.unwrap();

    assert_eq!(created.password.expose().chars().count(), 15);
    assert!(created.user.password.is_none());
    fixture.token("maija", created.password.expose()).await.unwrap();
    assert!(fixture.token("maija", "another").await.is_err());
}

#[tokio::test]
async fn two_generated_passwords_differ() {
    let fixture = Fixture::start().await;

    let first = fixture.users().create(&User::new()).await.unwrap();
    let second = fixture.users().create(&User::new()).await.unwrap();

    assert_ne!(first.password, second.password);
}

#[tokio::test]
async fn a_given_password_is_used_and_the_callers_user_stays_as_it_was() {
    let fixture = Fixture::start().await;
    let mut new = named("maija");
    new.password = Some("Given-Secret-42".into());
    let before = new.clone();

    let created = fixture.users().create(&new).await.unwrap();

    assert_eq!(new, before);
    assert_eq!(created.password.expose(), "Given-Secret-42");
    fixture.token("maija", "Given-Secret-42").await.unwrap();
}

#[tokio::test]
async fn a_password_for_the_namespaces_rules_is_accepted() {
    let policy = json!({"minPwLength": 24, "minCharClasses": 4, "maxPwSequenceLength": 2});
    let namespace = json!({"code": "strict", "defaultGroupPolicy": policy});
    let fixture = Fixture::with(|sandbox| sandbox.namespace(namespace)).await;
    let other = fixture.add_user(json!({"nsCode": "strict"}));
    let mut new = named("maija");
    new.namespace_code = Some("strict".into());

    assert_eq!(refusal(fixture.users().create(&new).await), "Password is too short.");
    let requirements = fixture.users().password_requirements(&other).await.unwrap();
    new.password = Some(PasswordGenerator::new().satisfying(&requirements).generate().unwrap());
    let created = fixture.users().create(&new).await.unwrap();

    assert_eq!(created.password.expose().len(), 24);
    assert_ne!(requirements, PasswordRequirements::default());
}

#[tokio::test]
async fn group_names_become_groups() {
    let fixture = Fixture::start().await;
    let known = fixture.sandbox().add_group(json!({"name": "known"})).unwrap();
    let mut new = User::new();
    new.member_of = Some(vec!["drivers".into(), "known".into(), known.as_str().into()]);

    let created = fixture.users().create(&new).await.unwrap().user;

    let call = Call::get(&["api", "rest", "v1", "group"]);
    let groups: Value = fixture.client().send(call).await.unwrap();
    let groups = groups["resources"].as_array().unwrap();
    let drivers = groups.iter().find(|group| group["name"] == "drivers").unwrap();
    assert_eq!(groups.len(), 2);
    assert_eq!(json!(created.member_of()), json!([drivers["id"], known]));
}

#[tokio::test]
async fn what_this_version_does_not_name_reaches_the_server_and_comes_back() {
    let fixture = Fixture::start().await;
    let mut new = User::new();
    new.extra.insert("fieldOfTomorrow", json!({"deep": [1, null]}));
    new.mfa_method = Some(MfaMethod::from("EMAIL"));
    let mut email = EmailAddress::new("a@example.com");
    email.extra.insert("bounces", 3);
    new.emails = Some(vec![email]);

    let created = fixture.users().create(&new).await.unwrap().user;
    let read = fixture.users().get(created.id.as_ref().unwrap()).await.unwrap();

    assert_eq!(read, created);
    assert_eq!(read.extra.get("fieldOfTomorrow").unwrap()["deep"][0], 1);
    assert_eq!(read.mfa_method.unwrap().as_str(), "EMAIL");
    assert_eq!(read.emails.unwrap()[0].extra.get("bounces"), Some(&json!(3)));
}

#[tokio::test]
async fn an_unknown_value_of_an_enum_is_sent_as_it_is_and_the_server_decides() {
    let fixture = Fixture::start().await;
    let mut new = User::new();
    new.sex = Some(Sex::from("A_VALUE_OF_TOMORROW"));

    let words = refusal(fixture.users().create(&new).await);

    assert!(words.starts_with("Field \"sex\" must be one of"), "{words}");
    assert_eq!(fixture.last_body(&Method::POST)["sex"], "A_VALUE_OF_TOMORROW");
}

#[tokio::test]
async fn the_namespace_decides_who_chooses_the_name() {
    let fixture = Fixture::with(|sandbox| {
        sandbox
            .namespace(json!({"code": "mail", "usernamePolicy": "EMAIL"}))
            .namespace(json!({"code": "manual", "usernamePolicy": "MANUAL"}))
    })
    .await;
    let mut by_mail = User::new();
    by_mail.namespace_code = Some("mail".into());
    by_mail.emails = Some(vec![EmailAddress::new("Maija@example.com")]);
    let mut by_hand = User::new();
    by_hand.namespace_code = Some("manual".into());

    let created = fixture.users().create(&by_mail).await.unwrap().user;
    let words = refusal(fixture.users().create(&by_hand).await);

    assert_eq!(created.username.as_deref(), Some("maija@example.com"));
    assert_eq!(words, "Field \"username\" is required.");
}

#[tokio::test]
async fn a_taken_name_is_a_conflict() {
    let fixture = Fixture::start().await;
    fixture.add_user(json!({"username": "maija"}));

    let error = fixture.users().create(&named("Maija")).await.unwrap_err();

    assert!(error.is_conflict());
    assert_eq!(error.api().unwrap().message(), Some("This username is taken."));
    assert!(!error.may_have_been_applied());
    assert_eq!(fixture.take_changes(), ["create"]);
}

#[tokio::test]
async fn values_that_the_server_refuses_are_told_in_its_words() {
    let fixture = Fixture::start().await;
    let users = fixture.users();
    let mut weak = User::new();
    weak.password = Some("short".into());
    let mut elsewhere = User::new();
    elsewhere.namespace_code = Some("no-such-namespace".into());
    let mut unreachable = User::new();
    unreachable.emails = Some(vec![EmailAddress::new("not an address")]);
    let mut talkative = User::new();
    talkative.mobiles = Some(vec![Mobile::new("+3581"); 3]);

    assert_eq!(refusal(users.create(&weak).await), "Password is too short.");
    assert_eq!(refusal(users.create(&elsewhere).await), "Field \"nsCode\" names no namespace.");
    assert_eq!(
        refusal(users.create(&unreachable).await),
        "Field \"emails[0].address\" is missing or malformed.",
    );
    assert_eq!(
        refusal(users.create(&talkative).await),
        "Field \"mobiles\" holds at most 2 items in this namespace.",
    );
    assert_eq!(fixture.take_changes(), Vec::<&str>::new());
}

#[tokio::test]
async fn documented_limits_are_checked_before_anything_is_sent() {
    let fixture = Fixture::start().await;
    let users = fixture.users();
    let mut tagged = User::new();
    tagged.tags = Some(vec!["tag".to_owned(); 101]);
    let mut dotted = User::new();
    dotted.custom_fields.get_or_insert_default().insert("a.b", 1);

    assert_never_sent(users.create(&tagged).await);
    assert_never_sent(users.create(&dotted).await);
    assert_eq!(fixture.request_lines(), Vec::<String>::new());
}
