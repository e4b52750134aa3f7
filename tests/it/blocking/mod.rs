//! The blocking API.

mod async_code;
mod calls;
mod threads;
