//! Tests of guarantees that all types share.

mod redaction;
mod round_trip;
#[cfg(feature = "schemars")]
mod schemas;
mod tolerance;
