//! Calls can be dropped after any number of polls without side effects on later calls.
//!
//! The tests use real sockets, with the server on its own runtime and clients on two others.

mod connection_counter;
mod operations;
mod place;
mod streams;
