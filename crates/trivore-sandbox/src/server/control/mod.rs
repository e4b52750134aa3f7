//! Control endpoints under `/sandbox`, outside the API and without credentials.

mod endpoint;
mod endpoints;
mod faults;
mod inspection;

pub(super) use endpoint::ControlEndpoint;
pub(super) use endpoints::{about, control_endpoints};
