//! Rules for Rust sources: module docs, module lists without code, no ignored tests.

use super::file::File;

pub(super) fn check(file: &File) -> Vec<String> {
    if !file.is_rust() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    if !tells_its_story(&file.text) {
        findings.push(file.at(0, "does not begin with `//!`"));
    }
    if only_lists(&file.path) {
        findings.extend(code_in_a_list(file));
    }
    findings.extend(attributes(file));
    if file.path.starts_with("tests/it/") {
        findings.extend(sleeps(file));
    }
    if file.path.starts_with("crates/trivore-transport/src/") {
        findings.extend(api_paths(file));
    }
    findings
}

/// Whether the file begins with docs; a crate's docs may also be in a Markdown file.
fn tells_its_story(text: &str) -> bool {
    text.starts_with("//!") || text.starts_with("#![doc = include_str!(")
}

fn only_lists(path: &str) -> bool {
    path.ends_with("/mod.rs") || (path.starts_with("crates/") && path.ends_with("/src/lib.rs"))
}

/// Finds anything other than docs, attributes, `mod`, `use`, and constants that list what the
/// modules have.
fn code_in_a_list(file: &File) -> Vec<String> {
    let mut findings = Vec::new();
    let mut lines = file.text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let line = line.trim();
        let end = if line.starts_with("#[") || line.starts_with("#![") {
            ']'
        } else if is_listing(line) {
            ';'
        } else {
            if !line.is_empty() && !line.starts_with("//") {
                findings.push(file.at(
                    number,
                    "contains code; only docs, attributes, `mod`, `use` and lists belong here",
                ));
            }
            continue;
        };

        if !line.ends_with(end) {
            lines.find(|(_, line)| line.ends_with(end));
        }
    }
    findings
}

fn is_listing(line: &str) -> bool {
    let item = match line.strip_prefix("pub(") {
        Some(rest) => rest.split_once(") ").map_or(rest, |(_, item)| item),
        None => line.strip_prefix("pub ").unwrap_or(line),
    };
    let is_inline_module = line.ends_with('{') && item.starts_with("mod ");
    let is_list = item.starts_with("const ") && item.contains(" = &[");
    (item.starts_with("mod ") || item.starts_with("use ") || is_list) && !is_inline_module
}

fn attributes(file: &File) -> Vec<String> {
    let mut findings = Vec::new();
    for (number, line) in file.text.lines().enumerate() {
        let line = line.trim_start();
        if line.starts_with("#[ignore") {
            findings.push(file.at(number, "ignored test; enable it or delete it"));
        }
        if line.starts_with("#[should_panic") {
            findings.push(file.at(number, "`should_panic`; assert on an error instead"));
        }
    }
    findings
}

fn sleeps(file: &File) -> Vec<String> {
    file.text
        .lines()
        .enumerate()
        .filter(|(_, line)| line.contains("thread::sleep"))
        .map(|(number, _)| file.at(number, "`thread::sleep`; wait for the event instead"))
        .collect()
}

fn api_paths(file: &File) -> Vec<String> {
    file.code()
        .filter(|(_, line)| line.contains("api/rest"))
        .map(|(number, _)| file.at(number, "API path; the transport must not contain any"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::file::File;

    #[track_caller]
    fn count(path: &str, text: &str, expected: usize) {
        let findings = check(&File::new(path, text));
        assert_eq!(findings.len(), expected, "{text:?}: {findings:?}");
    }

    #[test]
    fn a_source_begins_with_its_story() {
        count("src/a.rs", "//! A.\n", 0);
        count("src/a.rs", "#![doc = include_str!(\"../README.md\")]\n", 0);
        count("src/a.rs", "use a::B;\n", 1);
        count("a.md", "# A\n", 0);
    }

    #[test]
    fn a_list_holds_no_code() {
        let list = r#"//! A.

#![doc = include_str!("../README.md")]
#![expect(
    missing_docs,
    reason = "a list"
)]

#[macro_use]
mod a;
/// B.
pub mod b;
pub(crate) use b::{
    C,
    D,
};

pub(crate) const ALL: &[&[E]] = &[
    a::ALL,
    b::ALL,
];
"#;
        count("crates/a/src/lib.rs", list, 0);
        count("tests/it/users/mod.rs", list, 0);

        for code in [
            "pub fn a() {}",
            "struct A;",
            "impl A {}",
            "mod a {",
            "macro_rules! a {",
            "const fn a() {}",
            "const A: usize = 1;",
        ] {
            let text = format!("{list}{code}\n");
            count("crates/a/src/lib.rs", &text, 1);
            count("crates/a/src/b/mod.rs", &text, 1);
            count("crates/a/src/b.rs", &text, 0);
        }
    }

    #[test]
    fn every_test_runs() {
        count("a.rs", "//! A.\n    #[ignore]\n", 1);
        count("a.rs", "//! A.\n#[ignore = \"slow\"]\n", 1);
        count("a.rs", "//! A.\n#[should_panic(expected = \"a\")]\n", 1);
    }

    #[test]
    fn a_behavior_test_does_not_sleep() {
        count("tests/it/a.rs", "//! A.\nstd::thread::sleep(ten);\n", 1);
        count("crates/a/src/a.rs", "//! A.\nstd::thread::sleep(ten);\n", 0);
    }

    #[test]
    fn the_transport_knows_no_api_path() {
        let path = "crates/trivore-transport/src/call.rs";

        count(path, "//! A.\nlet a = \"api/rest/v1\";\n", 1);
        count(path, "//! A.\n// api/rest\n#[cfg(test)]\nlet a = \"api/rest/v1\";\n", 0);
        count(path, "//! A.\n#[cfg(test)]\nmod a;\nlet a = \"api/rest/v1\";\n", 1);
        count("crates/trivore-users/src/a.rs", "//! A.\nlet a = \"api/rest/v1\";\n", 0);
    }
}
