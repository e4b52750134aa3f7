//! Custom fields.

use http::Method;
use serde_json::{Value, json};
use trivore::models::{CustomFields, Enterprise, PageRequest, User};
use trivore::users::BulkOptions;
use trivore_tests::operations::{Case, CaseResult, DataPlace, Entry};
use trivore_tests::{
    Fixture, assert_lacks, assert_never_sent, assert_no_such_user, assert_unauthorized,
    unknown_users,
};

fn marked() -> CustomFields {
    let mut fields = CustomFields::new();
    fields.insert("zqn-field", "zqx-other-custom");
    fields.insert("zqn-more", json!({"zqx-key": ["zqx-value"]}));
    fields
}

pub(super) const CASES: &[Case] = &[
    Case::new("users.custom_fields", |users, subject| {
        Box::pin(async move { Ok(CaseResult::of(&users.custom_fields(&subject.user()).await?)) })
    })
    .recorded(&[Entry::of_case("get_custom_fields")]),
    Case::new("users.update_custom_fields", |users, subject| {
        Box::pin(async move {
            let fields = marked();
            users.update_custom_fields(&subject.user(), &fields).await?;
            Ok(CaseResult::new(&fields, &()))
        })
    })
    .has_places(&[
        // The levels around the fields in a list of users count, too.
        DataPlace::map(5, |users, name, value| {
            let mut fields = CustomFields::new();
            fields.insert(name, value);
            Box::pin(async move { users.update_custom_fields(&"1".into(), &fields).await })
        }),
    ])
    .recorded(&[Entry::new("update_custom_fields", |users, id| {
        Box::pin(async move {
            let mut fields = CustomFields::new();
            fields.insert("k", json!({"n": 1}));
            drop(users.update_custom_fields(id, &fields).await);
        })
    })]),
    Case::new("users.delete_custom_fields", |users, subject| {
        Box::pin(
            async move { Ok(CaseResult::of(&users.delete_custom_fields(&subject.user()).await?)) },
        )
    })
    .recorded(&[Entry::of_case("delete_custom_fields")]),
];

fn fields(value: Value) -> CustomFields {
    serde_json::from_value(value).unwrap()
}

#[tokio::test]
async fn custom_fields_are_written_and_read() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));
    let some = json!({"number": 1234, "deep": {"list": [1, null, "ä"]}, "nothing": null});

    fixture.users().update_custom_fields(&id, &fields(some.clone())).await.unwrap();
    let read = fixture.users().custom_fields(&id).await.unwrap();

    assert_eq!(read, fields(some.clone()));
    assert_eq!(read.get_as::<u32>("number").unwrap(), Some(1234));
    assert_eq!(fixture.document(&id)["customFields"], some);
    assert_eq!(fixture.last_body(&Method::POST), some);
    let path = format!("/user/{id}/customfields");
    assert_eq!(fixture.request_lines(), [format!("POST {path}"), format!("GET {path}")]);
}

#[tokio::test]
async fn an_update_leaves_the_fields_that_it_does_not_name() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({"customFields": {"kept": 1, "changed": 1}}));

    let changes = fields(json!({"changed": 2, "new": 3}));
    fixture.users().update_custom_fields(&id, &changes).await.unwrap();

    let expected = json!({"kept": 1, "changed": 2, "new": 3});
    assert_eq!(fixture.document(&id)["customFields"], expected);
}

#[tokio::test]
async fn a_response_without_the_fields_is_success_too() {
    let fixture = Fixture::start().await;
    fixture.set_rule("custom-fields-post-echoes", false);
    let id = fixture.add_user(json!({}));

    fixture.users().update_custom_fields(&id, &fields(json!({"a": 1}))).await.unwrap();

    assert_eq!(fixture.document(&id)["customFields"], json!({"a": 1}));
}

#[tokio::test]
async fn deleted_custom_fields_are_all_gone() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({"customFields": {"a": 1}, "nickName": "Mai"}));

    fixture.users().delete_custom_fields(&id).await.unwrap();
    fixture.users().delete_custom_fields(&id).await.unwrap();

    assert!(fixture.users().custom_fields(&id).await.unwrap().is_empty());
    assert_eq!(fixture.document(&id)["nickName"], "Mai");
    assert!(fixture.document(&id).get("customFields").is_none());
}

#[tokio::test]
async fn a_name_that_the_service_refuses_is_never_sent() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));

    for bad in [json!({"a.b": 1}), json!({"$a": 1}), json!({"": 1})] {
        assert_never_sent(fixture.users().update_custom_fields(&id, &fields(bad)).await);
    }

    assert_eq!(fixture.request_lines(), Vec::<String>::new());
}

#[tokio::test]
async fn what_is_nested_too_deeply_is_never_sent_and_the_deepest_can_be_listed() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));
    let users = fixture.users();
    let nested = |levels| (0..levels).fold(Value::Null, |inner, _| Value::Array(vec![inner]));
    let with = |levels| {
        let mut user = User::new();
        user.custom_fields.get_or_insert_default().insert("deep", nested(levels));
        user
    };

    for levels in [CustomFields::MAX_DEPTH, 124, 5000] {
        let user = with(levels);
        let fields = user.custom_fields.as_ref().unwrap();
        assert_never_sent(users.update_custom_fields(&id, fields).await);
        assert_never_sent(users.create(&user).await);
        assert_never_sent(users.update(&id, &user).await);
        assert_never_sent(users.create_many(&[user], BulkOptions::new()).await.remove(0));
        let mut enterprise = Enterprise::default();
        enterprise.extra.insert("deep", nested(levels * 3));
        assert_never_sent(users.update_enterprise(&id, &enterprise).await);
    }
    let deepest = with(CustomFields::MAX_DEPTH - 1);
    users.update_custom_fields(&id, deepest.custom_fields.as_ref().unwrap()).await.unwrap();

    assert_eq!(users.get(&id).await.unwrap().custom_fields, deepest.custom_fields);
    assert_eq!(users.list(&PageRequest::new()).await.unwrap().resources.len(), 1);
}

#[tokio::test]
async fn a_user_that_does_not_exist_is_not_found() {
    let fixture = Fixture::start().await;
    let users = fixture.users();

    for id in &unknown_users() {
        assert_no_such_user(users.custom_fields(id).await);
        assert_no_such_user(users.update_custom_fields(id, &CustomFields::new()).await);
        assert_no_such_user(users.delete_custom_fields(id).await);
    }
}

#[tokio::test]
async fn strangers_and_those_without_permission_are_refused() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({"customFields": {"a": 1}}));
    let stranger = fixture.users_of_a_stranger();
    let powerless = fixture.users_with_only(&["GROUP_VIEW"]);
    let reader = fixture.users_with_only(&["ACCOUNT_VIEW"]);
    let changes = fields(json!({"a": 2}));

    assert_unauthorized(stranger.custom_fields(&id).await);
    assert_unauthorized(stranger.update_custom_fields(&id, &changes).await);
    assert_unauthorized(stranger.delete_custom_fields(&id).await);
    assert_lacks("ACCOUNT_VIEW", powerless.custom_fields(&id).await);
    assert_lacks("ACCOUNT_MODIFY", reader.update_custom_fields(&id, &changes).await);
    assert_lacks("ACCOUNT_MODIFY", reader.delete_custom_fields(&id).await);

    assert_eq!(fixture.document(&id)["customFields"], json!({"a": 1}));
}

#[tokio::test]
async fn one_field_of_any_type_is_written_and_read() {
    #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    struct Office {
        city: String,
        floor: Option<u8>,
    }
    let fixture = Fixture::start().await;
    let users = fixture.users();
    let id = fixture.add_user(json!({"customFields": {"kept": 1}}));
    let office = Office { city: "Äänekoski".to_owned(), floor: None };

    users.set_custom_field(&id, "office", &office).await.unwrap();
    let read: Option<Office> = users.custom_field(&id, "office").await.unwrap();
    let missing: Option<Office> = users.custom_field(&id, "other").await.unwrap();

    assert_eq!((read, missing), (Some(office), None));
    let sent = json!({"office": {"city": "Äänekoski", "floor": null}});
    assert_eq!(fixture.last_body(&Method::POST), sent);
    assert_eq!(fixture.document(&id)["customFields"]["kept"], 1);
    users.set_custom_field(&id, "office", &None::<Office>).await.unwrap();
    assert_eq!(users.custom_field::<Office>(&id, "office").await.unwrap(), None);
}

#[tokio::test]
async fn a_field_of_another_type_is_an_error_that_does_not_show_it() {
    let fixture = Fixture::start().await;
    let fields = json!({"zqn": {"list": [1, "zqx"]}, "large": 18_446_744_073_709_551_615_u64});
    let id = fixture.add_user(json!({"customFields": fields}));
    let users = fixture.users();

    let error = users.custom_field::<u32>(&id, "zqn").await.unwrap_err();

    assert!(error.is_decode() && !error.may_have_been_applied());
    assert!(!format!("{error} {error:?}").contains("zq"), "{error}");
    assert!(error.to_string().contains("customField"), "{error}");
    assert!(users.custom_field::<u32>(&id, "large").await.unwrap_err().is_decode());
    assert_eq!(users.custom_field::<u64>(&id, "large").await.unwrap(), Some(u64::MAX));
}

#[tokio::test]
async fn a_field_that_cannot_be_stored_is_never_sent() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));
    let users = fixture.users();
    let keys = std::collections::BTreeMap::from([((1, 2), 3)]);

    for name in ["a.b", "$a", ""] {
        assert_never_sent(users.set_custom_field(&id, name, &1).await);
    }
    assert_never_sent(users.set_custom_field(&id, "a", &keys).await);
    for id in &unknown_users() {
        assert_no_such_user(users.set_custom_field(id, "a", &1).await);
        assert_no_such_user(users.custom_field::<u32>(id, "a").await);
    }

    assert!(fixture.document(&id).get("customFields").is_none());
}
