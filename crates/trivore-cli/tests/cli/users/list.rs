//! `trivore users list`.

use http::Method;
use serde_json::{Value, json};
use trivore_sandbox::Fault;

use crate::Installation;

fn with_two_users() -> Installation {
    let installation = Installation::start();
    installation.user(json!({
        "username": "jane", "name": {"givenName": "Jane", "familyName": "=Roe"},
        "emails": [{"address": "jane@example.com"}, {"address": "j@example.com"}],
    }));
    installation.user(json!({"username": "joe"}));
    installation
}

const USERS: &str = "username sw \"j\"";

#[test]
fn without_a_terminal_users_are_written_as_complete_json() {
    let installation = with_two_users();
    let users: Value =
        serde_json::from_str(&installation.stdout(&["users", "list", "--filter", USERS])).unwrap();
    assert_eq!(users[0]["username"], "jane");
    assert_eq!(users[0]["emails"][1]["address"], "j@example.com");
    assert!(users[0]["meta"]["created"].is_string());
    assert_eq!(users.as_array().unwrap().len(), 2);
}

#[test]
fn selected_columns_are_written_in_each_format() {
    let installation = with_two_users();
    for (format, expected) in [
        (
            "ndjson",
            "{\"emails\":[{\"address\":\"jane@example.com\",\"verified\":false},{\"address\":\"j@example.com\",\"verified\":false}],\"name.familyName\":\"=Roe\",\"username\":\"jane\"}\n{\"emails\":null,\"name.familyName\":null,\"username\":\"joe\"}\n",
        ),
        (
            "csv",
            "username,name.familyName,emails\njane,'=Roe,jane@example.com;j@example.com\njoe,,\n",
        ),
        (
            "table",
            "username  familyName  emails\njane      =Roe        jane@example.com, j@example.com\njoe\n",
        ),
    ] {
        let written = installation.stdout(&[
            "users",
            "list",
            "-f",
            USERS,
            "-o",
            format,
            "--columns",
            "username,name.familyName,emails",
        ]);
        assert_eq!(written, expected, "{format}");
    }
}

#[test]
fn a_limit_and_an_order_are_followed() {
    let installation = with_two_users();
    for (sort, expected) in [("username", "jane"), ("-username", "joe")] {
        let written = installation.stdout(&[
            "users",
            "list",
            "-f",
            USERS,
            "--sort",
            sort,
            "--limit",
            "1",
            "-o",
            "ndjson",
            "--columns",
            "username",
        ]);
        assert_eq!(written, format!("{{\"username\":\"{expected}\"}}\n"));
    }
}

#[test]
fn an_empty_list_is_valid_in_each_format() {
    let installation = Installation::start();
    for (format, expected) in [
        ("json", "[]\n"),
        ("ndjson", ""),
        ("csv", "id,username\n"),
        ("yaml", "[]\n"),
        ("table", ""),
    ] {
        let written = installation.stdout(&[
            "users",
            "list",
            "-f",
            "username eq \"nobody\"",
            "-o",
            format,
            "--columns",
            "id,username",
        ]);
        assert_eq!(written, expected, "{format}");
    }
}

#[test]
fn a_wrong_filter_shows_the_place_and_sends_nothing() {
    let installation = Installation::start();
    let before = installation.sandbox.requests().len();
    let finished = installation.run(&["users", "list", "--filter", "username eq jane"]);
    assert_eq!(finished.code, 2);
    assert!(
        finished.stderr.contains("\n  username eq jane\n              ^\n"),
        "{}",
        finished.stderr
    );
    assert_eq!(installation.sandbox.requests().len(), before);
}

#[test]
fn namespaces_are_selected_with_and_without_a_filter() {
    let installation = with_two_users();
    for code in ["a \"b\"", "c"] {
        installation.sandbox.add_namespace(json!({"code": code})).unwrap();
        installation.user(json!({"username": "jane", "nsCode": code}));
        installation.user(json!({"username": "x", "nsCode": code}));
    }
    let list = |options: &[&str]| {
        let fixed =
            ["users", "list", "--sort", "nsCode", "-o", "csv", "--columns", "nsCode,username"];
        installation.stdout(&[&fixed, options].concat())
    };
    let both = list(&[
        "--namespace",
        "a \"b\"",
        "-n",
        "c",
        "-f",
        "username eq \"jane\" or locked eq true",
    ]);
    assert_eq!(both, "nsCode,username\n\"a \"\"b\"\"\",jane\nc,jane\n");
    assert_eq!(list(&["-n", "c"]).lines().count(), 3);
}

#[test]
fn a_field_that_is_probably_misspelled_is_told() {
    let installation = with_two_users();
    for (arguments, expected) in [
        (["--filter", "userName eq \"jane\""], "no field userName; did you mean username?"),
        (["--filter", "not (emails.adress pr)"], "no field emails.adress; did you mean"),
        (["--sort", "-usrname"], "no field usrname; did you mean username?"),
    ] {
        let finished = installation.run(&[&["users", "list"], &arguments[..]].concat());
        assert!(finished.stderr.contains(expected), "{finished:?}");
    }
    for filter in ["customFields.size eq 3", "name.givenName pr", "newField eq 1"] {
        let finished = installation.run(&["users", "list", "--filter", filter]);
        assert!(!finished.stderr.contains("warning"), "{finished:?}");
    }
}

#[test]
fn a_service_that_does_not_work_is_told_with_what_to_do() {
    let installation = Installation::start();
    for (status, code, expected) in
        [(500, 7, "see whether it works with `trivore check`"), (403, 5, "with `trivore whoami`")]
    {
        installation.sandbox.inject(Fault::status(status).on(Method::GET, "/user")).unwrap();
        let message = installation.failure(code, &["users", "list"]);
        assert!(message.contains(expected) && !message.contains("applied"), "{message}");
        installation.sandbox.clear_faults();
    }
}
