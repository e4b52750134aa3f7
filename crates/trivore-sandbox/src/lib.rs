//! A local server that behaves like Trivore ID's user service, for tests.
//!
//! [`Sandbox::start`] runs one inside a test; the binary `trivore-sandbox` runs one beside it.
//! The sandbox checks credentials, permissions, password rules and filters as the service does,
//! and keeps what the service would send out in an [`Outbox`].
//!
//! Besides the API, the server answers under `/sandbox/`, without credentials: outbox, requests,
//! ledger, rules, the table of operations and permissions, and a clock that moves forward.
//!
//! # What is inferred
//!
//! Where the public documents of the service leave something open, a switch of [`Rules`]
//! decides. These choices have no switch:
//!
//! - identifiers of most permissions and of all built-in roles; `GET /sandbox/endpoints` shows
//!   which permission each operation needs, and whether the documents name it;
//! - a user without [`PORTAL_ADMIN`](Sandbox::grant_builtin_roles) or the permission
//!   `NAMESPACE_ACCESS_ALL` acts in the own namespace only;
//! - lists without `count` hold 100 objects;
//! - access tokens live for an hour, refresh tokens for 30 days, text message codes for 10
//!   minutes, and there is one pending code per user;
//! - codes of password violations, and the requirements of a new namespace;
//! - a personal identifier that the caller may not see reads `***`;
//! - an invitation is answered with `{}`;
//! - a filter's `ne` also matches objects that lack the attribute.
//!
//! # What is missing
//!
//! ID tokens and the authorization code grant, changes of contact information, group custom
//! fields, listing, resending and canceling invitations, lockout after failed sign-ins.

mod access_rights;
mod api_client;
mod authentication;
mod builder;
mod call;
mod clock;
mod custom_fields;
mod dispatch;
mod document;
mod endpoint;
mod filtering;
mod groups;
#[cfg(test)]
mod http_tests;
mod ids;
mod inspection;
mod ledger;
#[cfg(test)]
mod ledger_tests;
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
