//! The groups of users, by their names.

use serde_json::json;

use super::comparison::{customer, file, plan, with_namespace};

#[test]
fn groups_that_may_be_created_are_told_once() {
    let installation = with_namespace();
    let id = customer(&installation, json!({"username": "a", "memberOf": ["Staff"]}));
    let rows = [
        json!({"username": "a", "memberOf": ["Staff", "no\u{1b}group"]}),
        json!({"username": "new", "memberOf": ["Staf", "no\u{1b}group"]}),
        json!({"username": "newer", "memberOf": ["Staff", "Staf"]}),
    ];
    let path = file(&installation, "a.ndjson", &rows);
    let table = ["plan", &path, "-n", "customers", "-o", "table"];
    let text = installation.run(&table).stdout;
    assert!(text.contains("    memberOf: Staff -> Staff, no\u{fffd}group\n"), "{text}");
    assert!(text.contains("    memberOf: Staf, Staff\n"), "{text}");
    let line = "\nGroups that are created unless they exist: Staf (did you mean Staff?), \
                no\u{fffd}group\nPlan: ";
    assert_eq!(text.matches("Groups that are created").count(), 1, "{text}");
    assert!(text.contains(line), "{text}");

    let planned = plan(&installation, &rows, &[]);
    assert_eq!(installation.sandbox.requests().len(), 2);
    assert_eq!(planned["unknownGroups"], json!(["Staf", "no\u{1b}group"]));
    let before = &installation.sandbox.user_document(&id).unwrap()["memberOf"];
    assert_eq!(planned["changes"][0]["before"]["memberOf"], *before);
    for format in ["ndjson", "csv"] {
        let finished = installation.run(&["plan", &path, "-n", "customers", "-o", format]);
        assert!(finished.stderr.contains("Groups that are created unless"), "{}", finished.stderr);
    }

    // The plan can be applied, and the groups exist then.
    let out = installation.home.path().join("plan.json").to_str().unwrap().to_owned();
    installation.run(&["plan", &path, "-n", "customers", "--out", &out]);
    let finished = installation.run(&["apply", &out, "--yes"]);
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    let finished = installation.run(&table);
    assert_eq!(
        finished.stdout,
        "Plan: 0 to create, 0 to change, 0 to delete; 3 unchanged, 0 not mentioned.\n"
    );
    let again = plan(&installation, &rows, &[]);
    assert_eq!(again.get("unknownGroups"), None);
}

#[test]
fn before_a_plan_is_applied_its_new_groups_are_shown() {
    let installation = with_namespace();
    let rows = [json!({"username": "new", "memberOf": ["nogroup"]})];
    let plan = crate::apply::outcome::planned(&installation, &rows, &[]);
    let command = installation.command(&["apply", &plan]);
    let mut terminal = crate::terminal::Terminal::run(&command, 24, 100);
    let screen = terminal.wait_for("[y/N]");
    assert!(screen.contains("Groups that are created unless they exist: nogroup"), "{screen}");
    terminal.press("n\r");
    assert_eq!(terminal.finish().0, 1);
}
