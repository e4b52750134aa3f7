//! The program `trivore` from the outside, against the sandbox.
#![expect(clippy::unwrap_used, reason = "a panic fails the test")]

mod apply;
mod help;
mod installation;
mod plan;
mod screens;
mod terminal;
mod users;
mod whoami;

use installation::Installation;
