//! Calls as values: the request, its operation, and what the layers share while it runs.

mod attempt_summary;
mod call;
mod context;
mod delivery;
mod json_body;
mod operation;
mod options;
mod outcome;
mod path;
mod shape;
mod subject;
mod token_fault;

pub use attempt_summary::{AttemptEnd, AttemptSummary};
pub use call::Call;
pub use context::{CallContext, ExpiresAt};
pub(crate) use context::{CallNumber, CallSettings};
pub use delivery::Delivery;
pub(crate) use delivery::RoundGuard;
pub use operation::{Operation, Safety};
pub use options::CallOptions;
pub use outcome::AttemptOutcome;
pub use path::{InvalidPath, RequestPath};
pub use shape::ResponseShape;
pub(crate) use subject::Subject;
pub(crate) use token_fault::TokenFault;
