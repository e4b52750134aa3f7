//! Logs, errors and `Debug` contain no secrets, personal data or identifiers.
//!
//! The only exception is the server's error message, which errors quote, but logs do not.

mod operations;
mod refusals;
mod types;
mod watch;
mod words;
