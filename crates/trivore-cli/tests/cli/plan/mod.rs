//! `trivore plan`.

pub(crate) mod comparison;
mod groups;
mod input;
mod many;
mod output;
