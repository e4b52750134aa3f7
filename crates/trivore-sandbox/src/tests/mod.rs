//! Tests of the whole sandbox.

mod browser;
mod client;
mod control;
mod endpoints;
mod faults;
mod handle;
mod ledger;
mod limits;
mod namespace_migration;
mod namespaces;
mod oidc;
mod permissions;
mod requests;
mod users;
mod verification;
