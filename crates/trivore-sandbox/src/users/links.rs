//! Verification links, which people open outside the API.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::{Path, State as Shares};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use jiff::Timestamp;

use super::verification::{Contact, mark_verified};
use crate::store::state::{Shared, State};
use crate::values::api_error::ApiError;
use crate::values::ids;

/// Links that have not been used, by token.
pub(crate) type Links = BTreeMap<String, Link>;

/// A link that verifies one address or number.
pub(crate) struct Link {
    pub(super) contact: Contact,
    pub(super) user_id: String,
    pub(super) value: String,
    pub(super) return_url: Option<String>,
    pub(super) expires: Timestamp,
}

impl State {
    /// Creates a link and returns its URL.
    pub(super) fn add_link(&mut self, link: Link) -> Result<String, ApiError> {
        let token = ids::token()?;
        let address = format!("{}/verify/{}/{token}", self.url, link.contact.path());
        self.links.insert(token, link);
        Ok(address)
    }
}

/// Creates the routes of the links; each link works once, until it expires.
pub(crate) fn router(shared: &Shared) -> Router {
    Router::new()
        .route("/verify/email/{token}", get(follow_email))
        .route("/verify/sms/{token}", get(follow_sms))
        .with_state(shared.clone())
}

async fn follow_email(Shares(shared): Shares<Shared>, Path(token): Path<String>) -> Response {
    follow(&mut shared.lock(), &token, Contact::Email)
}

async fn follow_sms(Shares(shared): Shares<Shared>, Path(token): Path<String>) -> Response {
    follow(&mut shared.lock(), &token, Contact::Mobile)
}

fn follow(state: &mut State, token: &str, contact: Contact) -> Response {
    let now = state.clock.now();
    let is_good = |link: &Link| link.contact == contact && link.expires > now;
    let is_good = state.links.get(token).is_some_and(is_good);
    let Some(link) = is_good.then(|| state.links.remove(token)).flatten() else {
        return ApiError::not_found("Verification link").into_response();
    };
    match mark_verified(state, &link.user_id, contact, &link.value) {
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
