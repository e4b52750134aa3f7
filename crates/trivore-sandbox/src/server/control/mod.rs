//! Control endpoints under `/sandbox`, outside the API and without credentials.

pub(crate) mod faults;
pub(crate) mod state;
