//! Tests of faults over real connections.

mod answers;
mod connections;
mod matching;
mod raw;
mod scripts;
mod service;
