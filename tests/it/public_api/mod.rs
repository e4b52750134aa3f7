//! What everybody relies on without reading about it.

mod traits;
