//! Where the endpoints are.

/// Path of the Management API.
pub(crate) const API: &str = "/api/rest/v1";
