//! TCP connections: accepting them, limiting them, and ending them from the handler of a request.

mod accept;
mod activity;
mod handle;
mod stream;

pub(crate) use accept::serve;
pub(crate) use activity::{InFlight, Receiving};
pub(crate) use handle::{Connection, ConnectionEnd};
