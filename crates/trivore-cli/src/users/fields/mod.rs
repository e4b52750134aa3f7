//! `trivore users fields`.

mod fields_command;
mod get;
mod set;
mod unset;

pub(crate) use fields_command::FieldsCommand;
