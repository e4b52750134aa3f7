//! Bulk runs: concurrency, keys, stops, progress, the journal, and resuming after a kill.

mod cut;
mod drive;
mod files;
pub(crate) mod in_memory;
mod keys;
mod kill;
mod matrix;
mod order;
mod progress;
mod recording;
mod resume;
mod running;
mod stops;
