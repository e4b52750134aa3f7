//! Python virtual environments, kept between runs.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    process,
    tools::{self, Unavailable},
    workspace::Workspace,
};

/// A virtual environment and what is installed in it.
pub(crate) struct Environment {
    /// Folder below the target folder.
    folder: &'static str,
    /// What needs it, in a message.
    user: &'static str,
    /// Oldest minor version of Python 3.
    oldest_minor: u32,
    /// Names of packages, and versions of those that must be exact.
    packages: &'static [(&'static str, Option<&'static str>)],
}

/// The vendor's SDK, whose package does not declare its dependency on requests.
pub(crate) const VENDOR: Environment = Environment {
    folder: "python",
    user: "the vendor's SDK",
    oldest_minor: 8,
    packages: &[("trivoreid", Some("2.0.10")), ("requests", None)],
};

/// Authlib, an OpenID Connect client, for which requests is optional.
pub(crate) const AUTHLIB: Environment = Environment {
    folder: "python-authlib",
    user: "Authlib",
    oldest_minor: 9,
    packages: &[("Authlib", Some(AUTHLIB_VERSION)), ("requests", None)],
};

pub(crate) const AUTHLIB_VERSION: &str = "1.9.10";

/// Schemathesis; which requests it makes from a seed depends on Hypothesis, too.
pub(crate) const SCHEMATHESIS: Environment = Environment {
    folder: "python-schemathesis",
    user: "Schemathesis",
    oldest_minor: 10,
    packages: &[
        ("schemathesis", Some("4.32.5")),
        ("hypothesis", Some("6.170.17")),
        ("openapi-spec-validator", Some("0.9.0")),
    ],
};

/// The driver of a browser.
pub(crate) const SELENIUM: Environment = Environment {
    folder: "browser/python",
    user: "the tour through the sandbox's page",
    oldest_minor: 10,
    packages: &[("selenium", Some("4.51.0"))],
};

/// Returns an environment's interpreter and creates the environment if it is missing.
pub(crate) fn environment(
    workspace: &Workspace,
    environment: &Environment,
) -> Result<PathBuf, Unavailable> {
    let Environment { folder, user, oldest_minor, .. } = environment;
    let check = format!("import sys; sys.exit(sys.version_info < (3, {oldest_minor}))");
    if !process::succeeds(Command::new("python3").args(["-c", &check])) {
        let reason =
            format!("{user} needs python3 on the PATH, of version 3.{oldest_minor} or newer");
        return Err(Unavailable::Missing(reason));
    }
    let folder = workspace.target.join(folder);
    let python = folder.join("bin/python");
    if has_packages(&python, environment) {
        return Ok(python);
    }

    println!("creating {}", folder.display());
    let mut create = Command::new("python3");
    process::install(create.args(["-m", "venv", "--clear"]).arg(&folder)).map_err(|error| {
        Unavailable::Missing(format!("{error}; is the package python3-venv installed?"))
    })?;
    let mut install = Command::new(&python);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(
        environment.packages.iter().map(|(name, version)| match version {
            Some(version) => format!("{name}=={version}"),
            None => (*name).to_owned(),
        }),
    );
    let mut download = Command::new(&python);
    download
        .args(["-m", "pip", "download", "--quiet", "--no-deps", "requests", "--dest"])
        .arg(folder.join("download"));
    tools::install(&mut install, || process::succeeds(&mut download))?;
    Ok(python)
}

fn has_packages(python: &Path, environment: &Environment) -> bool {
    let is_installed = |(name, wanted): &(&str, Option<&str>)| {
        let script = format!("import importlib.metadata as m; print(m.version({name:?}))");
        process::read(Command::new(python).args(["-c", &script]))
            .is_ok_and(|found| wanted.is_none_or(|wanted| found.trim() == wanted))
    };
    python.exists() && environment.packages.iter().all(is_installed)
}
