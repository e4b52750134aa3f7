//! `trivore users student`.

mod get;
mod set;
mod student_command;

pub(crate) use student_command::StudentCommand;
