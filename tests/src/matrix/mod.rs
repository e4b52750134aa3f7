//! Every operation against every trouble, judged by what the sandbox really did.
//!
//! One cell is one call in a sandbox of its own, in which the trouble strikes the operation's
//! route, once or always. Afterwards the sandbox's ledger and outbox say what happened. A cell
//! is wrong when something was
//!
//! - **doubled**: a change that must not be repeated is in the ledger more often than after a
//!   healthy call, or any message was sent once more;
//! - **lost**: the call failed although repeating it was safe and would have done it;
//! - **made up**: the call says that it is done, and the ledger, the state or the value read is
//!   not that of a healthy call;
//! - **mistold**: [`Error::may_have_been_applied`] is wrong, as told below;
//! - **missed**: the trouble never struck, so the cell proves nothing.
//!
//! # When a call may have been applied
//!
//! - It failed and the ledger shows a change: `true`. The reverse of it: where it says
//!   `false`, the ledger is empty.
//! - It reads only: `false`.
//! - The client can know that the server did nothing, by each attempt of the call: `false`.
//!   There was no connection, or the server refused (4xx, 429 among them).
//! - Otherwise `true`, also where nothing was applied: a status of 500, 502, 503 or 504, with
//!   `Retry-After` or without, a redirect, no answer in time, a connection that broke, or an
//!   answer that cannot be read. Each of these looks the same from outside, whether the server did it
//!   before or not; the matrix has both.
//!
//! A server that applies a change and then refuses it by 4xx or 429 lies, and no client can
//! know: there is no such trouble.
//!
//! [`Error::may_have_been_applied`]: trivore::Error::may_have_been_applied

mod cell;
mod judge;
mod run;
mod strike;
mod table;
mod trouble;
mod unreachable;

pub use cell::Observation;
pub use judge::{Outcome, Problem, Verdict};
pub use run::run;
pub use strike::{Hits, strike};
pub use table::Matrix;
pub use trouble::{Meaning, Times, Trouble, troubles};
