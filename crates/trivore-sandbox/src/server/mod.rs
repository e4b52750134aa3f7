//! The HTTP server: its endpoints, and what happens to every request.

mod admission;
pub(crate) mod bodies;
pub(crate) mod browser;
mod contents;
pub(crate) mod control;
pub(crate) mod defaults;
mod dispatch;
pub(crate) mod endpoint_list;
mod events;
mod middleware;
pub(crate) mod missing;
mod page_files;
mod pages;
pub(crate) mod recorded_response;
mod recording;
mod removals;
pub(crate) mod request_log;
pub(crate) mod router;
pub(crate) mod seeds;
pub(crate) mod served_request;
pub(crate) mod settings;
pub(crate) mod shared;
pub(crate) mod snapshots;
