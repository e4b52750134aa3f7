//! `trivore users`.

mod delete;
mod get;
mod in_a_terminal;
mod list;
