//! The root of the project holds what the README names, and nothing else.

use super::file::File;

const ENTRIES: [&str; 16] = [
    ".cargo",
    ".ci",
    ".gitattributes",
    ".gitignore",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "clippy.toml",
    "crates",
    "deny.toml",
    "rustfmt.toml",
    "tests",
    "xtask",
];

pub(super) fn check(files: &[File]) -> Vec<String> {
    let mut unknown: Vec<_> = files
        .iter()
        .filter_map(|file| file.path.split('/').next())
        .filter(|entry| !ENTRIES.contains(entry))
        .collect();
    unknown.dedup();
    unknown.iter().map(|entry| format!("{entry}: not a known entry of the root")).collect()
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::file::File;

    #[test]
    fn an_unknown_entry_of_the_root_is_found_once() {
        let files = ["Cargo.toml", "crates/a/src/lib.rs", "notes/a.md", "notes/b.md"]
            .map(|path| File::new(path, ""));

        assert_eq!(check(&files), ["notes: not a known entry of the root"]);
    }
}
