//! `cargo xtask tidy`: checks the project's own rules.
//!
//! Each rule is a function of file contents, so that unit tests can make it fail. The size of files
//! is not a rule: the largest ones are only listed.

mod changelog;
mod check;
mod file;
mod knots;
mod manifest;
mod modules;
mod named_tests;
mod package;
mod rust;
mod text;
mod type_names;

pub(crate) use check::run;
