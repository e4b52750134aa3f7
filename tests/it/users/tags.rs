//! Tags of users.

use http::Method;
use serde_json::json;
use trivore::models::User;
use trivore_tests::{Fixture, assert_never_sent};

#[tokio::test]
async fn tags_are_sent_as_the_service_stores_them() {
    let fixture = Fixture::start().await;
    let mut new = User::new();
    new.set_tags(["My_TAG", "ÄÖ", "my_tag"]).unwrap();

    let created = fixture.users().create(&new).await.unwrap().user;

    assert_eq!(created.tags(), new.tags());
    assert_eq!(fixture.last_body(&Method::POST)["tags"], json!(["my_tag", "äö"]));
}

#[tokio::test]
async fn tags_are_added_and_removed_in_a_modification() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({"tags": ["a", "b"]}));
    let users = fixture.users();

    let user = users
        .modify(&id, |user| {
            user.add_tag("C").unwrap();
            user.remove_tag("A");
        })
        .await
        .unwrap();
    let same = users.modify(&id, |user| assert_eq!(user.add_tag("B"), Ok(false))).await.unwrap();

    assert_eq!((user.tags(), same.tags()), (&["b".to_owned(), "c".to_owned()][..], user.tags()));
    assert_eq!(fixture.last_body(&Method::PUT), json!({"tags": ["b", "c"]}));
    assert_eq!(fixture.take_changes().len(), 2); // the user, and one modification
}

#[tokio::test]
async fn tags_beyond_the_limits_are_never_sent() {
    let fixture = Fixture::start().await;
    let mut new = User::new();
    new.tags = Some(vec!["x".repeat(101)]);

    assert_never_sent(fixture.users().create(&new).await);

    assert!(new.set_tags(["x".repeat(101)]).is_err());
}
