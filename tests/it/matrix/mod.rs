//! The fault matrix.

mod faults;
mod operations;
