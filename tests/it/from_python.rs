//! The guide for users of the vendor's Python SDK names every method of its user service.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use trivore::users::Users;

const GUIDE: &str = include_str!("../../crates/trivore/src/guide/from_python.rs");
const RECORD: &str = include_str!("../fixtures/python-sdk-2.0.10-wire.json");

/// Entries of the record that call a method with other arguments, and that method.
const VARIANTS: [(&str, &str); 7] = [
    ("create_list", "create"),
    ("get_all_and_filter", "get_all"),
    ("get_all_bool_int", "get_all"),
    ("get_all_filter", "get_all"),
    ("get_weird_id", "get"),
    ("verify_email_all", "verify_email"),
    ("verify_sms_code_mobile", "verify_sms_code"),
];

/// The vendor's methods that the record has calls of.
fn methods() -> BTreeSet<String> {
    let record: Map<String, Value> = serde_json::from_str(RECORD).unwrap();
    let method = |entry: String| match VARIANTS.iter().find(|(variant, _)| *variant == entry) {
        Some((_, method)) => (*method).to_owned(),
        None => entry,
    };
    record.into_iter().map(|(entry, _)| method(entry)).collect()
}

/// The vendor's method, what it sends, and our methods, for each row of the guide's table.
fn rows() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    GUIDE.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("//! | ")?.strip_suffix(" |")?.split(" | ");
        let (theirs, sends, ours) = (cells.next()?, cells.next()?, cells.next()?);
        Some((theirs.strip_prefix('`')?.strip_suffix('`')?, sends, ours))
    })
}

#[test]
fn every_method_of_the_vendors_user_service_is_in_the_guide_once() {
    let listed: Vec<_> = rows().map(|(theirs, ..)| theirs.to_owned()).collect();

    assert_eq!(listed.len(), 32);
    assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), methods());
}

#[test]
fn every_method_in_the_guide_stands_beside_one_of_ours() {
    for (theirs, _, ours) in rows() {
        let is_ours = Users::operations().any(|operation| {
            let name = operation.name.trim_start_matches("users.");
            ours.contains(&format!("[`{name}`](crate::Users::{name})"))
        });

        assert!(is_ours, "{theirs}: {ours}");
    }
}

#[test]
fn the_guide_says_what_the_vendors_methods_were_recorded_to_send() {
    let record: Map<String, Value> = serde_json::from_str(RECORD).unwrap();
    for (theirs, sends, _) in rows() {
        let request = &record[theirs]["requests"][0];
        let Some(path) = request["path"].as_str() else {
            assert!(sends.starts_with("nothing"), "{theirs}: {sends}");
            continue;
        };
        let path = path.trim_start_matches("/api/rest/v1");
        let path = path.replace("5d0000000000000000000001", "{userId}").replace("1234", "{code}");

        let expected = format!("`{} {path}`", request["method"].as_str().unwrap());
        assert_eq!(sends, expected, "{theirs}");
    }
}
