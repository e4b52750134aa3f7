//! What all types promise.
