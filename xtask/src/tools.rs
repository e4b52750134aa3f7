//! Tools and toolchains that some checks need, at pinned versions.
//!
//! They are installed only if that was asked for: tools below the target folder, toolchains and
//! targets with rustup. A check whose tool cannot be had, for whatever reason, says so and is
//! skipped; a check that runs and fails is never skipped.

use std::{path::PathBuf, process::Command};

use crate::{
    process::{self, cargo},
    workspace::Workspace,
};

/// A program that cargo installs.
pub(crate) struct Tool {
    name: &'static str,
    version: &'static str,
}

pub(crate) const DENY: Tool = Tool { name: "cargo-deny", version: "0.20.2" };
pub(crate) const PUBLIC_API: Tool = Tool { name: "cargo-public-api", version: "0.52.0" };

/// Nightly compilers differ in what they list as public: one is pinned for all machines.
const NIGHTLY: &str = "nightly-2026-05-20";

/// Why a tool cannot be used.
#[derive(Debug)]
pub(crate) struct Unavailable(pub(crate) String);

/// Finds tools, and installs them if that was asked for.
pub(crate) struct Tools {
    folder: PathBuf,
    installs: bool,
}

/// A Rust toolchain of rustup, by its full name.
pub(crate) struct Toolchain(String);

impl Toolchain {
    /// Makes a command of this toolchain's cargo.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = Command::new("rustup");
        command.args(["run", &self.0, "cargo"]);
        // These name the cargo and the toolchain of the program that runs now.
        command.env_remove("CARGO").env_remove("RUSTUP_TOOLCHAIN");
        command
    }

    pub(crate) fn name(&self) -> &str {
        &self.0
    }
}

impl Tools {
    /// Uses tools that are installed, and installs those that are missing if `installs`.
    pub(crate) fn new(workspace: &Workspace, installs: bool) -> Self {
        Self { folder: workspace.target.join("tools"), installs }
    }

    /// Makes a command of a subcommand of cargo.
    pub(crate) fn cargo_tool(&self, tool: &Tool) -> Result<Command, Unavailable> {
        self.program(tool).map(Command::new)
    }

    /// Returns the path of a tool.
    pub(crate) fn program(&self, tool: &Tool) -> Result<PathBuf, Unavailable> {
        let Tool { name, version } = tool;
        let is_version = |program: &PathBuf| {
            let printed = process::read(Command::new(program).arg("--version"));
            printed.is_ok_and(|text| text.split_whitespace().any(|word| word == *version))
        };
        let root = self.folder.join(format!("{name}-{version}"));
        let own = root.join("bin").join(name).with_extension(std::env::consts::EXE_EXTENSION);
        let installed = PathBuf::from(name);
        let found = [&own, &installed]
            .into_iter()
            .find(|program| process::answers(program, &["--version"]) && is_version(program));
        if let Some(program) = found {
            return Ok(program.clone());
        }
        if !self.installs {
            return Err(Unavailable(format!(
                "{name} {version} is not installed; `cargo xtask ci --install` installs it"
            )));
        }
        println!("installing {name} {version}");
        // A debug build: its compilation would take longer than its use.
        let mut install = cargo();
        install
            .args(["install", "--quiet", "--locked", "--debug", "--version", version, name])
            .arg("--root")
            .arg(&root)
            .env("CARGO_TARGET_DIR", self.folder.join("target"));
        match process::install(&mut install) {
            Ok(()) => Ok(own),
            Err(error) => Err(Unavailable(format!("{name} could not be installed: {error}"))),
        }
    }

    /// Finds the pinned nightly toolchain.
    pub(crate) fn nightly(&self) -> Result<Toolchain, Unavailable> {
        self.toolchain(NIGHTLY)
    }

    /// Finds a toolchain by its version.
    pub(crate) fn toolchain(&self, version: &str) -> Result<Toolchain, Unavailable> {
        let find = || {
            let list = process::read(Command::new("rustup").args(["toolchain", "list"])).ok()?;
            full_name(&list, version).map(Toolchain)
        };
        if let Some(toolchain) = find() {
            return Ok(toolchain);
        }
        let install = ["toolchain", "install", version, "--profile", "minimal", "--no-self-update"];
        self.rustup(&install)
            .and_then(|()| find().ok_or_else(|| Unavailable("rustup does not list it".to_owned())))
            .map_err(|Unavailable(reason)| Unavailable(format!("no Rust {version}: {reason}")))
    }

    /// Makes a target of the current toolchain available.
    pub(crate) fn target(&self, target: &str) -> Result<(), Unavailable> {
        let list = process::read(Command::new("rustup").args(["target", "list", "--installed"]));
        if list.is_ok_and(|list| list.lines().any(|line| line == target)) {
            return Ok(());
        }
        self.rustup(&["target", "add", target])
            .map_err(|Unavailable(reason)| Unavailable(format!("no target {target}: {reason}")))
    }

    fn rustup(&self, arguments: &[&str]) -> Result<(), Unavailable> {
        if !process::answers("rustup", &["--version"]) {
            return Err(Unavailable("rustup is not installed".to_owned()));
        }
        if !self.installs {
            let hint = "it is not installed; `cargo xtask ci --install` installs it";
            return Err(Unavailable(hint.to_owned()));
        }
        process::install(Command::new("rustup").args(arguments)).map_err(Unavailable)
    }
}

fn full_name(list: &str, version: &str) -> Option<String> {
    list.lines()
        .filter_map(|line| line.split_whitespace().next())
        .find(|name| {
            name.strip_prefix(version)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-']))
        })
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::full_name;

    #[test]
    fn a_toolchain_is_found_by_its_whole_version() {
        let list = "stable-x (active)\n1.8-x\n1.880.0-x\n1.88.0-x\n";

        assert_eq!(full_name(list, "1.88").as_deref(), Some("1.88.0-x"));
        assert_eq!(full_name(list, "1.90"), None);
    }
}
