//! How deeply the data in a request may be nested.

use std::collections::BTreeSet;

use futures_util::future::BoxFuture;
use http::Method;
use serde_json::{Value, json};
use trivore::Result;
use trivore::models::{
    Changes, CustomFields, Enterprise, EnterpriseContactInfo, Profile, StudentState, User, UserId,
};
use trivore::users::{BulkOptions, Users};
use trivore_tests::{Recorder, assert_never_sent};

/// Sends a value that has these levels inside of the data of the application.
type Send = for<'a> fn(&'a Users, usize) -> BoxFuture<'a, Result<()>>;

/// Each place for data of the application, the operation that sends it, and the levels around it.
const PLACES: &[(&str, usize, Send)] = &[
    ("users.create", 1, |users, levels| {
        let mut user = User::new();
        user.extra.insert("x", nested(levels));
        Box::pin(async move { users.create(&user).await.map(drop) })
    }),
    ("users.create_named", 2, |users, levels| {
        let mut user = User::new();
        user.username = Some("maija".to_owned());
        user.name.get_or_insert_default().extra.insert("x", nested(levels));
        Box::pin(async move { users.create(&user).await.map(drop) })
    }),
    ("users.create", 3, |users, levels| {
        let mut user = User::new();
        user.emails = Some(vec!["a@example.com".into()]);
        user.emails.as_mut().unwrap()[0].extra.insert("x", nested(levels));
        Box::pin(
            async move { users.create_many(&[user], BulkOptions::new()).await.remove(0).map(drop) },
        )
    }),
    ("users.update", 1, |users, levels| {
        let mut user = User::new();
        user.extra.insert("x", nested(levels));
        Box::pin(async move { users.update(&ID.into(), &user).await.map(drop) })
    }),
    ("users.update", 2, |users, levels| {
        let json = format!(r#"{{"name":{{"x":{}1{}}}}}"#, "[".repeat(levels), "]".repeat(levels));
        let changes = serde_json::from_str::<Changes>(&json);
        Box::pin(async move {
            let Ok(changes) = changes else { return Err(invalid_input()) };
            users.apply(&ID.into(), &changes).await.map(drop)
        })
    }),
    ("users.update_enterprise", 1, |users, levels| {
        let mut enterprise = Enterprise::new();
        enterprise.extra.insert("x", nested(levels));
        Box::pin(async move { users.update_enterprise(&ID.into(), &enterprise).await.map(drop) })
    }),
    ("users.update_enterprise", 2, |users, levels| {
        let mut sales = EnterpriseContactInfo::new();
        sales.extra.insert("x", nested(levels));
        let mut enterprise = Enterprise::new();
        enterprise.sales = Some(sales);
        Box::pin(async move { users.update_enterprise(&ID.into(), &enterprise).await.map(drop) })
    }),
    // Custom fields have levels of their own for the place that they take in a list of users.
    ("users.update_custom_fields", 5, |users, levels| {
        let mut fields = CustomFields::new();
        fields.insert("x", nested(levels));
        Box::pin(async move { users.update_custom_fields(&ID.into(), &fields).await })
    }),
    ("users.update_student_state", 1, |users, levels| {
        let mut state = StudentState::default();
        state.extra.insert("x", nested(levels));
        Box::pin(async move { users.update_student_state(&ID.into(), &state).await.map(drop) })
    }),
    ("users.update_profile", 1, |users, levels| {
        let mut profile = Profile::new();
        profile.extra.insert("x", nested(levels));
        Box::pin(async move { users.update_profile(&ID.into(), &profile).await.map(drop) })
    }),
    ("users.update_profile", 2, |users, levels| {
        let mut profile = Profile::new();
        profile.consents.get_or_insert_default().extra.insert("x", nested(levels));
        Box::pin(async move { users.update_profile(&ID.into(), &profile).await.map(drop) })
    }),
];

/// Operations with a body that has no place for data of the application.
const FLAT: &[&str] = &[
    "users.verify_email",
    "users.send_sms_code",
    "users.check_sms_code",
    "users.send_sms_link",
    "users.invite",
    "users.change_password",
    "users.report_strong_identification",
    "users.update_custom_permissions",
    "users.update_builtin_roles",
    "users.update_custom_roles",
    "users.migrate_namespace",
];

const ID: &str = "1";

fn nested(levels: usize) -> Value {
    (0..levels).fold(Value::Null, |inner, _| Value::Array(vec![inner]))
}

fn invalid_input() -> trivore::Error {
    trivore::Error::input("not read")
}

#[test]
fn every_operation_that_sends_a_body_is_listed() {
    let writes = Users::operations()
        .filter(|operation| operation.method == Method::POST || operation.method == Method::PUT);
    let writes: BTreeSet<_> = writes.map(|operation| operation.name).collect();

    let listed: BTreeSet<_> =
        PLACES.iter().map(|(name, ..)| *name).chain(FLAT.iter().copied()).collect();

    assert_eq!(listed, writes);
}

#[tokio::test]
async fn every_operation_has_the_same_limit_which_lists_can_still_be_read_with() {
    for (index, (name, around, send)) in PLACES.iter().enumerate() {
        let recorder = Recorder::new();
        let users = recorder.trivore().users().clone();
        for levels in [0, 1, User::MAX_DEPTH - around] {
            recorder.answer(200, r#"{"id":"1"}"#);
            send(&users, levels).await.unwrap();
        }
        let sent = recorder.requests().len();
        for levels in [User::MAX_DEPTH - around + 1, 126 - around, 128, 5000] {
            assert_never_sent(send(&users, levels).await);
        }
        assert_eq!(recorder.requests().len(), sent, "{index} {name}");
    }
}

#[tokio::test]
async fn a_stored_user_that_is_nested_more_deeply_can_be_modified_beside_it() {
    let stored = json!({"id": ID, "fieldOfTomorrow": {"deep": nested(100), "n": 1}});
    let recorder = Recorder::new();
    recorder.answer(200, &stored.to_string()).answer(200, r#"{"id":"1"}"#);
    let users = recorder.trivore().users().clone();

    let edit = |user: &mut User| {
        user.extra.insert("fieldOfTomorrow", json!({"deep": nested(100), "n": 2}));
    };
    users.modify(&UserId::from(ID), edit).await.unwrap();

    assert_eq!(recorder.last().json().unwrap()["fieldOfTomorrow"]["n"], 2);
}
