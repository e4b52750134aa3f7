//! Tests of what a page in a browser can do to a sandbox.

mod cors;
mod hosts;
mod http2;
mod origins;
