//! The layers of the stack, outermost first; each is usable by itself.
//!
//! All of them take an [`http::Request`] of [`Bytes`](bytes::Bytes) and answer with a
//! response of bytes or with [`Error`](crate::Error). [`Attempt`] is the border to the
//! rest of the tower world: below it stands any service, with any body and error type.
//! Waiting happens in the future that `call` returns, never in `poll_ready`, so that an
//! outer limit covers it.

mod attempt;
mod authorization;
mod deadline;
mod operation;
mod prepare;
mod rate_limit;
mod retry;
mod token;

pub use attempt::{Attempt, AttemptLayer};
pub use authorization::{Authorization, AuthorizationLayer};
pub use deadline::{CallTimeout, Deadline, DeadlineLayer, ExpiresAt};
pub use operation::{OperationSpan, OperationSpanLayer};
pub use prepare::{Prepare, PrepareLayer};
pub use rate_limit::{RateLimit, RateLimitLayer};
pub use retry::{AttemptNumber, Retry, RetryLayer};
pub(crate) use token::TokenLayer;
