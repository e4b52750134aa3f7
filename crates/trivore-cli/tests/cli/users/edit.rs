//! `trivore users edit`.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};
use trivore_sandbox::Fault;

use crate::Installation;
use crate::installation::finish;
use crate::terminal::Terminal;

struct Editing {
    installation: Installation,
    id: String,
}

impl Editing {
    fn start() -> Self {
        let installation = Installation::start();
        let id = installation.user(json!({
            "username": "jane", "locale": "en", "nickName": "J", "customFields": {"a": 1, "b": 2},
        }));
        fs::create_dir(installation.home.path().join("tmp")).unwrap();
        Self { installation, id }
    }

    /// The command with a shell script as editor, which gets the file as `$1`.
    fn command(&self, script: &str) -> Command {
        let editor = self.installation.home.path().join("my editor");
        fs::write(&editor, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&editor, fs::Permissions::from_mode(0o700)).unwrap();
        let mut command = self.installation.command(&["users", "edit", "jane"]);
        command.env("EDITOR", format!("'{}' --wait", editor.display()));
        command.env("PATH", "/usr/bin:/bin").env("TMPDIR", self.temporary());
        command
    }

    fn temporary(&self) -> PathBuf {
        self.installation.home.path().join("tmp")
    }

    /// Files that are left in the temporary folder.
    fn left(&self) -> Vec<PathBuf> {
        fs::read_dir(self.temporary()).unwrap().map(|entry| entry.unwrap().path()).collect()
    }

    fn user(&self) -> Value {
        self.installation.sandbox.user_document(&self.id).unwrap()
    }
}

/// Replaces a text in the edited file.
fn replacing(old: &str, new: &str) -> String {
    format!("sed -i 's|{old}|{new}|' \"$2\"")
}

#[test]
fn what_was_edited_is_sent_and_the_file_is_removed() {
    let editing = Editing::start();
    let script = "[ \"$1\" = --wait ] || exit 3
        stat -c %a \"$2\" > \"$HOME/mode\"
        cp \"$2\" \"$HOME/seen\"
        sed -i -e 's|\"en\"|\"fi\"|' -e '/nickName/d' -e 's|\"a\": 1,||' \"$2\"";
    let finished = finish(&mut editing.command(script));
    assert_eq!((finished.code, finished.stderr.as_str()), (0, ""));
    let changes: Value = serde_json::from_str(&finished.stdout).unwrap();
    let mut fields: Vec<_> =
        changes.as_array().unwrap().iter().map(|it| it["field"].as_str().unwrap()).collect();
    fields.sort_unstable();
    assert!(fields.contains(&"customFields.a") && fields.contains(&"nickName"), "{fields:?}");
    let user = editing.user();
    assert_eq!((&user["locale"], &user["nickName"]), (&json!("fi"), &Value::Null));
    assert_eq!(user["customFields"], json!({"b": 2}));
    assert_eq!(editing.left(), Vec::<PathBuf>::new());

    let home = editing.installation.home.path();
    assert_eq!(fs::read_to_string(home.join("mode")).unwrap(), "600\n");
    let seen: Value =
        serde_json::from_str(&fs::read_to_string(home.join("seen")).unwrap()).unwrap();
    for field in ["id", "meta", "email", "strongIdentification", "nsCode", "password"] {
        assert!(seen.get(field).is_none(), "{field}");
    }
    assert_eq!(seen["username"], "jane");
}

#[test]
fn without_a_change_nothing_is_sent() {
    let editing = Editing::start();
    for script in
        ["true", "touch \"$2\"", "tr -d '\\n' < \"$2\" > \"$2.new\"; mv \"$2.new\" \"$2\""]
    {
        let finished = finish(&mut editing.command(script));
        assert_eq!((finished.code, finished.stdout.as_str()), (0, "[]\n"), "{script}");
        assert!(finished.stderr.contains("Nothing to change"), "{}", finished.stderr);
        assert!(editing.left().is_empty());
    }
    assert!(editing.installation.writes().is_empty());
}

#[test]
fn an_editor_that_fails_changes_nothing() {
    let editing = Editing::start();
    let finished = finish(&mut editing.command("exit 1"));
    assert_eq!((finished.code, finished.stdout.as_str()), (1, ""));
    assert!(finished.stderr.contains("my editor"), "{}", finished.stderr);
    let mut command = editing.command("true");
    for (editor, code, expected) in
        [("/nowhere/ed", 1, "/nowhere/ed"), ("'unfinished", 2, "EDITOR")]
    {
        let finished = finish(command.env("EDITOR", editor));
        assert_eq!(finished.code, code, "{}", finished.stderr);
        assert!(finished.stderr.contains(expected), "{}", finished.stderr);
    }
    assert!(editing.left().is_empty());
    assert!(editing.installation.writes().is_empty());
}

#[test]
fn an_editor_that_fails_after_a_change_leaves_the_text() {
    let editing = Editing::start();
    let finished = finish(&mut editing.command(&(replacing("\"en\"", "\"fi\"") + "; exit 3")));
    assert_eq!(finished.code, 1, "{finished:?}");
    let [left] = &editing.left()[..] else { panic!("{:?}", editing.left()) };
    assert!(finished.stderr.contains(left.to_str().unwrap()), "{finished:?}");
    assert!(fs::read_to_string(left).unwrap().contains("\"fi\""));
    assert_eq!(editing.user()["locale"], "en");
}

#[test]
fn what_is_no_file_any_more_is_not_read() {
    let editing = Editing::start();
    for script in ["rm \"$2\"", "rm \"$2\"; mkfifo \"$2\"", "rm \"$2\"; mkdir \"$2\""] {
        let finished = finish(&mut editing.command(script));
        assert_eq!(finished.code, 1, "{finished:?}");
        assert!(!finished.stderr.contains("kept"), "{finished:?}");
    }
    assert!(editing.installation.writes().is_empty());
}

#[test]
fn a_user_name_cannot_be_cleared() {
    let editing = Editing::start();
    let finished = finish(&mut editing.command("echo '{\"locale\": \"fi\"}' > \"$2\""));
    assert_eq!(finished.code, 2, "{finished:?}");
    assert!(finished.stderr.contains("`username` cannot be cleared"), "{finished:?}");
    assert!(editing.installation.writes().is_empty());
}

#[test]
fn without_a_terminal_an_invalid_text_is_kept_and_named() {
    let editing = Editing::start();
    for (script, expected) in [
        (replacing("\"en\",", "\"fi\""), "line"),
        (replacing("\"en\"", "7"), "`locale`"),
        (replacing("\"locale\"", "\"localle\""), "localle"),
        (replacing("\"locale\"", "\"id\""), "`id` cannot be edited"),
        ("echo '[]' > \"$2\"".to_owned(), "JSON object"),
        (": > \"$2\"".to_owned(), "no valid JSON"),
    ] {
        let finished = finish(&mut editing.command(&script));
        assert_eq!((finished.code, finished.stdout.as_str()), (2, ""), "{script}");
        assert!(finished.stderr.contains(expected), "{script}: {}", finished.stderr);
        let left = editing.left();
        assert_eq!(left.len(), 1, "{script}");
        assert!(finished.stderr.contains(left[0].to_str().unwrap()), "{}", finished.stderr);
        assert_eq!(fs::metadata(&left[0]).unwrap().permissions().mode() & 0o077, 0);
        fs::remove_file(&left[0]).unwrap();
    }
    assert!(editing.installation.writes().is_empty());
}

#[test]
fn on_a_terminal_an_invalid_text_can_be_edited_again() {
    let editing = Editing::start();
    let script = "if [ -e \"$HOME/again\" ]; then sed -i 's|\"fi\"|\"fi\",|' \"$2\"
        else touch \"$HOME/again\"; sed -i 's|\"en\",|\"fi\"|' \"$2\"; fi";
    let mut terminal = Terminal::run(&editing.command(script), 40, 120);
    terminal.wait_for("Edit the file again? [y/N]");
    terminal.press("y\r");
    let (code, screen) = terminal.finish();
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains("locale") && screen.to_lowercase().contains("before"), "{screen}");
    assert_eq!(editing.user()["locale"], "fi");
    assert!(editing.left().is_empty());

    let mut terminal = Terminal::run(&editing.command(&replacing("{", "")), 40, 120);
    terminal.wait_for("Edit the file again? [y/N]");
    terminal.press("\r");
    let (code, screen) = terminal.finish();
    assert_eq!(code, 2, "{screen}");
    assert_eq!(editing.left().len(), 1);
}

#[test]
fn a_change_of_someone_else_is_not_overwritten() {
    let editing = Editing::start();
    // The editor itself is the other one who changes the user.
    let script = format!(
        "TRIVORE_MGMTAPI_SECRET='{}' '{}' users update jane -s title=Dr >/dev/null && {}",
        editing.installation.sandbox.client_secret(),
        env!("CARGO_BIN_EXE_trivore"),
        replacing("\"en\"", "\"fi\"")
    );
    let finished = finish(&mut editing.command(&script));
    assert_eq!((finished.code, finished.stdout.as_str()), (5, ""), "{}", finished.stderr);
    assert!(finished.stderr.contains("someone else changed the user"), "{}", finished.stderr);
    let user = editing.user();
    assert_eq!((&user["title"], &user["locale"]), (&json!("Dr"), &json!("en")));
    let left = editing.left();
    assert!(fs::read_to_string(&left[0]).unwrap().contains("\"fi\""));
    assert!(finished.stderr.contains(left[0].to_str().unwrap()), "{}", finished.stderr);
}

#[test]
fn a_text_that_could_not_be_sent_is_kept() {
    let editing = Editing::start();
    let fault = Fault::status(400).method(http::Method::PUT);
    editing.installation.sandbox.inject(fault).unwrap();
    let finished = finish(&mut editing.command(&replacing("\"en\"", "\"fi\"")));
    assert_eq!(finished.code, 5, "{}", finished.stderr);
    assert!(finished.stderr.contains("Request id"), "{}", finished.stderr);
    let left = editing.left();
    assert!(finished.stderr.contains(left[0].to_str().unwrap()), "{}", finished.stderr);
}

#[test]
fn ctrl_c_in_the_editor_does_not_leave_the_file_behind() {
    let editing = Editing::start();
    let script = "trap 'touch \"$HOME/trapped\"' INT
        echo ready
        while [ ! -e \"$HOME/trapped\" ]; do sleep 0.05; done; exit 0";
    let mut terminal = Terminal::run(&editing.command(script), 24, 80);
    terminal.wait_for("ready");
    terminal.press("\x03");
    let (code, screen) = terminal.finish();
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains("Nothing to change"), "{screen}");
    assert!(editing.left().is_empty());
}

#[test]
fn ctrl_c_at_the_question_keeps_the_text() {
    let editing = Editing::start();
    let mut terminal = Terminal::run(&editing.command(&replacing("{", "")), 40, 120);
    terminal.wait_for("Edit the file again? [y/N]");
    terminal.press("\x03");
    let (code, screen) = terminal.finish();
    // The kernel may drop what is written just after Ctrl-C.
    assert_eq!(code, 130, "{screen}");
    assert_eq!(editing.left().len(), 1);
}

#[test]
fn without_an_editor_and_a_terminal_nothing_is_sent() {
    let editing = Editing::start();
    let mut command = editing.command("true");
    for editor in ["", " "] {
        let finished = finish(command.env("EDITOR", editor).env("VISUAL", editor));
        assert_eq!((finished.code, finished.stdout.as_str()), (2, ""));
        assert!(finished.stderr.contains("EDITOR"), "{}", finished.stderr);
    }
    assert!(editing.installation.sandbox.requests().is_empty());
}
