//! Spans and events.

mod attempt_span;
mod observer;
mod opened_span;
mod operation_span;
mod span_fields;

pub(crate) use attempt_span::AttemptSpan;
pub use observer::{ClientEvent, Observer};
pub(crate) use opened_span::OpenedSpan;
pub use operation_span::{OperationSpan, OperationSpanLayer};
pub(crate) use span_fields::{record_attempt, record_resend, record_status};
