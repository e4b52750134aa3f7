//! Fault scripts: what fails, for which calls, and how often.
//!
//! A [`Fault`] is a script. [`Scripts`] selects the one that affects a request, and a [`Strike`]
//! applies it to the call.

mod behavior;
mod body;
mod fault;
mod injected;
mod invalid;
mod kinds;
mod limiter;
mod response;
mod route;
mod script;
mod site;
mod strike;

pub use behavior::RateLimitHeaders;
pub use fault::Fault;
pub use injected::InjectedFault;
pub use invalid::InvalidFault;
pub(crate) use route::KnownRoute;
pub(crate) use script::Scripts;
pub(crate) use site::{Broken, Site};
pub(crate) use strike::Strike;
