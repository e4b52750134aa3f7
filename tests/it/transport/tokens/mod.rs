//! Access tokens: one request for all who wait, and none too many.

mod aging;
mod discovery;
mod rate;
mod refresh;
mod refusal;
mod rejection;
mod runtimes;
mod sandbox;
mod secrecy;
mod server;
mod store;
mod storm;
