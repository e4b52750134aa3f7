//! Every operation of the user service as data, and a sandbox in which each succeeds.
//!
//! What a [`Case`] gives and what its [`Setup`] answers is marked: a mark that shows where it
//! must not tells of a leak.

mod access;
mod accounts;
mod case;
mod data;
mod identity;
mod marks;
mod setup;
mod verification;

pub use case::{Answer, Case, cases};
pub use marks::{CLIENT_ID, CLIENT_SECRET, NAME, SECRET};
pub use setup::{Setup, Subject};
