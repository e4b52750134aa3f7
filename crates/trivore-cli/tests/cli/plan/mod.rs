//! `trivore plan`.

pub(crate) mod comparison;
mod input;
mod many;
mod output;
