//! Rule: the newest version in the changelog is the workspace's version.

use super::file::File;

const PATH: &str = "CHANGELOG.md";

pub(super) fn check(files: &[File], version: &str) -> Option<String> {
    let Some(changelog) = files.iter().find(|file| file.path == PATH) else {
        return Some(format!("{PATH}: missing"));
    };
    let mut sections = changelog.text.split("\n## ").skip(1);
    let Some(top) = sections.next() else {
        return Some(format!("{PATH}: has no section"));
    };

    let title = format!("[{version}]");
    let is_next = sections.next().is_some_and(|section| section.starts_with(&title));
    let is_unreleased = top.starts_with("[Unreleased]") && (top.contains(version) || is_next);
    if top.starts_with(&title) || is_unreleased {
        return None;
    }
    Some(format!("{PATH}: the newest version is not the workspace's version, {version}"))
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::file::File;

    #[track_caller]
    fn is_fine(text: &str, expected: bool) {
        let finding = check(&[File::new("CHANGELOG.md", text)], "0.2.0");
        assert_eq!(finding.is_none(), expected, "{text:?}: {finding:?}");
    }

    #[test]
    fn the_newest_version_is_the_workspaces() {
        is_fine("# Changelog\n\n## [0.2.0] - 2026-01-01\n\n## [0.1.0]\n", true);
        is_fine("# Changelog\n\n## [0.1.0]\n", false);
        is_fine("# Changelog\n", false);
    }

    #[test]
    fn unreleased_changes_name_their_version_or_follow_it() {
        is_fine("# Changelog\n\n## [Unreleased]\n\nWill be 0.2.0.\n", true);
        is_fine("# Changelog\n\n## [Unreleased]\n\n## [0.2.0]\n", true);
        is_fine("# Changelog\n\n## [Unreleased]\n\n## [0.1.0]\n", false);
    }
}
