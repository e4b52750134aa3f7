//! The default stack, and what it takes to fit tower services into it.

mod boxed;
mod boxed_errors;
mod erased;
mod http_service;
mod mark_sent;
mod once;
mod slot;
mod stack;

pub(crate) use boxed::IntoBoxed;
pub(crate) use boxed_errors::BoxErrors;
pub use http_service::HttpService;
pub(crate) use mark_sent::MarkSent;
pub(crate) use once::{Once, once, once_if};
pub use slot::Next;
pub(crate) use slot::{LayerSlot, Stack};
pub(crate) use stack::StackConfig;
