//! Connections: how they are opened, shared, left and counted.

mod refused;
mod reuse;
mod silent;
mod streams;
mod used;
mod waiting;
