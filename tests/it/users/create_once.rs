//! Creates users over connections that fail, and looks up what became of a creation.

use std::time::{Duration, SystemTime};

use http::Method;
use serde_json::{Value, json};
use tokio::time::Instant;
use trivore::Credentials;
use trivore::models::{User, UserId};
use trivore::transport::Client;
use trivore::users::{CreateOutcome, FailedLookUp, FoundUser, Reconciled, Users};
use trivore_sandbox::Fault;
use trivore_tests::{Fixture, assert_lacks, assert_never_sent, refusal};

fn named(username: &str) -> User {
    let mut user = User::new();
    user.username = Some(username.to_owned());
    user.namespace_code = Some("sandbox".into());
    user
}

/// Makes the next creation fail.
fn lose(fixture: &Fixture, fault: Fault) {
    fixture.sandbox().inject(fault.on(Method::POST, "/user").once()).unwrap();
}

fn empty_pages(fixture: &Fixture, times: u64) {
    let empty = Fault::status(200).body(r#"{"totalResults": 0, "resources": []}"#);
    fixture.sandbox().inject(empty.on(Method::GET, "/user").times(times)).unwrap();
}

fn count(fixture: &Fixture, method: &Method) -> usize {
    fixture.sandbox().requests().iter().filter(|request| request.method == *method).count()
}

/// Returns the user service without a socket, for paused time.
fn aside(fixture: &Fixture) -> Users {
    let sandbox = fixture.sandbox();
    let credentials = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    let client = Client::builder(sandbox.url()).credentials(credentials);
    Users::new(client.service(sandbox.service()).build().unwrap())
}

#[tokio::test]
async fn a_user_whose_response_is_lost_is_created_once_and_its_password_is_known() {
    for fault in [
        Fault::reset_after_applying(),
        Fault::close_after_applying(),
        Fault::apply_then_status(500),
        Fault::apply_then_html_page(502),
        Fault::cut_body(7),
        Fault::malformed_json(),
    ] {
        let fixture = Fixture::start().await;
        lose(&fixture, fault.clone());
        let mut new = named("maija");
        new.tags = Some(vec!["My_TAG".to_owned()]);
        new.member_of = Some(vec!["drivers".into()]);

        let created = fixture.users().create_once(&new).await.unwrap();

        assert_eq!(fixture.take_changes(), ["create", "create"], "{fault:?}"); // with the group
        assert_eq!(count(&fixture, &Method::POST), 1);
        assert_eq!(created.user.id, Some(created.id.clone()));
        assert_eq!(fixture.document(&created.id)["username"], "maija");
        fixture.token("maija", created.password.expose()).await.unwrap();
    }
}

#[tokio::test]
async fn a_user_whose_request_is_lost_is_created_again_with_the_same_password() {
    for fault in [Fault::reset_before(), Fault::reset_after_reading(), Fault::status(503)] {
        let fixture = Fixture::start().await;
        lose(&fixture, fault.clone());

        let created = fixture.users().create_once(&named("maija")).await.unwrap();

        assert_eq!(fixture.take_changes(), ["create"], "{fault:?}");
        let requests = fixture.sandbox().requests();
        let creations = requests.iter().filter(|request| request.method == Method::POST);
        let mut bodies: Vec<_> = creations.map(|request| request.body.clone()).collect();
        bodies.retain(|body| !body.is_empty()); // the fault came before the body
        bodies.dedup();
        assert_eq!(bodies.len(), 1);
        fixture.token("maija", created.password.expose()).await.unwrap();
    }
}

#[tokio::test]
async fn without_a_fault_only_the_creation_is_sent() {
    let fixture = Fixture::start().await;

    fixture.users().create_once(&named("maija")).await.unwrap();

    assert_eq!(fixture.request_lines(), ["POST /user"]);
}

#[tokio::test]
async fn a_refusal_is_returned_as_it_is() {
    let fixture = Fixture::start().await;
    fixture.add_user(json!({"username": "maija"}));
    let mut weak = named("liisa");
    weak.password = Some("short".into());

    let taken = fixture.users().create_once(&named("maija")).await.unwrap_err();
    let refused = refusal(fixture.users().create_once(&weak).await);

    assert!(taken.is_conflict() && !taken.may_have_been_applied());
    assert_eq!(refused, "Password is too short.");
    assert_eq!(count(&fixture, &Method::GET), 0);
}

#[tokio::test]
async fn what_cannot_be_looked_up_is_not_sent() {
    let fixture = Fixture::start().await;
    let mut nameless = User::new();
    let mut empty = named("");
    empty.username = Some(String::new());
    let deep = (0..5000).fold(Value::Null, |inner, _| Value::Array(vec![inner]));
    let mut too_deep = named("maija");
    too_deep.extra.insert("deep", deep);

    for user in [&nameless, &empty, &too_deep] {
        assert_never_sent(fixture.users().create_once(user).await);
        assert_never_sent(fixture.users().reconcile(Duration::ZERO).create(user).await);
    }
    nameless.namespace_code = Some("sandbox".into());
    assert_never_sent(fixture.users().create_once(&nameless).await);
    assert_eq!(fixture.request_lines(), [""; 0]);
}

#[tokio::test]
async fn a_user_that_was_there_before_is_not_taken_for_the_new_one() {
    let fixture = Fixture::start().await;
    fixture.add_user(json!({"username": "maija", "title": "Dr."}));
    fixture.sandbox().advance_clock(Duration::from_secs(10));
    let mut new = named("maija");
    new.title = Some("Dr.".to_owned());

    for fault in [Fault::reset_after_reading(), Fault::status(500)] {
        lose(&fixture, fault);
        let error = fixture.users().create_once(&new).await.unwrap_err();

        let found = FoundUser::of(&error).unwrap();
        assert!(found.is_older() && found.differences().is_empty());
        assert_eq!(found.user().username.as_deref(), Some("maija"));
        assert!(!error.may_have_been_applied());
    }
    assert_eq!(fixture.take_changes(), ["create"]);
}

#[tokio::test]
async fn a_user_that_was_created_just_before_is_not_taken_for_the_new_one() {
    let fixture = Fixture::start().await;
    let other = fixture.users().create(&named("maija")).await.unwrap();
    // Timestamps have milliseconds; the two must not share one.
    let created = Instant::now();
    while created.elapsed() < Duration::from_millis(3) {
        tokio::task::yield_now().await;
    }
    lose(&fixture, Fault::status(500));

    let error = fixture.users().create_once(&named("maija")).await.unwrap_err();

    let found = FoundUser::of(&error).unwrap();
    assert_eq!(found.user().id.as_ref(), Some(&other.id));
}

#[tokio::test]
async fn a_new_user_with_other_data_is_reported_with_what_differs() {
    let fixture = Fixture::start().await;
    let users = fixture.users();
    let mut new = named("maija");
    new.title = Some("Dr.".to_owned());
    new.tags = Some(vec!["a".to_owned()]);
    new.member_of = Some(vec!["drivers".into()]);
    let lookup = users.reconcile(Duration::from_secs(60)).limit(Duration::ZERO);
    fixture.add_user(json!({"username": "maija", "title": "Prof.", "memberOf": ["managers"]}));

    let outcome = lookup.create(&new).await.unwrap();

    let CreateOutcome::Found(found) = &outcome else { panic!("{outcome:?}") };
    assert_eq!(found.differences(), ["memberOf", "tags", "title"]);
    assert!(!found.is_older());
    assert!(!format!("{found:?} {found}").contains("maija"));
    assert_eq!(outcome.reconciled(), Reconciled::Unknown);
}

#[tokio::test]
async fn users_of_other_namespaces_are_others() {
    let fixture = Fixture::with(|sandbox| sandbox.namespace(json!({"code": "other"}))).await;
    fixture.add_user(json!({"username": "maija", "nsCode": "other"}));

    lose(&fixture, Fault::status(500));
    let created = fixture.users().create_once(&named("maija")).await.unwrap();

    assert_eq!(created.user.namespace_code.unwrap().as_str(), "sandbox");
    assert_eq!(fixture.take_changes(), ["create", "create"]);
}

#[tokio::test]
async fn without_a_namespace_all_namespaces_are_searched() {
    let fixture = Fixture::with(|sandbox| sandbox.namespace(json!({"code": "other"}))).await;
    let users = fixture.users();
    fixture.add_user(json!({"username": "maija", "nsCode": "other"}));
    fixture.add_user(json!({"username": "liisa"}));
    fixture.sandbox().advance_clock(Duration::from_secs(10));
    fixture.take_changes();
    let new = |username: &str| {
        let mut user = named(username);
        user.namespace_code = None;
        user
    };

    lose(&fixture, Fault::status(500));
    let lost = users.create_once(&new("maija")).await.unwrap();
    lose(&fixture, Fault::apply_then_status(500));
    let applied = users.create_once(&new("matti")).await.unwrap();
    lose(&fixture, Fault::status(500));
    let taken = users.create_once(&new("liisa")).await.unwrap_err();

    assert_eq!(lost.user.namespace_code.unwrap().as_str(), "sandbox");
    assert_eq!(applied.user.username.as_deref(), Some("matti"));
    assert!(taken.is_conflict() && !taken.may_have_been_applied());
    assert_eq!(fixture.take_changes(), ["create", "create"]);
}

#[tokio::test]
async fn new_namesakes_in_several_namespaces_cannot_be_told_apart() {
    let fixture = Fixture::with(|sandbox| sandbox.namespace(json!({"code": "other"}))).await;
    let lookup = fixture.users().reconcile(Duration::from_secs(60)).limit(Duration::ZERO);
    fixture.add_user(json!({"username": "maija", "nsCode": "other"}));
    fixture.add_user(json!({"username": "maija"}));
    let mut new = named("maija");

    let with = lookup.create(&new).await.unwrap();
    new.namespace_code = None;
    let without = lookup.create(&new).await.unwrap_err();

    assert!(matches!(with, CreateOutcome::Created(_)));
    assert!(without.to_string().contains("several new users"), "{without}");
}

#[tokio::test(start_paused = true)]
async fn a_name_in_other_case_is_taken_but_not_by_the_new_user() {
    for other in ["maija", "MAIJA"] {
        let fixture = Fixture::start().await;
        fixture.add_user(json!({"username": other}));
        fixture.sandbox().advance_clock(Duration::from_secs(10));
        fixture.take_changes();
        lose(&fixture, Fault::status(500));
        let users = aside(&fixture);

        let error = users.create_once(&named("Maija")).await.unwrap_err();

        // A filter finds only the spellings that were asked for.
        assert_eq!(FoundUser::of(&error).is_some(), other == "maija", "{error}");
        assert_eq!(fixture.take_changes(), [""; 0]);
    }
}

#[tokio::test]
async fn a_new_user_in_other_case_is_not_known_to_be_the_new_one() {
    let fixture = Fixture::start().await;
    let lookup = fixture.users().reconcile(Duration::from_secs(60)).limit(Duration::ZERO);
    fixture.add_user(json!({"username": "maija"}));

    let outcome = lookup.create(&named("Maija")).await.unwrap();

    let CreateOutcome::Found(found) = &outcome else { panic!("{outcome:?}") };
    assert_eq!(found.differences(), ["username"]);
}

#[tokio::test]
async fn clocks_need_not_agree() {
    #[expect(clippy::disallowed_methods, reason = "the client compares with this clock")]
    let now = SystemTime::now();
    for offset in [-7200_i64, -90, 90, 7200] {
        let apart = Duration::from_secs(offset.unsigned_abs());
        let start = if offset < 0 { now - apart } else { now + apart };
        let fixture = Fixture::with(|sandbox| sandbox.start_time(start)).await;
        fixture.add_user(json!({"username": "older"}));
        fixture.sandbox().advance_clock(Duration::from_secs(10));

        lose(&fixture, Fault::apply_then_status(500));
        let created = fixture.users().create_once(&named("maija")).await;
        lose(&fixture, Fault::apply_then_status(500));
        let error = fixture.users().create_once(&named("older")).await.unwrap_err();

        assert_eq!(created.unwrap().user.username.as_deref(), Some("maija"), "{offset}");
        assert!(FoundUser::of(&error).unwrap().is_older(), "{offset}");
    }
}

#[tokio::test]
async fn a_look_up_that_fails_leaves_the_outcome_unknown_and_repeats_nothing() {
    let fixture = Fixture::start().await;
    let refusal = r#"{"errorMessage": "Client does not have required permission ACCOUNT_VIEW."}"#;
    let refused = Fault::status(403).body(refusal).on(Method::GET, "/user");
    fixture.sandbox().inject(refused).unwrap();
    lose(&fixture, Fault::apply_then_status(500));

    let error = fixture.users().create_once(&named("maija")).await.unwrap_err();

    let failed = FailedLookUp::of(&error).unwrap();
    assert!(failed.create_error().is_server_error());
    assert_eq!(failed.look_up_error().missing_permission(), Some("ACCOUNT_VIEW"));
    assert!(error.may_have_been_applied());
    assert!(!format!("{error} {error:?}").contains("maija"), "{error}");
    assert_lacks(
        "ACCOUNT_VIEW",
        fixture.users().reconcile(Duration::ZERO).create(&named("maija")).await,
    );
    assert_eq!(count(&fixture, &Method::POST), 1);
    assert_eq!(fixture.take_changes(), ["create"]);
}

#[tokio::test]
async fn a_user_that_appears_late_is_found() {
    let fixture = Fixture::start().await;
    let lookup = fixture.users().reconcile(Duration::from_secs(60));
    fixture.add_user(json!({"username": "maija"}));
    empty_pages(&fixture, 3);

    let outcome = lookup.create(&named("maija")).await.unwrap();

    assert!(matches!(outcome, CreateOutcome::Created(_)));
    assert_eq!(count(&fixture, &Method::GET), 4);
}

#[tokio::test]
async fn a_repetition_that_finds_the_name_taken_by_a_late_user_succeeds() {
    let fixture = Fixture::start().await;
    lose(&fixture, Fault::apply_then_status(500));
    // The first look-up and the one after the conflict do not see the user yet.
    empty_pages(&fixture, 2);

    let created = fixture.users().create_once(&named("maija")).await.unwrap();

    assert_eq!(fixture.take_changes(), ["create"]);
    assert_eq!(count(&fixture, &Method::POST), 2);
    fixture.token("maija", created.password.expose()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_name_that_is_taken_by_nobody_to_be_seen_stays_unknown() {
    let fixture = Fixture::start().await;
    lose(&fixture, Fault::apply_then_status(500));
    empty_pages(&fixture, 1000);

    let error = aside(&fixture).create_once(&named("maija")).await.unwrap_err();

    assert!(error.may_have_been_applied(), "{error}");
    assert_eq!(fixture.take_changes(), ["create"]);
}

#[tokio::test(start_paused = true)]
async fn a_look_up_ends_in_time() {
    let fixture = Fixture::start().await;
    let users = aside(&fixture);
    let started = Instant::now();

    let outcome = users.reconcile(Duration::ZERO).create(&named("maija")).await.unwrap();
    let default = started.elapsed();
    let lookup = users.reconcile(Duration::ZERO).limit(Duration::from_millis(700));
    lookup.create(&named("maija")).await.unwrap();
    let limited = started.elapsed().checked_sub(default).unwrap();
    lookup.limit(Duration::ZERO).create(&named("maija")).await.unwrap();

    assert_eq!(outcome, CreateOutcome::NotCreated);
    assert_eq!(default, Duration::from_secs(5));
    assert_eq!(limited, Duration::from_millis(700));
    assert_eq!(started.elapsed(), default + limited);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_never_accepts_is_asked_a_few_times() {
    let fixture = Fixture::start().await;
    fixture.sandbox().inject(Fault::status(500).on(Method::POST, "/user")).unwrap();

    let error = aside(&fixture).create_once(&named("maija")).await.unwrap_err();

    assert!(error.is_server_error() && error.may_have_been_applied());
    assert_eq!(count(&fixture, &Method::POST), 3);
}

#[tokio::test]
async fn a_list_that_ignores_the_filter_tells_nothing() {
    let fixture = Fixture::start().await;
    let page = r#"{"totalResults": 3, "resources": [{"id": "1", "username": "other"}]}"#;
    fixture.sandbox().inject(Fault::status(200).body(page).on(Method::GET, "/user")).unwrap();

    let error = fixture.users().reconcile(Duration::ZERO).create(&named("x")).await.unwrap_err();

    assert!(error.is_decode(), "{error}");
}

#[tokio::test]
async fn a_user_whose_creation_time_is_unknown_is_not_taken_for_the_new_one() {
    for meta in ["", r#","meta":{}"#, r#","meta":{"created":"soon"}"#] {
        let fixture = Fixture::start().await;
        let body = format!(
            r#"{{"resources":[{{"id":"1","username":"maija","nsCode":"sandbox"{meta}}}]}}"#
        );
        let list = Fault::status(200).body(&body).on(Method::GET, "/user");
        fixture.sandbox().inject(list).unwrap();
        lose(&fixture, Fault::status(500));

        let error = fixture.users().create_once(&named("maija")).await.unwrap_err();

        let found = FoundUser::of(&error).unwrap();
        assert!(!found.is_older() && found.differences().is_empty());
        assert!(error.may_have_been_applied());
        assert_eq!(found.user().id, Some(UserId::from("1")));
    }
}
