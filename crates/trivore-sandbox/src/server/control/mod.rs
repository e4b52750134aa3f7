//! Control endpoints under `/sandbox`, outside the API and without credentials.

mod endpoint;
mod endpoint_list;
mod faults;
mod inspection;

pub(super) use endpoint::ControlEndpoint;
pub(super) use endpoint_list::{about, control_endpoints};
