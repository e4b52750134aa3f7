//! Files as people and spreadsheets really write them.

use serde_json::json;

use super::files::{file, import, numbered, user};
use crate::Installation;

#[test]
fn what_spreadsheets_write_is_read() {
    let utf_16 = |text: &str, mark: u16, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        [mark].into_iter().chain(text.encode_utf16()).flat_map(bytes).collect()
    };
    let text = "username,title\r\njane,\"Dr., \"\"Ä\"\"\r\n2\"\r\n";
    for (name, bytes) in [
        ("crlf", text.as_bytes().to_vec()),
        ("bom", [b"\xEF\xBB\xBF", text.as_bytes()].concat()),
        ("semicolons", text.replace("username,", "username;").replace("jane,", "jane;").into()),
        ("tabs", text.replace("username,", "username\t").replace("jane,", "jane\t").into()),
        ("utf16le", utf_16(text, 0xFEFF, u16::to_le_bytes)),
        ("utf16be", utf_16(text, 0xFEFF, u16::to_be_bytes)),
        ("empty_lines", format!("\r\n{}\r\n\r\n,,\r\n", text.replace("jane", "\r\njane")).into()),
        ("sep", format!("sep=,\r\n{text}").into()),
    ] {
        let installation = Installation::start();
        let path = file(&installation, &format!("{name}.csv"), bytes);
        let finished = import(&installation, &[&path]);
        assert_eq!((finished.code, finished.stderr.as_str()), (0, ""), "{name}");
        assert_eq!(user(&installation, "jane")["title"], "Dr., \"Ä\"\r\n2", "{name}");
    }
    let installation = Installation::start();
    let path = file(&installation, "latin1.csv", b"username,title\njane,\xC4\n");
    assert_eq!(import(&installation, &[&path, "--encoding", "windows-1252"]).code, 0);
    assert_eq!(user(&installation, "jane")["title"], "Ä");
}

#[test]
fn a_guard_against_formulas_is_removed() {
    let installation = Installation::start();
    let path = file(
        &installation,
        "users.csv",
        "username,title,nickName,mobiles,websiteMain\njane,'=1+1,=cmd,'+358401234567,''x\n",
    );
    assert_eq!(import(&installation, &[&path]).code, 0);
    let jane = user(&installation, "jane");
    assert_eq!((&jane["title"], &jane["nickName"]), (&json!("=1+1"), &json!("=cmd")));
    assert_eq!(jane["mobiles"][0]["number"], "+358401234567");
    assert_eq!(jane["websiteMain"], "'x");
}

#[test]
fn each_problem_has_its_place_and_nothing_is_sent() {
    let long = format!("username,tags\njane,{}\n", "x".repeat(101));
    let deep = format!(
        "{{\"username\":\"a\",\"customFields\":{{\"a\":{}1{}}}}}",
        "[".repeat(70),
        "]".repeat(70)
    );
    for (name, text, expected) in [
        (
            "a.csv",
            "usernam\njane\n",
            &["line 1, column 1 (usernam): unknown field; did you mean username?"][..],
        ),
        ("a.csv", "username,Username\na,b\n", &["did you mean username?"]),
        ("a.csv", "username,username\na,b\n", &["column 1 has the same header"]),
        ("a.csv", "username,\na,b\n", &["line 1, column 2: the header is empty"]),
        (
            "a.csv",
            "username,title\njane,\nj\0e,\n",
            &["row 2 (line 3), column username: there is a NUL character"],
        ),
        ("a.csv", "username,ti\0tle\nj,b\n", &["line 1, column 2 (ti", "there is a NUL character"]),
        ("a.csv", "", &["the file is empty"]),
        (
            "a.csv",
            "username,locked\na,maybe\n",
            &["row 1 (line 2), column locked: expected true or false"],
        ),
        (
            "a.csv",
            "username,title\na,\"b\n\nc\"\nd\n",
            &["row 2 (line 5): the row has 1 cell, but the header has 2; there is none for title"],
        ),
        ("a.csv", "username,title\na,b,c\n", &["the row has 3 cells, but the header has 2"]),
        (
            "a.csv",
            "username,title\na,\"b\nc,d\n",
            &["row 1 (line 2): from here on, a quote is not closed"],
        ),
        (
            "a.csv",
            "username\na\n\nA\n",
            &["row 2 (line 4), column username: row 1 has the same user"],
        ),
        (
            "a.csv",
            "nsCode,username\nx,a\ny,a\nx,a\n",
            &["row 3 (line 4), column username: row 1 has the same user"],
        ),
        ("a.csv", "username,addresses\na,Street 1\n", &["column addresses: expected a JSON list"]),
        ("a.csv", "email\na@b.fi\n", &["column email: it is read-only"]),
        ("a.csv", "customFields.a.b,customFields.a\n1,2\n", &["another column has set the field"]),
        ("a.csv", "username,emails.x.name\na,b\n", &["unknown field"]),
        (
            "a.csv",
            "customFields.$a\n1\n",
            &["column customFields.$a: custom field name starts with `$`"],
        ),
        ("a.csv", &long, &["column tags: tag is longer than 100 characters"]),
        ("a.csv", "dateOfBirth\n17.5.1980\n", &["column dateOfBirth: expected a date such as"]),
        ("a.csv", "emails\na@b.fi;A@b.fi\n", &["column emails.1: the address is there twice"]),
        ("a.ndjson", &deep, &["row 1 (line 1), column customFields.a"]),
        (
            "a.ndjson",
            "{\"username\":\"a\"}\n{\"username\":1}\n{",
            &["row 2 (line 2), column username: expected text", "row 3 (line 3): invalid JSON"],
        ),
        (
            "a.ndjson",
            "{\"username\":\"a\",\"username\":\"b\"}",
            &["has the member \"username\" twice"],
        ),
        ("a.ndjson", "{\"nscode\":\"a\"}", &["column nscode: unknown field; did you mean nsCode?"]),
        ("a.ndjson", "[{\"username\":\"a\"}]", &["row 1 (line 1): expected a JSON object"]),
        (
            "a.json",
            "[{\"username\":\"a\"},\n{\"username\":\"a\"}]",
            &["row 2 (line 2), column username"],
        ),
        ("a.json", "{\"username\":\"a\"}\n{}", &["--format ndjson"]),
        ("a.json", "[{\"username\":\"a\"}", &["the file ends before the end of the list"]),
        ("a.csv", "username\n\"\"\"\"\"\"\n", &["column username: it is empty"]),
        ("a.ndjson", "{\"username\": \" \"}\n", &["column username: it is empty"]),
        ("a.ndjson", "{\"username\": \"a\", \"nsCode\": \"\\t\"}\n", &["nsCode: it is empty"]),
        ("a.csv", "username\njane \n", &["row 1 (line 2), column username: there is white space"]),
    ] {
        let installation = Installation::start();
        let before = installation.sandbox.requests().len();
        let path = file(&installation, name, text);
        let finished = import(&installation, &[&path]);
        assert_eq!((finished.code, finished.stdout.as_str()), (2, ""), "{text}");
        for expected in expected {
            assert!(finished.stderr.contains(expected), "{text}: {}", finished.stderr);
        }
        assert_eq!(installation.sandbox.requests().len(), before);
        assert!(!installation.home.path().join(format!("{name}.journal")).exists());
    }
}

#[test]
fn text_in_another_encoding_is_named_with_row_and_column() {
    let installation = Installation::start();
    for (name, bytes, expected) in [
        (
            "a.csv",
            &b"username,title\njane,Dr.\njoe,J\xE4ne\n"[..],
            "row 2 (line 3), column title: the text is not UTF-8: byte 0xE4 (in windows-1252, ä)",
        ),
        ("b.csv", b"user\xE4\njane\n", "line 1, column 1: the text is not UTF-8"),
        ("c.ndjson", b"{\"username\":\"\xE4\"}\n", "row 1 (line 1): the text is not UTF-8"),
        ("d.csv", b"u\0s\0e\0r\0", "UTF-16"),
        ("e.csv", b"\xFF\xFEu\0s", "line 1: the text is not valid UTF-16LE"),
    ] {
        let path = file(&installation, name, bytes);
        let finished = import(&installation, &[&path]);
        assert_eq!(finished.code, 2, "{name}");
        assert!(finished.stderr.contains(expected), "{name}: {}", finished.stderr);
    }
}

#[test]
fn of_many_problems_the_first_are_listed_and_the_others_counted() {
    let installation = Installation::start();
    let path = file(&installation, "users.csv", numbered("username,locked", 1_000, ",maybe"));
    let finished = import(&installation, &[&path]);
    assert_eq!(finished.code, 2);
    assert!(finished.stderr.contains("has 1000 problems; nothing was sent"), "{}", finished.stderr);
    assert!(finished.stderr.contains("row 20 (line 21)") && !finished.stderr.contains("row 21 "));
    assert!(finished.stderr.ends_with("and 980 more\n"));
}

#[test]
fn passwords_of_a_file_are_not_shown() {
    let installation = Installation::start();
    for (name, text) in [
        ("a.csv", "username,password,locked\njane,Secret-Word-1,Secret-Word-1\n"),
        ("a.ndjson", "{\"username\": \"jane\", \"password\": [\"Secret-Word-1\"]}"),
        ("b.ndjson", "{\"username\": \"jane\", \"password\": \"Secret-Word-1"),
    ] {
        let path = file(&installation, name, text);
        let finished = import(&installation, &[&path]);
        assert_eq!(finished.code, 2);
        assert!(!finished.stderr.contains("Secret-Word"), "{}", finished.stderr);
    }
}

#[test]
fn a_file_that_cannot_be_read_is_an_error_of_the_command_line() {
    let installation = Installation::start();
    let folder = installation.home.path().to_str().unwrap().to_owned();
    let path = file(&installation, "users.csv", "username\njane\n");
    let missing = format!("{folder}/none.csv");
    for options in [
        &[missing.as_str()][..],
        &[&folder, "--format", "csv"],
        &[&path, "--map", &missing],
        &[&path, "--encoding", "klingon"],
        &[&path, "--separator", "\\"],
        &[&path, "--delimiter", "ab"],
        &[&path, "--repeat-refused"],
    ] {
        assert_eq!(import(&installation, options).code, 2, "{options:?}");
    }
    assert_eq!(installation.sandbox.requests().len(), 0);
}
