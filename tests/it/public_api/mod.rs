//! Properties of the public API: auto traits, `Debug` and examples.

mod blocking;
mod debug;
mod examples;
mod samples;
mod traits;
