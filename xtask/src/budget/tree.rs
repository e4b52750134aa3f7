//! Counts the crates in a package's dependency tree.

use super::figure::{Figure, Kind};
use crate::{
    process::{self, cargo},
    workspace::Workspace,
};

/// Counts the crates of a package with its default features, including itself.
pub(super) fn crates(workspace: &Workspace, package: &'static str) -> Result<Figure, String> {
    let tree = process::read(
        cargo()
            .args(["tree", "--package", package, "--edges", "normal", "--target", PLATFORM])
            .args(["--prefix", "none", "--no-dedupe", "--format", "{p}"])
            .current_dir(&workspace.root),
    )?;
    Ok(Figure { kind: Kind::Crates, name: package, value: count(&tree) })
}

fn count(tree: &str) -> u64 {
    let mut crates: Vec<_> = tree.lines().filter(|line| !line.is_empty()).collect();
    crates.sort_unstable();
    crates.dedup();
    crates.len() as u64
}

/// The platform whose tree is counted, on every host, because trees differ between platforms.
const PLATFORM: &str = "x86_64-unknown-linux-gnu";

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn each_version_counts_once() {
        assert_eq!(count("a v1.0.0\nsyn v2.0.0\nsyn v3.0.0\nsyn v2.0.0\n\n"), 3);
    }
}
