//! Rule: every operation is tested in its resource's file and listed in the crate's table.

use super::file::File;

const SOURCES: &str = "crates/trivore-users/src/";
const TESTS: &str = "tests/it/users/";
const CRATE_DOCS: &str = "crates/trivore-users/src/lib.rs";
const README: &str = "crates/trivore-users/README.md";

pub(super) fn check(files: &[File]) -> Vec<String> {
    let find = |path: &str| files.iter().find(|file| file.path == path);
    let crate_docs = find(CRATE_DOCS).into_iter().flat_map(|file| file.text.lines());
    let readme = find(README).into_iter().flat_map(|file| file.text.lines());
    let table: Vec<_> = crate_docs.filter(|line| line.starts_with("//!")).chain(readme).collect();

    let sources: Vec<_> =
        files.iter().filter(|file| file.path.starts_with(SOURCES) && file.is_rust()).collect();
    let streams = streams(&sources);

    let mut findings = Vec::new();
    for file in sources {
        let Some(name) = file.path.rsplit('/').next() else { continue };
        let test = format!("{TESTS}{name}");
        let tests = find(&test).map_or("", |file| &file.text);
        for (line, operation) in operations(file, &streams) {
            if !tests.contains(&format!(".{operation}(")) {
                findings.push(file.at(line, &format!("`{operation}` is not called in {test}")));
            }
            if !is_listed(&table, &operation) {
                findings.push(file.at(line, &format!("`{operation}` is not in the crate's table")));
            }
        }
    }
    findings
}

/// Finds the names of types that implement `Stream`.
fn streams<'a>(sources: &[&'a File]) -> Vec<&'a str> {
    let mut streams = vec!["impl Stream"];
    for file in sources {
        let names = file.code().filter_map(|(_, line)| line.split_once(" Stream for "));
        streams.extend(names.map(|(_, name)| name.split(['<', ' ']).next().unwrap_or(name)));
    }
    streams
}

/// Finds the public methods that are `async` or return a stream.
fn operations(file: &File, streams: &[&str]) -> Vec<(usize, String)> {
    let lines: Vec<_> = file.code().collect();
    let mut operations = Vec::new();
    for (index, (number, line)) in lines.iter().enumerate() {
        let line = line.trim_start();
        let Some(rest) = line.strip_prefix("pub async fn ").or(line.strip_prefix("pub fn ")) else {
            continue;
        };
        if line.starts_with("pub async") || returns(&signature(&lines[index..]), streams) {
            let name = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next();
            operations.extend(name.map(|name| (*number, name.to_owned())));
        }
    }
    operations
}

fn signature(lines: &[(usize, &str)]) -> String {
    let mut signature = String::new();
    for (_, line) in lines {
        signature.push_str(line);
        if line.trim_end().ends_with(['{', ';', '}']) {
            break;
        }
    }
    signature
}

fn returns(signature: &str, types: &[&str]) -> bool {
    let Some((_, result)) = signature.rsplit_once("-> ") else { return false };
    types.iter().any(|name| {
        let rest = result.strip_prefix(name);
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    })
}

/// Accepts `name` in code font, by itself or after `Users::`.
fn is_listed(table: &[&str], operation: &str) -> bool {
    let by_itself = format!("`{operation}`");
    let qualified = format!("Users::{operation}`");
    table.iter().any(|line| line.contains(&by_itself) || line.contains(&qualified))
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::file::File;

    const SOURCE: &str = r"//! Roles.
impl Users {
    pub async fn custom_roles(&self) -> Result<Roles> {
        self.send()
    }

    pub fn all_roles(
        &self,
    ) -> impl Stream<Item = Role> {
        self.stream()
    }

    pub fn pages(&self) -> Pages<Role> {
        Pages::new(self)
    }

    pub fn is_open(&self) -> bool {
        true
    }
}

impl<T> Stream for Pages<T> {}

#[cfg(test)]
    pub async fn helper() {}
";

    fn findings(tests: &str, table: &str) -> usize {
        let files = [
            File::new("crates/trivore-users/src/roles.rs", SOURCE),
            File::new("tests/it/users/roles.rs", tests),
            File::new("crates/trivore-users/src/lib.rs", table),
        ];
        check(&files).len()
    }

    #[test]
    fn a_tested_and_listed_operation_is_fine() {
        let tests = "users.custom_roles(&id).await; users.all_roles(&id); users.pages()";
        let table =
            "//! | [`custom_roles`](Users::custom_roles) |\n//! [`Users::all_roles`], `pages`";

        assert_eq!(findings(tests, table), 0);
    }

    #[test]
    fn an_operation_without_a_test_is_found() {
        assert_eq!(findings("", "//! `custom_roles`, `all_roles`, `pages`"), 3);
    }

    #[test]
    fn an_operation_outside_the_table_is_found() {
        assert_eq!(findings(".custom_roles( .all_roles( .pages(", "mod `pages`;"), 3);
    }
}
