//! Updates accounts: the fields that are sent, kept and cleared.

use std::iter;

use http::Method;
use serde_json::{Value, json};
use trivore::Error;
use trivore::models::{Changes, EmailAddress, Names, User, UserId};
use trivore_tests::operations::{
    Case, CaseResult, Change, DataPlace, Entry, NO_CONSENTS, NOT_EMPTIED, NOT_REVOKED, UNSET, marks,
};
use trivore_tests::{Fixture, Recorder, assert_never_sent, refusal};

use super::user::full_user;

/// Marks in fields that an update writes; all differ from the user's current ones.
fn marked() -> User {
    let mut user = marks::person(0);
    for field in ["username", "nsCode", "memberOf"] {
        user[field] = Value::Null;
    }
    user["nickName"] = json!("zqx-other-nick");
    user["locale"] = json!("zqx-other-locale");
    user["preferredLanguage"] = json!("zqx-other-locale");
    user["tags"] = json!(["zqx-other-tag"]);
    serde_json::from_value(user).unwrap()
}

pub(super) const CASES: &[Case] = &[Case::new("users.update", |users, subject| {
    Box::pin(async move {
        let user = marked();
        Ok(CaseResult::new(&user, &users.update(&subject.user(), &user).await?))
    })
})
.has_places(&[
    DataPlace::extra("User", 1, |users, name, value| {
        let mut user = full_user();
        user.password = None;
        user.extra.insert(name, value);
        Box::pin(async move { users.update(&"1".into(), &user).await.map(drop) })
    }),
    DataPlace::extra("Consents", 2, |users, name, value| {
        let mut user = full_user();
        user.password = None;
        user.consents.as_mut().unwrap().extra.insert(name, value);
        Box::pin(async move { users.update(&"1".into(), &user).await.map(drop) })
    }),
    DataPlace::extra("PlaceOfBirth", 2, |users, name, value| {
        let mut user = full_user();
        user.password = None;
        user.place_of_birth.as_mut().unwrap().extra.insert(name, value);
        Box::pin(async move { users.update(&"1".into(), &user).await.map(drop) })
    }),
    DataPlace::extra("CustomerGroupInfo", 2, |users, name, value| {
        let mut user = full_user();
        user.password = None;
        user.customer_group_info.as_mut().unwrap().extra.insert(name, value);
        Box::pin(async move { users.update(&"1".into(), &user).await.map(drop) })
    }),
    DataPlace::extra("Names", 2, |users, name, value| {
        let mut user = full_user();
        user.name.as_mut().unwrap().extra.insert(name, value);
        Box::pin(async move {
            let changes = Changes::new().set("name", user.name).map_err(Error::input)?;
            users.apply(&"1".into(), &changes).await.map(drop)
        })
    }),
    // As text, which may be nested more deeply than a value that can be read.
    DataPlace::map(2, |users, name, value| {
        let levels = iter::successors(Some(&value), |value| value.get(0)).count() - 1;
        let (open, close) = ("[".repeat(levels), "]".repeat(levels));
        let changes = serde_json::from_str(&format!(r#"{{"name":{{"{name}":{open}1{close}}}}}"#));
        Box::pin(async move {
            let changes: Changes = changes.map_err(Error::input)?;
            users.apply(&"1".into(), &changes).await.map(drop)
        })
    }),
])
.recorded(&[Entry::new("update", |users, id| {
    Box::pin(async move {
        let mut user = User::new();
        user.id = Some(id.clone());
        user.namespace_code = Some("testsdk".into());
        let mut name = Names::default();
        name.given_name = Some("A".to_owned());
        user.name = Some(name);
        drop(users.update(id, &user).await);
    })
})
.deviates(&[
    (Change::NoNulls, UNSET),
    (Change::without("/id", r#""5d0000000000000000000001""#), "read-only fields are not sent"),
    (Change::without("/emails", "[]"), NOT_EMPTIED),
    (Change::without("/mobiles", "[]"), NOT_EMPTIED),
    (Change::without("/addresses", "[]"), NOT_EMPTIED),
    (Change::without("/consents", NO_CONSENTS), NOT_REVOKED),
    (Change::without("/memberOf", "[]"), NOT_EMPTIED),
    (Change::without("/locked", "false"), "a manual update must not unlock an account"),
    (Change::without("/minor", "false"), "a manual update must not clear `minor`"),
    (Change::without("/domicileClasses", "[]"), NOT_EMPTIED),
    (Change::without("/tags", "[]"), NOT_EMPTIED),
])])];

#[tokio::test]
async fn an_update_writes_what_is_set_and_leaves_the_rest() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({
        "nickName": "Mai",
        "locked": true,
        "consents": {"profiling": true},
        "memberOf": ["drivers"],
        "fieldOfTomorrow": {"deep": 1},
    }));
    let before = fixture.document(&id);
    let mut changed = User::new();
    changed.title = Some("Dr.".to_owned());

    let updated = fixture.users().update(&id, &changed).await.unwrap();

    assert_eq!(fixture.last_body(&Method::PUT), json!({"title": "Dr."}));
    let mut expected = before;
    expected["title"] = json!("Dr.");
    expected["meta"] = fixture.document(&id)["meta"].clone();
    assert_eq!(fixture.document(&id), expected);
    assert_eq!(serde_json::to_value(updated).unwrap(), expected);
}

#[tokio::test]
async fn a_user_that_was_read_can_be_written_back_whole() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({
        "name": {"givenName": "Maija", "nameOfTomorrow": "x"},
        "emails": [{"address": "a@example.com", "verified": true, "tags": ["B", "A"]}],
        "addresses": [{"country": "FI", "floor": 3}],
        "memberOf": ["drivers"],
        "customFields": {"a": {"b": null}},
        "fieldOfTomorrow": [1],
    }));
    let before = fixture.document(&id);

    let mut user = fixture.users().get(&id).await.unwrap();
    user.salutation = Some("Ms.".to_owned());
    fixture.users().update(&id, &user).await.unwrap();

    let mut expected = before;
    expected["salutation"] = json!("Ms.");
    expected["meta"] = fixture.document(&id)["meta"].clone();
    assert_eq!(fixture.document(&id), expected);
}

#[tokio::test]
async fn a_list_that_is_sent_replaces_the_list_and_an_empty_one_clears_it() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({
        "emails": [{"address": "a@example.com"}, {"address": "b@example.com"}],
        "memberOf": ["drivers"],
        "tags": ["a", "b"],
    }));
    let mut changed = User::new();
    changed.emails = Some(vec![EmailAddress::new("c@example.com")]);
    changed.tags = Some(Vec::new());
    changed.member_of = Some(Vec::new());

    let updated = fixture.users().update(&id, &changed).await.unwrap();

    assert_eq!(updated.emails().len(), 1);
    let document = fixture.document(&id);
    assert_eq!(document["emails"][0]["address"], "c@example.com");
    assert_eq!(document["tags"], json!([]));
    assert_eq!(document["memberOf"], json!([]));
}

#[tokio::test]
async fn an_update_with_nothing_set_changes_nothing() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({"nickName": "Mai", "locked": true}));
    let before = fixture.document(&id);

    fixture.users().update(&id, &User::new()).await.unwrap();

    assert_eq!(fixture.last_body(&Method::PUT), json!({}));
    let after = fixture.document(&id);
    assert_eq!(after["nickName"], before["nickName"]);
    assert_eq!(after["locked"], before["locked"]);
}

#[tokio::test]
async fn a_password_in_an_update_is_never_sent() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({"username": "maija", "password": "Old-Secret-42"}));
    let mut changed = User::new();
    changed.password = Some("New-Secret-42".into());

    let result = fixture.users().update(&id, &changed).await;

    assert!(result.as_ref().unwrap_err().to_string().contains("change_password"));
    assert_never_sent(result);
    assert_eq!(fixture.request_lines(), Vec::<String>::new());
    fixture.token("maija", "Old-Secret-42").await.unwrap();
}

#[tokio::test]
async fn documented_limits_are_checked_before_an_update_is_sent() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));
    let mut changed = User::new();
    changed.tags = Some(vec!["ä".repeat(101)]);

    assert_never_sent(fixture.users().update(&id, &changed).await);
    assert_eq!(fixture.request_lines(), Vec::<String>::new());
}

#[tokio::test]
async fn an_explicit_null_clears_a_field() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({
        "nickName": "Mai", "title": "Dr.", "name": {"givenName": "Maija"}, "gender": "x",
    }));
    let changes = Changes::new()
        .clear("nickName")
        .clear("name")
        .set("title", "Prof.")
        .unwrap()
        .set("fieldOfTomorrow", [1])
        .unwrap();

    let updated = fixture.users().apply(&id, &changes).await.unwrap();

    assert_eq!(
        fixture.last_body(&Method::PUT),
        json!({"nickName": null, "name": null, "title": "Prof.", "fieldOfTomorrow": [1]})
    );
    assert_eq!((updated.nick_name, updated.name), (None, None));
    let document = fixture.document(&id);
    assert!(document.get("nickName").is_none() && document.get("name").is_none());
    assert_eq!(document["title"], "Prof.");
    assert_eq!(document["gender"], "x");
    assert_eq!(document["fieldOfTomorrow"], json!([1]));
}

#[tokio::test]
async fn values_that_the_server_refuses_are_told_in_its_words() {
    let fixture = Fixture::with(|sandbox| sandbox.namespace(json!({"code": "other"}))).await;
    let users = fixture.users();
    let id = fixture.add_user(json!({"username": "maija", "name": {"givenName": "Maija"}}));
    fixture.add_user(json!({"username": "taken"}));
    let before = fixture.document(&id);
    fixture.take_changes();
    let mut moved = User::new();
    moved.namespace_code = Some("other".into());
    let mut renamed = User::new();
    renamed.username = Some("taken".to_owned());
    let mistyped = Changes::new().set("locked", "yes").unwrap();

    assert_eq!(
        refusal(users.update(&id, &moved).await),
        "Field \"nsCode\" cannot be changed here."
    );
    assert!(users.update(&id, &renamed).await.unwrap_err().is_conflict());
    assert_eq!(
        refusal(users.apply(&id, &mistyped).await),
        "Field \"locked\" must be true or false.",
    );
    assert_eq!(fixture.document(&id), before);
    assert_eq!(fixture.take_changes(), Vec::<&str>::new());
}

#[tokio::test]
async fn a_user_can_be_renamed_and_keeps_its_identifier() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({"username": "maija"}));
    let mut changed = User::new();
    changed.username = Some("liisa".to_owned());
    changed.name = Some(Names::new("Liisa", "Virtanen"));

    let updated = fixture.users().update(&id, &changed).await.unwrap();

    assert_eq!(updated.id.as_ref(), Some(&id));
    assert_eq!(fixture.document(&id)["username"], "liisa");
    assert_eq!(fixture.document(&id)["name"]["familyName"], "Virtanen");
}

#[tokio::test]
async fn documented_limits_are_checked_before_changes_are_applied() {
    let tags = |count: usize| json!({"tags": vec!["x"; count]});
    let recorder = Recorder::new();
    let users = recorder.trivore().users().clone();
    let id = UserId::from("a");

    for excessive in [
        tags(101),
        json!({"tags": ["ä".repeat(101)]}),
        json!({"customFields": {"a.b": 1}}),
        json!({"customFields": {"$a": null}}),
        json!({"customFields": {"": 1}}),
        // The service would refuse the type, but the limit is known before.
        json!({"locked": "yes", "tags": vec!["x"; 101]}),
    ] {
        let changes: Changes = serde_json::from_value(excessive).unwrap();
        assert_never_sent(users.apply(&id, &changes).await);
    }
    assert!(recorder.requests().is_empty());

    for valid in [tags(100), json!({"tags": null, "customFields": {"a": {"b.c": 1}}})] {
        recorder.respond(200, r#"{"id":"a"}"#);
        let changes: Changes = serde_json::from_value(valid.clone()).unwrap();
        users.apply(&id, &changes).await.unwrap();
        assert_eq!(recorder.last().json(), Some(valid));
    }
}

#[test]
fn changes_that_are_applied_locally_may_make_nothing_worse_than_it_is() {
    let stored = json!({
        "tags": vec!["x".repeat(101); 103], "customFields": {"a.b": 1, "n": 1}, "title": "Dr.",
    });
    let user: User = serde_json::from_value(stored.clone()).unwrap();
    let tag = |length: usize| "x".repeat(length);
    for (changes, is_valid) in [
        (json!({"title": "x"}), true),
        (json!({"tags": vec![tag(101); 102]}), true),
        (json!({"tags": null, "customFields": {"a.b": 2}}), true),
        (json!({"tags": vec![tag(101); 104]}), false),
        (json!({"tags": [tag(102)]}), false),
        (json!({"customFields": {"a.b": 1, "c.d": 1}}), false),
        (json!({"customFields": {"$a": 1}}), false),
    ] {
        let changes: Changes = serde_json::from_value(changes).unwrap();

        let (typed, json) = (changes.apply_to(&user), changes.apply_to(&stored));

        assert_eq!(typed.is_ok(), is_valid, "{typed:?}");
        assert_eq!(json.is_ok(), is_valid, "{json:?}");
        let errors = typed.err().into_iter().chain(json.err());
        for error in errors {
            let source = std::error::Error::source(&error).map(ToString::to_string);
            assert!(source.is_some_and(|source| !error.to_string().contains(&source)));
        }
    }
}

#[tokio::test]
async fn what_could_not_be_read_again_or_is_a_password_is_never_applied() {
    let recorder = Recorder::new();
    let users = recorder.trivore().users().clone();
    let id = UserId::from("a");
    let nested =
        |levels: usize| (0..levels).fold(Value::Null, |inner, _| Value::Array(vec![inner]));
    let mut deep = User::new();
    deep.email = Some("maija@example.com".to_owned());
    deep.extra.insert("x", nested(5000));

    assert_never_sent(users.update(&id, &deep).await);
    for (field, value) in [("x", nested(65)), ("password", json!("Secret-42"))] {
        let changes: Changes = serde_json::from_value(json!({ field: value })).unwrap();
        assert_never_sent(users.apply(&id, &changes).await);
    }

    assert!(recorder.requests().is_empty());
}
