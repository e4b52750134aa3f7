//! `trivore users`.

mod create;
mod delete;
mod edit;
mod enterprise;
mod export;
mod fields;
mod get;
mod history;
mod identify;
mod import;
mod in_a_terminal;
mod invite;
mod legal;
mod list;
mod lock;
mod move_users;
mod password;
mod sets;
mod student;
mod update;
mod verify;
