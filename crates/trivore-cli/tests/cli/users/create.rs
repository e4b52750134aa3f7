//! `trivore users create`.

use std::fs;

use serde_json::{Value, json};
use trivore_sandbox::Fault;

use crate::Installation;
use crate::terminal::Terminal;

fn stored(installation: &Installation, user: &str) -> Value {
    let user: Value = serde_json::from_str(user).unwrap();
    installation.sandbox.user_document(user["id"].as_str().unwrap()).unwrap()
}

#[test]
fn a_user_is_created_from_options_and_fields() {
    let installation = Installation::start();
    let finished = installation.run(&[
        "users",
        "create",
        "--namespace",
        "sandbox",
        "--username",
        "jäne \"x\"/y",
        "--email",
        "jane@example.com",
        "--email",
        "j@example.com",
        "--mobile",
        "+358401234567",
        "--set",
        "name.givenName=Jane = Doe",
        "--set",
        "customFields.shoeSize:=38",
        "-s",
        "tags:=[\"a\"]",
    ]);
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    assert!(finished.stderr.contains("random password"), "{}", finished.stderr);
    let user = stored(&installation, &finished.stdout);
    assert_eq!(user["username"], "jäne \"x\"/y");
    assert_eq!(user["emails"][1]["address"], "j@example.com");
    assert_eq!(user["mobiles"][0]["number"], "+358401234567");
    assert_eq!(user["name"]["givenName"], "Jane = Doe");
    assert_eq!(user["customFields"], json!({"shoeSize": 38}));
    assert!(!finished.stdout.contains("assword"), "{}", finished.stdout);

    // The name is found again, with and without its namespace.
    for name in ["sandbox/jäne \"x\"/y", "jäne \"x\"/y"] {
        assert_eq!(installation.json(&["users", "get", name])["id"], user["id"], "{name}");
    }
}

#[test]
fn a_file_and_standard_input_are_read_without_read_only_fields() {
    let installation = Installation::start();
    let document = "\u{feff}{\"id\": \"5b0cfba4e2bb230ff8b535e6\", \"email\": \"a@b.c\", \
                    \"username\": \"jane\", \"emails\": [{\"address\": \"jane@example.com\"}], \
                    \"meta\": {}, \"password\": \"Sininen-Kuu-42\"}";
    let finished = installation
        .run_with_input(&["users", "create", "--file", "-", "-s", "locale=fi"], document);
    assert_eq!((finished.code, finished.stderr.as_str()), (0, ""));
    let user = stored(&installation, &finished.stdout);
    assert_ne!(user["id"], "5b0cfba4e2bb230ff8b535e6");
    assert_eq!((&user["username"], &user["locale"]), (&json!("jane"), &json!("fi")));
}

#[test]
fn invalid_input_is_found_before_anything_is_sent() {
    let installation = Installation::start();
    let file = installation.home.path().join("user.json");
    let path = file.to_str().unwrap();
    fs::write(&file, "{\n  \"username\": \"jane\",\n}").unwrap();
    let named = |rest: &[&'static str]| -> Vec<&'static str> {
        [&["users", "create", "--username", "jane"], rest].concat()
    };
    let too_long = format!("tags:=[\"{}\"]", "x".repeat(101));
    let cases: Vec<(Vec<&str>, &str)> = vec![
        (vec!["users", "create"], "nothing to create"),
        (vec!["users", "create", "--username", ""], "empty"),
        (vec!["users", "create", "--file", path], "line 3 column 1"),
        (vec!["users", "create", "--file", "/nowhere"], "/nowhere"),
        (named(&["-s", "locked=true"]), "'locked:=...'"),
        (named(&["-s", "usrname=x"]), "no field `usrname`"),
        (named(&["-s", "name.givnName=x"]), "no field `name.givnName`"),
        (named(&["-s", "emails=x@y.z"]), "`emails`: expected"),
        (named(&["-s", "customFields.a.b.$c=1", "-s", "customFields.$x=1"]), "custom field"),
        (named(&["-s", "id=5b0cfba4e2bb230ff8b535e6"]), "only the service sets `id`"),
        (named(&["-s", "email=x@y.z"]), "`emails`"),
        (named(&["-s", "username=joe"]), "given twice"),
        (named(&["-s", "password=Sininen-Kuu-42"]), "cannot be set by an argument"),
        (named(&["-s", "strongIdentification.personalId=131052-308T"]), "argument"),
        (named(&["--ask-password"]), "no terminal"),
        (named(&["--file", "-", "--password-from", "-"]), "standard input"),
        (named(&["--password-file", "/nowhere/x", "--password-length", "3"]), "length"),
        (named(&["--password-from", "/nowhere"]), "/nowhere"),
        (named(&["--password-file", "/nowhere/x"]), "/nowhere/x"),
        (vec!["users", "create", "-s", &too_long], "tag is longer"),
    ];
    for (arguments, expected) in cases {
        let message = installation.failure(2, &arguments);
        assert!(message.contains(expected), "{arguments:?}: {message}");
        assert!(!message.contains("Sininen") && !message.contains("131052"), "{message}");
    }
    assert!(installation.sandbox.requests().is_empty());
}

#[test]
fn an_unknown_field_is_sent_if_it_is_allowed() {
    let installation = Installation::start();
    let user = installation.json(&["users", "create", "-s", "newField=x", "--allow-unknown"]);
    assert!(user["id"].is_string());
    let requests = installation.sandbox.requests();
    let body = String::from_utf8_lossy(&requests.last().unwrap().body).into_owned();
    assert!(body.contains("\"newField\":\"x\""), "{body}");
}

#[test]
fn a_generated_password_is_kept_in_a_private_file() {
    let installation = Installation::start();
    let file = installation.home.path().join("jane.password");
    let path = file.to_str().unwrap();
    let arguments = [
        "users",
        "create",
        "--username",
        "jane",
        "--password-file",
        path,
        "--password-length",
        "24",
    ];
    let finished = installation.run(&arguments);
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    let password = fs::read_to_string(&file).unwrap();
    assert_eq!(password.trim_end().len(), 24);
    assert!(finished.stderr.contains(path), "{}", finished.stderr);
    for text in [&finished.stdout, &finished.stderr] {
        assert!(!text.contains(password.trim_end()), "{text}");
    }
    let body = installation.sandbox.requests().last().unwrap().body.clone();
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body["password"], password.trim_end());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }

    // A file that exists is not overwritten, and nothing is sent.
    let before = installation.sandbox.requests().len();
    let message =
        installation.failure(2, &["users", "create", "--username", "joe", "--password-file", path]);
    assert!(message.contains(path), "{message}");
    assert_eq!(fs::read_to_string(&file).unwrap(), password);
    assert_eq!(installation.sandbox.requests().len(), before);
}

#[test]
fn a_password_file_is_removed_if_the_user_was_not_created() {
    let installation = Installation::start();
    installation.user(json!({"username": "jane"}));
    let file = installation.home.path().join("jane.password");
    let arguments =
        ["users", "create", "--username", "jane", "--password-file", file.to_str().unwrap()];
    let message = installation.failure(5, &arguments);
    assert!(message.contains("Request id"), "{message}");
    assert!(!file.exists());
}

#[test]
fn a_password_is_read_from_standard_input() {
    let installation = Installation::start();
    let arguments = ["users", "create", "--username", "jane", "--password-from", "-"];
    let finished = installation.run_with_input(&arguments, "Sininen-Kuu-42\nmore\n");
    assert_eq!((finished.code, finished.stderr.as_str()), (0, ""));
    let body = installation.sandbox.requests().last().unwrap().body.clone();
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body["password"], "Sininen-Kuu-42");
    assert_eq!(installation.run_with_input(&arguments, "\n").code, 2);
}

#[test]
fn a_lost_response_creates_one_user() {
    let installation = Installation::start();
    let fault = Fault::close_after_applying().on(http::Method::POST, "/user").once();
    installation.sandbox.inject(fault).unwrap();
    let user = installation.json(&["users", "create", "-n", "sandbox", "--username", "jane"]);
    assert!(user["id"].is_string());
    let created =
        installation.sandbox.ledger().iter().filter(|entry| entry.operation == "create").count();
    assert_eq!(created, 1);
}

#[test]
fn an_unknown_outcome_keeps_the_password_and_says_so() {
    let installation = Installation::start();
    let file = installation.home.path().join("password");
    let path = file.to_str().unwrap();
    let fault = Fault::close_after_applying().on(http::Method::POST, "/user").once();
    installation.sandbox.inject(fault).unwrap();
    // Without a user name, the user cannot be looked up.
    let message =
        installation.failure(6, &["users", "create", "-n", "sandbox", "--password-file", path]);
    assert!(message.contains("look before you repeat it"), "{message}");
    assert!(message.contains(path), "{message}");
    assert!(file.exists());
}

#[test]
fn a_missing_permission_is_named() {
    let installation = Installation::start();
    let arguments = ["users", "create", "--username", "jane"];
    let finished = installation.limited(&["ACCOUNT_VIEW"], &arguments);
    assert_eq!((finished.code, finished.stdout.as_str()), (5, ""));
    assert!(finished.stderr.contains("ACCOUNT_MODIFY"), "{}", finished.stderr);
}

#[test]
fn a_password_is_asked_for_on_the_terminal() {
    let installation = Installation::start();
    let arguments = ["users", "create", "--username", "jane", "--ask-password"];
    let mut terminal = Terminal::run(&installation.command(&arguments), 40, 100);
    for prompt in ["Password: ", "Password again: "] {
        terminal.wait_for(prompt);
        terminal.wait_until_hidden();
        terminal.press("Sininen-Kuu-42\r");
    }
    let (code, screen) = terminal.finish();
    assert_eq!(code, 0, "{screen}");
    assert!(!screen.contains("Sininen") && !screen.contains("random"), "{screen}");
    let body = installation.sandbox.requests().last().unwrap().body.clone();
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body["password"], "Sininen-Kuu-42");
}

#[test]
fn a_name_that_another_user_has_is_refused_even_if_the_response_is_lost() {
    let installation = Installation::start();
    let id = installation.user(json!({"username": "jane", "locale": "fi"}));
    installation.sandbox.advance_clock(std::time::Duration::from_secs(3600));
    let fault = Fault::close_after_applying().on(http::Method::POST, "/user").once();
    installation.sandbox.inject(fault).unwrap();
    let message =
        installation.failure(5, &["users", "create", "-n", "sandbox", "--username", "jane"]);
    assert!(message.contains("another user has the username"), "{message}");
    assert!(message.contains(&id), "{message}");
}

#[test]
fn a_refusal_says_that_nothing_was_applied() {
    let installation = Installation::start();
    installation.user(json!({"username": "jane"}));
    let arguments = ["users", "create", "--namespace", "sandbox", "--username", "jane"];
    let message = installation.failure(5, &arguments);
    assert!(message.starts_with("error: the server responded with 409"), "{message}");
    assert!(message.contains("The change was not applied."), "{message}");
}
