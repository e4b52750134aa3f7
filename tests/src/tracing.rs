//! Tests that capture spans and events, side by side in one process.

use std::sync::Once;

use tracing_subscriber::Registry;

/// Keeps all spans and events enabled for the whole process.
///
/// Whether a callsite is enabled is cached for all threads. Without a global subscriber, it can be
/// disabled while one test ends its subscriber and another one starts.
pub fn keep_enabled() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| drop(::tracing::subscriber::set_global_default(Registry::default())));
}
