//! Retrying: what an attempt came to, whether and when to try again.

mod attempts;
mod budget;
mod outcome;
mod policy;
mod retry_after;

pub use attempts::{AttemptEnd, AttemptSummary};
pub(crate) use budget::RetryBudget;
pub use outcome::Outcome;
pub use policy::{RetryContext, RetryPolicy};
pub(crate) use retry_after::{http_date, local_time, retry_after};
