//! A server that follows a script for each connection, over HTTP/1.1 or HTTP/2.
//!
//! It runs on a thread of its own, so that a busy or blocked test does not stop it.

#![expect(clippy::missing_errors_doc, reason = "a script fails when its connection ends")]

mod connection;
mod frame;
mod log;
mod responder;
mod server;
mod wire;

pub use connection::{Connection, ReceivedRequest};
pub use frame::{GoAway, MAX_CONCURRENT_STREAMS, Setting};
pub use responder::Responder;
pub use server::ScriptedServer;
pub use wire::Wire;
