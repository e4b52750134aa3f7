//! Calls as values: the request, its operation, and what the layers share while it runs.

mod attempts;
mod call;
mod delivery;
mod expires_at;
mod operation;
mod options;
mod path;
mod shape;
mod subject;

pub use attempts::{AttemptEnd, AttemptNumber, AttemptSummary};
pub use call::Call;
pub use delivery::Delivery;
pub use expires_at::{CallTimeout, ExpiresAt};
pub use operation::{Operation, Safety};
pub use options::CallOptions;
pub use path::{InvalidPath, RequestPath};
pub use shape::ResponseShape;
pub(crate) use subject::Subject;
