//! Links of invitations, which people open outside the API.

use axum::response::{IntoResponse as _, Response};

use super::verification_links::redirect_to_front;
use crate::api::endpoint::{HttpMethod, OpenEndpoint};
use crate::api::request::ApiRequest;
use crate::store::state::State;

/// Each link works once, until it expires.
pub(crate) const ENDPOINTS: &[OpenEndpoint] =
    &[OpenEndpoint::new(HttpMethod::Get, "/invitation/{token}", follow)];

fn follow(state: &mut State, request: &ApiRequest) -> Response {
    match state.accept_invitation(request.parameter("token")) {
        Ok(()) => redirect_to_front(state),
        Err(error) => error.into_response(),
    }
}
