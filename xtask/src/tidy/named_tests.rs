//! Rule: each line of the README's comparison names tests that exist.

use super::file::File;

const README: &str = "README.md";
const SECTION: &str = "## Compared with the vendor's Python SDK";

pub(super) fn check(files: &[File]) -> Vec<String> {
    let Some(readme) = files.iter().find(|file| file.path == README) else {
        return vec![format!("{README}: missing")];
    };
    let mut findings = Vec::new();
    let mut rows = 0;
    for (number, line) in rows_of(readme) {
        rows += 1;
        let cell = line.trim_end().trim_end_matches('|').rsplit('|').next().unwrap_or_default();
        let tests: Vec<_> = cell.split('`').skip(1).step_by(2).collect();
        if tests.is_empty() {
            findings.push(readme.at(number, "the line names no test"));
        }
        for test in tests.into_iter().filter(|test| !exists(test, files)) {
            findings.push(readme.at(number, &format!("there is no test `{test}`")));
        }
    }
    if rows == 0 {
        findings.push(format!("{README}: the section \"{SECTION}\" has no table"));
    }
    findings
}

/// Yields the lines of the table, without its head.
fn rows_of(readme: &File) -> impl Iterator<Item = (usize, &str)> {
    let lines = readme.text.lines().enumerate();
    let section = lines.skip_while(|(_, line)| *line != SECTION).skip(1);
    let section = section.take_while(|(_, line)| !line.starts_with("## "));
    section.filter(|(_, line)| line.starts_with('|')).skip(2)
}

/// Whether a path such as `users::roles::a_role_is_added` is one of a test.
fn exists(test: &str, files: &[File]) -> bool {
    let Some((module, name)) = test.rsplit_once("::") else { return false };
    let path = format!("tests/it/{}.rs", module.replace("::", "/"));
    let Some(file) = files.iter().find(|file| file.path == path) else { return false };
    let lines: Vec<_> = file.text.lines().map(str::trim_start).collect();
    let is_it = |line: &str| {
        let line = line.strip_prefix("async ").unwrap_or(line);
        line.strip_prefix("fn ")
            .and_then(|line| line.strip_prefix(name))
            .is_some_and(|rest| rest.starts_with('('))
    };
    lines.iter().enumerate().any(|(at, line)| {
        let above = lines[..at].iter().rev().take_while(|line| line.starts_with("#["));
        is_it(line) && above.into_iter().any(|line| line.contains("test"))
    })
}

#[cfg(test)]
mod tests {
    use super::{SECTION, check};
    use crate::tidy::file::File;

    #[track_caller]
    fn findings(rows: &str) -> usize {
        let table =
            format!("# A\n\n{SECTION}\n\n| | A | Test |\n|---|---|---|\n{rows}\n## B\n| x |\n");
        let test =
            "#[tokio::test(start_paused = true)]\nasync fn it_works() {\n}\n\nfn helps() {}\n";
        let files = [File::new("README.md", &table), File::new("tests/it/a/b.rs", test)];
        check(&files).len()
    }

    #[test]
    fn tests_that_exist_are_fine() {
        assert_eq!(
            findings(
                "| x | y | `a::b::it_works` |\n| x | y | `a::b::it_works`, `a::b::it_works` |"
            ),
            0
        );
    }

    #[test]
    fn each_test_that_is_missing_is_a_finding() {
        for name in
            ["a::b::it_work", "a::b::it_works_not", "a::it_works", "it_works", "a::b::helps", ""]
        {
            assert_eq!(findings(&format!("| x | y | `{name}` |")), 1, "{name}");
        }
        assert_eq!(findings("| x | y | `a::b::it_works`, `a::b::c` |"), 1);
        assert_eq!(findings("| x | y | |"), 1);
    }

    #[test]
    fn an_empty_table_is_a_finding() {
        assert_eq!(findings(""), 1);
        assert_eq!(check(&[File::new("README.md", "# A\n")]).len(), 1);
    }
}
