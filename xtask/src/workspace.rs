//! The workspace's folders and packages, as `cargo metadata` reports them.

use std::path::PathBuf;

use serde_json::Value;

use crate::process;

/// Folders and packages of the workspace.
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    pub(crate) target: PathBuf,
    /// Packages below `crates/`: the ones that users can depend on.
    pub(crate) crates: Vec<Package>,
}

/// One package, as its manifest describes it.
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) rust_version: String,
    /// Whether other crates can depend on it; else it is only a program.
    pub(crate) has_library: bool,
    /// All features except `default`, in alphabetical order.
    pub(crate) features: Vec<String>,
    /// Types of other crates that the public API may show, as patterns of paths.
    pub(crate) foreign_types: Vec<String>,
}

impl Workspace {
    /// Reads the workspace of the current folder from `cargo metadata`.
    pub(crate) fn load() -> Result<Self, String> {
        let json = process::read(process::cargo().args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
        ]))?;
        let metadata: Value =
            serde_json::from_str(&json).map_err(|error| format!("cargo metadata: {error}"))?;
        let root = PathBuf::from(text(&metadata, "workspace_root")?);

        let mut crates = Vec::new();
        for package in metadata["packages"].as_array().into_iter().flatten() {
            if PathBuf::from(text(package, "manifest_path")?).starts_with(root.join("crates")) {
                crates.push(Package::read(package)?);
            }
        }

        Ok(Self { target: text(&metadata, "target_directory")?.into(), root, crates })
    }

    /// Returns the packages that other crates can depend on.
    pub(crate) fn libraries(&self) -> impl Iterator<Item = &Package> {
        self.crates.iter().filter(|package| package.has_library)
    }
}

impl Package {
    fn read(package: &Value) -> Result<Self, String> {
        let mut features: Vec<_> = package["features"]
            .as_object()
            .into_iter()
            .flat_map(|features| features.keys())
            .filter(|name| *name != "default")
            .cloned()
            .collect();
        features.sort();
        let foreign_types =
            package["metadata"]["cargo_check_external_types"]["allowed_external_types"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|pattern| pattern.as_str().map(str::to_owned))
                .collect();

        let targets = package["targets"].as_array().into_iter().flatten();
        let mut kinds = targets.flat_map(|target| target["kind"].as_array().into_iter().flatten());
        Ok(Self {
            has_library: kinds.any(|kind| kind == "lib"),
            name: text(package, "name")?,
            version: text(package, "version")?,
            rust_version: text(package, "rust_version")?,
            features,
            foreign_types,
        })
    }
}

fn text(value: &Value, key: &str) -> Result<String, String> {
    match value[key].as_str() {
        Some(text) => Ok(text.to_owned()),
        None => Err(format!("cargo metadata has no `{key}`")),
    }
}
