//! `trivore users` as a person sees it.

use serde_json::json;

use crate::Installation;
use crate::terminal::Terminal;

#[test]
fn a_table_fits_the_terminal_and_has_relative_times() {
    let installation = Installation::start();
    let name = "a-very-long-family-name-that-does-not-fit-beside-the-other-columns";
    installation.user(json!({"username": "jane", "name": {"familyName": name}}));
    let filter = "username eq \"jane\"";
    let command = installation.command(&["users", "list", "-f", filter]);
    let (code, screen) = Terminal::run(&command, 40, 100).finish();
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains("username") && screen.contains("jane"), "{screen}");
    let times = ["now", "1 second ago", "seconds ago"];
    assert!(times.iter().any(|time| screen.contains(time)), "{screen}");
    assert!(screen.lines().all(|line| line.chars().count() <= 100), "{screen}");
    let letters: String = screen.chars().filter(|c| !c.is_whitespace()).collect();
    assert!(!letters.contains(name) || screen.contains(name), "{screen}");
}

#[test]
fn a_question_is_answered_on_the_terminal() {
    let installation = Installation::start();
    let id = installation.user(json!({"username": "jane"}));
    for (keys, expected) in [("n\r", 1), ("\r", 1), ("yes\r", 0)] {
        let mut terminal =
            Terminal::run(&installation.command(&["users", "delete", "jane"]), 24, 80);
        terminal.wait_for("[y/N]");
        assert!(installation.sandbox.user_document(&id).is_some());
        terminal.press(keys);
        let (code, screen) = terminal.finish();
        assert_eq!(code, expected, "{screen}");
    }
    assert!(installation.sandbox.user_document(&id).is_none());
}

#[test]
fn errors_are_colored_on_a_terminal_unless_colors_are_off() {
    let installation = Installation::start();
    for (variable, is_colored) in [(None, true), (Some(("NO_COLOR", "1")), false)] {
        let mut command = installation.command(&["users", "get", "nobody"]);
        command.envs(variable);
        let terminal = Terminal::run(&command, 24, 80);
        terminal.wait_for("there is no user nobody");
        assert_eq!(terminal.bytes().contains('\u{1b}'), is_colored, "{:?}", terminal.bytes());
        assert_eq!(terminal.finish().0, 4);
    }
}

#[test]
fn an_import_goes_on_when_its_terminal_becomes_narrow() {
    let installation = Installation::start();
    let file = installation.home.path().join("users.ndjson");
    let rows: Vec<_> = (0..40).map(|number| format!("{{\"username\":\"user{number}\"}}")).collect();
    std::fs::write(&file, rows.join("\n")).unwrap();
    let file = file.to_str().unwrap();
    let command = installation.command(&["users", "import", file, "--rate", "20"]);
    let terminal = Terminal::run(&command, 24, 100);
    terminal.wait_for("of 40 rows");
    terminal.resize(24, 30);
    let (code, screen) = terminal.finish();
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains("created         40"), "{screen}");
}
