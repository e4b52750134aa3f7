//! The project's files, and the positions of findings in them.

use std::{
    ffi::OsStr,
    fs, io,
    path::{MAIN_SEPARATOR, Path, PathBuf},
};

/// A text file, with its path relative to the workspace root.
pub(super) struct File {
    pub(super) path: String,
    pub(super) text: String,
}

impl File {
    #[cfg(test)]
    pub(super) fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// Formats a finding at a line, counted from 0.
    pub(super) fn at(&self, line: usize, message: &str) -> String {
        format!("{}:{}: {message}", self.path, line + 1)
    }

    pub(super) fn is_rust(&self) -> bool {
        Path::new(&self.path).extension().is_some_and(|extension| extension == "rs")
    }

    /// Yields the lines of code, without comments and without what is compiled for tests only.
    pub(super) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        // The indentation of the item for tests that the line belongs to.
        let mut item = None;
        let mut is_code = move |line: &str| {
            let text = line.trim_start();
            let indentation = line.len() - text.len();
            match item {
                None if is_for_tests(text) => item = Some(indentation),
                None => return !text.starts_with("//"),
                Some(start) if ends_item(text) && indentation <= start => item = None,
                Some(_) => {}
            }
            false
        };
        self.text.lines().enumerate().filter(move |(_, line)| is_code(line))
    }
}

/// Whether the item below an attribute is compiled for tests only.
fn is_for_tests(attribute: &str) -> bool {
    attribute == "#[cfg(test)]" || attribute.starts_with("#[cfg(all(test,")
}

/// Whether a line with the indentation of an item is the item's last one, in rustfmt's layout.
fn ends_item(line: &str) -> bool {
    line.ends_with([';', '}', ',']) && !line.starts_with("#[")
}

/// Reads the project's text files, sorted by path.
///
/// Git is not needed, so this also works in an unpacked archive. It reads the Markdown, TOML and
/// license files of the root, and all files below [`FOLDERS`] except hidden files and build output.
pub(super) fn read_all(root: &Path) -> Result<Vec<File>, String> {
    let mut paths = Vec::new();
    for path in entries(root)? {
        let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
        let is_known = [".md", ".toml"].iter().any(|end| name.ends_with(end));
        if path.is_file() && (is_known || name.starts_with("LICENSE")) {
            paths.push(path);
        }
    }
    let mut folders: Vec<_> = FOLDERS.iter().map(|folder| root.join(folder)).collect();
    while let Some(folder) = folders.pop() {
        for path in entries(&folder)? {
            let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
            if name.starts_with('.') || name == "target" || path.is_symlink() {
                continue;
            }
            if path.is_dir() { folders.push(path) } else { paths.push(path) }
        }
    }
    paths.sort_unstable();

    Ok(paths
        .iter()
        .filter_map(|path| {
            let text = fs::read_to_string(path).ok()?;
            let path = path.strip_prefix(root).ok()?.to_str()?;
            Some(File { path: path.replace(MAIN_SEPARATOR, "/"), text })
        })
        .collect())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let list = || -> io::Result<_> {
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect()
    };
    list().map_err(|error| format!("{}: {error}", folder.display()))
}

const FOLDERS: [&str; 5] = [".cargo", ".ci", "crates", "tests", "xtask"];

#[cfg(test)]
mod tests {
    use super::{File, read_all};
    use crate::workspace::Workspace;

    #[track_caller]
    fn is_code(text: &str, expected: &[&str]) {
        let file = File::new("a.rs", text);
        let code: Vec<_> = file.code().map(|(_, line)| line.trim()).collect();
        assert_eq!(code, expected, "{text}");
    }

    #[test]
    fn code_behind_an_item_for_tests_is_code() {
        is_code("a;\n#[cfg(test)]\nmod tests;\nb;\n", &["a;", "b;"]);
        is_code("#[cfg(test)]\nmod tests {\n    use a;\n}\nb;\n", &["b;"]);
        is_code("#[cfg(test)]\nmod tests {}\nb;\n", &["b;"]);
        is_code("#[cfg(test)]\n#[path = \"a.rs\"]\nmod tests;\nb;\n", &["b;"]);
        is_code("#[cfg(test)]\nuse a::{\n    b,\n};\nb;\n", &["b;"]);
        is_code("#[cfg(all(test, unix))]\nfn a(\n    b: C,\n) {\n}\nb;\n", &["b;"]);
        is_code(
            "impl A {\n    #[cfg(test)]\n    fn a() {\n        b;\n    }\n    c;\n}\n",
            &["impl A {", "c;", "}"],
        );
        is_code(
            "struct A {\n    #[cfg(test)]\n    a: B,\n    c: D,\n}\n",
            &["struct A {", "c: D,", "}"],
        );
    }

    #[test]
    fn what_is_compiled_without_tests_too_is_code() {
        is_code("// a\n#[cfg(not(test))]\na;\n", &["#[cfg(not(test))]", "a;"]);
        is_code("#[cfg(any(test, unix))]\na;\n", &["#[cfg(any(test, unix))]", "a;"]);
    }

    #[test]
    fn all_files_of_the_project_are_read_and_no_build_output() {
        let workspace = Workspace::load().unwrap();

        let files = read_all(&workspace.root).unwrap();

        for expected in ["Cargo.toml", "README.md", ".ci/run", "xtask/src/tidy/file.rs"] {
            assert!(files.iter().any(|file| file.path == expected), "{expected}");
        }
        assert!(!files.iter().any(|file| file.path.contains("target/")));
    }
}
