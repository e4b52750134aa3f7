//! Where the endpoints are.

/// Path of the Management API.
pub(crate) const API: &str = "/api/rest/v1";

/// Path of the control endpoints.
pub(crate) const CONTROL: &str = "/sandbox";
