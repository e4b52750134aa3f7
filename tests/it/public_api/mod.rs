//! Properties of the public API: auto traits, `Debug` and dependencies.

mod debug;
mod traits;
