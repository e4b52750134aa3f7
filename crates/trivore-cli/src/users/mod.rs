//! `trivore users`.

mod create;
mod delete;
mod edit;
mod editing;
mod enterprise;
mod fields;
mod get;
mod history;
mod identify;
mod invite;
mod legal;
mod list;
mod lock;
mod move_users;
mod password;
mod sets;
mod several;
mod student;
mod update;
mod user_argument;
mod user_outcome;
mod users_command;
mod verify;

pub(crate) use list::parse_filter;
pub(crate) use user_argument::UserArgument;
pub(crate) use users_command::UsersCommand;
