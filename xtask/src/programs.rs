//! Builds the project's own programs and finds their paths.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use crate::process::{self, cargo};

/// Programs that cargo built, as its JSON messages.
pub(crate) struct Programs(String);

impl Programs {
    /// Builds all programs of the workspace.
    pub(crate) fn build(root: &Path) -> Result<Self, String> {
        // The whole workspace: a single package would rebuild the dependencies with fewer features.
        Self::of(cargo().current_dir(root), &["--workspace", "--bins"])
    }

    /// Builds the programs of one package as a user would: optimized, with its own features only.
    pub(crate) fn optimized(root: &Path, package: &str) -> Result<Self, String> {
        Self::of(cargo().current_dir(root), &["--release", "--package", package, "--bins"])
    }

    /// Builds the programs of one package as they are given to others: small.
    pub(crate) fn distributed(root: &Path, package: &str) -> Result<Self, String> {
        let selection = ["--profile", "dist", "--package", package, "--bins"];
        Self::of(cargo().current_dir(root), &selection)
    }

    /// Builds the programs of a package outside of the workspace, optimized, with all features.
    pub(crate) fn outside(package: &Path, target: &Path) -> Result<Self, String> {
        let target = target.as_os_str();
        let [release, bins, features, target_dir] =
            ["--release", "--bins", "--all-features", "--target-dir"].map(OsStr::new);
        Self::of(cargo().current_dir(package), &[release, bins, features, target_dir, target])
    }

    /// Builds what `selection` names with this command of cargo.
    pub(crate) fn of<S: AsRef<OsStr>>(
        cargo: &mut Command,
        selection: &[S],
    ) -> Result<Self, String> {
        let build = ["build", "--quiet", "--message-format=json-render-diagnostics"];
        process::read(cargo.args(build).args(selection)).map(Self)
    }

    /// Finds the path of a program among cargo's messages.
    pub(crate) fn path(&self, name: &str) -> Result<PathBuf, String> {
        self.0
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .filter(|message| message["target"]["name"] == name)
            .find_map(|message| message["executable"].as_str().map(PathBuf::from))
            .ok_or_else(|| format!("cargo built no program `{name}`"))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Programs;

    #[test]
    fn a_program_is_found_among_the_messages() {
        let messages = r#"
{"target":{"name":"a"},"executable":null}
{"target":{"name":"b"},"executable":"target/debug/b"}
{"reason":"build-finished"}
"#;
        let programs = Programs(messages.to_owned());

        assert_eq!(programs.path("b").as_deref(), Ok(Path::new("target/debug/b")));
        assert!(programs.path("a").is_err());
    }
}
