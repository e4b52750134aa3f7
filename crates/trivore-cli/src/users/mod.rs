//! `trivore users`.

mod delete;
mod get;
mod list;
mod user_argument;
mod users_command;

pub(crate) use user_argument::UserArgument;
pub(crate) use users_command::UsersCommand;
