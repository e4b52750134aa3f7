//! A service that clears fields that a request does not name, and runs that end in the middle.

use std::path::PathBuf;
use std::process::Stdio;

use http::Method;
use serde_json::{Value, json};
use trivore_sandbox::{Fault, Rules};

use super::outcome::{apply, planned, writes};
use crate::Installation;
use crate::plan::comparison::{customer, with_rules};

/// Users of a service that replaces them, and a plan that changes a field of each.
struct Replacing {
    installation: Installation,
    ids: [String; 3],
    /// The users as they are to be.
    expected: [Value; 3],
    plan: String,
}

impl Replacing {
    fn start() -> Self {
        let mut rules = Rules::default();
        rules.put_replaces = true;
        let installation = with_rules(rules);
        let names = ["a", "b", "c"];
        let ids = names.map(|name| {
            let user = json!({
                "username": name, "title": "Dr.", "nickName": name, "tags": ["x"], "minor": true,
                "name": {"givenName": "Jane", "familyName": "Roe"}, "memberOf": ["drivers"],
                "emails": [{"address": format!("{name}@example.com"), "name": "Home"}],
                "customFields": {"kept": {"x": [1, null]}},
            });
            customer(&installation, user)
        });
        let rows = names.map(|name| json!({"username": name, "title": "Prof."}));
        let plan = planned(&installation, &rows, &[]);
        let mut replacing = Self { installation, ids, expected: Default::default(), plan };
        replacing.expected = replacing.stored();
        replacing.expected.iter_mut().for_each(|user| user["title"] = "Prof.".into());
        replacing.installation.sandbox.clear_ledger();
        replacing
    }

    fn on_put(&self, fault: Fault) {
        self.installation
            .sandbox
            .inject(fault.on(Method::PUT, "/api/rest/v1/user/{userId}"))
            .unwrap();
    }

    /// Kills an application after some writes.
    fn kill_after(&self, count: usize) {
        let arguments = ["apply", &self.plan, "--yes", "--concurrency", "2"];
        let mut command = self.installation.command(&arguments);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while writes(&self.installation).len() < count {
            assert!(child.try_wait().unwrap().is_none(), "it ended early");
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        self.installation.sandbox.clear_faults();
    }

    fn stored(&self) -> [Value; 3] {
        self.ids.each_ref().map(|id| {
            let mut user = self.installation.sandbox.user_document(id).unwrap();
            user.as_object_mut().unwrap().remove("meta");
            user
        })
    }

    fn saved(&self) -> PathBuf {
        format!("{}.journal.user", self.plan).into()
    }

    #[track_caller]
    fn check_resumed(&self, told: &str) {
        let resumed = apply(&self.installation, &self.plan, &["--resume"]);
        assert_eq!(resumed.code, 0, "{}", resumed.stderr);
        assert!(resumed.stderr.contains(told), "{}", resumed.stderr);
        assert_eq!(self.stored(), self.expected);
        assert!(!self.saved().exists());
    }
}

#[test]
fn a_kill_before_the_fields_are_restored_loses_nothing() {
    let replacing = Replacing::start();
    replacing.on_put(Fault::no_response_after_applying());
    replacing.kill_after(1);
    let is_cleared = |user: &Value| user.get("nickName").is_none();
    assert_eq!(replacing.stored().iter().filter(|user| is_cleared(user)).count(), 1);
    assert!(replacing.saved().exists());
    replacing.check_resumed("restored");
}

#[test]
fn a_kill_after_the_fields_were_restored_loses_nothing() {
    let replacing = Replacing::start();
    replacing.on_put(Fault::no_response_after_applying().skip(1));
    replacing.kill_after(2);
    replacing.check_resumed("3 changed");
}

#[test]
fn a_kill_before_the_first_write_loses_nothing() {
    let replacing = Replacing::start();
    replacing.on_put(Fault::no_response());
    let arguments = ["apply", &replacing.plan, "--yes", "--concurrency", "2"];
    let mut command = replacing.installation.command(&arguments);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while replacing.installation.writes().is_empty() {
        assert!(child.try_wait().unwrap().is_none(), "it ended early");
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    replacing.installation.sandbox.clear_faults();
    replacing.check_resumed("3 changed");
}

#[test]
fn a_lost_response_loses_no_fields() {
    let replacing = Replacing::start();
    replacing.on_put(Fault::reset_after_applying().times(4));
    let finished = apply(&replacing.installation, &replacing.plan, &[]);
    if finished.code != 0 {
        replacing.check_resumed("");
    }
    assert_eq!(replacing.stored(), replacing.expected);
    assert!(!replacing.saved().exists());
}

#[test]
fn fields_that_cannot_be_restored_are_told_and_no_other_user_is_touched() {
    let replacing = Replacing::start();
    replacing.on_put(Fault::status(503).skip(1));
    let finished = apply(&replacing.installation, &replacing.plan, &[]);
    assert_ne!(finished.code, 0);
    let saved = replacing.saved();
    for expected in ["unknown: change ", "cleared", "--resume", saved.to_str().unwrap()] {
        assert!(finished.stderr.contains(expected), "{expected}: {}", finished.stderr);
    }
    assert_eq!(writes(&replacing.installation).len(), 1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(saved.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }

    // Nor does a resumed run touch others as long as it fails.
    let resumed = apply(&replacing.installation, &replacing.plan, &["--resume"]);
    assert_eq!(resumed.code, 6, "{}", resumed.stderr);
    assert!(resumed.stderr.contains(saved.to_str().unwrap()), "{}", resumed.stderr);
    assert!(writes(&replacing.installation).is_empty());
    replacing.installation.sandbox.clear_faults();
    replacing.check_resumed("restored");
}

#[test]
fn a_user_whom_someone_else_changed_meanwhile_is_not_restored() {
    let replacing = Replacing::start();
    replacing.on_put(Fault::no_response_after_applying());
    replacing.kill_after(1);
    replacing.installation.sandbox.set_rules(Rules::default());
    let id = replacing
        .ids
        .iter()
        .find(|id| replacing.installation.sandbox.user_document(id).unwrap()["title"] == "Prof.")
        .unwrap();
    replacing.installation.stdout(&["users", "update", id, "--set", "nickName=new", "-o", "json"]);
    let before = replacing.stored();

    let resumed = apply(&replacing.installation, &replacing.plan, &["--resume"]);
    assert_eq!(resumed.code, 6, "{}", resumed.stderr);
    let saved = replacing.saved();
    for expected in [id, "emails", "someone else", saved.to_str().unwrap()] {
        assert!(resumed.stderr.contains(expected), "{expected}: {}", resumed.stderr);
    }
    assert_eq!((replacing.stored(), saved.exists()), (before, true));
}
