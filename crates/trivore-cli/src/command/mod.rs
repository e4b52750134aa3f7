//! The commands.

mod command;

pub(crate) use command::Command;
