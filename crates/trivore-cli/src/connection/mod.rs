//! Profiles, credentials and the client that is made from them.

mod connection;

pub(crate) use connection::Connection;
