//! A local server that behaves like Trivore ID's user service, for tests.
//!
//! [`Sandbox::start`] runs one inside a test; the binary `trivore-sandbox` runs one beside it.
//! The sandbox checks credentials, permissions, password rules and filters as the service does,
//! and keeps what the service would send out in an [`Outbox`].
//!
//! Where the public documents of the service leave something open, a switch of [`Rules`]
//! decides.
//!
//! Besides the API, the server answers under `/sandbox/`, without credentials: outbox, requests,
//! ledger, rules, the table of permissions, and a clock that moves forward.
//!
//! Not included: ID tokens and the authorization code grant, changes of contact information,
//! and listing, resending and canceling invitations.

mod access_rights;
mod api_client;
mod authentication;
mod builder;
mod call;
mod clock;
mod document;
mod endpoint;
mod filtering;
mod groups;
#[cfg(test)]
mod http_tests;
mod ids;
mod inspection;
mod ledger;
mod listing;
mod namespaces;
mod oidc;
mod outbox;
mod password_policy;
mod permissions;
mod properties;
mod reply;
mod request_log;
mod rules;
mod sandbox;
mod seeds;
mod server;
mod service;
mod shape;
mod state;
mod usernames;
mod users;

pub use api_client::{ApiClient, OidcClient};
pub use builder::{Builder, StartError};
pub use ledger::LedgerEntry;
pub use outbox::{Message, MessageKind, Outbox};
pub use request_log::RecordedRequest;
pub use rules::{Rule, Rules, UnknownRule};
pub use sandbox::Sandbox;
pub use seeds::InvalidSeed;
pub use service::{ResponseBody, SandboxService};
