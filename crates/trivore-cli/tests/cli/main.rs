//! The program `trivore` from the outside, against the sandbox.
#![expect(clippy::unwrap_used, reason = "a panic fails the test")]

mod api;
mod apply;
mod columns;
mod commands;
mod connecting;
mod full_device;
mod help;
mod installation;
mod local_sandbox;
mod plan;
mod profiles;
mod prompts;
mod screens;
mod shells;
mod terminal;
mod users;
mod whoami;

use installation::Installation;
