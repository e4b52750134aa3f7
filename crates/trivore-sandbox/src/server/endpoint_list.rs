//! Endpoints and routes of the server.

use crate::api::endpoint::OpenEndpoint;
use crate::faults::KnownRoute;
use crate::oidc;
use crate::resources::endpoints::api_endpoints;
use crate::resources::users;
use crate::values::paths::{API, APIDOC, OPENAPI};

/// Lists the routes that faults can affect: all but those of the control endpoints.
pub(crate) fn routes() -> Vec<KnownRoute> {
    let api = api_endpoints().map(|it| (it.method.as_str(), format!("{API}{}", it.path)));
    let open = OPEN_ENDPOINTS.iter().copied().flatten();
    let documents = [OPENAPI, APIDOC].map(|path| ("GET", path.to_owned()));
    api.chain(open.map(|it| (it.method.as_str(), it.path.to_owned()))).chain(documents).collect()
}

/// Endpoints outside the Management API.
pub(super) const OPEN_ENDPOINTS: &[&[OpenEndpoint]] =
    &[oidc::ENDPOINTS, users::verification_links::ENDPOINTS, users::invitation_links::ENDPOINTS];
