//! Connections: how they are opened, shared, left and counted.

mod reuse;
mod silent;
mod used;
