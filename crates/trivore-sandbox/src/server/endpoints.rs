//! All endpoints of the server.

use crate::api::endpoint::{Endpoint, OpenEndpoint};
use crate::faults::KnownRoute;
use crate::values::paths::API;
use crate::{groups, namespaces, oidc, permissions, roles, users};

/// Lists the operations of the Management API.
pub(crate) fn api_endpoints() -> impl Iterator<Item = &'static Endpoint> {
    API_ENDPOINTS.iter().copied().flatten()
}

/// Lists the routes that faults can affect: all but those of the control endpoints.
pub(crate) fn routes() -> Vec<KnownRoute> {
    let api = api_endpoints().map(|it| (it.method.as_str(), format!("{API}{}", it.path)));
    let open = OPEN_ENDPOINTS.iter().copied().flatten();
    api.chain(open.map(|it| (it.method.as_str(), it.path.to_owned()))).collect()
}

/// Operations of the Management API, by resource.
const API_ENDPOINTS: &[&[Endpoint]] = &[
    users::accounts::ENDPOINTS,
    users::legal::ENDPOINTS,
    users::verification::ENDPOINTS,
    users::invite::ENDPOINTS,
    users::enterprise::ENDPOINTS,
    users::custom_fields::ENDPOINTS,
    users::password::ENDPOINTS,
    users::strong_identification::ENDPOINTS,
    users::permissions::ENDPOINTS,
    users::roles::ENDPOINTS,
    users::namespace_migration::ENDPOINTS,
    users::student::ENDPOINTS,
    users::profile::ENDPOINTS,
    users::group_membership::ENDPOINTS,
    users::external_permissions::ENDPOINTS,
    namespaces::ENDPOINTS,
    groups::ENDPOINTS,
    permissions::ENDPOINTS,
    roles::ENDPOINTS,
];

/// Endpoints outside the Management API.
pub(super) const OPEN_ENDPOINTS: &[&[OpenEndpoint]] = &[oidc::ENDPOINTS, users::links::ENDPOINTS];
