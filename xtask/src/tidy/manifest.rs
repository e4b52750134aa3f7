//! Rule: members inherit version, lints and dependencies from the workspace.

use super::file::File;

const INHERITED: [&str; 4] = ["version", "edition", "rust-version", "license"];

pub(super) fn check(file: &File) -> Vec<String> {
    // A package with its own workspace is not a member and has nothing to inherit.
    let is_root = file.text.lines().any(|line| line.trim() == "[workspace]");
    if !file.path.ends_with("/Cargo.toml") || is_root {
        return Vec::new();
    }
    let entries = entries(&file.text);

    let mut findings = Vec::new();
    for key in INHERITED {
        let line = format!("{key}.workspace = true");
        if !entries.iter().any(|entry| entry.section == "package" && entry.text == line) {
            findings.push(format!("{}: `{key}` is not inherited from the workspace", file.path));
        }
    }
    if !entries.iter().any(|entry| entry.section == "lints" && entry.text == "workspace = true") {
        findings.push(format!("{}: the lints are not inherited from the workspace", file.path));
    }
    for entry in entries.iter().filter(|entry| entry.section.ends_with("dependencies")) {
        if !entry.text.contains("workspace = true") {
            findings
                .push(file.at(entry.line, "the dependency is not inherited from the workspace"));
        }
    }
    findings
}

/// Checks that a package with its own workspace has the same lints, if it has any.
pub(super) fn check_copies(files: &[File]) -> Vec<String> {
    let Some(root) = files.iter().find(|file| file.path == "Cargo.toml") else {
        return vec!["Cargo.toml: missing".to_owned()];
    };
    let expected = lints(&root.text, "workspace.lints.");
    let others = files.iter().filter(|file| file.path.ends_with("/Cargo.toml"));
    let copies = others.map(|file| (&file.path, lints(&file.text, "lints.")));
    copies
        .filter(|(_, copy)| !copy.is_empty() && *copy != expected)
        .map(|(path, _)| format!("{path}: the lints differ from the workspace's"))
        .collect()
}

/// Returns the lints of a manifest, each with its tool.
fn lints(manifest: &str, prefix: &str) -> Vec<(String, String)> {
    let lint =
        |entry: Entry<'_>| Some((entry.section.strip_prefix(prefix)?.to_owned(), entry.text));
    entries(manifest).into_iter().filter_map(lint).collect()
}

pub(super) struct Entry<'a> {
    pub(super) section: &'a str,
    pub(super) line: usize,
    pub(super) text: String,
}

/// Parses the TOML subset that manifests use: sections and entries, which may span lines.
pub(super) fn entries(manifest: &str) -> Vec<Entry<'_>> {
    let mut section = "";
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let mut is_open = false;
    for (line, text) in manifest.lines().map(str::trim).enumerate() {
        if is_open {
            if let Some(entry) = entries.last_mut() {
                entry.text.push_str(text);
                is_open = is_unclosed(&entry.text);
            }
        } else if let Some(name) = text.strip_prefix('[') {
            section = name.trim_matches(['[', ']']);
        } else if !text.is_empty() && !text.starts_with('#') {
            is_open = is_unclosed(text);
            entries.push(Entry { section, line, text: text.to_owned() });
        }
    }
    entries
}

fn is_unclosed(text: &str) -> bool {
    text.matches(['[', '{']).count() > text.matches([']', '}']).count()
}

#[cfg(test)]
mod tests {
    use super::{check, check_copies};
    use crate::tidy::file::File;

    const MANIFEST: &str = r#"[package]
name = "a"
version.workspace = true
edition.workspace = true
rust-version.workspace = true
license.workspace = true

[dependencies]
serde = { workspace = true }
tokio = { workspace = true, features = [
    "rt",
] }

[lints]
workspace = true
"#;

    #[track_caller]
    fn count(text: &str, expected: usize) {
        let findings = check(&File::new("crates/a/Cargo.toml", text));
        assert_eq!(findings.len(), expected, "{findings:?}");
    }

    #[test]
    fn a_member_that_inherits_everything_is_fine() {
        count(MANIFEST, 0);
    }

    #[test]
    fn an_own_version_is_found() {
        count(&MANIFEST.replace("version.workspace = true", "version = \"1.0.0\""), 2);
    }

    #[test]
    fn a_package_outside_of_the_workspace_inherits_nothing() {
        count("[package]\nname = \"a\"\n", 5);
        count("[package]\nname = \"a\"\n\n[workspace]\n", 0);
    }

    #[test]
    fn own_lints_are_found() {
        count(&MANIFEST.replace("[lints]\nworkspace = true\n", ""), 1);
    }

    #[test]
    fn a_copy_of_the_lints_that_differs_is_found() {
        let root = "[workspace.lints.rust]\nunsafe_code = \"forbid\"\n";
        let copy = "[workspace]\n[lints.rust]\n# As there.\nunsafe_code = \"forbid\"\n";
        let findings = |copy: &str| {
            let files = [("Cargo.toml", root), ("a/Cargo.toml", copy), ("b/Cargo.toml", MANIFEST)];
            check_copies(&files.map(|(path, text)| File::new(path, text)))
        };

        assert!(findings(copy).is_empty());
        assert_eq!(findings(&copy.replace("forbid", "warn")).len(), 1);
        assert_eq!(findings(&format!("{copy}missing_docs = \"warn\"\n")).len(), 1);
    }

    #[test]
    fn an_own_dependency_is_found() {
        count(&MANIFEST.replace("serde = { workspace = true }", "serde = \"1\""), 1);
        count(&format!("{MANIFEST}\n[target.'cfg(unix)'.dependencies]\nlibc = \"1\"\n"), 1);
    }
}
