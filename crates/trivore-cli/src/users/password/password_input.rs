//! Options that say where a password is read.

use std::path::PathBuf;

use clap::Args;

use super::secret_input::SecretInput;

/// Where a password is read; without an option, it is asked for.
#[derive(Args)]
pub(super) struct PasswordInput {
    /// Read the password from standard input, up to the end of the first line.
    #[arg(long)]
    stdin: bool,
    /// Read the password from the first line of this file.
    #[arg(long, value_name = "FILE", conflicts_with = "stdin")]
    password_from: Option<PathBuf>,
}

impl PasswordInput {
    pub(super) fn source(self) -> SecretInput {
        match self.password_from {
            _ if self.stdin => SecretInput::File("-".into()),
            Some(path) => SecretInput::File(path),
            None => SecretInput::Prompt,
        }
    }
}
