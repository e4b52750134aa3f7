//! Fault scripts: what fails, for which calls, and how often.
//!
//! A [`Fault`] is a script. [`ActiveFaults`] selects the one that affects a request, and a
//! [`FaultEffect`] applies it to the call.

mod active_faults;
mod body;
mod checks;
mod constructors;
mod effect;
mod fault;
mod injected_fault;
mod invalid_fault;
mod kind;
mod rate_limit_headers;
mod request_connection;
mod request_header;
mod response;
mod route_filter;
mod token_bucket;

pub(crate) use active_faults::ActiveFaults;
pub(crate) use effect::FaultEffect;
pub use fault::Fault;
pub use injected_fault::InjectedFault;
pub use invalid_fault::InvalidFault;
pub use rate_limit_headers::RateLimitHeaders;
pub(crate) use request_connection::{ConnectionEnded, RequestConnection};
pub(crate) use response::PaddedBody;
pub(crate) use route_filter::KnownRoute;
