//! Control endpoints under `/sandbox`, outside the API and without credentials.

mod body;
mod clients;
mod contents;
mod endpoint;
mod endpoint_list;
mod events;
mod export_body;
mod faults;
mod inspection;
mod objects;
mod removals;
mod settings;
mod snapshots;

pub(crate) use endpoint::ControlEndpoint;
pub(super) use endpoint_list::about;
pub(crate) use endpoint_list::control_endpoints;
