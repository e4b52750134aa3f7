//! A local server that behaves like the Trivore ID user service, for tests.
//!
//! [`Sandbox::start`] runs a server inside a test. The program `trivore-sandbox` runs the same
//! server as a separate process, for clients in any language. Everything is kept in memory, and on
//! request also [in a file](Builder::data).
//!
//! The sandbox checks credentials, permissions, password rules and filters as the service does.
//! E-mails and text messages are stored in an [`Outbox`] instead of being sent.
//!
//! ```
//! use http::{Request, StatusCode};
//! use serde_json::json;
//! use tower::ServiceExt as _;
//! use trivore_sandbox::Sandbox;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let sandbox = Sandbox::start().await?;
//! let id = sandbox.add_user(json!({"username": "jane", "nickName": "J"}))?;
//!
//! // A client under test would connect to `sandbox.url()`. This one needs no network.
//! # use base64::Engine as _;
//! # let credentials = format!("{}:{}", sandbox.client_id(), sandbox.client_secret());
//! # let credentials = base64::engine::general_purpose::STANDARD.encode(credentials);
//! let request = Request::get(format!("/api/rest/v1/user/{id}"))
//!     .header("authorization", format!("Basic {credentials}"))
//!     .body(String::new())?;
//! let response = sandbox.service().oneshot(request).await?;
//!
//! assert_eq!(response.status(), StatusCode::OK);
//! # sandbox.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! # Control endpoints
//!
//! Besides the API, the server has endpoints under `/sandbox/` that require no credentials. They
//! do over HTTP what the methods of [`Sandbox`] do: they return the outbox, the received requests
//! and the ledger, add clients and users, set rules, inject faults, move the clock forward, save
//! snapshots, go back to them or to the start, and export and import everything that is stored.
//! `GET /sandbox/` lists them; a browser gets a page there, with which a person can do the same.
//!
//! # Who may use it
//!
//! Requests must name this machine or an [allowed host](Builder::allow_host). If a page of a
//! browser sends them, those that change something must come from the same origin, or from one that
//! [may use the API](Builder::cors). Other requests are rejected with 403. So pages of other sites
//! cannot use the sandbox, not even by DNS rebinding.
//!
//! What clients can make the sandbox hold is limited: connections, bodies, responses, and what it
//! records. The README has all limits.
//!
//! # Faults
//!
//! A [`Fault`] makes calls fail: error responses, late or missing responses, broken bodies,
//! connections that are closed or reset, tokens that expire. [`Sandbox::inject`] activates it,
//! for all calls or for some. [`Sandbox::ledger`] shows whether a call was applied in spite of
//! the fault.
//!
//! ```
//! use std::io::ErrorKind;
//!
//! use http::{Method, Request};
//! use tower::ServiceExt as _;
//! use trivore_sandbox::{Fault, Sandbox};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let sandbox = Sandbox::start().await?;
//! let fault = Fault::reset_after_applying().on(Method::POST, "/user").once();
//! let fault = sandbox.inject(fault)?;
//!
//! # use base64::Engine as _;
//! # let credentials = format!("{}:{}", sandbox.client_id(), sandbox.client_secret());
//! # let credentials = base64::engine::general_purpose::STANDARD.encode(credentials);
//! let request = Request::post("/api/rest/v1/user")
//!     .header("authorization", format!("Basic {credentials}"))
//!     .body("{}".to_owned())?;
//! let error = sandbox.service().oneshot(request).await.unwrap_err();
//!
//! // The client cannot know whether the user exists. The ledger shows that it does.
//! assert_eq!(error.kind(), ErrorKind::ConnectionReset);
//! assert_eq!(fault.hits(), 1);
//! assert_eq!(sandbox.ledger()[0].operation, "create");
//! # sandbox.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! The same faults can be written as JSON, for `POST /sandbox/faults` and for the option
//! `--fault` of the program, whose `--help` lists all kinds. A fault acts on the connection of
//! the request. With HTTP/2, closing or resetting the connection ends all requests on it.
//! Requests under `/sandbox/` are never affected. [`SandboxService`] describes what faults do
//! without a network.
//!
//! # What is inferred
//!
//! If the public documents of the service leave something open, a switch of [`Rules`] decides.
//! The following choices are fixed:
//!
//! - The identifiers of most permissions and of all built-in roles are inferred.
//!   `GET /sandbox/endpoints` shows which permission each operation requires, and whether it is
//!   documented. The page `/apidoc` and the OpenAPI document `/api/rest/v1/openapi.json` do so for
//!   operations, parameters and fields, too.
//! - A user without the permission `NAMESPACE_ACCESS_ALL` has access to its own namespace only.
//!   The [built-in roles](Sandbox::grant_builtin_roles) `PORTAL_ADMIN` and `PORTAL_AUDITOR`
//!   include this permission.
//! - A list request without `count` returns at most 100 objects.
//! - Access tokens live for an hour, refresh tokens for 30 days, and text message codes for 10
//!   minutes. A user has at most one pending code.
//! - A sign-in page is valid for 30 minutes, an authorization code for a minute, and the session of
//!   a browser for eight hours. An ID token is valid for seven days, as in samples of the
//!   documentation.
//! - A user with a second factor gets its code as a message; with `TOTP` too, since there is no app
//!   that could show one.
//! - The codes of password violations, and the password requirements of a new namespace, are
//!   inferred.
//! - A personal identifier that the caller may not see is returned as `***`.
//! - The response to an invitation is `{}`.
//! - An interactive strong identification takes `successRedirectUri` and `failureRedirectUri`,
//!   which are parameters of its predecessor, and returns `url`.
//! - The limit on text messages is per user and day, from the namespace's policy. There is no
//!   limit on e-mails, and none per address or number.
//! - The filter operator `ne` also matches objects that lack the attribute.
//!
//! # What is missing
//!
//! [`missing_operations`] lists operations of the service that respond with 501. The page of an
//! interactive strong identification, and listing, resending and canceling invitations are missing
//! too.

mod access;
mod api;
mod connection;
mod data;
mod faults;
mod oidc;
mod openapi;
mod program;
#[cfg(doctest)]
mod readme;
mod resources;
mod sandbox;
mod seed;
mod server;
mod store;
#[cfg(test)]
mod tests;
mod values;

pub use access::clients::{ApiClient, OidcClient, SigningAlgorithm};
pub use faults::{Fault, InjectedFault, InvalidFault, RateLimitHeaders};
pub use program::run_program;
pub use sandbox::{
    Builder, InvalidSeed, ResponseBody, RestoreError, Sandbox, SandboxService, StartError,
};
pub use server::missing::{MissingOperation, missing_operations};
pub use server::recorded_response::RecordedResponse;
pub use server::request_log::RecordedRequest;
pub use server::served_request::ServedRequest;
pub use store::ledger::LedgerEntry;
pub use store::outbox::{Message, MessageKind, Outbox};
pub use values::behavior_rules::{Rule, Rules, UnknownRule};
