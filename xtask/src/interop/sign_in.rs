//! Lets OpenID Connect clients sign in at the sandbox, with the examples of its README.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    node,
    process::{self, cargo},
    programs::Programs,
    python,
    sandbox::Sandbox,
    tools::{self, Unavailable},
    workspace::Workspace,
};

/// Runs each client against a sandbox of its own, or says that it cannot be had.
pub(super) fn run(workspace: &Workspace, sandbox: &Path, folder: &Path) -> Result<(), String> {
    let files = workspace.root.join("tests/oidc");
    let readme = workspace.root.join("crates/trivore-sandbox/README.md");
    let clients: [(&str, Client<'_>); 3] = [
        ("authlib", &|address| {
            let python = python::environment(workspace, &python::AUTHLIB)?;
            let mut command = Command::new(python);
            command.args(["-B".as_ref(), files.join("authlib_client.py").as_os_str()]);
            command.arg(&readme).args([address, python::AUTHLIB_VERSION]);
            Ok(command)
        }),
        ("openid-client", &|address| {
            let modules = node::install(workspace, &node::OPENID_CLIENT)?;
            let mut command = Command::new("node");
            command.arg(files.join("openid_client.mjs")).arg(&readme).arg(address);
            command.arg(modules).arg(node::OPENID_CLIENT_VERSION);
            Ok(command)
        }),
        ("openidconnect", &|address| {
            let mut command = Command::new(openidconnect(&files, folder)?);
            command.arg(address);
            Ok(command)
        }),
    ];
    let mut failures = Vec::new();
    for (name, client) in clients {
        let properties = folder.join(format!("{name}.properties"));
        let server = Sandbox::start_with(sandbox, &properties, &REDIRECTS.map(OsString::from))?;
        let outcome = match client(server.address()) {
            // The sandbox is on this machine and must not be reached through a proxy.
            Ok(mut command) => process::run(command.env("NO_PROXY", "*")),
            Err(error) => error.skip(name, "whether it signs in at the sandbox not checked"),
        };
        failures.extend([outcome, server.terminate()].into_iter().filter_map(Result::err));
    }
    process::no_failures(&failures)
}

/// Makes the command of a client that signs in at the sandbox with this address.
type Client<'a> = &'a dyn Fn(&str) -> Result<Command, Unavailable>;

/// Builds the client in Rust.
fn openidconnect(package: &Path, folder: &Path) -> Result<PathBuf, Unavailable> {
    let mut fetch = cargo();
    fetch.args(["fetch", "--quiet", "--locked"]).current_dir(package);
    let info = ["info", "--quiet", "openidconnect"];
    tools::install(&mut fetch, || process::succeeds(cargo().args(info)))?;
    let target = folder.join("oidc");
    let selection =
        ["--locked".as_ref(), "--bins".as_ref(), "--target-dir".as_ref(), target.as_os_str()];
    Programs::of(cargo().current_dir(package), &selection)
        .and_then(|programs| programs.path("trivore-oidc-clients"))
        .map_err(Unavailable::Failed)
}

const REDIRECTS: [&str; 4] = [
    "--redirect-uri",
    "http://localhost:3000/callback",
    "--post-logout-redirect-uri",
    "http://localhost:3000/",
];
