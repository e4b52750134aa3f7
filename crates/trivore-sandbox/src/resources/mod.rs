//! The endpoints of the Management API, one file per resource.

pub(crate) mod endpoints;
pub(crate) mod groups;
pub(crate) mod namespaces;
pub(crate) mod operations;
pub(crate) mod permissions;
pub(crate) mod roles;
pub(crate) mod users;
