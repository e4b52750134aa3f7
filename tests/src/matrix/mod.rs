//! The fault matrix: runs every operation under every fault and checks the sandbox's ledger.
//!
//! A cell is one call in its own sandbox, which applies the fault to the operation's route either
//! once or always. Afterwards, the sandbox's ledger and outbox show what happened. A cell fails
//! with one of these problems:
//!
//! - [`Problem::Doubled`]: the ledger contains a change that must not be repeated more often than
//!   after a call without a fault, or a message was sent more often.
//! - [`Problem::Lost`]: the call failed, although a safe retry would have succeeded.
//! - [`Problem::MadeUp`]: the call reports success, but the ledger, the state or the value differs
//!   from that of a call without a fault.
//! - [`Problem::Misreported`]: [`Error::may_have_been_applied`] violates the rules below, or the
//!   sandbox received more requests than [`Error::attempts`] tells of.
//! - [`Problem::Missed`]: the fault was never applied, so the cell tests nothing.
//!
//! # When a failed call may have been applied
//!
//! [`Error::may_have_been_applied`] must return
//!
//! - `true` if the ledger shows a change. Consequently, if it returns `false`, the ledger is empty.
//! - `false` for an operation that only reads.
//! - `false` if the client knows for each attempt that the server did nothing: it could not
//!   connect, or the server returned a 4xx status, including 429.
//! - `true` in all other cases, even if nothing was applied: a status of 408, 500, 502, 503 or 504,
//!   with or without `Retry-After`, a redirect, a timeout, a broken connection, or an unreadable
//!   response. The client cannot distinguish whether the server applied the call before; the matrix
//!   covers both.
//!
//! Layers of tower and tower-http are faults of their own, in each of the three slots: what they
//! make up is not a response of the server, so a request that has left may have been applied, and
//! one that was shed was not.
//!
//! Faults of connections, of HTTP/1.1 and HTTP/2, are those of a proxy in front of the sandbox. A
//! client knows that the server did nothing if the server says so, by `GOAWAY` or
//! `REFUSED_STREAM`, or if the connection was closed before the request could be sent.
//!
//! No fault applies a change and then returns a 4xx status, because no client could detect that.
//!
//! [`Error::attempts`]: trivore::Error::attempts
//! [`Error::may_have_been_applied`]: trivore::Error::may_have_been_applied

mod cell;
mod connection_fault;
mod foreign;
mod inject;
mod judge;
mod proxy;
mod run;
mod scenario;
mod table;
mod unreachable;

pub use cell::Observation;
pub use inject::{Hits, inject};
pub use judge::{Outcome, Problem, Verdict};
pub use run::run;
pub use scenario::{Meaning, Scenario, Times, scenarios};
pub use table::Matrix;
