//! What everybody relies on without reading about it.

mod debug;
mod traits;
