//! A call that is dropped after any number of polls harms nothing.
//!
//! Over real sockets, with the server on a runtime of its own, and clients on two others.

mod doorkeeper;
mod operations;
mod place;
mod streams;
