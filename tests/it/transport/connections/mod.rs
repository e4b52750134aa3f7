//! Connections: how they are opened, shared, left and counted.

mod accepted_and_closed;
#[cfg(target_os = "linux")]
mod addresses;
mod attempt_limits;
mod cold;
mod counts;
mod dead;
mod draining;
mod large_heads;
mod late_responses;
mod limits;
mod refused;
mod restarts;
mod reuse;
mod runtimes;
mod silent;
mod stale;
mod streams;
mod used;
mod waiting;
