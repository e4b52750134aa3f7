//! `trivore users password`, and passwords of other commands.

mod check;
mod password_command;
mod password_file;
mod requirements;
mod rules;
mod secret_source;
mod set;

pub(crate) use password_command::PasswordCommand;
pub(crate) use password_file::PasswordFile;
pub(crate) use secret_source::SecretSource;
