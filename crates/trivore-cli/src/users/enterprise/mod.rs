//! `trivore users enterprise`.

mod enterprise_command;
mod get;
mod set;

pub(crate) use enterprise_command::EnterpriseCommand;
