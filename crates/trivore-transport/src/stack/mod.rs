//! The default stack, and what it takes to fit tower services into it.

mod erased;
mod http_service;
mod mark_sent;
mod once;
mod slot;
mod stack;

pub use http_service::HttpService;
pub(crate) use mark_sent::MarkSent;
pub(crate) use once::{Once, once, once_timed};
pub use slot::Next;
pub(crate) use slot::{LayerSlot, Stack};
pub(crate) use stack::StackConfig;
