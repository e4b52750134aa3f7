//! The questions of `trivore login`.

use std::fs;

use super::profile_home::ProfileHome;
use crate::installation::finish;
use crate::terminal::Terminal;

/// Begins a login on a terminal and answers with address and client id.
fn begin(home: &ProfileHome, arguments: &[&str], address: &str, id: &str) -> Terminal {
    let command = home.command(&[&["login", "--no-keyring"], arguments].concat());
    let mut terminal = Terminal::run(&command, 24, 100);
    terminal.wait_for("Address: ");
    terminal.press(&format!("{address}\r"));
    terminal.wait_for("Client id: ");
    terminal.press(&format!("{id}\r"));
    terminal
}

fn give_secret(terminal: &mut Terminal, secret: &str) {
    terminal.wait_for("Client secret: ");
    terminal.wait_until_hidden();
    terminal.press(&format!("{secret}\r"));
}

#[test]
fn good_answers_store_a_profile() {
    let home = ProfileHome::start();
    let sandbox = &home.0.sandbox;
    // Spaces around an answer are of no meaning.
    let address = format!("  {} ", sandbox.url());
    let mut terminal = begin(&home, &[], &address, sandbox.client_id());
    give_secret(&mut terminal, sandbox.client_secret());
    let (code, screen) = terminal.finish();
    assert_eq!(code, 0, "{screen}");
    assert!(!screen.contains(sandbox.client_secret()), "{screen}");
    assert!(!home.read_config().contains(sandbox.client_secret()));
    assert_eq!(home.run(&["whoami"]).code, 0);
}

#[test]
fn wrong_answers_store_nothing() {
    let home = ProfileHome::start();
    let (url, id) = (home.0.sandbox.url().to_owned(), home.0.sandbox.client_id().to_owned());
    for (address, id, secret, expected_code, expected) in [
        (url.as_str(), id.as_str(), "wrong-secret", 3, "Nothing was stored"),
        (&url, "9", home.0.sandbox.client_secret(), 3, "Nothing was stored"),
        (&url, &id, "", 2, "the secret must be one line of text"),
        ("id.example.com", &id, "MARK", 3, "id.example.com"),
        ("ftp://127.0.0.1", &id, "MARK", 3, "http"),
        ("http://127.0.0.1:1", &id, "MARK", 7, "Nothing was stored"),
    ] {
        let mut terminal = begin(&home, &[], address, id);
        give_secret(&mut terminal, secret);
        let (code, screen) = terminal.finish();
        assert_eq!(code, expected_code, "{address} {id}: {screen}");
        assert!(screen.contains(expected), "{address} {id}: {screen}");
        assert!(!screen.contains("MARK") && !screen.contains("wrong-secret"), "{screen}");
        assert!(!home.config().exists());
    }
    for answers in ["\r", "   \r", "\x04"] {
        let mut terminal = Terminal::run(&home.command(&["login"]), 24, 100);
        terminal.wait_for("Address: ");
        terminal.press(answers);
        let (code, screen) = terminal.finish();
        assert_eq!(code, 2, "{answers:?}: {screen}");
        assert!(screen.contains("--address is missing"), "{answers:?}: {screen}");
    }
}

#[test]
fn a_profile_for_something_else_is_replaced_only_after_a_yes() {
    let other = "[profile.default]\naddress = \"https://id.example.com\"\nclient-id = \"7\"\n";
    for (answer, code) in [("n", 1), ("", 1), ("y", 0)] {
        let home = ProfileHome::start();
        home.write_config(other);
        let sandbox = &home.0.sandbox;
        let mut terminal = begin(&home, &[], sandbox.url(), sandbox.client_id());
        let screen = terminal.wait_for("[y/N]");
        assert!(screen.contains("https://id.example.com"), "{screen}");
        terminal.press(&format!("{answer}\r"));
        if code == 0 {
            give_secret(&mut terminal, sandbox.client_secret());
        }
        let (ended, screen) = terminal.finish();
        assert_eq!(ended, code, "{screen}");
        assert_eq!(home.read_config() == other, code == 1, "{}", home.read_config());
        if code == 0 {
            // The same client with a new secret is no other profile.
            let mut terminal = begin(&home, &[], sandbox.url(), sandbox.client_id());
            give_secret(&mut terminal, sandbox.client_secret());
            assert_eq!(terminal.finish().0, 0);
        }
    }
}

#[test]
fn without_a_terminal_nothing_is_asked() {
    let home = ProfileHome::start();
    let (url, id) = (home.0.sandbox.url(), home.0.sandbox.client_id());
    for (arguments, expected) in [
        (&["login"][..], "--address is missing"),
        (&["login", "--address", url], "--client-id is missing"),
        (&["login", "--address", url, "--client-id", id], "with --stdin"),
        (&["login", "--address", url, "--client-id", id, "--stdin"], "one line of text"),
        (&["login", "-p", "../x"], "letters, digits"),
    ] {
        let finished = home.run(arguments);
        assert_eq!(finished.code, 2, "{arguments:?}: {finished:?}");
        assert!(finished.stderr.contains(expected), "{arguments:?}: {finished:?}");
    }
    let secret = home.write_secret("typed", "a\nb\n");
    let mut command = home.command(&["login", "--address", url, "--client-id", id, "--stdin"]);
    let finished = finish(command.stdin(fs::File::open(secret).unwrap()));
    assert_eq!(finished.code, 2, "{finished:?}");
    assert!(!home.config().exists() && home.0.sandbox.requests().is_empty());
    // Scripts replace a profile without a question.
    home.write_config(
        "[profile.default]\naddress = \"https://id.example.com\"\nclient-id = \"7\"\n",
    );
    assert_eq!(home.log_in(&[]).code, 0);
}
