//! Tools and toolchains that some checks need, at pinned versions.
//!
//! They are installed only if that was asked for: tools below the target folder, toolchains and
//! targets with rustup. A check whose tool is not installed, or cannot be because its registry
//! cannot be reached, is skipped and says so. Every other failure of an installation is a failure
//! of the check, such as a tool that does not compile or a version that does not exist.

use std::{fs, path::PathBuf, process::Command};

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
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unavailable {
    /// It is not on this machine, and was not to be installed or its registry cannot be reached.
    Missing(String),
    /// It was to be installed, and that failed although its registry can be reached.
    Failed(String),
}

impl Unavailable {
    /// Adds what is unavailable in front of the reason.
    pub(crate) fn of(self, what: &str) -> Self {
        match self {
            Self::Missing(reason) => Self::Missing(format!("{what}: {reason}")),
            Self::Failed(reason) => Self::Failed(format!("{what}: {reason}")),
        }
    }

    /// Says that a check is skipped and what that leaves unchecked, unless this is a failure.
    pub(crate) fn skip(self, check: &str, unchecked: &str) -> Result<(), String> {
        match self {
            Self::Missing(reason) => {
                println!("{check} SKIP ({reason}): {unchecked}");
                Ok(())
            }
            Self::Failed(reason) => Err(reason),
        }
    }

    pub(crate) fn reason(self) -> String {
        match self {
            Self::Missing(reason) | Self::Failed(reason) => reason,
        }
    }
}

/// Runs an installer.
///
/// If it fails, `can_reach_registry` decides what that means. The text of an installer does not:
/// it differs by version, language and mirror.
pub(crate) fn install(
    installer: &mut Command,
    can_reach_registry: impl FnOnce() -> bool,
) -> Result<(), Unavailable> {
    process::install(installer).map_err(|reason| {
        if can_reach_registry() {
            Unavailable::Failed(reason)
        } else {
            Unavailable::Missing(format!("its registry cannot be reached: {reason}"))
        }
    })
}

/// Finds tools, and installs them if that was asked for.
pub(crate) struct Tools {
    folder: PathBuf,
    installs: bool,
}

/// A Rust toolchain of rustup, by its full name.
pub(crate) struct RustupToolchain(String);

impl RustupToolchain {
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
        let found = [&own, &installed].into_iter().find(|program| {
            process::succeeds(Command::new(program).arg("--version")) && is_version(program)
        });
        if let Some(program) = found {
            return Ok(program.clone());
        }
        if !self.installs {
            return Err(Unavailable::Missing(format!(
                "{name} {version} is not installed; `cargo xtask ci --install` installs it"
            )));
        }
        println!("installing {name} {version}");
        // A debug build: its compilation would take longer than its use.
        let mut command = cargo();
        let build = self.folder.join("target");
        command
            .args(["install", "--quiet", "--locked", "--debug", "--version", version, name])
            .arg("--root")
            .arg(&root)
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("CARGO_TARGET_DIR", &build);
        // `cargo search` would be the usual question, but many mirrors do not support it.
        let info = ["info", "--quiet", name];
        install(&mut command, || process::succeeds(cargo().args(info)))
            .map_err(|error| error.of(&format!("{name} could not be installed")))?;
        // Only the program is used again; a build that stays does no harm.
        let _ = fs::remove_dir_all(build);
        Ok(own)
    }

    /// Finds the pinned nightly toolchain.
    pub(crate) fn nightly(&self) -> Result<RustupToolchain, Unavailable> {
        self.toolchain(NIGHTLY)
    }

    /// Finds a toolchain by its version.
    pub(crate) fn toolchain(&self, version: &str) -> Result<RustupToolchain, Unavailable> {
        let find = || {
            let list = process::read(Command::new("rustup").args(["toolchain", "list"])).ok()?;
            full_name(&list, version).map(RustupToolchain)
        };
        if let Some(toolchain) = find() {
            return Ok(toolchain);
        }
        let arguments =
            ["toolchain", "install", version, "--profile", "minimal", "--no-self-update"];
        self.rustup(&arguments)
            .and_then(|()| {
                find().ok_or_else(|| Unavailable::Failed("rustup does not list it".to_owned()))
            })
            .map_err(|error| error.of(&format!("no Rust {version}")))
    }

    /// Makes a target of the current toolchain available.
    pub(crate) fn target(&self, target: &str) -> Result<(), Unavailable> {
        let list = process::read(Command::new("rustup").args(["target", "list", "--installed"]));
        if list.is_ok_and(|list| list.lines().any(|line| line == target)) {
            return Ok(());
        }
        self.rustup(&["target", "add", target])
            .map_err(|error| error.of(&format!("no target {target}")))
    }

    fn rustup(&self, arguments: &[&str]) -> Result<(), Unavailable> {
        if !process::succeeds(Command::new("rustup").arg("--version")) {
            return Err(Unavailable::Missing("rustup is not installed".to_owned()));
        }
        if !self.installs {
            let hint = "it is not installed; `cargo xtask ci --install` installs it";
            return Err(Unavailable::Missing(hint.to_owned()));
        }
        install(Command::new("rustup").args(arguments), || {
            // With 100, it says that there are updates.
            process::exit_code(Command::new("rustup").arg("check"))
                .is_some_and(|code| [0, 100].contains(&code))
        })
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

    #[cfg(unix)]
    #[test]
    fn a_failed_installation_is_a_failure_unless_the_registry_cannot_be_reached() {
        use std::process::Command;

        use super::{Unavailable, install};

        let run = |script: &str, can_reach_registry: bool| {
            install(Command::new("sh").args(["-c", script]), || can_reach_registry)
        };
        let broken = "echo 'error: could not compile' >&2; exit 101";

        assert_eq!(run("true", false), Ok(()));
        assert!(matches!(run(broken, true), Err(Unavailable::Failed(_))));
        let Err(Unavailable::Missing(reason)) = run(broken, false) else { unreachable!() };
        assert!(reason.starts_with("its registry cannot be reached: "), "{reason}");
    }

    #[test]
    fn a_toolchain_is_found_by_its_whole_version() {
        let list = "stable-x (active)\n1.8-x\n1.880.0-x\n1.88.0-x\n";

        assert_eq!(full_name(list, "1.88").as_deref(), Some("1.88.0-x"));
        assert_eq!(full_name(list, "1.90"), None);
    }
}
