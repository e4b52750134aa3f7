//! The primary e-mail address, which a user has as text beside its list.

use http::Method;
use serde_json::json;
use trivore::models::{Changes, EmailAddress, Filter, PageRequest, User};
use trivore::transport::Call;
use trivore_tests::{Fixture, assert_never_sent};

async fn with_user() -> (Fixture, trivore::models::UserId) {
    let fixture = Fixture::start().await;
    let emails = json!([{"address": "a@example.com"}, {"address": "b@example.com"}]);
    let id = fixture.add_user(json!({"username": "maija", "emails": emails}));
    fixture.add_user(json!({"username": "matti"}));
    (fixture, id)
}

#[tokio::test]
async fn it_is_the_first_of_the_list() {
    let (fixture, id) = with_user().await;

    let user = fixture.users().get(&id).await.unwrap();

    assert_eq!(user.email.as_deref(), Some("a@example.com"));
    assert_eq!(user.extra.get("email"), None);
}

#[tokio::test]
async fn filters_find_by_it() {
    let (fixture, id) = with_user().await;

    for (filter, count) in [
        (Filter::present("email"), 1),
        (!Filter::present("email"), 1),
        (Filter::eq("email", "a@example.com"), 1),
        (Filter::eq("email", "b@example.com"), 0),
    ] {
        let request = PageRequest::new().filter(filter.clone());
        let page = fixture.users().list(&request).await.unwrap();
        assert_eq!(page.total_results, Some(count), "{filter}");
    }
    let sorted = PageRequest::new().sort(trivore::models::Sort::descending("email"));
    let page = fixture.users().list(&sorted).await.unwrap();
    assert_eq!(page.resources[0].id, Some(id));
}

#[tokio::test]
async fn no_update_sends_it() {
    let (fixture, id) = with_user().await;
    let users = fixture.users();

    let mut user = users.get(&id).await.unwrap();
    user.emails = Some(vec![EmailAddress::new("c@example.com")]);
    let updated = users.update(&id, &user).await.unwrap();
    assert_eq!(fixture.last_body(&Method::PUT).get("email"), None);
    assert_eq!(updated.email.as_deref(), Some("c@example.com"));

    let edit = |user: &mut User| user.emails.get_or_insert_default().reverse();
    users.modify(&id, |user| user.emails = Some(vec!["d@x".into(), "e@x".into()])).await.unwrap();
    let modified = users.modify(&id, edit).await.unwrap();
    assert_eq!(fixture.last_body(&Method::PUT).get("email"), None);
    assert_eq!(modified.email.as_deref(), Some("e@x"));

    let emptied = users.modify(&id, |user| user.emails = Some(Vec::new())).await.unwrap();
    assert_eq!(emptied.email, None);
}

#[tokio::test]
async fn a_change_of_it_is_refused() {
    let (fixture, id) = with_user().await;
    let users = fixture.users();

    let edit = |user: &mut User| user.email = Some("c@example.com".to_owned());
    assert_never_sent(users.modify(&id, edit).await);
    assert_never_sent(users.modify(&id, |user| user.email = None).await);
    assert_never_sent(users.apply(&id, &Changes::new().clear("email")).await);
    let mut new = User::new();
    new.email = Some("c@example.com".to_owned());
    assert_never_sent(users.create(&new).await);
    assert_never_sent(users.update(&id, &new).await);

    assert_eq!(users.get(&id).await.unwrap().email.as_deref(), Some("a@example.com"));
}

#[tokio::test]
async fn a_user_that_was_read_can_be_created_again() {
    let (fixture, id) = with_user().await;
    let mut user = fixture.users().get(&id).await.unwrap();
    user.username = Some("liisa".to_owned());

    let created = fixture.users().create(&user).await.unwrap();

    assert_eq!(fixture.last_body(&Method::POST).get("email"), None);
    assert_eq!(created.user.email.as_deref(), Some("a@example.com"));
}

#[tokio::test]
async fn the_server_keeps_nothing_else_there() {
    let (fixture, id) = with_user().await;
    let path = &["api", "rest", "v1", "user", id.as_str()];

    for body in [
        json!({"email": "x@example.com"}),
        json!({"email": null}),
        json!({"email": "x@example.com", "emails": [{"address": "y@example.com"}]}),
        json!({"emails": []}),
        json!({"email": "x@example.com"}),
    ] {
        let call: Call<User> = Call::put(path).json(&body);
        let user = fixture.client().send(call).await.unwrap();

        let primary = user.emails().first().and_then(|email| email.address.clone());
        assert_eq!(user.email, primary, "{body}");
        let stored = fixture.document(&id);
        assert_eq!(stored.get("email").and_then(|email| email.as_str()), primary.as_deref());
    }
}

#[tokio::test]
async fn the_server_creates_users_by_the_names_of_the_newest_documentation() {
    let fixture = Fixture::start().await;
    let body = json!({
        "email": "mynewuser@example.com",
        "names": {"givenName": "MyNew", "familyName": "User"},
    });
    let create = |name: &str| {
        let mut body = body.clone();
        body["username"] = name.into();
        Call::<User>::post(&["api", "rest", "v1", "user"]).json(&body)
    };

    let user = fixture.client().send(create("a")).await.unwrap();
    assert_eq!(user.email.as_deref(), Some("mynewuser@example.com"));
    assert_eq!(user.emails()[0].address, user.email);
    assert_eq!(user.name.unwrap().given_name.as_deref(), Some("MyNew"));

    fixture.set_rule("create-aliases", false);
    let user = fixture.client().send(create("b")).await.unwrap();
    assert_eq!((user.email, user.emails), (None, None));
}
