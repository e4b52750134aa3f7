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

    /// Yields the lines of code, without comments, up to the unit tests.
    pub(super) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .take_while(|(_, line)| line.trim() != "#[cfg(test)]")
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
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
    use super::read_all;
    use crate::workspace::Workspace;

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
