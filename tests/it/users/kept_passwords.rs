//! Creates users whose generated password is kept before the request leaves.

use std::sync::{Arc, Mutex};

use http::Method;
use trivore::models::{Password, User};
use trivore_sandbox::Fault;
use trivore_tests::{Fixture, assert_never_sent};

fn named(name: &str) -> User {
    let mut user = User::new();
    user.username = Some(name.to_owned());
    user
}

type Kept = Arc<Mutex<Vec<Password>>>;

#[tokio::test]
async fn the_password_is_kept_before_the_request_leaves() {
    let fixture = Fixture::start().await;
    let kept = Kept::default();
    let keep = |password| {
        assert_eq!(fixture.request_lines(), Vec::<String>::new());
        kept.lock().unwrap().push(password);
        async { Ok::<_, std::io::Error>(()) }
    };

    let created = fixture.users().create_keeping_password(&named("maija"), keep).await.unwrap();

    let kept = kept.lock().unwrap().clone();
    assert_eq!(kept, [created.password]);
    fixture.token("maija", kept[0].expose()).await.unwrap();
}

#[tokio::test]
async fn a_password_that_cannot_be_kept_sends_nothing() {
    let fixture = Fixture::start().await;

    let failed = fixture
        .users()
        .create_keeping_password(&named("maija"), |_| async {
            Err(std::io::Error::other("the vault is closed"))
        })
        .await;

    let error = failed.unwrap_err();
    assert!(!error.may_have_been_applied());
    assert_eq!(error.to_string(), "the vault is closed");
    assert!(error.get_ref().unwrap().is::<std::io::Error>());
    assert_eq!(fixture.request_lines(), Vec::<String>::new());
}

#[tokio::test]
async fn a_password_of_the_callers_is_not_kept_again() {
    let fixture = Fixture::start().await;
    let mut user = named("maija");
    user.password = Some("Given-Secret-42".into());

    let created =
        fixture.users().create_keeping_password(&user, |_| async { Err("called") }).await.unwrap();

    assert_eq!(created.password.expose(), "Given-Secret-42");
}

#[tokio::test]
async fn nothing_is_kept_for_a_user_that_is_not_valid() {
    let fixture = Fixture::start().await;
    let mut user = named("maija");
    user.tags = Some(vec![String::new(); 101]);
    let kept = Kept::default();

    let failed = fixture
        .users()
        .create_keeping_password(&user, |password| {
            kept.lock().unwrap().push(password);
            async { Ok::<_, std::io::Error>(()) }
        })
        .await;

    assert_never_sent(failed);
    assert!(kept.lock().unwrap().is_empty());
}

#[tokio::test]
async fn retries_send_the_password_that_was_kept() {
    let fixture = Fixture::start().await;
    let busy = Fault::status(429).header("retry-after", "0").on(Method::POST, "/user").times(2);
    fixture.sandbox().inject(busy).unwrap();
    let kept = Kept::default();

    fixture
        .users()
        .create_keeping_password(&named("maija"), |password| {
            kept.lock().unwrap().push(password);
            async { Ok::<_, std::io::Error>(()) }
        })
        .await
        .unwrap();

    let kept = kept.lock().unwrap().clone();
    assert_eq!(kept.len(), 1);
    fixture.token("maija", kept[0].expose()).await.unwrap();
}
