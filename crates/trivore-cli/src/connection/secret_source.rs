//! Where a secret comes from.

use std::fs::File;
use std::io::{self, IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};

use trivore::transport::SecretString;

use super::keyring::Keyring;
use crate::failure::{Failure, FailureKind};
use crate::hidden_prompt::ask_hidden;
use crate::known_secrets::remember_secret;
use crate::private_file::mode_beyond;

/// Where a secret comes from; never the configuration file or an argument.
#[derive(Debug)]
pub(crate) enum SecretSource {
    File(PathBuf),
    Variable(String),
    /// The keyring of the system, under this name.
    Keyring(String),
    /// The person at the terminal.
    Terminal,
    /// It was typed already.
    Given(SecretString),
}

impl SecretSource {
    /// Reads the secret; `what` it is, for questions and errors.
    pub(super) fn read(&self, what: &str) -> Result<String, Failure> {
        let secret = match self {
            Self::File(path) => read_file(path, what)?,
            Self::Variable(name) => std::env::var(name).map_err(|error| {
                let message = format!("cannot read {what} from the variable {name}: {error}");
                // The error quotes a value that is no Unicode.
                let is_missing = error == std::env::VarError::NotPresent;
                let other = format!("{what} in the variable {name} is not Unicode");
                configuration(if is_missing { message } else { other })
            })?,
            Self::Keyring(name) => Keyring::read(name)?,
            Self::Given(secret) => secret.expose().to_owned(),
            Self::Terminal => {
                if !io::stderr().is_terminal() {
                    return Err(configuration(format!("{what} is nowhere to be read from")).note(
                        "Without a terminal, name a source in the profile: secret-file, \
                         secret-env or secret-keyring.",
                    ));
                }
                ask_secret(what)?
            }
        };
        let secret = without_line_end(secret);
        if secret.is_empty() {
            return Err(configuration(format!("{what} is empty: {self}")));
        }
        if secret.contains(['\n', '\r']) {
            return Err(configuration(format!("{what} has more than one line: {self}")));
        }
        remember_secret(&secret);
        Ok(secret)
    }
}

impl std::fmt::Display for SecretSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Variable(name) => write!(f, "variable {name}"),
            Self::Keyring(_) => f.write_str("keyring"),
            Self::Terminal | Self::Given(_) => f.write_str("asked for"),
        }
    }
}

/// Asks for a secret on the terminal, without echo.
pub(crate) fn ask_secret(what: &str) -> Result<String, Failure> {
    ask_hidden(&format!("{what}: "))
        .map_err(|failure| configuration(format!("cannot ask for {what}: {}", failure.message())))
}

fn read_file(path: &Path, what: &str) -> Result<String, Failure> {
    let failed =
        |error| configuration(format!("cannot read {what} from {}: {error}", path.display()));
    let mut file = File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if let Some(mode) = mode_beyond(&metadata, 0o077) {
        let path = path.display();
        return Err(configuration(format!(
            "others can read {what}: {path} has the mode {mode:04o}"
        ))
        .note(format!("Run `chmod 600 {path}`.")));
    }
    let mut secret = String::new();
    file.by_ref().take(MOST_BYTES + 1).read_to_string(&mut secret).map_err(failed)?;
    if secret.len() as u64 > MOST_BYTES {
        let path = path.display();
        return Err(configuration(format!("{what} is too long: file {path}")));
    }
    Ok(secret)
}

pub(crate) fn without_line_end(mut text: String) -> String {
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    text
}

fn configuration(message: String) -> Failure {
    Failure::new(FailureKind::Configuration, message)
}

/// The longest secret that is read from a file: tokens can have some kilobytes.
const MOST_BYTES: u64 = 64 * 1024;
