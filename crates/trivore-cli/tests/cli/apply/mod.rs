//! `trivore apply`.

mod cleared_fields;
mod created_once;
mod full_disk;
mod hostile_plan;
mod interruption;
mod journal;
pub(crate) mod outcome;
mod refusal;
mod rules;
