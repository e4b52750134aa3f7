//! Spans and events.

mod attempt_span;
mod observer;
mod operation_span;
mod span;

pub(crate) use attempt_span::AttemptSpan;
pub use observer::{ClientEvent, Observer};
pub use operation_span::{OperationSpan, OperationSpanLayer};
pub(crate) use span::{OpenedSpan, record_attempt, record_resend, record_status};
