//! All rows are checked before anything is sent.

use std::io::Write as _;
use std::process::Stdio;

use serde_json::{Value, json};

use super::comparison::{customer, file, with_namespace};
use crate::installation::Finished;

#[test]
fn a_wrong_row_is_reported_with_its_place_and_nothing_is_sent() {
    let installation = with_namespace();
    for (text, expected) in [
        (
            "{\"username\": \"a\"}\n{\"username\": }",
            "row 2 (line 2): invalid JSON: expected value (character 14)",
        ),
        ("[]", "expected a JSON object"),
        ("", "there are no rows"),
        (
            "{\"username\": \"a\", \"tittle\": \"\"}",
            "column tittle: unknown field; did you mean title?",
        ),
        ("{\"username\": \"a\", \"shoeSize\": 38}", "column shoeSize: unknown field"),
        ("{\"username\": \"a\", \"name\": {\"givnName\": \"\"}}", "did you mean name.givenName?"),
        ("{\"username\": \"a\", \"locked\": \"yes\"}", "column locked: expected true or false"),
        (
            "{\"username\": \"a\", \"dateOfBirth\": \"17.5.1980\"}",
            "column dateOfBirth: expected a date",
        ),
        (
            "{\"username\": \"a\", \"password\": \"secret-1\"}",
            "column password: passwords are no part",
        ),
        ("{\"title\": \"a\"}", "row 1 (line 1): there is no username"),
        (
            "{\"username\": \"a\"}\n\n{\"username\": \"A\"}",
            "row 2 (line 3): row 1 has the same username",
        ),
        (
            "{\"username\": \"a\", \"nsCode\": \"other\"}",
            "column nsCode: the namespace is customers",
        ),
        ("{\"username\": \"a\", \"customFields\": {\"a.b\": 1}}", "customFields.a.b"),
        (
            "{\"username\": \"a\", \"emails\": [\"a@b.c\", \"A@b.c\"]}",
            "column emails.1: the address is there twice",
        ),
        (
            "{\"username\": \"a\", \"locale\": \"fi\", \"preferredLanguage\": \"sv\"}",
            "always the same",
        ),
        ("{\"username\": \"a\", \"title\": \"\", \"title\": \"x\"}", "\"title\" twice"),
    ] {
        let path = installation.home.path().join("desired.ndjson");
        std::fs::write(&path, text).unwrap();
        installation.sandbox.clear_requests();
        let finished = installation.run(&["plan", path.to_str().unwrap(), "-n", "customers"]);
        assert_eq!((finished.code, finished.stdout.as_str()), (2, ""), "{text}");
        assert!(finished.stderr.contains(expected), "{text}: {}", finished.stderr);
        assert!(!finished.stderr.contains("secret-1"));
        assert!(installation.sandbox.requests().is_empty());
    }
}

#[test]
fn the_namespace_is_that_of_the_rows_or_an_error() {
    let installation = with_namespace();
    customer(&installation, json!({"username": "other"}));
    let named = file(&installation, "a.ndjson", &[json!({"username": "a", "nsCode": "customers"})]);
    let plan: Value = serde_json::from_str(&installation.stdout(&["plan", &named])).unwrap();
    assert_eq!(plan["namespace"], "customers");
    let unnamed = file(&installation, "b.ndjson", &[json!({"username": "a"})]);
    installation.sandbox.clear_requests();
    let finished = installation.run(&["plan", &unnamed]);
    assert_eq!(finished.code, 2);
    assert!(finished.stderr.contains("--namespace"), "{}", finished.stderr);
    assert!(installation.sandbox.requests().is_empty());
}

#[test]
fn read_only_fields_are_ignored_with_a_note() {
    let installation = with_namespace();
    customer(&installation, json!({"username": "jane", "emails": [{"address": "j@example.com"}]}));
    let row = json!({
        "username": "jane", "id": "5b0cfba4e2bb230ff8b535e6", "meta": {},
        "emails": [{"address": "j@example.com", "verified": true}],
    });
    let path = file(&installation, "a.ndjson", &[row]);
    let finished = installation.run(&["plan", &path, "-n", "customers", "-o", "table"]);
    assert_eq!(finished.code, 0);
    assert!(finished.stderr.contains("id, meta, verified"), "{}", finished.stderr);
    assert!(finished.stdout.contains("0 to change"), "{}", finished.stdout);
}

#[test]
fn csv_json_and_standard_input_are_read() {
    let installation = with_namespace();
    customer(&installation, json!({"username": "other"}));
    let write = |name: &str, text: &str| {
        let path = installation.home.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let csv = write("a.csv", "username;name.givenName;tags\njane;Jane;b;a\n");
    let finished = installation.run(&["plan", &csv, "-n", "customers"]);
    assert_eq!(finished.code, 2, "a cell too many: {}", finished.stdout);
    let csv = write("b.csv", "username,name.givenName,tags\njane,Jane,B;a\n");
    let json = write(
        "c.json",
        "[{\"username\":\"jane\",\"name\":{\"givenName\":\"Jane\"},\"tags\":[\"b\",\"a\"]}]",
    );
    let expected = json!({
        "username": "jane", "name": {"givenName": "Jane"}, "tags": ["b", "a"], "nsCode": "customers",
    });
    for path in [csv, json] {
        let plan: Value =
            serde_json::from_str(&installation.stdout(&["plan", &path, "-n", "customers"]))
                .unwrap();
        assert_eq!(plan["changes"][0]["user"], expected);
    }
    let mut child = installation
        .command(&["plan", "-", "-n", "customers"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"{\"username\": \"joe\"}").unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().contains("joe"));
}

#[test]
fn a_file_that_does_not_exist_is_reported() {
    let installation = with_namespace();
    let Finished { code, stderr, .. } = installation.run(&["plan", "/none.ndjson", "-n", "x"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("cannot open /none.ndjson"), "{stderr}");
}
