//! `trivore api`.

use serde_json::{Value, json};

use crate::Installation;

#[test]
fn any_endpoint_is_called_and_all_pages_are_read() {
    let installation = Installation::start();
    let id = installation.user(json!({"username": "jane"}));
    installation.user(json!({"username": "joe"}));
    let path = format!("/api/rest/v1/user/{id}");
    let user: Value = serde_json::from_str(&installation.stdout(&["api", &path])).unwrap();
    assert_eq!(user["username"], "jane");
    let names = installation.stdout(&[
        "api",
        "user?count=1&filter=username+sw+%22j%22",
        "--all",
        "-o",
        "ndjson",
        "--columns",
        "username",
    ]);
    assert_eq!(names, "{\"username\":\"jane\"}\n{\"username\":\"joe\"}\n");
}

#[test]
fn wrong_input_sends_nothing_and_an_error_has_its_body_and_exit_code() {
    let installation = Installation::start();
    let before = installation.sandbox.requests().len();
    for arguments in [
        &["api", "GET"][..],
        &["api", "/user//x"],
        &["api", "/user/../x"],
        &["api", "user", "--header", "authorization: MARK"],
        &["api", "POST", "user", "--data", "{"],
        &["api", "DELETE", "user/5b0cfba4e2bb230ff8b535e6"],
    ] {
        let finished = installation.run(arguments);
        assert_eq!(finished.code, 2, "{finished:?}");
        assert!(!finished.stderr.contains("MARK"));
    }
    assert_eq!(installation.sandbox.requests().len(), before);
    let finished = installation.run(&["api", "user/5b0cfba4e2bb230ff8b535e6", "-i"]);
    assert_eq!(finished.code, 4);
    assert!(finished.stdout.starts_with("HTTP 404"), "{}", finished.stdout);
}
