//! Tests of the whole sandbox.

mod browser;
mod client;
mod control;
mod data;
mod dropped_requests;
mod endpoints;
mod export;
mod faults;
mod filters;
mod groups;
mod handle;
mod invitations;
mod ledger;
mod limits;
mod missing;
mod namespace_migration;
mod namespaces;
mod observer;
mod oidc;
mod pages;
mod permissions;
mod requests;
mod seeds;
mod sign_in;
mod users;
mod verification;
