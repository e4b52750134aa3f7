//! Verification links, which people open outside the API.

use axum::response::{IntoResponse, Redirect, Response};

use crate::api::endpoint::{OpenEndpoint, Verb};
use crate::api::request::ApiRequest;
use crate::store::contact::Contact;
use crate::store::links::Link;
use crate::store::state::State;
use crate::values::api_error::ApiError;

/// Each link works once, until it expires.
pub(crate) const ENDPOINTS: &[OpenEndpoint] = &[
    OpenEndpoint::new(Verb::Get, "/verify/email/{token}", follow_email),
    OpenEndpoint::new(Verb::Get, "/verify/sms/{token}", follow_sms),
];

fn follow_email(state: &mut State, request: &ApiRequest) -> Response {
    follow(state, request.parameter("token"), Contact::Email)
}

fn follow_sms(state: &mut State, request: &ApiRequest) -> Response {
    follow(state, request.parameter("token"), Contact::Mobile)
}

fn follow(state: &mut State, token: &str, contact: Contact) -> Response {
    let now = state.clock.now();
    let is_good = |link: &Link| link.contact == contact && link.expires > now;
    let is_good = state.links.get(token).is_some_and(is_good);
    let Some(link) = is_good.then(|| state.links.remove(token)).flatten() else {
        return ApiError::not_found("Verification link").into_response();
    };
    match state.mark_verified(&link.user_id, contact, &link.value) {
        Err(error) => error.into_response(),
        Ok(()) => link.return_url.map_or_else(|| "Verified.".into_response(), |url| redirect(&url)),
    }
}

/// Redirects with 302, as usual after a GET.
fn redirect(url: &str) -> Response {
    let mut response = Redirect::to(url).into_response();
    *response.status_mut() = http::StatusCode::FOUND;
    response
}
