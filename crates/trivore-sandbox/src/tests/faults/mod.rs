//! Tests of faults over real connections.

mod connections;
mod matching;
mod raw;
mod responses;
mod scripts;
mod service;
