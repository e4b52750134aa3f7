//! No log, no error and no `Debug` shows a secret, personal data or an identifier.
//!
//! The one thing quoted is the server's own error message, and in errors only.

mod models;
mod operations;
mod refusals;
mod watch;
mod words;
