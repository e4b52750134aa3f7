//! What all types promise together.

mod redaction;
mod round_trip;
mod tolerance;
