//! What the tests share.
#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "support of tests: a panic here is a failed test"
)]

mod recorder;

pub use recorder::{Recorded, Recorder};
