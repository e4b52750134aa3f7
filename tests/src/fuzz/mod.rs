//! Fuzz targets: invariants that hold for every input, one function per target.
//!
//! The tests run the targets on their seeds and on mutations of the seeds. `tests/fuzz` runs them
//! under libFuzzer.

mod answer;
mod answers;
mod error_bodies;
mod filters;
mod headers;
mod pages;
mod properties;
mod targets;
mod telling;
mod token_answers;

pub use answers::answers;
pub use error_bodies::error_bodies;
pub use filters::filters;
pub use headers::headers;
pub use pages::pages;
pub use properties::properties;
pub use targets::{TARGETS, Target};
pub use token_answers::token_answers;
