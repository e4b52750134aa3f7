//! TCP connections: the addresses of a name, tried side by side.

mod race;
mod resolve;
mod tcp;

pub(crate) use resolve::Resolver;
pub(crate) use tcp::{Tcp, is_closed};
