//! The deadline of a whole call, and waits that respect it.

mod layer;
mod within;

pub use layer::{Deadline, DeadlineLayer};
pub(crate) use within::{clock, pause, within};
