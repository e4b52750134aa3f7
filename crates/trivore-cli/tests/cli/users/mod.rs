//! `trivore users`.

mod delete;
mod get;
mod list;
