//! What must hold for every input: one function a target, each over plain bytes.
//!
//! The corpus test runs them over their seeds and over mutations of these; `tests/fuzz` runs
//! them under libFuzzer.

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
