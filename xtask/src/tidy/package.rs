//! What a package needs on the registry's page and on docs.rs.

use super::{
    file::File,
    manifest::{Entry, entries},
};

/// Checks a manifest of a crate that is published, and the files beside it.
pub(super) fn check(files: &[File]) -> Vec<String> {
    let find = |path: &str| files.iter().find(|file| file.path == path);
    let mut findings = Vec::new();
    for manifest in files.iter().filter(|file| is_published(&file.path)) {
        let folder = manifest.path.trim_end_matches("Cargo.toml");
        let entries = entries(&manifest.text);
        let is_library = find(&format!("{folder}src/lib.rs")).is_some();
        let documented = if is_library { &DOCUMENTED[..] } else { &[] };
        for (section, key) in REQUIRED.iter().chain(documented) {
            if !has(&entries, section, key) {
                findings.push(format!("{}: no `{key}` in [{section}]", manifest.path));
            }
        }
        if find(&format!("{folder}README.md")).is_none() {
            findings.push(format!("{folder}: no README.md"));
        }
        for license in LICENSES {
            let own = find(&format!("{folder}{license}")).map(|file| &file.text);
            if own.is_none() || own != find(license).map(|file| &file.text) {
                findings.push(format!("{folder}{license}: not a copy of the root's"));
            }
        }
    }
    findings
}

fn is_published(path: &str) -> bool {
    path.starts_with("crates/") && path.ends_with("/Cargo.toml")
}

fn has(entries: &[Entry<'_>], section: &str, key: &str) -> bool {
    let rest = |entry: &Entry<'_>| {
        let rest = entry.text.strip_prefix(key)?.trim_start().to_owned();
        (entry.section == section).then_some(rest)
    };
    entries.iter().filter_map(rest).any(|rest| rest.starts_with('='))
}

const LICENSES: [&str; 2] = ["LICENSE-APACHE", "LICENSE-MIT"];
const REQUIRED: [(&str, &str); 6] = [
    ("package", "name"),
    ("package", "description"),
    ("package", "keywords"),
    ("package", "categories"),
    ("package", "readme"),
    ("package", "include"),
];
/// What docs.rs needs, which documents libraries.
const DOCUMENTED: [(&str, &str); 3] = [
    ("package", "documentation"),
    ("package.metadata.docs.rs", "all-features"),
    ("package.metadata.docs.rs", "rustdoc-args"),
];

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::file::File;

    const MANIFEST: &str = r#"[package]
name = "a"
description = "A."
keywords = ["a"]
categories = ["a"]
documentation = "https://docs.rs/a"
readme = "README.md"
include = ["/src"]

[package.metadata.docs.rs]
all-features = true
rustdoc-args = ["--cfg", "docsrs"]
"#;

    fn findings(manifest: &str, license: &str) -> usize {
        let files = [
            ("crates/a/Cargo.toml", manifest),
            ("crates/a/README.md", "# A\n"),
            ("crates/a/src/lib.rs", "//! A.\n"),
            ("crates/a/LICENSE-APACHE", license),
            ("crates/a/LICENSE-MIT", "MIT\n"),
            ("LICENSE-APACHE", "Apache\n"),
            ("LICENSE-MIT", "MIT\n"),
            ("tests/Cargo.toml", "[package]\n"),
        ];
        check(&files.map(|(path, text)| File::new(path, text))).len()
    }

    #[test]
    fn a_package_with_everything_is_fine() {
        assert_eq!(findings(MANIFEST, "Apache\n"), 0);
    }

    #[test]
    fn what_a_package_lacks_is_found() {
        assert_eq!(findings(&MANIFEST.replace("readme", "title"), "Apache\n"), 1);
        assert_eq!(findings(&MANIFEST.replace("[package.metadata.docs.rs]", ""), "Apache\n"), 2);
        assert_eq!(findings(MANIFEST, "Apache, changed\n"), 1);
    }
}
