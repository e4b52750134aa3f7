//! Operations of the user service as data, and a sandbox in which each succeeds.
//!
//! The input of a [`Case`] and the responses of its [`Setup`] contain [`marks`]. A mark in any
//! other place is a leak. `tests/it/users` has the case of each operation.

mod case;
mod data_place;
mod entry;
pub mod marks;
mod setup;
mod subject;

pub use case::{Case, CaseResult};
pub use data_place::DataPlace;
pub use entry::{Change, Entry, NO_CONSENTS, NOT_EMPTIED, NOT_REVOKED, POLICY, UNSET};
pub use setup::Setup;
pub use subject::Subject;
