//! The seed format: the whole state as one JSON document, to be read and written as a stream.

mod checked;
pub(crate) mod export;
mod format;
pub(crate) mod import;
mod objects;
#[cfg(test)]
mod schema;
mod seed_error;
mod shape;
