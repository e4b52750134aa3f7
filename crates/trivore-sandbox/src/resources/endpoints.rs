//! All operations of the Management API.

use super::{groups, namespaces, permissions, roles, users};
use crate::api::endpoint::Endpoint;

/// Lists the operations of the Management API.
pub(crate) fn api_endpoints() -> impl Iterator<Item = &'static Endpoint> {
    users::RESOURCES.iter().chain(OTHERS).copied().flatten()
}

/// Operations that are not the user API's, by resource.
const OTHERS: &[&[Endpoint]] =
    &[namespaces::ENDPOINTS, groups::ENDPOINTS, permissions::ENDPOINTS, roles::ENDPOINTS];
