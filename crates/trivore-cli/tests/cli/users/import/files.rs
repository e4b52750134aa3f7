//! What the rows of files become.

use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::Installation;
use crate::installation::Finished;

/// Writes a file in the home directory, and returns its path.
pub(super) fn file(installation: &Installation, name: &str, text: impl AsRef<[u8]>) -> String {
    let path = installation.home.path().join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// The text of a CSV file with a header, and rows that begin with a numbered user name.
pub(super) fn numbered(header: &str, count: usize, rest: &str) -> String {
    let rows: Vec<_> = (0..count).map(|number| format!("user{number}{rest}\n")).collect();
    format!("{header}\n{}", rows.concat())
}

/// The stored user with a name, without what the service adds.
#[track_caller]
pub(super) fn user(installation: &Installation, name: &str) -> Value {
    let id = installation.stdout(&["users", "get", name, "-o", "csv", "--columns", "id"]);
    let id = id.lines().nth(1).unwrap();
    installation.sandbox.user_document(id).unwrap()
}

#[track_caller]
pub(super) fn import(installation: &Installation, arguments: &[&str]) -> Finished {
    installation.run(&[&["users", "import"], arguments].concat())
}

#[test]
fn columns_become_fields_of_their_types() {
    let installation = Installation::start();
    let path = file(
        &installation,
        "users.csv",
        "nsCode,username,name.givenName,emails,tags,locked,domicileCode,customFields.size,\
         customFields.code,customFields.note,addresses.0.country,consents.profiling\n\
         sandbox,jane,Jane,a@b.fi; c@d.fi,x;y\\;z,TRUE,007,38,\"\"\"38\"\"\",007,FI,true\n\
         sandbox,joe,,,,,,,,,,\n",
    );
    let finished = import(&installation, &[&path]);
    assert_eq!((finished.code, finished.stderr.as_str()), (0, ""));
    let summary: Value = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!((&summary["rows"], &summary["created"]), (&json!(2), &json!(2)));
    let jane = user(&installation, "jane");
    for (field, expected) in [
        ("/name/givenName", json!("Jane")),
        ("/emails/0/address", json!("a@b.fi")),
        ("/emails/1/address", json!("c@d.fi")),
        ("/tags", json!(["x", "y;z"])),
        ("/locked", json!(true)),
        ("/domicileCode", json!("007")),
        ("/customFields", json!({"size": 38, "code": "38", "note": "007"})),
        ("/addresses/0/country", json!("FI")),
        ("/consents/profiling", json!(true)),
    ] {
        assert_eq!(jane.pointer(field), Some(&expected), "{field}");
    }
    assert!(user(&installation, "joe").get("name").is_none());
}

#[test]
fn each_format_is_found_by_the_name_and_standard_input_by_the_option() {
    let installation = Installation::start();
    for (name, text) in [
        ("a.ndjson", "{\"username\": \"a\"}\n\n{\"username\": \"a2\"}"),
        ("b.json", "[{\"username\": \"b\"}]"),
        ("c.jsonl", "{\"username\": \"c\"}"),
        ("d.tsv", "username\ttitle\nd\tDr.\n"),
    ] {
        let path = file(&installation, name, text);
        assert_eq!(import(&installation, &[&path]).code, 0, "{name}");
    }
    let mut command = installation.command(&["users", "import", "-", "--format", "csv"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"username\ne\n").unwrap();
    assert!(child.wait_with_output().unwrap().status.success());
    for name in ["a", "a2", "b", "c", "d", "e"] {
        assert_eq!(user(&installation, name)["username"], name);
    }

    let path = file(&installation, "users", "username\nf\n");
    let finished = import(&installation, &[&path]);
    assert_eq!(finished.code, 2);
    assert!(finished.stderr.contains("--format csv"), "{}", finished.stderr);
    let finished = import(&installation, &["-"]);
    assert_eq!(finished.code, 2);
}

#[test]
fn a_mapping_names_columns_constants_and_defaults() {
    let installation = Installation::start();
    let map = file(
        &installation,
        "map.toml",
        "ignore = ['Notes']\n[columns]\nLogin = 'username'\nVorname = 'name.givenName'\n\
         Work = 'emails'\nPrivate = 'emails'\nSize = {field = 'customFields.size', type = 'string'}\n\
         [constants]\nnsCode = 'sandbox'\n[defaults]\nlocale = 'fi'\n",
    );
    let path = file(
        &installation,
        "users.csv",
        "Login;Vorname;Work;Private;Size;Notes;locale\njane;Jane;a@b.fi;c@d.fi;38;x;\njoe;;;;;;sv\n",
    );
    let finished = import(&installation, &[&path, "--map", &map]);
    assert_eq!((finished.code, finished.stderr.as_str()), (0, ""));
    let jane = user(&installation, "jane");
    assert_eq!(jane["emails"][0]["address"], "a@b.fi");
    assert_eq!(jane["emails"][1]["address"], "c@d.fi");
    assert_eq!(jane["customFields"], json!({"size": "38"}));
    assert_eq!(
        (&jane["locale"], &user(&installation, "joe")["locale"]),
        (&json!("fi"), &json!("sv"))
    );

    let path = file(&installation, "other.csv", "Login\njim\n");
    let finished = import(&installation, &[&path, "--map", &map]);
    assert_eq!(finished.code, 2);
    assert!(finished.stderr.contains("\"Vorname\""), "{}", finished.stderr);
}

#[test]
fn a_properties_file_in_the_environment_is_enough() {
    let installation = Installation::start();
    let path = file(&installation, "users.csv", "username\njane\n");
    let properties = file(&installation, "client.properties", installation.sandbox.properties());
    let home = installation.home.path();
    for arguments in [&["users", "import", &path][..], &["users", "export"]] {
        let mut command = crate::installation::without_connection(home, arguments);
        command.env("TRIVORE_PROPERTIES", &properties);
        let finished = crate::installation::finish(&mut command);
        assert_eq!((finished.code, finished.stderr.as_str()), (0, ""));
    }
    assert_eq!(user(&installation, "jane")["username"], "jane");
}

#[test]
fn another_separator_and_delimiter_can_be_chosen() {
    let installation = Installation::start();
    let path = file(&installation, "users.csv", "username:tags\njane:a,b|c\n");
    let options = [&path, "--delimiter", ":", "--separator", "|"];
    assert_eq!(import(&installation, &options).code, 0);
    assert_eq!(user(&installation, "jane")["tags"], json!(["a,b", "c"]));
}

#[test]
fn fields_that_are_not_known_are_sent_and_told() {
    let installation = Installation::start();
    let path = file(&installation, "users.ndjson", "{\"username\": \"jane\", \"screenName2\": 1}");
    let finished = import(&installation, &[&path, "--dry-run"]);
    assert_eq!(finished.code, 2, "{}", finished.stderr);
    assert_eq!(import(&installation, &[&path, "--dry-run", "--allow-unknown"]).code, 0);
    let path = file(&installation, "users.ndjson", "{\"username\": \"jane\", \"shoeSize\": 1}");
    let finished = import(&installation, &[&path, "--dry-run"]);
    assert_eq!(finished.code, 0);
    assert!(finished.stderr.contains("shoeSize"), "{}", finished.stderr);
}
