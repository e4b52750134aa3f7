//! The HTTP server: its endpoints, and what happens to every request.

pub(crate) mod control;
pub(crate) mod dispatch;
pub(crate) mod observe;
pub(crate) mod request_log;
