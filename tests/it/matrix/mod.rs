//! The fault matrix.

mod create_once;
mod faults;
mod injection;
mod operations;
