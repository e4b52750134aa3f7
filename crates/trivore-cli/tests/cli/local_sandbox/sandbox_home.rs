//! A home directory in which `trivore sandbox` runs.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use crate::installation::{Finished, finish, without_connection};

/// A home directory, whose sandbox is stopped at the end.
pub(super) struct SandboxHome(TempDir);

impl SandboxHome {
    pub(super) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// With the profile `work`, which is the default one.
    pub(super) fn with_work() -> Self {
        let home = Self::new();
        home.log_in("work");
        home
    }

    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = without_connection(self.0.path(), arguments);
        command.env("PATH", std::env::var_os("PATH").unwrap());
        command
    }

    pub(super) fn run(&self, arguments: &[&str]) -> Finished {
        finish(&mut self.command(arguments))
    }

    /// Starts a sandbox in the background, on a free port.
    #[track_caller]
    pub(super) fn detach(&self, options: &[&str]) -> Finished {
        let started = self.run(&[&["sandbox", "--detach"], options, &LISTEN].concat());
        assert_eq!(started.code, 0, "{started:?}");
        started
    }

    /// Stops the sandbox and returns what is said.
    #[track_caller]
    pub(super) fn stop(&self) -> String {
        let stopped = self.run(&["sandbox", "stop"]);
        assert_eq!(stopped.code, 0, "{stopped:?}");
        stopped.stderr
    }

    /// Stores a profile for an installation that is not there.
    pub(super) fn log_in(&self, profile: &str) {
        let secret = self.0.path().join("typed");
        fs::write(&secret, "secret").unwrap();
        let arguments = ["login", "-p", profile, "--address", "https://id.example.com"];
        let options = ["--client-id", "7", "--stdin", "--no-keyring", "--no-check"];
        let mut command = self.command(&[&arguments[..], &options].concat());
        let finished = finish(command.stdin(fs::File::open(secret).unwrap()));
        assert_eq!(finished.code, 0, "{finished:?}");
    }

    /// The folder of the configuration.
    pub(super) fn folder(&self) -> PathBuf {
        self.0.path().join(".config/trivore")
    }

    pub(super) fn config(&self) -> String {
        fs::read_to_string(self.folder().join("config.toml")).unwrap()
    }

    /// The address in the properties file of the sandbox.
    pub(super) fn address(&self) -> String {
        let text = fs::read_to_string(self.folder().join("sandbox.properties")).unwrap();
        let address = text.lines().find_map(|line| line.strip_prefix("service.address="));
        address.unwrap().to_owned()
    }
}

impl Drop for SandboxHome {
    fn drop(&mut self) {
        let _ = self.command(&["sandbox", "stop"]).output();
    }
}

pub(super) const LISTEN: [&str; 2] = ["--listen", "127.0.0.1:0"];
