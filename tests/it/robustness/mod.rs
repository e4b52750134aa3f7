//! Whatever comes: any bytes from the server, from files and from callers.

mod bad_bytes;
mod corpus;
mod cut_answers;
mod mutations;
