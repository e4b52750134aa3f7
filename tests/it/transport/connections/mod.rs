//! Connections: how they are opened, shared, left and counted.

mod accepted_and_closed;
mod refused;
mod reuse;
mod silent;
mod streams;
mod used;
mod waiting;
