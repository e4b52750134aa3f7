//! `trivore users identify`.

use serde_json::{Value, json};

use crate::Installation;
use crate::terminal::Terminal;

const CODE: &str = "131052-308T";

#[test]
fn a_code_comes_from_standard_input_only_with_a_confirmation() {
    let installation = Installation::start();
    let id = installation.user(json!({"username": "jane"}));
    let arguments =
        ["users", "identify", "jane", "--personal-id-from", "-", "--remarks", "passport"];
    let finished = installation.run_with_input(&arguments, CODE);
    assert_eq!(finished.code, 2);
    assert!(finished.stderr.contains("--yes"), "{}", finished.stderr);
    assert!(installation.sandbox.requests().is_empty());

    let arguments = [&arguments[..], &["--yes"]].concat();
    let finished = installation.run_with_input(&arguments, CODE);
    assert_eq!((finished.code, finished.stderr.as_str()), (0, ""));
    let body = installation.sandbox.requests().last().unwrap().body.clone();
    assert_eq!(
        serde_json::from_slice::<Value>(&body).unwrap(),
        json!({"personalId": CODE, "remarks": "passport"})
    );
    assert_eq!(
        installation.writes(),
        [format!("POST /api/rest/v1/user/{id}/strongidentification")]
    );
    installation.failure(2, &["users", "identify", "jane"]);
    installation.failure(2, &["users", "identify", "jane", CODE]);
}

#[test]
fn on_a_terminal_a_code_is_neither_shown_when_typed_nor_in_the_result() {
    let installation = Installation::start();
    installation.user(json!({"username": "jane"}));
    let mut terminal = Terminal::run(&installation.command(&["users", "identify", "jane"]), 24, 80);
    terminal.wait_for("Personal identity code: ");
    terminal.wait_until_hidden();
    terminal.press(&format!("{CODE}\r"));
    terminal.wait_for("[y/N]");
    terminal.press("y\r");
    let (code, screen) = terminal.finish();
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains("identified") && !screen.contains("131052"), "{screen}");
}
