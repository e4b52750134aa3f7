//! Keeps the state in a file, over restarts.

mod data_error;
mod frame;
pub(crate) mod journal;

pub(crate) use data_error::DataError;
