//! Tests of the data file.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::client::{api, basic, bearer, export, send};
use crate::{Sandbox, StartError};

async fn start(path: &Path) -> Result<Sandbox, StartError> {
    Sandbox::builder().data(path).start().await
}

/// Makes changes of every kind and returns the state after each.
async fn change(sandbox: &Sandbox) -> Vec<String> {
    let user = json!({
        "username": "jane", "password": "kT9wzRbQxLm3pVd", "memberOf": ["g"],
        "emails": [{"address": "a@b.c"}], "mobiles": [{"number": "+358401"}],
    });
    let mut all = vec![export(sandbox)];
    let (_, user) = api(sandbox, "POST", "/user", user).await;
    all.push(export(sandbox));
    let path = format!("/user/{}", user["id"].as_str().unwrap());
    for (method, route, body) in [
        ("PUT", path.clone(), json!({"title": "x", "unknown": [1]})),
        ("POST", format!("{path}/sms/verify/send"), Value::Null),
        ("POST", format!("{path}/email/verify"), json!({"returnURL": "http://back.example"})),
        ("POST", format!("{path}/customfields"), json!({"a": null, "b": {"c": 1.5}})),
        ("PUT", format!("{path}/enterprise"), json!({"vatId": "x"})),
        ("POST", format!("{path}/strongidentification"), json!({"personalId": "x"})),
        ("PUT", format!("{path}/permissions/custom"), json!({"add": ["ACCOUNT_VIEW"]})),
        ("PUT", format!("{path}/roles/builtin"), json!({"add": ["ACCOUNT_ADMIN"]})),
        ("POST", format!("{path}/student/state"), json!({"state": "FULL_TIME"})),
        ("POST", "/role/custom".to_owned(), json!({"name": "r", "permissions": ["ROLE_VIEW"]})),
        ("POST", "/namespace".to_owned(), json!({"code": "n"})),
        ("PUT", "/namespace/n".to_owned(), json!({"shortName": null})),
        ("POST", "/user".to_owned(), json!({"nsCode": "n"})),
        ("DELETE", path, Value::Null),
    ] {
        if method == "DELETE" {
            bearer(sandbox, "jane@sandbox", "kT9wzRbQxLm3pVd").await;
            all.push(export(sandbox));
        }
        let (status, response) = api(sandbox, method, &route, body).await;
        assert!((200..300).contains(&status), "{method} {route}: {response}");
        all.push(export(sandbox));
    }
    all
}

#[tokio::test]
async fn a_restart_continues_with_every_change() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("data");
    let sandbox = start(&path).await.unwrap();
    let states = change(&sandbox).await;
    sandbox.advance_clock(Duration::from_secs(24 * 60 * 60));
    sandbox.shutdown().await;

    for _ in 0..2 {
        let sandbox = start(&path).await.unwrap();
        assert_eq!(export(&sandbox), *states.last().unwrap());
        assert!(sandbox.outbox().last_sms_code("+358401").is_some());
        let now = sandbox.shared().read().now();
        assert!(now > jiff::Timestamp::now().to_string(), "{now}");
        sandbox.shutdown().await;
    }
}

/// Returns the state of a sandbox that starts with what the file has now.
async fn after_a_kill(path: &Path) -> String {
    let copy = path.with_extension("copy");
    fs::copy(path, &copy).unwrap();
    let sandbox = start(&copy).await.unwrap();
    let state = export(&sandbox);
    sandbox.shutdown().await;
    state
}

#[tokio::test]
async fn what_a_sandbox_goes_back_to_is_kept_in_the_file() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("data");
    let sandbox = start(&path).await.unwrap();
    sandbox.add_user(json!({"username": "old", "emails": [{"address": "a@b.c"}]})).unwrap();
    sandbox.shutdown().await;

    let sandbox = start(&path).await.unwrap();
    let at_start = export(&sandbox);
    sandbox.add_user(json!({"username": "joe"})).unwrap();
    sandbox.save_snapshot("joe");
    let with_joe = export(&sandbox);
    let seed = json!({"defaults": false, "namespaces": [{"code": "other"}]});
    for (target, body) in [
        ("reset", Value::Null),
        ("snapshots/joe/restore", Value::Null),
        ("import", seed),
        ("reset?to=empty", Value::Null),
        ("reset", Value::Null),
    ] {
        change(&sandbox).await;
        let path_and_query = format!("/sandbox/{target}");
        let (status, _) = send(&sandbox, "POST", &path_and_query, "", body).await;
        assert_eq!(status, 204, "{target}");

        let state = export(&sandbox);
        match target {
            "reset" => assert_eq!(state, at_start),
            "import" => assert!(state.contains("\"other\"") && !state.contains("operator")),
            "reset?to=empty" => assert!(state.contains("operator") && !state.contains("\"old\"")),
            _ => assert_eq!(state, with_joe),
        }
        assert_eq!(after_a_kill(&path).await, state, "{target}");
        // What is changed from now on is kept too.
        if target == "import" {
            sandbox.reset().unwrap();
        }
        sandbox.add_user(json!({"username": "later"})).unwrap();
        assert_eq!(after_a_kill(&path).await, export(&sandbox), "{target}");
    }
    sandbox.shutdown().await;
}

#[tokio::test]
async fn a_reset_that_cannot_be_written_changes_nothing() {
    let folder = TempDir::new().unwrap();
    let sandbox = start(&folder.path().join("data")).await.unwrap();
    sandbox.add_user(json!({"username": "jane"})).unwrap();
    sandbox.save_snapshot("jane");
    sandbox.inject(crate::Fault::status(503).route("/namespace")).unwrap();
    let before = export(&sandbox);
    folder.close().unwrap();

    for path in ["reset", "reset?to=empty", "snapshots/jane/restore", "import"] {
        let body = if path == "import" { json!({}) } else { Value::Null };
        let (status, error) = send(&sandbox, "POST", &format!("/sandbox/{path}"), "", body).await;
        let message = error["errorMessage"].as_str().unwrap();
        assert!(status == 500 && message.starts_with("The change cannot be kept"), "{message}");
        assert_eq!(export(&sandbox), before, "{path}");
    }
    assert!(sandbox.reset().is_err() && sandbox.restore_snapshot("jane").is_err());
    assert_eq!(sandbox.faults().len(), 1);
    sandbox.shutdown().await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_control_request_whose_change_is_not_kept_fails() {
    let full_device = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.shared().set_journal(crate::data::journal::Journal::on(full_device));

    for (path, body) in [
        ("users", json!({"username": "first"})),
        ("users", json!({"username": "second"})),
        ("clients/api", json!({"id": "1", "secret": "s"})),
        ("tokens/revoke", Value::Null),
    ] {
        let (status, _) = send(&sandbox, "POST", &format!("/sandbox/{path}"), "", body).await;
        assert_eq!(status, 500, "{path}");
    }
    for username in ["\"first\"", "\"second\""] {
        assert!(!export(&sandbox).contains(username));
    }
    assert!(sandbox.add_user(json!({"username": "third"})).is_err());
    assert_eq!(send(&sandbox, "GET", "/sandbox/ledger", "", Value::Null).await.0, 200);
    sandbox.shutdown().await;
}

#[tokio::test]
async fn what_was_issued_before_a_restart_works_after_it() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("data");
    let sandbox = start(&path).await.unwrap();
    let user = json!({"username": "jane", "password": "x", "emails": [{"address": "a@b.c"}]});
    let id = sandbox.add_user(user).unwrap();
    let token = bearer(&sandbox, "jane@sandbox", "x").await;
    api(&sandbox, "POST", &format!("/user/{id}/email/verify"), Value::Null).await;
    sandbox.shutdown().await;

    let sandbox = start(&path).await.unwrap();
    let own = format!("/api/rest/v1/user/{id}");
    let (status, user) = send(&sandbox, "GET", &own, &token, Value::Null).await;
    assert_eq!(
        (status, &user["meta"]["location"]),
        (200, &json!(format!("{}{own}", sandbox.url())))
    );
    let link = sandbox.outbox().last_link("a@b.c").unwrap().to_owned();
    let link = link.replace(link.split("/verify").next().unwrap(), "");
    assert_eq!(send(&sandbox, "GET", &link, "", Value::Null).await.0, 302);
    sandbox.take_outbox();
    sandbox.shutdown().await;

    let sandbox = start(&path).await.unwrap();
    assert!(sandbox.outbox().is_empty());
    assert_eq!(sandbox.user_document(&id).unwrap()["emails"][0]["verified"], true);
    sandbox.shutdown().await;
}

#[tokio::test]
async fn a_file_that_ends_anywhere_gives_the_state_after_a_whole_change() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("data");
    let sandbox = start(&path).await.unwrap();
    let snapshot = fs::metadata(&path).unwrap().len();
    let mut states = change(&sandbox).await;
    sandbox.shutdown().await;
    let whole = fs::read(&path).unwrap();
    let cut = folder.path().join("cut");

    for end in (0..whole.len()).step_by(43).chain([whole.len()]) {
        fs::write(&cut, &whole[..end]).unwrap();
        match start(&cut).await {
            Ok(sandbox) => {
                let state = export(&sandbox);
                if end == 0 {
                    sandbox.shutdown().await;
                    continue;
                }
                let index = states.iter().position(|known| *known == state);
                // Later files have later states only.
                drop(states.drain(..index.unwrap_or_else(|| panic!("{end}: {state}"))));
                assert!(end >= usize::try_from(snapshot).unwrap());
                // What is changed now follows the last whole change.
                sandbox.add_user(json!({"username": "after"})).unwrap();
                let state = export(&sandbox);
                sandbox.shutdown().await;
                let sandbox = start(&cut).await.unwrap();
                assert_eq!(export(&sandbox), state, "{end}");
                sandbox.shutdown().await;
            }
            Err(error) => {
                assert!(end < usize::try_from(snapshot).unwrap(), "{end}: {error}");
                let text = error.to_string();
                assert!(text.contains(&cut.display().to_string()), "{text}");
            }
        }
    }
    assert_eq!(states.len(), 1);
}

#[tokio::test]
async fn a_damaged_file_is_an_error_with_the_offset_and_is_left_alone() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("data");
    let sandbox = start(&path).await.unwrap();
    change(&sandbox).await;
    sandbox.shutdown().await;
    let whole = fs::read(&path).unwrap();

    for index in (24..whole.len()).step_by(101) {
        let mut damaged = whole.clone();
        damaged[index] ^= 1;
        fs::write(&path, &damaged).unwrap();

        let text = start(&path).await.unwrap_err().to_string();

        let offset = text.split("at offset ").nth(1).and_then(|rest| rest.split(':').next());
        let offset: usize = offset.unwrap_or_else(|| panic!("{text}")).parse().unwrap();
        assert!(offset <= index && text.contains(&path.display().to_string()), "{text}");
        assert_eq!(fs::read(&path).unwrap(), damaged);
    }
}

#[tokio::test]
async fn a_foreign_file_is_an_error_and_is_left_alone() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("data");
    for content in [&b"x"[..], b"{\"users\": []}", b"trivore-sandbox data 2\n", &[0; 64]] {
        fs::write(&path, content).unwrap();
        let text = start(&path).await.unwrap_err().to_string();
        assert!(text.contains("is not a data file") && text.contains("data"), "{text}");
        assert_eq!(fs::read(&path).unwrap(), content);
    }
    let text = start(folder.path()).await.unwrap_err().to_string();
    assert!(text.contains("cannot open the data file"), "{text}");
}

#[tokio::test]
async fn two_sandboxes_cannot_use_one_file() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("data");
    let sandbox = start(&path).await.unwrap();
    let text = start(&path).await.unwrap_err().to_string();
    assert!(text.contains("is in use by another process"), "{text}");
    sandbox.shutdown().await;
}

#[tokio::test]
async fn old_records_are_replaced_by_a_snapshot() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("data");
    let sandbox = start(&path).await.unwrap();
    let text = "x".repeat(1 << 20);
    let id = sandbox.add_user(json!({})).unwrap();
    let user = format!("/user/{id}");
    for number in 0..40 {
        let title = format!("{number}{text}");
        assert_eq!(api(&sandbox, "PUT", &user, json!({"title": title})).await.0, 200);
    }
    assert!(fs::metadata(&path).unwrap().len() < 30 << 20);
    assert!(!folder.path().join("data.new").exists());
    let state = export(&sandbox);
    sandbox.shutdown().await;

    let sandbox = start(&path).await.unwrap();
    assert_eq!(export(&sandbox), state);
    sandbox.shutdown().await;
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_the_file() {
    use std::os::unix::fs::PermissionsExt;

    let folder = TempDir::new().unwrap();
    let path = folder.path().join("data");
    let sandbox = start(&path).await.unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    sandbox.shutdown().await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_change_that_cannot_be_written_is_refused() {
    let full_device = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.shared().set_journal(crate::data::journal::Journal::on(full_device));

    for username in ["first", "second"] {
        let (status, error) = api(&sandbox, "POST", "/user", json!({"username": username})).await;
        assert_eq!(status, 500);
        let message = error["errorMessage"].as_str().unwrap();
        assert!(message.starts_with("The change cannot be kept: cannot write"), "{message}");
    }
    // Only the operator is there.
    assert_eq!(api(&sandbox, "GET", "/user", Value::Null).await.1["totalResults"], 1);
    let (_, error) = send(&sandbox, "POST", "/openid/token", "", Value::Null).await;
    assert_eq!(error["statusCode"], 500);
    sandbox.shutdown().await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_change_that_was_refused_is_not_visible() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = json!({
        "username": "jane", "password": "x", "memberOf": ["g"],
        "emails": [{"address": "a@b.c"}], "mobiles": [{"number": "+358401"}],
    });
    let path = format!("/api/rest/v1/user/{}", sandbox.add_user(user).unwrap());
    let credentials = basic(&sandbox);
    let verification = format!("{path}/sms/verify/send");
    let (status, _) = send(&sandbox, "POST", &verification, &credentials, Value::Null).await;
    assert!((200..300).contains(&status));
    let token = bearer(&sandbox, "jane@sandbox", "x").await;
    let (before, ledger, outbox) = (export(&sandbox), sandbox.ledger(), sandbox.outbox());

    for (method, path, body) in [
        ("POST", "/api/rest/v1/user", json!({"username": "joe", "memberOf": ["new"]})),
        ("PUT", &path, json!({"title": "x"})),
        ("PUT", &format!("{path}/enterprise"), json!({"vatId": "x"})),
        ("POST", &format!("{path}/email/verify"), Value::Null),
        ("DELETE", &path, Value::Null),
        ("POST", "/api/rest/v1/namespace", json!({"code": "n"})),
        ("PUT", "/api/rest/v1/namespace/sandbox", json!({"shortName": "x"})),
        ("DELETE", "/sandbox/outbox", Value::Null),
        ("POST", "/sandbox/clients/api", json!({"id": "1", "secret": "s"})),
        ("POST", "/sandbox/tokens/revoke", Value::Null),
    ] {
        let full_device = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        sandbox.shared().set_journal(crate::data::journal::Journal::on(full_device));
        let (status, _) = send(&sandbox, method, path, &credentials, body).await;
        assert_eq!(status, 500, "{method} {path}");
        assert_eq!(export(&sandbox), before, "{method} {path}");
        assert_eq!((sandbox.ledger(), sandbox.outbox()), (ledger.clone(), outbox.clone()));
    }
    let (status, _) = send(&sandbox, "GET", &path, &token, Value::Null).await;
    assert_eq!(status, 200);
    sandbox.shutdown().await;
}

#[cfg(unix)]
#[tokio::test]
async fn only_a_file_is_used_and_a_link_to_it_stays() {
    let text = start(Path::new("/dev/null")).await.unwrap_err().to_string();
    assert_eq!(text, "/dev/null is not a file");
    let folder = TempDir::new().unwrap();
    let (link, path) = (folder.path().join("link"), folder.path().join("data"));
    fs::write(&path, "").unwrap();
    std::os::unix::fs::symlink(&path, &link).unwrap();

    start(&link).await.unwrap().shutdown().await;

    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(fs::metadata(&path).unwrap().len() > 100);
}
