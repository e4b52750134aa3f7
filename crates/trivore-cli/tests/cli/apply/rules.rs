//! Services that store changes in another way.

use serde_json::json;
use trivore_sandbox::Rules;

use super::outcome::{apply, planned, writes};
use crate::plan::comparison::{customer, with_rules};

#[test]
fn no_field_is_lost_and_none_planned_again_under_any_rule() {
    for names in [
        &["put-replaces"][..],
        &["nested-objects-merge"],
        &["custom-field-nulls-clear"],
        &["custom-field-nulls-clear", "nested-objects-merge"],
        &["put-replaces", "nested-objects-merge"],
        &["page-total-omitted"],
        &["put-replaces", "client-username-refused", "client-may-verify"],
    ] {
        let mut rules = Rules::default();
        for name in names {
            rules.set(name, true).unwrap();
        }
        let installation = with_rules(rules);
        let user = |name: &str| {
            json!({
                "username": name, "name": {"givenName": "Jane", "familyName": "Roe"},
                "title": "Dr.", "nickName": name, "tags": ["a"], "locale": "fi",
                "preferredLanguage": "fi",
                "emails": [{"address": format!("{name}@example.com")}], "minor": true,
                "memberOf": ["drivers"], "consents": {"profiling": true},
                "customFields": {"old": 1, "kept": {"x": 1}},
            })
        };
        let ids = ["a", "b", "c"].map(|name| customer(&installation, user(name)));
        let before = ids.each_ref().map(|id| installation.sandbox.user_document(id).unwrap());
        let rows = ["a", "b", "c"].map(|name| {
            json!({
                "username": name, "title": null, "name": {"familyName": null}, "locale": "sv",
                "customFields": {"old": null, "new": 2},
            })
        });
        let plan = planned(&installation, &rows, &[]);
        let finished = apply(&installation, &plan, &["--concurrency", "1"]);
        assert_eq!(finished.code, 0, "{names:?}: {}", finished.stderr);
        for (id, mut expected) in ids.iter().zip(before) {
            let mut stored = installation.sandbox.user_document(id).unwrap();
            stored.as_object_mut().unwrap().remove("meta");
            // A service that merges objects may store the null that is to clear a custom field.
            let fields = stored["customFields"].as_object_mut().unwrap();
            fields.retain(|_, value| !value.is_null());
            expected.as_object_mut().unwrap().retain(|name, _| name != "meta" && name != "title");
            expected["locale"] = json!("sv");
            expected["preferredLanguage"] = json!("sv");
            expected["name"] = json!({"givenName": "Jane"});
            expected["customFields"] = json!({"kept": {"x": 1}, "new": 2});
            assert_eq!(stored, expected, "{names:?}");
        }
        let again = apply(&installation, &plan, &[]);
        assert_eq!((again.code, writes(&installation).len()), (0, 0), "{}", again.stderr);
    }
}

#[test]
fn a_field_that_the_service_keeps_is_reported() {
    let mut rules = Rules::default();
    rules.null_ignored = true;
    let installation = with_rules(rules);
    customer(&installation, json!({"username": "a", "title": "Dr.", "nickName": "x"}));
    let plan =
        planned(&installation, &[json!({"username": "a", "title": null, "tags": ["b"]})], &[]);
    let finished = apply(&installation, &plan, &[]);
    assert_eq!(finished.code, 8);
    assert!(
        finished.stderr.contains(
            "applied in part: change a: the service did not store what was sent of title"
        ),
        "{}",
        finished.stderr
    );
    // Nor does it count as done later.
    let finished = apply(&installation, &plan, &["--resume"]);
    assert_eq!((finished.code, writes(&installation).len()), (8, 0), "{}", finished.stderr);
}

#[test]
fn users_who_are_only_marked_as_deleted_are_deleted_once() {
    let mut rules = Rules::default();
    rules.soft_delete = true;
    let installation = with_rules(rules);
    for name in ["a", "b"] {
        customer(&installation, json!({"username": name}));
    }
    let plan = planned(&installation, &[json!({"username": "a"})], &["--prune"]);
    for expected in [1, 0] {
        let finished = apply(&installation, &plan, &["--prune", "--max-deletes", "1"]);
        assert_eq!(finished.code, 0, "{}", finished.stderr);
        assert_eq!(writes(&installation).len(), expected);
    }
    let plan = planned(&installation, &[json!({"username": "a"})], &["--prune"]);
    let finished = apply(&installation, &plan, &["--prune", "--max-deletes", "1"]);
    assert!(finished.stderr.contains("Nothing to do"), "{}", finished.stderr);
}
