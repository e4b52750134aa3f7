//! Imports that are killed and resumed.

use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use http::Method;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use trivore::models::PageRequest;
use trivore_sandbox::Fault;
use trivore_tests::Fixture;
use trivore_tests::bulk_import::import;

use futures_util::{StreamExt as _, TryStreamExt as _};

/// How many runs in a row may end with an unknown outcome.
const MOST_RUNS: usize = 5;

/// Starts the program that imports users, in a process of its own.
fn start(fixture: &Fixture, folder: &TempDir, users: u64) -> Child {
    let sandbox = fixture.sandbox();
    Command::new(env!("CARGO_BIN_EXE_bulk-import"))
        .args([sandbox.url(), sandbox.client_id(), sandbox.client_secret()])
        .arg(folder.path())
        .arg(users.to_string())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

/// Asserts that each user was created once.
async fn check_users(fixture: &Fixture, count: u64) {
    let users = fixture.users().items(PageRequest::new());
    let mut names = BTreeMap::<_, u64>::new();
    for user in users.try_collect::<Vec<_>>().await.unwrap() {
        *names.entry(user.username.unwrap()).or_default() += 1;
    }
    let expected: BTreeMap<_, _> = (0..count).map(|number| (format!("user-{number}"), 1)).collect();
    assert_eq!(names, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_was_killed_five_times_creates_each_user_once() {
    const USERS: u64 = 400;
    let fixture = Fixture::start().await;
    let folder = TempDir::new().unwrap();
    let on_create = |fault: Fault, skip| fault.on(Method::POST, "/user").skip(skip).every(20);
    for fault in
        [on_create(Fault::reset_after_applying(), 3), on_create(Fault::reset_after_reading(), 13)]
    {
        fixture.sandbox().inject(fault).unwrap();
    }

    let mut kills = 0;
    for killed in 1..=5 {
        let mut child = start(&fixture, &folder, USERS);
        let wanted = usize::try_from(killed * USERS / 7).unwrap();
        while fixture.sandbox().ledger().len() < wanted && child.try_wait().unwrap().is_none() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        kills += u32::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(kills > 0);
    // On a busy machine, it can be unknown for too long whether a user was created; the next run
    // looks it up again.
    let is_complete = |_| start(&fixture, &folder, USERS).wait().unwrap().success();
    assert!((0..MOST_RUNS).any(is_complete));

    check_users(&fixture, USERS).await;
    let creates = fixture.take_changes();
    assert_eq!(creates.len(), usize::try_from(USERS).unwrap());
    // Every account has a password that was kept before it was created.
    let kept = std::fs::read_to_string(folder.path().join("passwords")).unwrap();
    assert!((0..USERS).all(|number| kept.contains(&format!("user-{number}\t"))));
}

#[test]
fn an_import_whose_runtime_was_dropped_is_resumed() {
    const USERS: u64 = 60;
    let server = Runtime::new().unwrap();
    let fixture = server.block_on(Fixture::start());
    let folder = TempDir::new().unwrap();
    let users = fixture.users();

    for ended in [1, 7, 20] {
        let runtime = Runtime::new().unwrap();
        runtime.block_on(async {
            let mut run = import(users, folder.path(), USERS).await.unwrap();
            for _ in 0..ended {
                run.next().await.unwrap().unwrap().outcome.into_result().unwrap();
            }
            // The run is dropped here, and what runs with its runtime.
        });
        drop(runtime);
    }
    let runtime = Runtime::new().unwrap();
    runtime.block_on(async {
        let run = import(users, folder.path(), USERS).await.unwrap();
        for item in run.try_collect::<Vec<_>>().await.unwrap() {
            item.outcome.into_result().unwrap();
        }
    });

    server.block_on(check_users(&fixture, USERS));
}
