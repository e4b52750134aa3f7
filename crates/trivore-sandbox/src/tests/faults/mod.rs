//! Tests of faults over real connections.

mod connections;
mod header;
mod matching;
pub(super) mod raw;
mod responses;
mod scripts;
mod service;
