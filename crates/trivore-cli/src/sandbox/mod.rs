//! `trivore sandbox`.

mod detached;
mod facts;
mod hangup;
mod running;
mod sandbox_command;
mod sandbox_options;
mod sandbox_profile;

pub(crate) use sandbox_command::SandboxCommand;
