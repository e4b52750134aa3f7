//! An export is an import.

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Value, json};

use crate::Installation;

/// Users with values that are easily lost.
fn users(group: &str) -> Vec<Value> {
    let mut users = vec![
        json!({"username": "plain"}),
        json!({
            "username": "nested", "name": {"givenName": "=1+1", "familyName": "O'Neil \"x\""},
            "title": "'quoted", "nickName": " a\r\nb\n ", "screenName": "", "locked": true,
            "domicileCode": "007", "dateOfBirth": "1967-12-06", "gender": "\"\"",
            "tags": ["a;b", "\\", "c,d", "-1", "[x]"],
            "emails": [
                {"address": "a@b.fi", "name": "=work;", "tags": ["x"]}, {"address": "c@d.fi"},
            ],
            "mobiles": [{"number": "+358401234567"}],
            "addresses": [{"country": "FI", "streetAddress": "a\nb", "tags": ["😀"]}, {"locality": ";"}],
            "consents": {"profiling": true}, "memberOf": [group],
            "place_of_birth": {"country": "FI"},
            "websiteMain": "@x", "salutation": "😀 ä ,;\t|", "birthFirstName": "null",
        }),
        json!({
            "username": "custom",
            "customFields": {
                "number": 38, "text": "38", "float": 1.5, "true": "true", "flag": true, "empty": "",
                "spaces": " 1 ", "list": [1, "a;b", ["c"]], "object": {"a": {"b": [true, ""]}},
                "formula": "=cmd|' /C calc'!A0", "quoted": "\"x\"", "zeros": "007", "a:json": 1,
                "apostrophe": "'=", "lines": "a\r\n\"b\"", "emptyList": [], "emptyObject": {},
                "exponent": "1e5", "large": 9_007_199_254_740_993_i64, "null text": "null",
            },
        }),
        json!({"username": "lists", "tags": [], "emails": [{"address": "e@f.fi"}, {"address": "g@h.fi"}]}),
        json!({"username": "=formula", "customFields": {"only here": "x"}}),
    ];
    users.extend((0..40).map(|number| json!({"username": format!("user-{number}")})));
    users
}

/// All stored users by their names, without what the service sets.
fn stored(installation: &Installation) -> BTreeMap<String, Value> {
    let text = installation.stdout(&["users", "list", "-o", "ndjson", "--filter", FILTER]);
    let users = text.lines().map(|line| {
        let mut user: Value = serde_json::from_str(line).unwrap();
        let name = user["username"].as_str().unwrap().to_owned();
        for field in ["id", "meta"] {
            user.as_object_mut().unwrap().remove(field);
        }
        (name, user)
    });
    users.collect()
}

const FILTER: &str = "username pr";

#[test]
fn users_that_were_exported_deleted_and_imported_are_the_same() {
    for (name, more) in [
        ("users.csv", &[][..]),
        ("users.ndjson", &[]),
        ("users.json", &[]),
        ("piped.csv", &["--separator", "|"]),
    ] {
        let installation = Installation::start();
        let group = json!({"name": "group", "nsCode": "sandbox"});
        let group = installation.sandbox.add_group(group).unwrap();
        for user in users(&group) {
            installation.user(user);
        }
        let before = stored(&installation);
        let path = installation.home.path().join(name);
        let path = path.to_str().unwrap();
        let options = [&["users", "export", path, "--quiet", "--filter", FILTER], more].concat();
        assert_eq!(installation.stdout(&options), "");
        // To import it again changes nothing.
        installation.sandbox.clear_ledger();
        let journal = format!("{path}.first");
        let again = ["users", "import", path, "--on-exists", "update", "--journal", &journal];
        let finished = installation.run(&[&again, more].concat());
        assert_eq!((finished.code, finished.stderr.as_str()), (0, ""), "{name}");
        let summary: Value = serde_json::from_str(&finished.stdout).unwrap();
        assert_eq!(summary["unchanged"], before.len());
        assert_eq!(installation.sandbox.ledger().len(), 0);

        let ids = installation.stdout(&[
            "users",
            "list",
            "-o",
            "csv",
            "--columns",
            "id",
            "--filter",
            FILTER,
        ]);
        for id in ids.lines().skip(1) {
            assert!(installation.sandbox.remove_user(id));
        }
        assert!(stored(&installation).is_empty());

        let finished = installation.run(&[&["users", "import", path], more].concat());
        assert_eq!((finished.code, finished.stderr.as_str()), (0, ""), "{name}");
        let after = stored(&installation);
        assert_eq!(after.keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>());
        for (user, before) in &before {
            assert_eq!(&after[user], before, "{name}: {user}");
        }
    }
}

#[test]
fn no_cell_of_csv_is_a_formula() {
    let installation = Installation::start();
    for user in users("") {
        let mut user = user;
        user.as_object_mut().unwrap().remove("memberOf");
        installation.user(user);
    }
    let path = installation.home.path().join("users.csv");
    installation.stdout(&["users", "export", path.to_str().unwrap(), "--quiet"]);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(&path).unwrap();
    let mut count = 0;
    for record in reader.records() {
        for cell in &record.unwrap() {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
            count += 1;
        }
    }
    assert!(count > 1_000);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("'=cmd") && text.contains("'+358401234567"));
}
