//! `trivore users lock` and `unlock`.

use serde_json::json;
use trivore_sandbox::Fault;

use crate::Installation;

#[test]
fn users_are_locked_and_unlocked() {
    let installation = Installation::start();
    let id = installation.user(json!({"username": "jane"}));
    let row =
        |outcome: &str| json!([{"user": "jane", "id": id, "outcome": outcome, "message": null}]);
    for (verb, outcome, is_locked) in [
        ("lock", "locked", true),
        ("lock", "unchanged", true),
        ("unlock", "unlocked", false),
        ("unlock", "unchanged", false),
    ] {
        assert_eq!(installation.json(&["users", verb, "jane"]), row(outcome), "{verb}");
        assert_eq!(installation.sandbox.user_document(&id).unwrap()["locked"], is_locked);
    }
    assert_eq!(installation.writes().len(), 2);
}

#[test]
fn each_of_several_users_is_reported() {
    let installation = Installation::start();
    installation.sandbox.add_namespace(json!({"code": "with space"})).unwrap();
    let jane = installation.user(json!({"username": "ja\"ne o'x", "nsCode": "with space"}));
    let joe = installation.user(json!({"username": "joe"}));
    let finished =
        installation.run(&["users", "lock", "with space/ja\"ne o'x", "nobody", "joe", "-o", "csv"]);
    assert_eq!(finished.code, 8, "{}", finished.stderr);
    assert_eq!(
        finished.stdout,
        format!(
            "user,id,outcome,message\n\"with space/ja\"\"ne o'x\",{jane},locked,\n\
             nobody,,failed,there is no user nobody\njoe,{joe},locked,\n"
        )
    );
    assert!(finished.stderr.contains("nobody: there is no user nobody"), "{}", finished.stderr);
    assert!(finished.stderr.contains("1 of 3 users failed"), "{}", finished.stderr);
}

#[test]
fn an_unknown_outcome_of_one_user_is_no_failure_of_the_others() {
    let installation = Installation::start();
    let jane = installation.user(json!({"username": "jane"}));
    installation.user(json!({"username": "joe"}));
    let fault = Fault::close_after_applying().on(http::Method::PUT, &format!("/user/{jane}"));
    installation.sandbox.inject(fault).unwrap();
    let finished = installation.run(&["users", "lock", "jane", "joe"]);
    assert_eq!(finished.code, 8, "{}", finished.stderr);
    let rows: serde_json::Value = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!((&rows[0]["outcome"], &rows[1]["outcome"]), (&json!("unknown"), &json!("locked")));
    assert_eq!(rows[0]["id"], jane);
    assert!(finished.stderr.contains("look before you repeat it"), "{}", finished.stderr);
}

#[test]
fn one_user_fails_with_its_own_exit_code() {
    let installation = Installation::start();
    let finished = installation.run(&["users", "lock", "nobody"]);
    assert_eq!(finished.code, 4);
    let finished = installation.limited(&[], &["users", "lock", "5b0cfba4e2bb230ff8b535e6"]);
    assert_eq!(finished.code, 5, "{}", finished.stderr);
    assert!(finished.stderr.contains("ACCOUNT_VIEW"), "{}", finished.stderr);
}

#[test]
fn all_users_are_locked_even_if_nobody_reads_the_output() {
    let installation = Installation::start();
    let ids: Vec<_> =
        (0..10).map(|at| installation.user(json!({"username": format!("u{at}")}))).collect();
    let arguments: Vec<_> =
        ["users", "lock"].into_iter().chain(ids.iter().map(String::as_str)).collect();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let status = installation.command(&arguments).stdout(writer).status().unwrap();
    assert!(status.success(), "{status}");
    for id in &ids {
        assert_eq!(installation.sandbox.user_document(id).unwrap()["locked"], true);
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_finishes_what_runs_and_says_what_was_not_begun() {
    let installation = Installation::start();
    let ids: Vec<_> =
        (0..20).map(|at| installation.user(json!({"username": format!("u{at}")}))).collect();
    let slow = Fault::delay(std::time::Duration::from_millis(100)).method(http::Method::PUT);
    installation.sandbox.inject(slow).unwrap();
    let arguments: Vec<_> =
        ["users", "lock"].into_iter().chain(ids.iter().map(String::as_str)).collect();
    let mut command = installation.command(&arguments);
    let streams = (std::process::Stdio::piped(), std::process::Stdio::piped());
    let child = command.stdout(streams.0).stderr(streams.1).spawn().unwrap();
    while installation.writes().is_empty() {
        std::thread::yield_now();
    }
    let id = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();

    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    assert!(stderr.contains("Interrupted: what runs is finished"), "{stderr}");
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(rows.len(), 20);
    for (row, id) in rows.iter().zip(&ids) {
        let is_locked = installation.sandbox.user_document(id).unwrap()["locked"] == true;
        assert_eq!(row["outcome"], if is_locked { "locked" } else { "skipped" });
    }
    assert_eq!(rows[0]["outcome"], "locked");
    assert_eq!(rows[19]["outcome"], "skipped");
}

#[cfg(unix)]
#[test]
fn a_second_ctrl_c_keeps_what_is_known_of_each_user() {
    for count in [1, 10] {
        let installation = Installation::start();
        let ids: Vec<_> =
            (0..count).map(|at| installation.user(json!({"username": format!("u{at}")}))).collect();
        let stuck = &ids[count / 4];
        let fault = Fault::no_response().on(http::Method::PUT, &format!("/user/{stuck}"));
        installation.sandbox.inject(fault).unwrap();
        // The others wait until the first one is stuck.
        let slow = Fault::delay(std::time::Duration::from_secs(60)).method(http::Method::PUT);
        installation.sandbox.inject(slow.skip(3)).unwrap();
        let arguments: Vec<_> =
            ["users", "lock"].into_iter().chain(ids.iter().map(String::as_str)).collect();
        let mut command = installation.command(&arguments);
        let (reader, writer) = std::io::pipe().unwrap();
        let child = command.stdout(std::process::Stdio::piped()).stderr(writer).spawn().unwrap();
        drop(command);
        while installation.writes().len() < count.min(7) {
            std::thread::yield_now();
        }
        let interrupt = || {
            let id = child.id().to_string();
            let kill = std::process::Command::new("kill").args(["-INT", &id]).status();
            assert!(kill.unwrap().success());
        };
        interrupt();
        let mut lines = std::io::BufRead::lines(std::io::BufReader::new(reader));
        let told = lines.next().unwrap().unwrap();
        assert!(told.starts_with("Interrupted: "), "{told}");
        interrupt();
        let output = child.wait_with_output().unwrap();
        let stderr = lines.map(Result::unwrap).collect::<Vec<_>>().join("\n");
        assert_eq!(output.status.code(), Some(130), "{stderr}");
        let rows: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
        let outcomes: Vec<_> = rows.iter().map(|row| row["outcome"].as_str().unwrap()).collect();
        assert_eq!((rows.len(), outcomes[count / 4]), (count, "unknown"), "{outcomes:?}");
        if count > 1 {
            assert_eq!(outcomes.iter().filter(|it| **it == "locked").count(), 3, "{outcomes:?}");
            assert_eq!(outcomes.iter().filter(|it| **it == "unknown").count(), 4, "{outcomes:?}");
            assert_eq!(outcomes[9], "skipped");
        }
        assert!(stderr.contains("it is unknown whether"), "{stderr}");
    }
}
