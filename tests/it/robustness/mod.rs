//! Arbitrary bytes from servers, files and callers.

mod bad_bytes;
mod corpus;
mod cut_answers;
mod hostile_json;
mod mutations;
