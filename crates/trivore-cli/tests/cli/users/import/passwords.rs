//! Generated passwords.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use trivore_sandbox::Fault;

use super::files::{file, import, numbered};
use crate::Installation;

fn mode(path: &str) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn passwords_are_only_in_the_private_file_that_was_asked_for() {
    let installation = Installation::start();
    let path = file(
        &installation,
        "users.csv",
        numbered("username,password\nown,Battery-Staple-77", 30, ","),
    );
    let (to, results) = (format!("{path}.passwords"), format!("{path}.results"));
    let lost = Fault::reset_after_applying().on(http::Method::POST, "/user").every(7);
    installation.sandbox.inject(lost).unwrap();
    let trace = format!("{path}.trace");
    let options = [&path, "--passwords", &to, "--results", &results, "--trace", &trace];
    let finished = import(&installation, &options);
    assert_eq!((finished.code, finished.stderr.as_str()), (0, ""));
    assert_eq!((mode(&to), mode(&results)), (0o600, 0o600));
    let mut reader = csv::Reader::from_path(&to).unwrap();
    let mut passwords = BTreeMap::new();
    for record in reader.records() {
        let record = record.unwrap();
        assert_eq!(record[2], format!("user{}", record[0].parse::<u64>().unwrap() - 2));
        passwords.insert(record[2].to_owned(), record[3].to_owned());
    }
    assert_eq!(passwords.len(), 30);
    // All attempts to create a user had the password that is in the file.
    let mut attempts = 0;
    for request in installation.sandbox.requests() {
        if request.method == http::Method::POST && request.path.ends_with("/user") {
            let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
            let name = body["username"].as_str().unwrap();
            let expected = passwords.get(name).map_or("Battery-Staple-77", String::as_str);
            assert_eq!(body["password"], expected);
            attempts += 1;
        }
    }
    assert!(attempts >= 31);
    passwords.insert("own".to_owned(), "Battery-Staple-77".to_owned());
    for name in fs::read_dir(installation.home.path()).unwrap() {
        let name = name.unwrap().path();
        let text = fs::read_to_string(&name).unwrap();
        if name.to_str() != Some(&to) && name.to_str() != Some(&path) {
            assert!(passwords.values().all(|password| !text.contains(password)), "{name:?}");
        }
    }
    assert!(passwords.values().all(|password| !finished.stdout.contains(password)));
}

#[test]
fn a_file_that_others_may_read_is_refused() {
    let installation = Installation::start();
    let path = file(&installation, "users.csv", "username\njane\n");
    let to = file(&installation, "passwords.csv", "");
    fs::set_permissions(&to, fs::Permissions::from_mode(0o640)).unwrap();
    let finished = import(&installation, &[&path, "--passwords", &to]);
    assert_eq!(finished.code, 2);
    assert!(finished.stderr.contains("mode is 0640") && finished.stderr.contains("chmod 600"));
    assert_eq!(installation.sandbox.ledger().len(), 0);
    fs::set_permissions(&to, fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(import(&installation, &[&path, "--passwords", &to]).code, 0);
    assert_eq!(fs::read_to_string(&to).unwrap().lines().count(), 2);
}

/// The rows of a file with passwords.
fn rows(path: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.records().map(|record| record.unwrap()[0].to_owned()).collect()
}

#[test]
fn passwords_of_rows_that_created_no_user_are_removed_at_the_end() {
    let installation = Installation::start();
    installation.user(serde_json::json!({"username": "joe"}));
    let text = "username,nsCode\njane,\nbad,none\njoe,\njim,\n";
    let path = file(&installation, "users.csv", text);
    let to = format!("{path}.passwords");
    // One by one, so that the order of the lines is known.
    let finished = import(&installation, &[&path, "--passwords", &to, "--concurrency", "1"]);
    assert_eq!(finished.code, 8, "{}", finished.stderr);
    assert_eq!((rows(&to), mode(&to)), (vec!["1".to_owned(), "4".to_owned()], 0o600));
    // What is sent again has a password again.
    installation.sandbox.add_namespace(serde_json::json!({"code": "none"})).unwrap();
    let options = [&path, "--passwords", &to, "--resume", "--repeat-refused"];
    assert_eq!(import(&installation, &options).code, 8);
    assert_eq!(rows(&to), ["1", "4", "2"]);
}

#[test]
fn a_password_that_a_user_may_have_stays() {
    let installation = Installation::start();
    let path = file(&installation, "users.csv", "username\njane\njoe\n");
    let to = format!("{path}.passwords");
    // The first attempt is lost after it was applied, and the user is then found.
    let lost = Fault::reset_after_applying().on(http::Method::POST, "/user").times(1);
    installation.sandbox.inject(lost).unwrap();
    let options = [&path, "--passwords", &to, "--on-exists", "skip", "--concurrency", "1"];
    assert_eq!(import(&installation, &options).code, 0);
    assert_eq!(rows(&to), ["1", "2"]);
}

#[test]
fn a_password_that_was_cut_off_is_not_used() {
    let installation = Installation::start();
    let path = file(&installation, "users.csv", "username\njane\n");
    let to = format!("{path}.passwords");
    let outage = Fault::status(403).on(http::Method::POST, "/user");
    installation.sandbox.inject(outage).unwrap();
    assert_ne!(import(&installation, &[&path, "--passwords", &to]).code, 0);
    fs::write(&to, "row,nsCode,username,password\n1,,jane,ab").unwrap();
    installation.sandbox.clear_faults();
    let finished = import(&installation, &[&path, "--passwords", &to, "--resume"]);
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    let requests = installation.sandbox.requests();
    let body: serde_json::Value = serde_json::from_slice(&requests.last().unwrap().body).unwrap();
    let sent = body["password"].as_str().unwrap();
    assert!(sent.len() > 8 && fs::read_to_string(&to).unwrap().contains(sent));
}

#[test]
fn a_file_without_passwords_is_used_again() {
    let installation = Installation::start();
    let path = file(&installation, "users.csv", "nsCode,username\nsandbox,a\n");
    assert_eq!(import(&installation, &[&path]).code, 0);
    let to = format!("{path}.passwords");
    for _ in 0..2 {
        let finished = import(&installation, &[&path, "--on-exists", "skip", "--passwords", &to]);
        assert_eq!(finished.code, 0, "{finished:?}");
    }
}
