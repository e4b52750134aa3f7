//! Fault scripts: what fails, for which calls, and how often.
//!
//! A [`Fault`] is a script. [`Scripts`] selects the one that affects a request, and a [`Strike`]
//! applies it to the call.

mod behavior;
mod body;
mod checks;
mod fault;
mod injected;
mod invalid;
mod kinds;
mod limiter;
mod rate_limit_headers;
mod response;
mod route;
mod script;
mod site;
mod strike;

pub use fault::Fault;
pub use injected::InjectedFault;
pub use invalid::InvalidFault;
pub use rate_limit_headers::RateLimitHeaders;
pub(crate) use route::KnownRoute;
pub(crate) use script::Scripts;
pub(crate) use site::{Broken, Site};
pub(crate) use strike::Strike;
