//! Fields that only the service sets: no request contains them.

use http::Method;
use serde_json::{Value, json};
use trivore::models::{Changes, Enterprise, Profile, User, UserId};
use trivore_tests::{Recorder, assert_never_sent};

/// A user as the service returns it.
fn stored(number: u32) -> Value {
    json!({
        "id": format!("{number}"), "title": format!("title {number}"),
        "email": format!("{number}@example.com"),
        "emails": [{"address": format!("{number}@example.com")}],
        "meta": {"lastModified": format!("2022-10-26T09:39:42.00{number}Z")},
        "strongIdentification": {"count": number},
    })
}

fn read(number: u32) -> User {
    serde_json::from_value(stored(number)).unwrap()
}

#[tokio::test]
async fn a_user_that_was_read_is_created_and_updated_without_them() {
    let recorder = Recorder::new();
    let users = recorder.trivore().users().clone();
    let expected = json!({"title": "title 1", "emails": [{"address": "1@example.com"}]});
    let mut hidden = User::new();
    hidden.title = Some("title 1".to_owned());
    hidden.emails = read(1).emails;
    for field in User::READ_ONLY_FIELDS {
        hidden.extra.insert(field, "x");
    }

    for user in [read(1), hidden] {
        recorder.respond(200, r#"{"id":"1"}"#);
        users.update(&UserId::from("1"), &user).await.unwrap();
        assert_eq!(recorder.last().json(), Some(expected.clone()));

        recorder.respond(201, r#"{"id":"1"}"#);
        users.create(&user).await.unwrap();
        let mut body = recorder.last().json().unwrap();
        body.as_object_mut().unwrap().remove("password");
        assert_eq!(body, expected);
    }
}

#[tokio::test]
async fn the_changes_between_two_users_that_were_read_leave_them_out_and_can_be_applied() {
    let recorder = Recorder::new();
    recorder.respond(200, r#"{"id":"1"}"#);
    let users = recorder.trivore().users().clone();
    let changes = Changes::between(&read(1), &read(2)).unwrap();
    let of_text = stored(1).to_string();
    let as_received = Changes::between_as_received(&read(1), &read(2), &of_text).unwrap();

    users.apply(&UserId::from("1"), &changes).await.unwrap();

    assert_eq!(changes.fields().collect::<Vec<_>>(), ["emails", "title"]);
    assert_eq!(as_received, changes);
    let expected = json!({"title": "title 2", "emails": [{"address": "2@example.com"}]});
    assert_eq!(recorder.last().json(), Some(expected));
    assert_eq!(recorder.last().method(), &Method::PUT);
    assert!(Changes::between(&User::new(), &read(1)).unwrap().get("id").is_none());
    assert!(Changes::between(&read(1), &User::new()).unwrap().get("meta").is_none());
    // Only fields of the user itself have these names.
    let (before, after) = (json!({"general": {"email": "a"}}), json!({"general": {"email": "b"}}));
    assert_eq!(serde_json::to_value(Changes::between(&before, &after).unwrap()).unwrap(), after);
}

#[tokio::test]
async fn changes_that_name_one_are_refused_whichever_way_they_are_made() {
    let recorder = Recorder::new();
    let users = recorder.trivore().users().clone();
    let id = UserId::from("1");

    for field in User::READ_ONLY_FIELDS {
        for value in [json!("x"), Value::Null, json!({})] {
            let error = serde_json::from_value::<Changes>(json!({"title": "x", field: value}));
            let error = error.unwrap_err().to_string();
            assert!(error.contains(&format!("`{field}` is read-only")), "{error}");
        }
        let error = Changes::new().set(field, "x").unwrap_err();
        assert!(error.to_string().contains("read-only"), "{error}");
        let cleared = Changes::new().clear(field);
        assert!(cleared.apply_to(&read(1)).is_err(), "{field}");
        assert_never_sent(users.apply(&id, &cleared).await);
        assert_never_sent(users.apply(&id, &Changes::new().then(cleared)).await);
        assert!(recorder.requests().is_empty());
    }
}

#[tokio::test]
async fn an_edit_of_one_is_refused_and_other_edits_do_not_send_them() {
    let edits: [fn(&mut User); 6] = [
        |user| user.id = Some("2".into()),
        |user| user.email = Some("2@example.com".to_owned()),
        |user| user.meta = None,
        |user| user.strong_identification = read(2).strong_identification,
        |user| drop(user.extra.insert("email", "2@example.com")),
        |user| *user = read(2),
    ];
    for edit in edits {
        let recorder = Recorder::new();
        recorder.respond(200, &stored(1).to_string());
        let users = recorder.trivore().users().clone();

        assert_never_sent(users.modify(&UserId::from("1"), edit).await);

        assert_eq!(recorder.requests().len(), 1);
    }
    let recorder = Recorder::new();
    recorder.respond(200, &stored(1).to_string()).respond(200, &stored(1).to_string());
    let users = recorder.trivore().users().clone();
    let edit = |user: &mut User| user.emails.get_or_insert_default().push("b@x".into());
    users.modify(&UserId::from("1"), edit).await.unwrap();
    let expected = json!({"emails": [{"address": "1@example.com"}, {"address": "b@x"}]});
    assert_eq!(recorder.last().json(), Some(expected));
}

#[tokio::test]
async fn an_address_that_is_given_as_email_alone_is_refused() {
    let recorder = Recorder::new();
    let users = recorder.trivore().users().clone();
    let mut user = User::new();
    user.email = Some("maija@example.com".to_owned());

    for result in [
        users.create(&user).await.map(|created| created.user),
        users.update(&UserId::from("1"), &user).await,
    ] {
        let error = result.as_ref().unwrap_err().to_string();
        assert!(error.contains("change `emails`"), "{error}");
        assert_never_sent(result);
    }
    let mut hidden = User::new();
    hidden.title = Some("Dr.".to_owned());
    hidden.extra.insert("email", "maija@example.com");
    assert_never_sent(users.update(&UserId::from("1"), &hidden).await);
    assert_never_sent(users.create(&hidden).await);
    assert!(recorder.requests().is_empty());

    // Here the list says what the addresses are: none.
    user.emails = Some(Vec::new());
    recorder.respond(200, r#"{"id":"1"}"#);
    users.update(&UserId::from("1"), &user).await.unwrap();
    assert_eq!(recorder.last().json(), Some(json!({"emails": []})));
}

#[tokio::test]
async fn an_organization_and_a_profile_that_were_read_are_written_without_them() {
    let recorder = Recorder::new();
    let users = recorder.trivore().users().clone();
    let id = UserId::from("1");
    let organization = json!({"tradeName": "Oy", "meta": {"created": "2022-10-26T09:39:42.195Z"}});
    let mut hidden = Enterprise::new();
    hidden.trade_name = Some("Oy".to_owned());
    hidden.extra.insert("meta", 1);
    for enterprise in [serde_json::from_value(organization).unwrap(), hidden] {
        recorder.respond(200, "{}");
        users.update_enterprise(&id, &enterprise).await.unwrap();
        assert_eq!(recorder.last().json(), Some(json!({"tradeName": "Oy"})));
    }

    let profile: Profile = serde_json::from_value(json!({
        "locale": "fi", "lastModified": "2022-10-26T09:39:42.195Z",
        "legalAddresses": [{"country": "FI"}], "legalDomicileCode": "853",
    }))
    .unwrap();
    recorder.respond(200, "{}");
    users.update_profile(&id, &profile).await.unwrap();
    assert_eq!(recorder.last().json(), Some(json!({"locale": "fi"})));
}

/// Sends what `set` sets in a value of its type.
async fn written<T: Default>(
    recorder: &Recorder,
    set: fn(&mut T),
    write: impl AsyncFnOnce(T) -> trivore::Result<()>,
) -> trivore::Result<Option<Value>> {
    let mut value = T::default();
    set(&mut value);
    recorder.respond(200, r#"{"id":"1"}"#);
    write(value).await?;
    Ok(recorder.last().json())
}

#[tokio::test]
async fn with_nothing_else_they_are_refused_because_nothing_would_change() {
    let recorder = Recorder::new();
    let users = recorder.trivore().users().clone();
    let id = UserId::from("1");
    let of_user: [fn(&mut User); 6] = [
        |user| user.id = Some("1".into()),
        |user| user.meta = read(1).meta,
        |user| user.strong_identification = read(1).strong_identification,
        |user| drop(user.extra.insert("meta", Value::Null)),
        |user| drop(user.extra.insert("email", "a@example.com")),
        |user| (user.id, user.meta) = (read(1).id, read(1).meta),
    ];
    for set in of_user {
        let update = async |user| users.update(&id, &user).await.map(drop);
        assert_never_sent(written(&recorder, set, update).await);
        let create = async |user| users.create(&user).await.map(drop);
        assert_never_sent(written(&recorder, set, create).await);
    }
    let of_enterprise: [fn(&mut Enterprise); 2] = [
        |enterprise| enterprise.meta = read(1).meta,
        |enterprise| drop(enterprise.extra.insert("meta", 1)),
    ];
    for set in of_enterprise {
        let update = async |enterprise| users.update_enterprise(&id, &enterprise).await.map(drop);
        assert_never_sent(written(&recorder, set, update).await);
    }
    let of_profile: [fn(&mut Profile); 4] = [
        |profile| profile.legal_domicile_code = Some("853".to_owned()),
        |profile| profile.legal_addresses = Some(Vec::new()),
        |profile| profile.last_modified = Some("2022-10-26T09:39:42.195Z".into()),
        |profile| drop(profile.extra.insert("legalDomicileCode", "853")),
    ];
    for set in of_profile {
        let update = async |profile| users.update_profile(&id, &profile).await.map(drop);
        assert_never_sent(written(&recorder, set, update).await);
    }
    assert!(recorder.requests().is_empty());
}

#[tokio::test]
async fn an_update_with_nothing_at_all_is_sent() {
    let recorder = Recorder::new();
    let users = recorder.trivore().users().clone();
    let id = UserId::from("1");

    let update = async |user| users.update(&id, &user).await.map(drop);
    assert_eq!(written(&recorder, |_| {}, update).await.unwrap(), Some(json!({})));
    let update = async |enterprise| users.update_enterprise(&id, &enterprise).await.map(drop);
    assert_eq!(written(&recorder, |_| {}, update).await.unwrap(), Some(json!({})));
    let update = async |profile| users.update_profile(&id, &profile).await.map(drop);
    assert_eq!(written(&recorder, |_| {}, update).await.unwrap(), Some(json!({})));
}

#[tokio::test]
async fn a_password_among_the_unknown_fields_of_an_update_is_refused() {
    let recorder = Recorder::new();
    let users = recorder.trivore().users().clone();
    let mut user = User::new();
    user.extra.insert("password", "Secret-42");

    assert_never_sent(users.update(&UserId::from("1"), &user).await);
    assert!(recorder.requests().is_empty());
}
