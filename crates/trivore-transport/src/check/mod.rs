//! Reports of checks: which step on the way to the service fails, and what to do.

mod report;
mod response;

pub use report::{CheckOutcome, CheckReport, CheckStep, CheckSubject};
pub(crate) use response::response_steps;
