//! Look-ups after a call whose outcome is unknown.

mod call_start;
mod create;
mod create_once;
mod differences;
mod failed_look_up;
mod found_user;
mod idempotent;
mod migration;
mod reconcile;
mod reconciled;
mod strong_identification;

pub use create::CreateOutcome;
pub use failed_look_up::FailedLookUp;
pub use found_user::FoundUser;
pub use reconcile::Reconcile;
pub use reconciled::Reconciled;
