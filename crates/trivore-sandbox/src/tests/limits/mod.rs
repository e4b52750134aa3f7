//! Tests of limits on users, and on what clients can make the server hold.

mod bodies;
mod connections;
mod heads;
mod http2;
mod logs;
mod responses;
mod users;
