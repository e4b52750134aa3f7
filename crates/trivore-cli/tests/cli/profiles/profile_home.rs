//! A home directory with a configuration file, and a sandbox to connect to.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::Installation;
use crate::installation::{Finished, finish, without_connection};

/// An installation, and a home directory without anything in the environment.
pub(super) struct ProfileHome(pub(super) Installation);

impl ProfileHome {
    pub(super) fn start() -> Self {
        Self(Installation::start())
    }

    /// With the profile `p`, which has these lines after the address, as the default one.
    pub(super) fn with_profile(lines: &str) -> Self {
        let home = Self::start();
        let url = home.0.sandbox.url();
        let profile = format!("[profile.p]\naddress = \"{url}\"\n{lines}\n");
        home.write_config(&format!("default-profile = \"p\"\n{profile}"));
        home
    }

    pub(super) fn config(&self) -> PathBuf {
        self.0.home.path().join(".config/trivore/config.toml")
    }

    pub(super) fn write_config(&self, text: &str) {
        let path = self.config();
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(super) fn read_config(&self) -> String {
        fs::read_to_string(self.config()).unwrap()
    }

    /// Writes a file beside the configuration, which only its owner can read.
    pub(super) fn write_secret(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.home.path().join(name);
        fs::write(&path, text).unwrap();
        #[cfg(unix)]
        set_mode(&path, 0o600);
        path
    }

    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        without_connection(self.0.home.path(), arguments)
    }

    pub(super) fn run(&self, arguments: &[&str]) -> Finished {
        finish(&mut self.command(arguments))
    }

    /// Runs the program with the secret of the sandbox's client on standard input.
    pub(super) fn log_in(&self, arguments: &[&str]) -> Finished {
        let secret = self.write_secret("typed", self.0.sandbox.client_secret());
        let sandbox = &self.0.sandbox;
        let own = ["login", "--address", sandbox.url(), "--client-id", sandbox.client_id()];
        let arguments = [&own[..], &["--stdin", "--no-keyring"], arguments].concat();
        finish(self.command(&arguments).stdin(fs::File::open(secret).unwrap()))
    }
}

#[cfg(unix)]
pub(super) fn set_mode(path: &std::path::Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}
