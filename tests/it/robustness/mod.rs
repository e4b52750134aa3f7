//! Arbitrary bytes from servers, files and callers.

mod bad_bytes;
mod corpus;
mod cut_responses;
mod hostile_json;
mod mutations;
