//! Tests of guarantees that all types share.

mod redaction;
mod round_trip;
mod tolerance;
