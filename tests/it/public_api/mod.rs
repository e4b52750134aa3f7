//! What callers rely on without reading about it.

mod debug;
mod examples;
mod traits;
