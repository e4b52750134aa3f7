//! Modifies a user that others change at the same time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::{Method, Request};
use serde_json::{Value, json};
use tower::layer::layer_fn;
use tower::{ServiceExt as _, service_fn};
use trivore::Result;
use trivore::models::{User, UserId};
use trivore::transport::{Body, BoxError, Next, RetryPolicy};
use trivore::users::{ChangedMeanwhile, Users};
use trivore_sandbox::Fault;
use trivore_tests::{Fixture, Recorder, assert_never_sent, assert_no_such_user, unknown_users};

fn count(user: &mut User) {
    let fields = user.custom_fields.get_or_insert_default();
    let visits: u32 = fields.get_as("visits").unwrap().unwrap_or_default();
    fields.insert("visits", visits + 1);
}

/// A user service before whose requests with this method, or with any, someone else makes changes,
/// as long as there are any.
fn disturbed(
    fixture: &Fixture,
    id: &UserId,
    method: impl Into<Option<Method>>,
    changes: Vec<Value>,
) -> Users {
    let method = method.into();
    let other = fixture.users().clone();
    let (id, changes, next_change) = (id.clone(), Arc::new(changes), Arc::new(AtomicUsize::new(0)));
    let layer = layer_fn(move |next: Next| {
        let (other, id, changes) = (other.clone(), id.clone(), Arc::clone(&changes));
        let (method, next_change) = (method.clone(), Arc::clone(&next_change));
        service_fn(move |request: Request<Body>| {
            let (other, id, changes) = (other.clone(), id.clone(), Arc::clone(&changes));
            let (next, next_change) = (next.clone(), Arc::clone(&next_change));
            let is_disturbed = method.as_ref().is_none_or(|method| request.method() == method);
            async move {
                let change = changes.get(next_change.load(Ordering::SeqCst));
                if let (true, Some(change)) = (is_disturbed, change) {
                    next_change.fetch_add(1, Ordering::SeqCst);
                    if !change.is_null() {
                        let change: User = serde_json::from_value(change.clone()).unwrap();
                        other.update(&id, &change).await.unwrap();
                    }
                }
                Ok::<_, BoxError>(next.oneshot(request).await?)
            }
        })
    });
    fixture.users_with(|client| client.call_layer(layer))
}

/// Counts a visit; returns how often the edit was made, and the result.
async fn counted(users: &Users, id: &UserId) -> (u32, Result<User>) {
    let mut runs = 0;
    let edit = |user: &mut User| {
        runs += 1;
        count(user);
    };
    let modified = users.modify_if_unchanged(id, edit).await;
    (runs, modified)
}

async fn visited() -> (Fixture, UserId) {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({"customFields": {"visits": 1}}));
    // Timestamps have milliseconds; the changes of a test must not share one.
    fixture.sandbox().advance_clock(std::time::Duration::from_millis(10));
    (fixture, id)
}

#[tokio::test]
async fn an_undisturbed_modification_is_written_once() {
    let (fixture, id) = visited().await;

    let user = fixture.users().modify_if_unchanged(&id, count).await.unwrap();

    assert_eq!(user.custom_fields.unwrap().get_as("visits"), Ok(Some(2)));
    let (get, put) = (format!("GET /user/{id}"), format!("PUT /user/{id}"));
    assert_eq!(fixture.request_lines(), [get.clone(), get, put]);
}

#[tokio::test]
async fn nothing_is_written_if_nothing_changes() {
    let (fixture, id) = visited().await;

    fixture.users().modify_if_unchanged(&id, |_| ()).await.unwrap();

    assert_eq!(fixture.request_lines(), [format!("GET /user/{id}")]);
}

#[tokio::test]
async fn a_change_between_the_reads_is_not_overwritten() {
    let (fixture, id) = visited().await;
    let other = json!({"customFields": {"visits": 7}});
    let users = disturbed(&fixture, &id, Method::GET, vec![Value::Null, other]);

    let user = users.modify_if_unchanged(&id, count).await.unwrap();

    assert_eq!(user.custom_fields.unwrap().get_as("visits"), Ok(Some(8)));
    assert_eq!(fixture.document(&id)["customFields"], json!({"visits": 8}));
}

#[tokio::test]
async fn a_change_of_another_field_during_the_write_is_noticed() {
    let (fixture, id) = visited().await;
    let users = disturbed(&fixture, &id, Method::PUT, vec![json!({"title": "Dr."})]);
    let mut seen = Vec::new();

    let user = users
        .modify_if_unchanged(&id, |user| {
            seen.push(user.title.clone());
            user.nick_name = Some(format!("{}-Mai", user.title.as_deref().unwrap_or("no")));
        })
        .await
        .unwrap();

    assert_eq!(seen, [None, Some("Dr.".to_owned())]);
    assert_eq!(user.nick_name.as_deref(), Some("Dr.-Mai"));
    assert_eq!(fixture.document(&id)["title"], "Dr.");
}

#[tokio::test]
async fn an_edit_that_builds_on_the_present_value_is_made_once() {
    // Someone else changes another field during the first write, or during the first two.
    for changes in [
        vec![json!({"title": "Dr."})],
        vec![json!({"title": "Dr."}), json!({"title": "Prof."})],
        // And once more after it, before the user is read again.
        vec![json!({"title": "Dr."}), Value::Null, json!({"title": "Prof."})],
    ] {
        let (fixture, id) = visited().await;
        let users = disturbed(&fixture, &id, Method::PUT, changes.clone());
        let mut seen = Vec::new();

        let user = users
            .modify_if_unchanged(&id, |user| {
                let fields = user.custom_fields.get_or_insert_default();
                seen.push(fields.get_as::<u32>("visits").unwrap());
                count(user);
                user.nick_name = user.title.clone();
            })
            .await
            .unwrap();

        assert_eq!(fixture.document(&id)["customFields"], json!({"visits": 2}), "{changes:?}");
        assert_eq!(user.nick_name, user.title);
        assert!(seen.iter().all(|visits| *visits == Some(1)), "{seen:?}");
    }
}

#[tokio::test]
async fn an_edit_that_needs_no_correction_is_written_once() {
    let (fixture, id) = visited().await;
    let users = disturbed(&fixture, &id, Method::PUT, vec![json!({"title": "Dr."})]);

    let user = users.modify_if_unchanged(&id, count).await.unwrap();

    assert_eq!(user.custom_fields.unwrap().get_as("visits"), Ok(Some(2)));
    assert_eq!(user.title.as_deref(), Some("Dr."));
    // That of someone else, and the one of the edit.
    assert_eq!(fixture.take_changes(), ["create", "update", "update"]);
}

#[tokio::test]
async fn a_field_that_someone_changes_after_the_write_is_not_edited_again() {
    let (fixture, id) = visited().await;
    // Before the write, and after it.
    let (title, visits) = (json!({"title": "Dr."}), json!({"customFields": {"visits": 9}}));
    let changes = vec![Value::Null, Value::Null, title, visits];
    let users = disturbed(&fixture, &id, None, changes);

    let (runs, modified) = counted(&users, &id).await;

    let error = modified.unwrap_err();

    assert!(ChangedMeanwhile::of(&error).is_some(), "{error}");
    assert!(error.may_have_been_applied() && error.to_string().contains("was modified"));
    assert_eq!(runs, 1);
    assert_eq!(fixture.document(&id)["customFields"], json!({"visits": 9}));
}

/// The second write does not contain the field that the first one has edited.
#[tokio::test]
async fn an_edited_field_that_someone_changes_during_a_later_write_is_not_edited_again() {
    let (fixture, id) = visited().await;
    let others = vec![json!({"title": "Dr."}), json!({"customFields": {"visits": 9}})];
    let users = disturbed(&fixture, &id, Method::PUT, others);

    let error = users
        .modify_if_unchanged(&id, |user| {
            count(user);
            user.nick_name.clone_from(&user.title);
        })
        .await
        .unwrap_err();

    assert!(ChangedMeanwhile::of(&error).is_some(), "{error}");
    assert_eq!(fixture.document(&id)["customFields"], json!({"visits": 9}));
}

#[tokio::test]
async fn a_write_whose_response_is_lost_is_found_by_a_read() {
    let on_write = |fault: Fault| fault.on(Method::PUT, "/user/{userId}");
    for (fault, is_applied) in [
        (Fault::reset_after_applying(), true),
        (Fault::apply_then_status(500), true),
        (Fault::reset_after_reading(), false),
    ] {
        let (fixture, id) = visited().await;
        fixture.sandbox().inject(on_write(fault)).unwrap();
        let users = fixture.users_with(|client| client.retry(RetryPolicy::off()));

        let result = users.modify_if_unchanged(&id, count).await;

        let visits = json!({"visits": if is_applied { 2 } else { 1 }});
        assert_eq!(fixture.document(&id)["customFields"], visits);
        match result {
            Ok(user) => {
                assert!(is_applied);
                assert_eq!(json!(user.custom_fields), visits);
            }
            Err(error) => assert!(!is_applied && error.may_have_been_applied(), "{error}"),
        }
        let writes = fixture.sandbox().requests();
        assert_eq!(writes.iter().filter(|it| it.method == Method::PUT).count(), 1);
    }
}

#[tokio::test]
async fn a_refused_write_is_not_looked_up() {
    let (fixture, id) = visited().await;
    let refused = Fault::status(400).on(Method::PUT, "/user/{userId}");
    fixture.sandbox().inject(refused).unwrap();

    let error = fixture.users().modify_if_unchanged(&id, count).await.unwrap_err();

    assert!(error.is_bad_request() && !error.may_have_been_applied());
    assert_eq!(fixture.request_lines().len(), 3);
}

#[tokio::test]
async fn a_language_that_follows_the_other_is_no_change_of_someone_else() {
    let (fixture, id) = visited().await;
    let mut runs = 0;

    let user = fixture
        .users()
        .modify_if_unchanged(&id, |user| {
            runs += 1;
            user.locale = Some("fi".to_owned());
        })
        .await
        .unwrap();

    assert_eq!((runs, user.preferred_language.as_deref()), (1, Some("fi")));
}

#[tokio::test]
async fn a_user_that_changes_all_the_time_is_left_alone() {
    let (fixture, id) = visited().await;
    let changes = (0..20).map(|number| json!({"title": number.to_string()})).collect();
    let users = disturbed(&fixture, &id, Method::GET, changes);

    let (runs, modified) = counted(&users, &id).await;

    let error = modified.unwrap_err();

    assert!(ChangedMeanwhile::of(&error).is_some(), "{error}");
    assert!(!error.may_have_been_applied());
    assert_eq!(runs, 5);
    assert_eq!(fixture.document(&id)["customFields"], json!({"visits": 1}));
}

#[tokio::test]
async fn a_service_that_tells_no_times_is_not_written_to() {
    for meta in ["", r#","meta":{}"#, r#","meta":null"#] {
        let recorder = Recorder::new();
        for _ in 0..3 {
            recorder.respond(200, &format!(r#"{{"id":"1"{meta}}}"#));
        }
        let trivore = recorder.trivore();

        let error = trivore.users().modify_if_unchanged(&"1".into(), count).await.unwrap_err();

        assert!(error.is_decode() && !error.may_have_been_applied(), "{error}");
        assert!(error.to_string().contains("meta.lastModified"), "{error}");
    }
}

#[tokio::test]
async fn invalid_changes_and_unknown_users_are_errors() {
    let (fixture, id) = visited().await;
    let users = fixture.users();

    let password = |user: &mut User| user.password = Some("Sininen-Kuu-42".into());
    assert_never_sent(users.modify_if_unchanged(&id, password).await);
    for id in &unknown_users() {
        assert_no_such_user(users.modify_if_unchanged(id, count).await);
    }
}
