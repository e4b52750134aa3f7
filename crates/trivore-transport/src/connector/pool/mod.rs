//! Connection pools: which connections there are, and which request gets which one.
//!
//! The pool is our own because of what it knows of every request: not passed on, handed back by
//! the HTTP library, on the wire, or refused by the server. A request that waits here is certainly
//! not sent, so any operation may be repeated after it, also one that is not idempotent.
//!
//! - `send`: what happens to a request, from here on;
//! - `runtimes`: a pool for each tokio runtime, which is gone when its runtime is;
//! - `host` and `state`: the connections to one host, and the requests that wait for one. `state`
//!   is plain bookkeeping behind one lock; all decisions are there, and its tests need no I/O;
//! - `open`: a task for each connection. It opens the connection, whether or not the request that
//!   needed it still waits, and then drives it (`http2`) and closes it when its time is over;
//! - `handover`: no request is passed on to a connection that is ending;
//! - `traffic` and `frames`: a stream between TLS and the HTTP library, which shows what was
//!   written and whether anything arrives;
//! - `lease`: a connection in use by a request, from `send` until the end of the response's body
//!   (`response_body`);
//! - `failure`: what an error of the library says of a request.
//!
//! Over HTTP/1.1, a connection has one request at a time, and the one that was used last is used
//! first. It is given back with the last bytes of the response. Requests to an https host wait for
//! the first handshake, since it may select HTTP/2, and so one connection is opened for all.
//! Otherwise, a connection is opened for each request that waits.
//!
//! Over HTTP/2, requests share a connection. It gets no request before the server's settings, and
//! no more than they allow at once, since a request that waits inside of the library cannot be told
//! from one that was sent. A request that is given up makes its connection suspect: nobody gets it
//! until something arrives, unless another request on it was responded to just before.
//!
//! # Parts of hyper-util
//!
//! - `client::legacy::Client` does not say whether a request was sent. It retries what was handed
//!   back only on connections that were used before, reuses connections that are about to be
//!   closed, and makes a handshake for each of several requests at once. It is replaced.
//! - `client::pool::singleton` shares one handshake, which the first caller's future drives and
//!   other callers take over. Here, a task drives it, since the connection needs one anyway. It has
//!   one connection, while a server that allows few requests at once needs several.
//! - `client::pool::cache` gives a connection back when its service is dropped, not when the
//!   response has ended, and neither limits connections nor looks at their idle time.
//! - `client::pool::negotiate` selects one of two pools by the first connection, as `state` does
//!   with a field.
//! - `client::legacy::connect` is kept: hyper-tls and hyper-rustls need its traits.
//! - `rt` is kept: it adapts tokio to hyper.

mod connect;
mod connection;
mod failure;
mod frames;
mod handover;
mod host;
mod http2;
mod lease;
mod open;
mod origin;
mod response_body;
mod runtimes;
mod send;
mod settings;
mod state;
#[cfg(test)]
mod tests;
mod traffic;

pub(crate) use runtimes::OpenConnections;
pub(crate) use send::pooled;
