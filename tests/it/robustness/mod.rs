//! Whatever comes: any bytes from the server, from files and from callers.

mod bad_bytes;
mod cut_answers;
