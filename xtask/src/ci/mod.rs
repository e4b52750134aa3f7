//! `cargo xtask ci`: every check except the tests, quick ones first.
//!
//! All steps run, even after one has failed; the table at the end has the result and the seconds
//! of each. A step whose tool is missing is listed as SKIP with what it would have checked.

mod outcome;
mod run;
mod steps;

pub(crate) use run::run;
