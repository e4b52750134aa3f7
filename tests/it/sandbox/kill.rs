//! A sandbox that is killed while it is changed.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use futures_util::TryStreamExt as _;
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use trivore::models::{PageRequest, User};
use trivore::transport::{Call, RetryPolicy};
use trivore::users::Users;
use trivore::{Credentials, Trivore};
use trivore_sandbox::Sandbox;

const KILLS: usize = 50;
const WRITERS: usize = 8;

/// Starts the program and returns the SDK connected to it.
fn start(path: &Path) -> (Child, Trivore) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kept-sandbox"))
        .arg(path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut url = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
    let credentials = Credentials::basic("1000000000000001", "sandbox-api-secret");
    let trivore = Trivore::builder(url.trim())
        .configure(|client| client.credentials(credentials).retry(RetryPolicy::off()))
        .build()
        .unwrap();
    (child, trivore)
}

/// Creates users and changes each once, until the server is gone.
///
/// Each user is in a group of its own, which the same call creates.
async fn write(users: Users, prefix: String, acknowledged: mpsc::UnboundedSender<Acknowledged>) {
    for number in 0.. {
        let name = format!("{prefix}-{number}");
        let mut user = User::default();
        user.username = Some(name.clone());
        user.nick_name = Some(name.clone());
        user.member_of = Some(vec![format!("group-{name}").into()]);
        let Ok(created) = users.create(&user).await else { return };
        let id = created.user.id.unwrap();
        acknowledged.send((name.clone(), "created")).unwrap();

        let mut change = User::default();
        change.title = Some("changed".to_owned());
        if users.update(&id, &change).await.is_err() {
            return;
        }
        acknowledged.send((name, "changed")).unwrap();
    }
}

/// The name of a user, and what was done with it.
type Acknowledged = (String, &'static str);

#[tokio::test(flavor = "multi_thread")]
async fn a_sandbox_that_was_killed_fifty_times_has_every_acknowledged_change() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("data");
    let mut known = BTreeMap::<String, &str>::new();

    for round in 0..=KILLS {
        let (mut child, trivore) = start(&path);
        check(&trivore, &known).await;
        let (send, mut acknowledged) = mpsc::unbounded_channel();
        let mut writers = JoinSet::new();
        for writer in 0..WRITERS {
            let users = trivore.users().clone();
            writers.spawn(write(users, format!("u-{round}-{writer}"), send.clone()));
        }
        drop(send);
        // Rounds end after different numbers of changes.
        for _ in 0..=(round * 7 % 23) {
            known.extend([acknowledged.recv().await.unwrap()]);
        }
        child.kill().unwrap();
        child.wait().unwrap();
        while let Some(change) = acknowledged.recv().await {
            known.extend([change]);
        }
        writers.join_all().await;
    }

    assert!(known.len() > 2 * KILLS);
    let sandbox = Sandbox::builder().data(&path).start().await.unwrap();
    check_passwords(&sandbox);
    sandbox.shutdown().await;
}

#[tokio::test]
async fn a_sandbox_that_was_killed_after_a_reset_has_the_state_of_its_start() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("data");
    let mut user = User::default();
    for (username, is_taken_back) in [("kept", false), ("lost", true)] {
        let (mut child, trivore) = start(&path);
        user.username = Some(username.to_owned());
        trivore.users().create(&user).await.unwrap();
        if is_taken_back {
            trivore.client().execute(Call::post(&["sandbox", "reset"])).await.unwrap();
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }

    let sandbox = Sandbox::builder().data(&path).start().await.unwrap();
    let users = exported_users(&sandbox);
    let names: Vec<_> = users.iter().map(|user| &user["username"]).collect();
    assert_eq!(names, ["operator", "kept"]);
    sandbox.shutdown().await;
}

/// Asserts that acknowledged users are as they were acknowledged, and all users are whole.
async fn check(trivore: &Trivore, known: &BTreeMap<String, &str>) {
    let mut groups = BTreeMap::new();
    for start in (0..).step_by(500) {
        let call = Call::get(&["api", "rest", "v1", "group"])
            .query("startIndex", &start.to_string())
            .query("count", "500");
        let page: Value = trivore.client().send(call).await.unwrap();
        let found = page["resources"].as_array().unwrap();
        let names = found.iter().map(|group| (group["id"].to_string(), group["name"].to_string()));
        groups.extend(names);
        if found.len() < 500 {
            break;
        }
    }
    let users = trivore.users().items(PageRequest::new().count(500));
    let mut left = known.clone();
    for user in users.try_collect::<Vec<_>>().await.unwrap() {
        let name = user.username.unwrap();
        if name == "operator" {
            continue;
        }
        assert_eq!(user.nick_name.as_ref(), Some(&name));
        let own: Vec<_> = user.member_of.unwrap();
        assert_eq!(own.len(), 1);
        let group = &groups[&Value::from(own[0].as_str()).to_string()];
        assert_eq!(*group, format!("\"group-{name}\""));
        match left.remove(&name) {
            Some("changed") => assert_eq!(user.title.as_deref(), Some("changed"), "{name}"),
            // A change whose response never arrived may have been made.
            _ => assert!(user.title.is_none_or(|title| title == "changed"), "{name}"),
        }
    }
    assert!(left.is_empty(), "{left:?}");
}

/// Asserts that each user has the password with which the same call created it.
fn check_passwords(sandbox: &Sandbox) {
    for user in exported_users(sandbox) {
        assert_eq!(user["sandbox"]["passwords"].as_array().unwrap().len(), 1, "{user}");
    }
}

fn exported_users(sandbox: &Sandbox) -> Vec<Value> {
    let mut seed = Vec::new();
    sandbox.export(&mut seed).unwrap();
    let mut seed: Value = serde_json::from_slice(&seed).unwrap();
    serde_json::from_value(seed["users"].take()).unwrap()
}
