//! The transport stack: layers, limits, errors and connections.

mod alone;
mod back_pressure;
mod calling_elsewhere;
mod cancellation;
mod check;
mod close;
mod connections;
mod errors;
mod framing;
mod late_requests;
mod layers;
mod limits;
mod made_up;
mod nested_stacks;
mod observer;
mod other_clients;
mod own_layers;
mod proxy;
mod rate_limit;
mod repeating_layers;
mod retry;
mod simulation;
mod spans;
mod statuses;
mod tls;
mod tokens;
