//! HTTP messages: bodies, framing, and the header fields that the transport reads or sets.

mod body;
mod content_coding;
mod framing;
mod head;
mod rate_limit_headers;
mod rate_limit_scope;
mod reported_limit;
mod retry_after;

pub use body::Body;
pub(crate) use body::{CollectError, Collected};
pub(crate) use content_coding::{content_coding, refuse_codings};
pub(crate) use framing::{is_of_transport, refused, settle_length};
pub(crate) use head::with_head_of;
pub use rate_limit_headers::{RateLimitHeaders, RateLimitHint, UsualRateLimitHeaders};
pub use rate_limit_scope::RateLimitScope;
pub(crate) use reported_limit::{ReportedLimit, is_refusal, reported_limit, server_wait};
pub(crate) use retry_after::{http_date, local_time, retry_after};
