//! `trivore apply`.

mod hostile_plan;
mod interruption;
mod outcome;
mod refusal;
mod rules;
