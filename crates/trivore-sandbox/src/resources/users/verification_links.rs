//! Verification links, which people open outside the API.

use axum::response::{IntoResponse, Redirect, Response};

use crate::api::endpoint::{HttpMethod, OpenEndpoint};
use crate::api::request::ApiRequest;
use crate::store::contact::ContactKind;
use crate::store::state::State;
use crate::store::verification_links::Link;
use crate::values::api_error::ApiError;
use crate::values::paths::FRONT;

/// Each link works once, until it expires.
pub(crate) const ENDPOINTS: &[OpenEndpoint] = &[
    OpenEndpoint::new(HttpMethod::Get, "/verify/email/{token}", follow_email),
    OpenEndpoint::new(HttpMethod::Get, "/verify/sms/{token}", follow_sms),
];

fn follow_email(state: &mut State, request: &ApiRequest) -> Response {
    follow(state, request.parameter("token"), ContactKind::Email)
}

fn follow_sms(state: &mut State, request: &ApiRequest) -> Response {
    follow(state, request.parameter("token"), ContactKind::Mobile)
}

fn follow(state: &mut State, token: &str, contact: ContactKind) -> Response {
    let now = state.clock.now();
    let is_good = |link: &Link| link.contact == contact && link.expires > now;
    let is_good = state.links.get(token).is_some_and(is_good);
    let Some(link) = is_good.then(|| state.links.remove(token)).flatten() else {
        return ApiError::not_found("Verification link").into_response();
    };
    match state.mark_verified(&link.user_id, contact, &link.value) {
        Err(error) => error.into_response(),
        Ok(()) => match link.return_url {
            Some(url) => redirect(&url),
            None => redirect_to_front(state),
        },
    }
}

/// Redirects to the front page.
pub(super) fn redirect_to_front(state: &State) -> Response {
    redirect(&format!("{}{FRONT}", state.url))
}

/// Redirects with 302, as usual after a GET.
fn redirect(url: &str) -> Response {
    let mut response = Redirect::to(url).into_response();
    *response.status_mut() = http::StatusCode::FOUND;
    response
}
