//! `trivore users student`.

use serde_json::json;

use crate::Installation;

#[test]
fn the_state_is_set_and_shown() {
    let installation = Installation::start();
    let id = installation.user(json!({"username": "jane"}));
    let set = installation.json(&[
        "users",
        "student",
        "set",
        "jane",
        "full-time",
        "--from",
        "2026-08-01",
        "--to",
        "2027-05-31",
    ]);
    assert_eq!(set["state"], "FULL_TIME");
    let shown = installation.json(&["users", "student", "get", "jane"]);
    assert_eq!(
        (&shown["studentFrom"], &shown["studentTo"]),
        (&json!("2026-08-01"), &json!("2027-05-31"))
    );

    let before = installation.writes().len();
    for (rest, expected) in [
        (vec!["sometimes"], "not-student"),
        (vec!["part-time", "--from", "2026-02-30"], "2026-02-30"),
        (vec!["part-time", "--from", "2026-02-02", "--to", "2026-02-01"], "before"),
    ] {
        let message =
            installation.failure(2, &[&["users", "student", "set", &id], &rest[..]].concat());
        assert!(message.contains(expected), "{message}");
    }
    assert_eq!(installation.writes().len(), before);
}
