//! Users without user name, of whom only the key tells that they were created.

use std::fmt::Write as _;

use http::Method;
use serde_json::json;
use trivore_sandbox::Fault;

use super::outcome::{apply, planned, writes};
use crate::Installation;
use crate::plan::comparison::with_namespace;

/// An installation and a plan that creates a user, whose key is a custom field.
fn creating() -> (Installation, String) {
    let installation = with_namespace();
    let rows = [json!({"title": "Dr.", "customFields": {"number": "n7"}})];
    let plan = planned(&installation, &rows, &["--key", "customFields.number"]);
    (installation, plan)
}

/// Removes the key of the user that was created, as if the service had not stored it.
fn remove_key(installation: &Installation) -> String {
    let (_, id) = writes(installation).pop().unwrap();
    installation.stdout(&["users", "update", &id, "--unset", "customFields", "-o", "json"]);
    id
}

/// Makes all records of a journal older than any request can be.
fn make_old(journal: &str) {
    let text = std::fs::read_to_string(journal).unwrap();
    let mut old = String::new();
    for line in text.lines() {
        match line.split_once("\"time\":") {
            None => writeln!(old, "{line}").unwrap(),
            Some((start, _)) => {
                let record = format!("{start}\"time\":1000");
                writeln!(old, "{record},\"crc32\":\"{:08x}\"}}", crc32(&record)).unwrap();
            }
        }
    }
    std::fs::write(journal, old).unwrap();
}

fn crc32(text: &str) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
    !text.bytes().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(byte), step))
}

#[test]
fn one_whose_response_and_key_were_lost_stays_unknown() {
    let (installation, plan) = creating();
    let lost = Fault::reset_after_applying().on(Method::POST, "/user");
    installation.sandbox.inject(lost).unwrap();
    // The look-up fails as well.
    let unlisted = Fault::status(503).on(Method::GET, "/user").skip(1);
    installation.sandbox.inject(unlisted).unwrap();
    let finished = apply(&installation, &plan, &[]);
    assert_eq!(finished.code, 8, "{}", finished.stderr);
    installation.sandbox.clear_faults();
    remove_key(&installation);
    make_old(&format!("{plan}.journal"));

    for _ in 0..2 {
        let resumed = apply(&installation, &plan, &["--resume"]);
        assert_eq!((resumed.code, writes(&installation).len()), (8, 0), "{}", resumed.stderr);
        for expected in ["unknown: create n7: ", "only its customFields.number tells", "new plan"] {
            assert!(resumed.stderr.contains(expected), "{expected}: {}", resumed.stderr);
        }
    }
}

#[test]
fn one_whose_key_the_service_drops_is_told_and_not_created_again() {
    let (installation, plan) = creating();
    let id = "5b0cfba4e2bb230ff8b535e6";
    let response = json!({"id": id, "nsCode": "customers", "title": "Dr."}).to_string();
    let dropped = Fault::apply_then_status(201).body(&response).on(Method::POST, "/user");
    installation.sandbox.inject(dropped).unwrap();
    let nobody = Fault::status(200).body("{\"resources\": [], \"totalResults\": 0}");
    installation.sandbox.inject(nobody.on(Method::GET, "/user").skip(1)).unwrap();
    let finished = apply(&installation, &plan, &[]);
    assert_eq!(finished.code, 8, "{}", finished.stderr);
    for expected in ["create n7: ", "customFields.number", id, "created"] {
        assert!(finished.stderr.contains(expected), "{expected}: {}", finished.stderr);
    }
    installation.sandbox.clear_faults();
    remove_key(&installation);
    make_old(&format!("{plan}.journal"));

    let resumed = apply(&installation, &plan, &["--resume"]);
    assert_eq!((resumed.code, writes(&installation).len()), (8, 0), "{}", resumed.stderr);
}

#[test]
fn one_whose_response_was_lost_is_found_by_its_key() {
    let (installation, plan) = creating();
    let lost = Fault::reset_after_applying().on(Method::POST, "/user").once();
    installation.sandbox.inject(lost).unwrap();
    let finished = apply(&installation, &plan, &[]);
    assert_eq!((finished.code, writes(&installation).len()), (0, 1), "{}", finished.stderr);
}
