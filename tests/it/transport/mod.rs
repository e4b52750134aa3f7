//! The stack: layers, limits, errors, connections.

mod alone;
mod cancellation;
mod connections;
mod errors;
mod layers;
mod limits;
mod observer;
mod proxy;
mod retry;
mod rate_limit;
mod tls;
mod tokens;
