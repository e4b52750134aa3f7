//! Every operation of the user service as data, and a sandbox in which each succeeds.
//!
//! The input of a [`Case`] and the responses of its [`Setup`] contain marks. A mark in any other
//! place is a leak.

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
