//! Reads a user, modifies it, and writes only the changed fields.

use http::Method;
use serde_json::{Value, json};
use trivore::models::{EmailAddress, Sex, User, UserId};
use trivore::users::IncompleteChange;
use trivore_tests::{
    Fixture, Recorder, assert_lacks, assert_never_sent, assert_no_such_user, assert_unauthorized,
    refusal, unknown_users,
};

#[tokio::test]
async fn only_what_changed_is_sent() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({
        "nickName": "Mai", "title": "Dr.", "locked": true, "memberOf": ["drivers"],
    }));

    let user =
        fixture.users().modify(&id, |user| user.title = Some("Prof.".to_owned())).await.unwrap();

    assert_eq!(fixture.last_body(&Method::PUT), json!({"title": "Prof."}));
    assert_eq!(user.title.as_deref(), Some("Prof."));
    assert_eq!(serde_json::to_value(user).unwrap(), fixture.document(&id));
    assert_eq!(fixture.document(&id)["nickName"], "Mai");
    assert_eq!(fixture.request_lines(), [format!("GET /user/{id}"), format!("PUT /user/{id}")]);
}

#[tokio::test]
async fn what_was_set_to_none_is_cleared_with_null() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({
        "nickName": "Mai",
        "name": {"givenName": "Maija", "middleName": "Elina", "familyName": "Virtanen"},
        "tags": ["a"],
    }));

    let user = fixture
        .users()
        .modify(&id, |user| {
            user.nick_name = None;
            user.tags = None;
            user.name.get_or_insert_default().middle_name = None;
        })
        .await
        .unwrap();

    let name = json!({"givenName": "Maija", "middleName": null, "familyName": "Virtanen"});
    let expected = json!({"nickName": null, "tags": null, "name": name});
    assert_eq!(fixture.last_body(&Method::PUT), expected);
    let document = fixture.document(&id);
    assert!(document.get("nickName").is_none() && document.get("tags").is_none());
    assert_eq!(document["name"], json!({"givenName": "Maija", "familyName": "Virtanen"}));
    assert_eq!(user.name.unwrap().middle_name, None);
}

#[tokio::test]
async fn a_cleared_member_is_gone_whether_the_server_merges_objects_or_replaces_them() {
    for merges in [false, true] {
        let fixture = Fixture::start().await;
        fixture.set_rule("nested-objects-merge", merges);
        let name = json!({"givenName": "Maija", "middleName": "Elina", "nameOfTomorrow": "x"});
        let id = fixture.add_user(json!({"name": name}));

        let clear = |user: &mut User| user.name.get_or_insert_default().middle_name = None;
        fixture.users().modify(&id, clear).await.unwrap();

        let expected = json!({"givenName": "Maija", "nameOfTomorrow": "x"});
        assert_eq!(fixture.document(&id)["name"], expected, "merges: {merges}");
    }
}

/// The four ways in which the service may treat objects and nulls of an application's data.
const READINGS: [(bool, bool); 4] = [(false, false), (false, true), (true, false), (true, true)];

async fn service(merges: bool, nulls_clear: bool) -> Fixture {
    let fixture = Fixture::start().await;
    fixture.set_rule("nested-objects-merge", merges);
    fixture.set_rule("custom-field-nulls-clear", nulls_clear);
    fixture
}

fn remove_old(user: &mut User) {
    user.custom_fields.get_or_insert_default().remove("old");
}

#[tokio::test]
async fn a_removed_custom_field_is_gone_and_removing_it_again_sends_nothing() {
    for (merges, nulls_clear) in READINGS {
        let fixture = service(merges, nulls_clear).await;
        let id = fixture.add_user(json!({"customFields": {"old": "x", "kept": 1}}));
        let users = fixture.users();

        let result = users.modify(&id, remove_old).await;

        if merges && !nulls_clear {
            // Such a service offers no way to remove a custom field alone.
            let error = result.unwrap_err();
            let incomplete = IncompleteChange::of(&error).unwrap();
            assert!(error.may_have_been_applied() && incomplete.error().is_none());
            assert_eq!(incomplete.pointers(), ["/customFields/old"]);
            assert_eq!(incomplete.user().id.as_ref(), Some(&id));
            continue;
        }
        assert!(result.unwrap().custom_fields.unwrap().get("old").is_none());
        assert_eq!(fixture.document(&id)["customFields"], json!({"kept": 1}));
        let sent = if merges { json!({"old": null, "kept": 1}) } else { json!({"kept": 1}) };
        assert_eq!(fixture.last_body(&Method::PUT), json!({"customFields": sent}));
        let writes = |fixture: &Fixture| {
            fixture.request_lines().iter().filter(|line| line.starts_with("PUT")).count()
        };
        assert_eq!(writes(&fixture), if merges { 2 } else { 1 });
        users.modify(&id, remove_old).await.unwrap();
        assert_eq!(writes(&fixture), if merges { 2 } else { 1 });
    }
}

#[tokio::test]
async fn removed_members_of_an_applications_data_are_gone_at_every_depth() {
    for (merges, nulls_clear) in READINGS {
        if merges && !nulls_clear {
            continue;
        }
        let fixture = service(merges, nulls_clear).await;
        let deep = json!({"name": {"old": {"x": 1}, "kept": [{"a": 1}]}});
        let id = fixture.add_user(json!({
            "customFields": deep, "fieldOfTomorrow": {"deep": {"old": 1, "kept": 2}},
            "name": {"givenName": "Maija", "partOfTomorrow": {"old": 1, "kept": 2}},
        }));

        let change = |user: &mut User| {
            let fields = user.custom_fields.get_or_insert_default();
            fields.insert("name", json!({"kept": [{}]}));
            user.extra.insert("fieldOfTomorrow", json!({"deep": {"kept": 2}}));
            let name = user.name.get_or_insert_default();
            name.extra.insert("partOfTomorrow", json!({"kept": 2}));
        };
        fixture.users().modify(&id, change).await.unwrap();

        let document = fixture.document(&id);
        assert_eq!(document["customFields"], json!({"name": {"kept": [{}]}}));
        assert_eq!(document["fieldOfTomorrow"], json!({"deep": {"kept": 2}}));
        assert_eq!(document["name"]["partOfTomorrow"], json!({"kept": 2}));
    }
}

#[tokio::test]
async fn nulls_that_an_application_stores_are_left_alone() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({"customFields": {"null": null, "a": {"null": null}, "n": 1}}));

    let change = |user: &mut User| {
        user.custom_fields.get_or_insert_default().insert("n", 2);
    };
    fixture.users().modify(&id, change).await.unwrap();

    let expected = json!({"null": null, "a": {"null": null}, "n": 2});
    assert_eq!(fixture.document(&id)["customFields"], expected);
}

#[tokio::test]
async fn what_the_service_did_not_clear_is_told() {
    let fixture = Fixture::start().await;
    fixture.set_rule("null-ignored", true);
    let id = fixture.add_user(json!({
        "nickName": "MARK", "title": "Dr.", "consents": {"profiling": true},
        "customFields": {"MARK": 1, "kept": 1},
    }));

    let change = |user: &mut User| {
        user.nick_name = None;
        user.title = Some("Prof.".to_owned());
        user.consents.get_or_insert_default().profiling = None;
        user.custom_fields.get_or_insert_default().remove("MARK");
    };
    let error = fixture.users().modify(&id, change).await.unwrap_err();

    let incomplete = IncompleteChange::of(&error).unwrap();
    assert_eq!(incomplete.pointers(), ["/nickName"]);
    assert_eq!(incomplete.user().title.as_deref(), Some("Prof."));
    assert!(error.may_have_been_applied());
    let shown = format!("{error} {error:?} {incomplete} {incomplete:?}");
    assert!(!shown.contains("MARK"), "{shown}");
}

#[tokio::test]
async fn a_default_in_place_of_what_was_cleared_is_no_failure() {
    let recorder = Recorder::new();
    let stored = r#"{"id":"a","mfaMethod":"TOTP","consents":{"profiling":true},"tags":["x"]}"#;
    let cleared = r#"{"id":"a","mfaMethod":"NONE","consents":{"profiling":false},"tags":[]}"#;
    recorder.respond(200, stored).respond(200, cleared);

    let users = recorder.trivore().users().clone();
    let change = |user: &mut User| {
        user.mfa_method = None;
        user.consents.get_or_insert_default().profiling = None;
        user.tags = None;
    };
    users.modify(&UserId::from("a"), change).await.unwrap();

    assert_eq!(recorder.requests().len(), 2);
}

#[tokio::test]
async fn a_second_write_that_fails_leaves_a_change_that_is_known_to_be_incomplete() {
    let recorder = Recorder::new();
    let stored = r#"{"id":"a","customFields":{"old":1,"kept":1}}"#;
    recorder.respond(200, stored).respond(200, stored).respond(403, "{}");

    let users = recorder.trivore().users().clone();
    let error = users.modify(&UserId::from("a"), remove_old).await.unwrap_err();

    let incomplete = IncompleteChange::of(&error).unwrap();
    assert!(incomplete.error().unwrap().is_forbidden());
    assert_eq!(incomplete.pointers(), ["/customFields/old"]);
    let source = std::error::Error::source(incomplete).unwrap();
    assert!(source.downcast_ref::<trivore::Error>().unwrap().is_forbidden());
    assert!(!incomplete.to_string().contains(&source.to_string()), "{incomplete}");
    let chain: Vec<String> =
        std::iter::successors(Some(&error as &dyn std::error::Error), |error| error.source())
            .map(ToString::to_string)
            .collect();
    for text in ["applied in part", "403"] {
        let count = chain.iter().filter(|shown| shown.contains(text)).count();
        assert_eq!(count, 1, "{text}: {chain:?}");
    }
    assert!(error.may_have_been_applied());
    assert_eq!(recorder.requests().len(), 3);
}

#[tokio::test]
async fn numbers_beside_a_change_are_sent_to_the_letter() {
    for (stored, change, sent) in [
        (
            r#"{"customFields":{"big":123456789012345678901234,"n":1}}"#,
            (|user: &mut User| {
                user.custom_fields.get_or_insert_default().insert("n", 2);
            }) as fn(&mut User),
            r#"{"customFields":{"big":123456789012345678901234,"n":2}}"#,
        ),
        (
            r#"{"customFields":{"big":-123456789012345678901234},"title":"Dr."}"#,
            |user| user.title = None,
            r#"{"title":null}"#,
        ),
        (
            r#"{"emails":[{"address":"a","big":18446744073709551616},{"address":"b"}]}"#,
            |user| drop(user.emails.get_or_insert_default().pop()),
            r#"{"emails":[{"address":"a","big":18446744073709551616}]}"#,
        ),
        (
            r#"{"emails":[{"address":"a","big":18446744073709551616,"name":"x"}]}"#,
            |user| {
                let emails = user.emails.get_or_insert_default();
                emails[0].name = None;
                emails.insert(0, EmailAddress::new("b"));
            },
            r#"{"emails":[{"address":"b"},{"address":"a","big":18446744073709551616}]}"#,
        ),
        (
            r#"{"name":{"x":[1.10,{"y":1E400000000000000000000}]}}"#,
            |user| user.title = Some("x".to_owned()),
            "",
        ),
        (
            r#"{"customFields":{"a":{"b":[0.10,{"c":99999999999999999999,"d":1}]}}}"#,
            |user| {
                let fields = user.custom_fields.get_or_insert_default();
                let mut a = fields.remove("a").unwrap();
                a["b"][1]["d"] = json!(2);
                fields.insert("a", a);
            },
            r#"{"customFields":{"a":{"b":[0.10,{"c":99999999999999999999,"d":2}]}}}"#,
        ),
    ] {
        let recorder = Recorder::new();
        let stored = stored.replacen('{', r#"{"id":"a","#, 1);
        recorder.respond(200, &stored).respond(200, r#"{"id":"a"}"#);

        let users = recorder.trivore().users().clone();
        let result = users.modify(&UserId::from("a"), change).await;

        // A number beyond the range of floats cannot be read at all.
        assert_eq!(result.is_ok(), !sent.is_empty(), "{stored}");
        let body = recorder.last().request.into_body();
        assert_eq!(str::from_utf8(&body).unwrap(), sent, "{stored}");
    }
}

#[tokio::test]
async fn a_value_of_another_type_is_told_by_its_place_and_never_quoted() {
    for (value, told) in [
        (json!({"emails": "MARK"}), "emails: expected an array"),
        (json!({"name": {"givenName": {"MARK": 1}}}), "name.givenName: expected a string"),
        (json!({"customFields": ["MARK"]}), "customFields: expected a map"),
        (json!({"locked": "MARK"}), "locked: expected a boolean"),
    ] {
        let recorder = Recorder::new();
        recorder.respond(200, r#"{"id":"a"}"#);
        let Value::Object(fields) = value else { unreachable!() };

        let users = recorder.trivore().users().clone();
        let change = |user: &mut User| user.extra.extend(fields);
        let error = users.modify(&UserId::from("a"), change).await.unwrap_err();

        assert!(error.is_invalid_input());
        assert!(error.to_string().ends_with(told), "{error}");
        assert!(!format!("{error} {error:?}").contains("MARK"), "{error:?}");
        assert_eq!(recorder.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_stored_user_that_exceeds_a_limit_can_be_repaired_and_changed_beside_it() {
    let stored = json!({
        "id": "a", "customFields": {"a.b": 1, "$c": 1, "n": 1},
        "tags": vec!["x".repeat(101); 103],
    });
    let repairs: [fn(&mut User); 5] = [
        |user| user.title = Some("x".to_owned()),
        |user| drop(user.custom_fields.get_or_insert_default().remove("a.b")),
        |user| drop(user.custom_fields.get_or_insert_default().insert("n", 2)),
        |user| user.tags.get_or_insert_default().truncate(102),
        |user| user.tags.get_or_insert_default()[0] = "short".to_owned(),
    ];
    for repair in repairs {
        let recorder = Recorder::new();
        recorder.respond(200, &stored.to_string()).respond(200, r#"{"id":"a"}"#);

        let users = recorder.trivore().users().clone();
        users.modify(&UserId::from("a"), repair).await.unwrap();

        assert_eq!(recorder.requests().len(), 2);
    }
    let worse: [fn(&mut User); 4] = [
        |user| drop(user.custom_fields.get_or_insert_default().insert("d.e", 2)),
        |user| user.tags.get_or_insert_default().push("x".to_owned()),
        |user| user.tags.get_or_insert_default()[0].push('x'),
        |user| drop(user.extra.insert("x", nested(5000))),
    ];
    for worse in worse {
        let recorder = Recorder::new();
        recorder.respond(200, &stored.to_string());

        let users = recorder.trivore().users().clone();
        assert_never_sent(users.modify(&UserId::from("a"), worse).await);

        assert_eq!(recorder.requests().len(), 1);
    }
}

fn nested(levels: usize) -> Value {
    (0..levels).fold(Value::Null, |inner, _| Value::Array(vec![inner]))
}

#[tokio::test]
async fn when_nothing_changed_nothing_is_sent() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({"nickName": "Mai", "sex": "A_VALUE_OF_TOMORROW"}));

    let user =
        fixture.users().modify(&id, |user| user.nick_name = Some("Mai".to_owned())).await.unwrap();

    assert_eq!(user.nick_name.as_deref(), Some("Mai"));
    assert_eq!(fixture.request_lines(), [format!("GET /user/{id}")]);
    assert_eq!(fixture.take_changes(), ["create"]);
}

#[tokio::test]
async fn what_this_version_does_not_name_stays() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({
        "sex": "A_VALUE_OF_TOMORROW",
        "fieldOfTomorrow": {"deep": 1},
        "emails": [{"address": "a@example.com", "bounces": 3}],
    }));

    let user = fixture
        .users()
        .modify(&id, |user| {
            assert!(matches!(user.sex, Some(Sex::Unrecognized(_))));
            user.emails.get_or_insert_default().push(EmailAddress::new("b@example.com"));
        })
        .await
        .unwrap();

    let document = fixture.document(&id);
    assert_eq!(document["sex"], "A_VALUE_OF_TOMORROW");
    assert_eq!(document["fieldOfTomorrow"], json!({"deep": 1}));
    assert_eq!(document["emails"][0]["bounces"], 3);
    assert_eq!(document["emails"][1]["address"], "b@example.com");
    assert_eq!(user.emails().len(), 2);
}

#[tokio::test]
async fn changes_of_others_meanwhile_stay_unless_they_touch_the_same_field() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({"nickName": "Mai"}));
    let other = fixture.users_with(|client| client.user_agent("other"));
    let read = other.get(&id).await.unwrap();
    let mut title = User::new();
    title.title = Some("Dr.".to_owned());
    other.update(&id, &title).await.unwrap();

    fixture.users().modify(&id, |user| user.nick_name = None).await.unwrap();

    assert_eq!(read.title, None);
    assert_eq!(fixture.document(&id)["title"], "Dr.");
    assert!(fixture.document(&id).get("nickName").is_none());
}

#[tokio::test]
async fn a_password_is_not_changed_this_way() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({"username": "maija", "password": "Old-Secret-42"}));

    let change = |user: &mut User| user.password = Some("New-Secret-42".into());
    assert_never_sent(fixture.users().modify(&id, change).await);

    let hidden = |user: &mut User| drop(user.extra.insert("password", "New-Secret-42"));
    assert_never_sent(fixture.users().modify(&id, hidden).await);

    assert_eq!(fixture.request_lines(), vec![format!("GET /user/{id}"); 2]);
    fixture.token("maija", "Old-Secret-42").await.unwrap();
}

#[tokio::test]
async fn documented_limits_are_checked_before_a_change_is_sent() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));

    let change = |user: &mut User| user.tags = Some(vec!["tag".to_owned(); 101]);
    assert_never_sent(fixture.users().modify(&id, change).await);

    assert_eq!(fixture.request_lines(), [format!("GET /user/{id}")]);
}

#[tokio::test]
async fn a_change_that_the_server_refuses_is_told_in_its_words() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));

    let change = |user: &mut User| user.emails = Some(vec![EmailAddress::new("nowhere")]);
    let words = refusal(fixture.users().modify(&id, change).await);

    assert_eq!(words, "Field \"emails[0].address\" is missing or malformed.");
}

#[tokio::test]
async fn without_a_user_or_a_permission_the_change_is_not_even_tried() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));
    let change = |_: &mut User| panic!("the closure was called without a user");

    for id in &unknown_users() {
        assert_no_such_user(fixture.users().modify(id, change).await);
    }
    assert_unauthorized(fixture.users_of_a_stranger().modify(&id, change).await);
    let powerless = fixture.users_with_only(&["GROUP_VIEW"]);
    assert_lacks("ACCOUNT_VIEW", powerless.modify(&id, change).await);
    let reader = fixture.users_with_only(&["ACCOUNT_VIEW"]);
    assert_lacks("ACCOUNT_MODIFY", reader.modify(&id, |user| user.minor = Some(true)).await);
}

#[tokio::test]
async fn what_the_service_has_beyond_the_limits_does_not_stop_a_change() {
    let recorder = Recorder::new();
    let tags = vec!["x"; User::MAX_TAGS + 1];
    recorder
        .respond(200, &json!({"id": "a", "tags": tags}).to_string())
        .respond(200, r#"{"id":"a"}"#);

    let users = recorder.trivore().users().clone();
    users.modify(&UserId::from("a"), |user| user.title = Some("Dr.".into())).await.unwrap();

    assert_eq!(recorder.last().json(), Some(json!({"title": "Dr."})));
}

#[tokio::test]
async fn a_response_with_another_user_is_an_error_and_nothing_more_is_sent() {
    for (body, writes) in [
        // The second write must not clear fields of whoever this is.
        (r#"{"id":"b","customFields":{"old":1,"kept":1}}"#, 1),
        (r#"{"id":"b","customFields":{"kept":1}}"#, 1),
    ] {
        let recorder = Recorder::new();
        recorder.respond(200, r#"{"id":"a","customFields":{"old":1,"kept":1}}"#);
        recorder.respond(200, body).respond(200, body);
        let users = recorder.trivore().users().clone();

        let error = users.modify(&UserId::from("a"), remove_old).await.unwrap_err();

        assert!(error.is_decode() && error.may_have_been_applied(), "{error}");
        assert!(error.to_string().contains("id: expected the user that was read"), "{error}");
        assert_eq!(recorder.requests().len(), 1 + writes);
    }
    // The second write has a response of its own.
    let recorder = Recorder::new();
    let stored = r#"{"id":"a","customFields":{"old":1,"kept":1}}"#;
    recorder.respond(200, stored).respond(200, stored).respond(200, r#"{"id":"b"}"#);
    let users = recorder.trivore().users().clone();
    let error = users.modify(&UserId::from("a"), remove_old).await.unwrap_err();
    assert!(IncompleteChange::of(&error).unwrap().error().unwrap().is_decode());
}

#[tokio::test]
async fn what_others_wrote_between_the_two_writes_is_not_taken_back() {
    let recorder = Recorder::new();
    // The service merges objects. Another program writes `kept` and `new` before the first write.
    let stored = r#"{"id":"a","customFields":{"old":1,"kept":1,"mine":1}}"#;
    let merged =
        r#"{"id":"a","customFields":{"old":1,"kept":1,"mine":2,"new":{"x":99999999999999999999}}}"#;
    let cleared = r#"{"id":"a","customFields":{"kept":1,"mine":2,"new":{}}}"#;
    recorder.respond(200, stored).respond(200, merged).respond(200, cleared);
    let users = recorder.trivore().users().clone();

    let change = |user: &mut User| {
        remove_old(user);
        user.custom_fields.get_or_insert_default().insert("mine", 2);
    };
    let user = users.modify(&UserId::from("a"), change).await.unwrap();

    assert_eq!(user.custom_fields.unwrap().len(), 3);
    let sent =
        r#"{"customFields":{"kept":1,"mine":2,"new":{"x":99999999999999999999},"old":null}}"#;
    assert_eq!(str::from_utf8(recorder.last().request.body()).unwrap(), sent);
}
