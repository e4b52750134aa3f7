//! The layers of the stack; each is also usable alone.
//!
//! | Layer, outermost first | Purpose |
//! |---|---|
//! | [`OperationSpanLayer`] | runs each call in a span; names its operation in errors |
//! | [`DeadlineLayer`] | limits the whole call |
//! | [`RetryLayer`] | retries if the operation allows it, within a budget |
//! | [`PrepareLayer`] | joins the base URL; sets the headers that all requests have |
//! | [`RateLimitLayer`] | spaces requests; pauses those in the scope of a 429 |
//! | [`AuthorizationLayer`] | gets access tokens, and adds the credentials to each attempt, for the base URL's scheme, host and port only |
//! | [`AttemptLayer`] | limits time and size of one response |
//!
//! All of them take an [`http::Request`] of [`Bytes`](bytes::Bytes) and return a response of
//! bytes or an [`Error`](crate::Error). [`AttemptLayer`] adapts other tower services: its inner
//! service may have any body and error type.
//!
//! The services are always ready. They wait in the future that `call` returns, never in
//! `poll_ready`, so an outer limit of time includes the wait. For the same reason, an outer layer
//! that sheds load, such as tower's `LoadShed`, does not see whether an inner service is busy.

pub use crate::attempt::{Attempt, AttemptLayer};
pub use crate::auth::{Authorization, AuthorizationLayer};
pub use crate::deadline::{Deadline, DeadlineFuture, DeadlineLayer};
pub use crate::observe::{OperationSpan, OperationSpanLayer};
pub use crate::prepare::{Prepare, PrepareLayer};
pub use crate::rate_limit::{RateLimitLayer, RateLimited, RateLimitedFuture};
pub use crate::retry::{Retry, RetryLayer};
