//! `trivore users password`, and passwords of other commands.

mod check;
mod kept_password;
mod password_command;
mod password_input;
mod requirements;
mod rules;
mod secret_input;
mod set;

pub(crate) use kept_password::KeptPassword;
pub(crate) use password_command::PasswordCommand;
pub(crate) use secret_input::SecretInput;
