//! Files, variables and terminals with secrets.

use std::fs;

use super::profile_home::ProfileHome;
use crate::installation::{Finished, finish};
use crate::terminal::Terminal;

const CLIENT: &str = "client-id = \"1000000000000001\"\n";

#[track_caller]
fn check(finished: &Finished, code: i32, expected: &str) {
    assert_eq!(finished.code, code, "{finished:?}");
    assert!(finished.stderr.contains(expected), "{expected}: {}", finished.stderr);
}

#[test]
fn a_file_has_one_line() {
    let home = ProfileHome::with_profile(&format!("{CLIENT}secret-file = \"~/secret\""));
    let secret = home.0.sandbox.client_secret().to_owned();
    check(&home.run(&["whoami"]), 3, "cannot read the secret of the client");
    for (text, code, expected) in [
        (secret.clone(), 0, ""),
        (format!("{secret}\n"), 0, ""),
        (format!("{secret}\r\n"), 0, ""),
        (String::new(), 3, "is empty: file"),
        ("\n".to_owned(), 3, "is empty: file"),
        (format!("{secret}\nmore\n"), 3, "has more than one line"),
        ("x".repeat(70_000), 3, "is too long"),
    ] {
        home.write_secret("secret", text);
        let finished = home.run(&["whoami"]);
        check(&finished, code, expected);
        assert!(!finished.stderr.contains(&secret), "{}", finished.stderr);
    }
    home.write_secret("secret", b"\xff\xfe");
    check(&home.run(&["whoami"]), 3, "cannot read the secret of the client");
}

#[cfg(unix)]
#[test]
fn a_file_may_be_a_link_and_must_be_private() {
    let home = ProfileHome::with_profile(&format!("{CLIENT}secret-file = \"~/secret\""));
    let real = home.write_secret("real", home.0.sandbox.client_secret());
    let secret = home.0.home.path().join("secret");
    std::os::unix::fs::symlink(&real, &secret).unwrap();
    check(&home.run(&["whoami"]), 0, "");
    for mode in [0o640, 0o604, 0o620] {
        super::profile_home::set_mode(&real, mode);
        check(&home.run(&["whoami"]), 3, "chmod 600");
    }
    fs::remove_file(&secret).unwrap();
    fs::create_dir(&secret).unwrap();
    check(&home.run(&["whoami"]), 3, "cannot read the secret of the client 1000000000000001 from");
}

#[test]
fn a_variable_must_be_set() {
    let home = ProfileHome::with_profile(&format!("{CLIENT}secret-env = \"SECRET\""));
    check(&home.run(&["whoami"]), 3, "from the variable SECRET");
    for (value, code, expected) in
        [("", 3, "is empty: variable SECRET"), (home.0.sandbox.client_secret(), 0, "")]
    {
        let finished = finish(home.command(&["whoami"]).env("SECRET", value));
        check(&finished, code, expected);
    }
}

#[test]
fn without_a_source_the_secret_is_asked_for_on_a_terminal_only() {
    let home = ProfileHome::with_profile(CLIENT);
    check(&home.run(&["whoami"]), 3, "secret-file, secret-env or secret-keyring");
    let mut terminal = Terminal::run(&home.command(&["whoami"]), 24, 100);
    terminal.wait_for("the secret of the client 1000000000000001: ");
    terminal.wait_until_hidden();
    terminal.press(&format!("{}\r", home.0.sandbox.client_secret()));
    let (code, screen) = terminal.finish();
    assert_eq!(code, 0, "{screen}");
    assert!(!screen.contains(home.0.sandbox.client_secret()), "{screen}");
}
