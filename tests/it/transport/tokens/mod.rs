//! Access tokens: waiting calls share one token request, and there are no unnecessary ones.

mod aging;
mod discovery;
mod rate;
mod refresh;
mod refusal;
mod rejection;
mod repetition;
mod requests;
mod runtimes;
mod sandbox;
mod secrecy;
mod server;
mod store;
mod storm;
