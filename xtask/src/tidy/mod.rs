//! `cargo xtask tidy`: the project's own rules, as facts that a program can check.
//!
//! Each rule is a function over the contents of files, so that its tests show it
//! fail. Taste is not checked: the largest files are listed as places to look.

mod changelog;
mod check;
mod file;
mod manifest;
mod operations;
mod package;
mod rust;
mod text;

pub(crate) use check::run;
