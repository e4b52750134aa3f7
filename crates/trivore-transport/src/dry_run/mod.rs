//! Dry runs: requests are shown instead of sent.

mod dry_run;
mod planned_request;
mod redacted_json;

pub use dry_run::DryRun;
pub(crate) use planned_request::LimitsInForce;
pub use planned_request::PlannedRequest;
