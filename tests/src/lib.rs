//! Shared test support: servers, fixtures, the fault matrix and fuzz targets.
#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "test support: a panic fails the test"
)]

pub mod bulk_import;
mod certificates;
pub mod fuzz;
mod list_server;
pub mod matrix;
mod model;
pub mod operations;
mod raw_server;
#[cfg(doctest)]
mod readme;
mod recorder;
mod refusing_port;
mod sandbox;
pub mod scripted;
pub mod simulation;
mod tls_server;
mod tracing;
mod tunnel_proxy;

pub use certificates::{Authority, TestCertificate, pem};
pub use list_server::{ListServer, PageAsked, failing_page, list_id, list_row};
pub use model::{Model, Read};
pub use raw_server::{RawServer, Reply, json};
pub use recorder::{Recorded, Recorder};
pub use refusing_port::RefusingPort;
pub use sandbox::{
    Fixture, assert_lacks, assert_never_sent, assert_no_such_user, assert_unauthorized, refusal,
    unknown_users,
};
pub use tls_server::TlsServer;
pub use tracing::keep_enabled;
pub use tunnel_proxy::TunnelProxy;
