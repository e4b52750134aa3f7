//! The plan as a person reads it, and as a file.

use serde_json::{Value, json};

use super::comparison::{customer, file, with_namespace};
use crate::Installation;
use crate::terminal::Terminal;

fn changed() -> (Installation, String, String) {
    let installation = with_namespace();
    let jane = customer(
        &installation,
        json!({
            "username": "jane", "name": {"givenName": "Jane"}, "title": "Dr.", "tags": ["a"],
            "customFields": {"personalId": "131052-308T"},
        }),
    );
    customer(&installation, json!({"username": "same"}));
    let jim = customer(&installation, json!({"username": "jim"}));
    (installation, jane, jim)
}

fn rows() -> [Value; 3] {
    [
        json!({"username": "new", "locale": "fi"}),
        json!({
            "username": "jane", "name": {"givenName": "Ja\u{1b}net"}, "title": null,
            "tags": ["a", "B"], "customFields": {"personalId": "131053-3086"},
        }),
        json!({"username": "same"}),
    ]
}

#[test]
fn a_person_reads_what_changes_field_by_field_without_personal_codes() {
    let (installation, jane, jim) = changed();
    let path = file(&installation, "a.ndjson", &rows());
    let arguments = ["plan", &path, "-n", "customers", "--prune", "-o", "table"];
    let finished = installation.run(&arguments);
    assert_eq!(
        finished.stdout,
        format!(
            "~ change jane  ({jane})
    customFields.personalId: ******** -> ********
    name.givenName: Jane -> Ja\u{fffd}net
    tags: a -> a, b
    title: Dr. -> (none)
- delete jim  ({jim})
+ create new
    locale: fi
    nsCode: customers
    username: new
Plan: 1 to create, 1 to change, 1 to delete; 1 unchanged, 0 not mentioned.
"
        )
    );
    assert!(finished.stderr.contains("--out"), "{}", finished.stderr);
    let mut shown = arguments.to_vec();
    shown.push("--show-secrets");
    assert!(installation.run(&shown).stdout.contains("131052-308T -> 131053-3086"));
}

#[test]
fn the_file_is_the_json_of_the_plan_and_private() {
    let (installation, ..) = changed();
    let path = file(&installation, "a.ndjson", &rows());
    let out = installation.home.path().join("plan.json");
    let finished =
        installation.run(&["plan", &path, "-n", "customers", "--out", out.to_str().unwrap()]);
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    let text = std::fs::read_to_string(&out).unwrap();
    assert_eq!(text, finished.stdout);
    let plan: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (&plan["plan"], &plan["version"], &plan["service"], &plan["key"]),
        (
            &json!("trivore-users"),
            &json!(1),
            &json!(installation.sandbox.url()),
            &json!("username")
        )
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&out).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn programs_read_one_change_a_line() {
    let (installation, ..) = changed();
    let path = file(&installation, "a.ndjson", &rows());
    let written = installation.stdout(&["plan", &path, "-n", "customers", "-o", "ndjson"]);
    let operations: Vec<Value> = written
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["operation"].clone())
        .collect();
    assert_eq!(operations, ["update", "create"]);
    let written = installation.stdout(&["plan", &path, "-n", "customers", "-o", "csv"]);
    assert!(written.starts_with("operation,key,id,changes\nupdate,jane,"), "{written}");
}

#[test]
fn in_a_terminal_the_plan_is_coloured() {
    let (installation, ..) = changed();
    let path = file(&installation, "a.ndjson", &rows());
    let command = installation.command(&["plan", &path, "-n", "customers", "--prune"]);
    let terminal = Terminal::run(&command, 30, 100);
    let screen = terminal.wait_for("Write the plan to a file with --out to apply it.");
    assert!(screen.contains("~ change jane") && screen.contains("tags: a -> a, b"), "{screen}");
    let bytes = terminal.bytes();
    for colored in ["\u{1b}[32m+ create", "\u{1b}[33m~ change", "\u{1b}[31m- delete"] {
        assert!(bytes.contains(colored), "{bytes:?}");
    }
    assert!(!bytes.contains("131052"));
    assert_eq!(terminal.finish().0, 0);
}

#[test]
fn a_place_where_no_plan_can_be_written_is_found_before_anything_is_sent() {
    let (installation, ..) = changed();
    let path = file(&installation, "a.ndjson", &rows());
    installation.sandbox.clear_requests();
    for out in ["/none/plan.json", "/tmp"] {
        let finished = installation.run(&["plan", &path, "-n", "customers", "--out", out]);
        assert_eq!(finished.code, 2, "{}", finished.stderr);
    }
    assert!(installation.sandbox.requests().is_empty());
}

#[test]
fn a_namespace_without_users_is_noted() {
    let (installation, ..) = changed();
    let path = file(&installation, "a.ndjson", &rows());
    let finished = installation.run(&["plan", &path, "-n", "custmers"]);
    assert!(finished.stderr.contains("custmers has no users"), "{}", finished.stderr);
}

#[test]
fn a_plan_does_not_replace_its_input() {
    let (installation, ..) = changed();
    let path = file(&installation, "a.ndjson", &rows());
    let home = installation.home.path();
    std::fs::write(home.join("map.toml"), "").unwrap();
    let before = std::fs::read_to_string(&path).unwrap();
    let mut outs = vec![path.clone(), home.join("./a.ndjson").to_str().unwrap().to_owned()];
    #[cfg(unix)]
    {
        let link = home.join("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        outs.push(link.to_str().unwrap().to_owned());
    }
    installation.sandbox.clear_requests();
    for out in outs {
        let stderr =
            installation.failure(2, &["plan", &path, "-n", "customers", "--out", out.as_str()]);
        assert!(stderr.contains("a.ndjson is named for two different things"), "{stderr}");
    }
    let map = home.join("map.toml");
    let map = map.to_str().unwrap();
    let stderr =
        installation.failure(2, &["plan", &path, "-n", "customers", "--map", map, "--out", map]);
    assert!(stderr.contains("map.toml is named for two different things"), "{stderr}");
    assert!(installation.sandbox.requests().is_empty());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), before);
    // Standard input and standard output are two things.
    let rows = before.as_str();
    let arguments = ["plan", "-", "-n", "customers", "--out", "-", "-o", "ndjson"];
    assert_eq!(installation.run_with_input(&arguments, rows).code, 0);
}
