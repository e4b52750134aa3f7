//! A local server that behaves like Trivore ID's user service, for tests.
//!
//! [`Sandbox::start`] runs one inside a test; the binary `trivore-sandbox` runs one beside it.
//! The sandbox checks credentials, permissions, password rules and filters as the service does,
//! and keeps what the service would send out in an [`Outbox`].
//!
//! Besides the API, the server answers under `/sandbox/`, without credentials: outbox, requests,
//! ledger, rules, faults, the table of operations and permissions, and a clock that moves forward.
//!
//! # Faults
//!
//! A [`Fault`] makes something go wrong: errors, late or missing answers, spoiled bodies,
//! connections that break, tokens that expire. [`Sandbox::inject`] puts it into force, for some
//! calls or all; [`Sandbox::ledger`] tells whether a call was applied all the same.
//!
//! ```
//! use http::Method;
//! use trivore_sandbox::{Fault, Sandbox};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let sandbox = Sandbox::start().await?;
//! let lost = Fault::reset_after_applying().on(Method::POST, "/user").once();
//! let lost = sandbox.inject(lost)?;
//!
//! // The client under test creates a user, and cannot know whether it exists.
//!
//! assert_eq!(sandbox.ledger().len() as u64, lost.hits());
//! # sandbox.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! The same scripts come as JSON: in `POST /sandbox/faults`, or after `--fault` of the program,
//! whose `--help` lists them. A fault acts on the connection that a request came by: with HTTP/2,
//! one that breaks takes all its requests along. What looks at the sandbox itself, under
//! `/sandbox/`, is never struck. Without a network, see [`SandboxService`].
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
//! - text messages are limited by user and day, as the namespace's policy says; e-mails are not,
//!   and neither is a single address or number;
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
mod connection;
mod custom_fields;
mod dispatch;
mod document;
mod endpoint;
#[cfg(test)]
mod fault_tests;
mod faults;
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
pub use faults::{Fault, InjectedFault, InvalidFault, RateLimitHeaders};
pub use ledger::LedgerEntry;
pub use outbox::{Message, MessageKind, Outbox};
pub use request_log::RecordedRequest;
pub use rules::{Rule, Rules, UnknownRule};
pub use sandbox::Sandbox;
pub use seeds::InvalidSeed;
pub use service::{ResponseBody, SandboxService};
