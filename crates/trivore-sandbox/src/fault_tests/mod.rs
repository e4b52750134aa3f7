//! Faults as clients meet them, over real connections.

mod answers;
mod connections;
mod matching;
mod raw;
mod scripts;
mod service;
