//! Plans that were edited, cut off or made elsewhere.

use serde_json::{Value, json};

use super::outcome::{apply, planned, writes};
use crate::plan::comparison::{customer, with_namespace};

#[test]
fn a_plan_that_is_not_as_it_was_written_is_refused() {
    let installation = with_namespace();
    customer(&installation, json!({"username": "jane"}));
    let rows = [json!({"username": "jane", "title": "Dr."}), json!({"username": "new"})];
    let path = planned(&installation, &rows, &[]);
    let text = std::fs::read_to_string(&path).unwrap();
    let plan: Value = serde_json::from_str(&text).unwrap();
    let with = |edit: &dyn Fn(&mut Value)| {
        let mut plan = plan.clone();
        edit(&mut plan);
        plan.to_string()
    };
    installation.sandbox.clear_requests();
    for (text, expected) in [
        (String::new(), "EOF"),
        ("{}".to_owned(), "there is no \"plan\""),
        ("[]".to_owned(), "expected a plan, which is a JSON object"),
        (text[..text.len() / 2].to_owned(), "is not a valid plan: EOF"),
        (format!("{text}{{}}"), "trailing characters"),
        (with(&|plan| plan["version"] = 2.into()), "version 2, and this program reads version 1"),
        (with(&|plan| plan["version"] = "1".into()), "no valid version"),
        (with(&|plan| plan["changes"][0]["changes"]["title"] = "x".into()), "it was edited"),
        (with(&|plan| plan["namespace"] = "other".into()), "it was edited"),
        (with(&|plan| plan["changes"][0]["changes"]["id"] = "x".into()), "read-only"),
        (with(&|plan| plan["changes"][0]["operation"] = "x".into()), "change 1: unknown variant"),
        (with(&|plan| drop(plan["changes"].as_array_mut().unwrap().pop())), "its summary counts"),
        (with(&|plan| plan["more"] = 1.into()), "unknown field `more`"),
        (with(&|plan| drop(plan.as_object_mut().unwrap().remove("changes"))), "its summary counts"),
        (with(&|plan| drop(plan.as_object_mut().unwrap().remove("checksum"))), "it was edited"),
        (
            format!("{},\"plan\":1}}", plan.to_string().trim_end_matches('}')),
            "\"plan\" is there twice",
        ),
        ("{\"plan\":".to_owned() + &"[".repeat(100_000), "recursion limit"),
    ] {
        std::fs::write(&path, &text).unwrap();
        let finished = apply(&installation, &path, &[]);
        assert_eq!(finished.code, 2, "{text:.300}");
        assert!(finished.stderr.contains(expected), "{expected}: {}", finished.stderr);
    }
    assert!(installation.sandbox.requests().is_empty());
    // Another layout is the same plan.
    std::fs::write(&path, format!("{plan:#}")).unwrap();
    let finished = apply(&installation, &path, &[]);
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    assert_eq!(writes(&installation).len(), 2);
}

#[test]
fn a_plan_of_another_installation_is_refused() {
    let (one, other) = (with_namespace(), with_namespace());
    let path = planned(&one, &[json!({"username": "a"})], &[]);
    other.sandbox.clear_requests();
    let finished = apply(&other, &path, &[]);
    assert_eq!(finished.code, 2);
    assert!(finished.stderr.contains(&format!("the plan is for {}", one.sandbox.url())));
    assert!(other.sandbox.requests().is_empty());
}

#[test]
fn the_journal_of_another_plan_is_refused() {
    let installation = with_namespace();
    let journal = installation.home.path().join("a.journal");
    let journal = journal.to_str().unwrap();
    let plan_of =
        |name: &str| planned(&installation, &[json!({"username": name, "sex": "NONE"})], &[]);
    assert_eq!(apply(&installation, &plan_of("a"), &["--journal", journal]).code, 8);
    let path = plan_of("b");
    let finished = apply(&installation, &path, &["--journal", journal, "--resume"]);
    assert_eq!(finished.code, 2, "{}", finished.stderr);
    assert!(finished.stderr.contains("is not that of this plan"), "{}", finished.stderr);
    let finished = apply(&installation, &path, &["--resume"]);
    assert!(finished.stderr.contains("there is no journal"), "{}", finished.stderr);
    let text = std::fs::read_to_string(journal).unwrap();
    assert!(!text.contains("\"a\"") && text.contains("create "), "{text}");
}
