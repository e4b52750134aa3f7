//! The Management API: endpoints, calls and responses, and who may call.

pub(crate) mod authentication;
pub(crate) mod authorization;
pub(crate) mod call;
pub(crate) mod endpoint;
pub(crate) mod listing;
pub(crate) mod operation;
pub(crate) mod query;
pub(crate) mod request;
pub(crate) mod response;
