//! Fuzz targets: invariants that hold for every input, one function per target.
//!
//! The tests run the targets on their seeds and on mutations of the seeds. `tests/fuzz` runs them
//! under libFuzzer.

mod error_bodies;
mod filters;
mod headers;
mod journals;
mod pages;
mod properties;
mod response;
mod responses;
mod targets;
mod telling;
mod token_responses;

pub use error_bodies::error_bodies;
pub use filters::filters;
pub use headers::headers;
pub use journals::journals;
pub use pages::pages;
pub use properties::properties;
pub use responses::responses;
pub use targets::{TARGETS, Target};
pub use token_responses::token_responses;
