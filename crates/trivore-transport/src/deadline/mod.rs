//! The deadline of a whole call, and waits that respect it.

mod layer;
mod within;

pub use layer::{Deadline, DeadlineFuture, DeadlineLayer};
pub(crate) use within::{Timer, clock, pause, within};
