//! The deadline of a whole call, and waits that respect it.

mod layer;
mod within;

pub use layer::{CallTimeout, Deadline, DeadlineLayer, ExpiresAt};
pub(crate) use within::{clock, pause, within};
