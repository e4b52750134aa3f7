//! The order of events: environment, server, one SDK, the other SDK, a clean end.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use super::{python, sandbox::Sandbox};
use crate::{
    process::{self, cargo},
    workspace::Workspace,
};

/// Runs both SDKs against one sandbox.
///
/// # Errors
///
/// A case failed, the two SDKs disagree, or the sandbox did not end well.
pub(crate) fn run(workspace: &Workspace) -> Result<(), String> {
    if cfg!(not(unix)) {
        return Err("interop needs python3 and SIGTERM, so it runs on Unix only".to_owned());
    }
    let folder = workspace.target.join("interop");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let python = python::environment(&folder)?;
    let programs = Programs::build(&workspace.root)?;

    let properties = folder.join("client_sdk.properties");
    let state = folder.join("state.json");
    let driver = workspace.root.join("xtask/interop/driver.py");
    let sandbox = Sandbox::start(&programs.sandbox, &properties)?;
    println!("sandbox at {}", sandbox.address());

    let vendor = process::run(
        Command::new(python)
            // The vendor compares integers with `is`: each place warns. No caches in the sources.
            .args(["-W", "ignore::SyntaxWarning", "-B"])
            .arg(driver)
            .args(["--properties".as_ref(), properties.as_os_str()])
            .args(["--state".as_ref(), state.as_os_str()]),
    );
    let ours = process::run(
        // The sandbox is on this machine: no proxy leads there.
        Command::new(programs.interop_check).args([&properties, &state]).env("NO_PROXY", "*"),
    );
    let end = sandbox.terminate();

    let failures: Vec<_> = [vendor, ours, end].into_iter().filter_map(Result::err).collect();
    if failures.is_empty() { Ok(()) } else { Err(failures.join("; ")) }
}

/// The two programs of the workspace that take part.
struct Programs {
    sandbox: PathBuf,
    interop_check: PathBuf,
}

impl Programs {
    fn build(root: &Path) -> Result<Self, String> {
        // The whole workspace, because a part of it would build its dependencies anew
        // with fewer features.
        let messages = process::read(
            cargo()
                .args(["build", "--quiet", "--workspace", "--bins"])
                .arg("--message-format=json-render-diagnostics")
                .current_dir(root),
        )?;

        Ok(Self {
            sandbox: executable(&messages, "trivore-sandbox")?,
            interop_check: executable(&messages, "interop-check")?,
        })
    }
}

/// Finds the path of a program among cargo's messages.
fn executable(messages: &str, name: &str) -> Result<PathBuf, String> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == name)
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .ok_or_else(|| format!("cargo built no program `{name}`"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::executable;

    #[test]
    fn a_program_is_found_among_the_messages() {
        let messages = r#"
{"target":{"name":"a"},"executable":null}
{"target":{"name":"b"},"executable":"target/debug/b"}
{"reason":"build-finished"}
"#;

        assert_eq!(executable(messages, "b").as_deref(), Ok(Path::new("target/debug/b")));
        assert!(executable(messages, "a").is_err());
    }
}
