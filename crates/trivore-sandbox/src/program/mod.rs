//! The program `trivore-sandbox`: options, the log of requests, and what a person reads first.

mod client_flags;
mod data_flags;
mod flags;
mod help;
mod line_writer;
mod log;
mod program;
mod properties_file;
mod welcome;

pub use program::run_program;
