//! Routes of OpenID Connect, outside the Management API.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State as Shares};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::HeaderMap;

use super::{discovery, token, userinfo};
use crate::api::call::Query;
use crate::api::response::ApiResponse;
use crate::store::state::Shared;

pub(crate) fn router(shared: &Shared) -> Router {
    Router::new()
        .route("/.well-known/openid-configuration", get(configuration))
        .route("/openid/jwks.json", get(keys))
        .route("/openid/token", post(issue))
        .route("/openid/userinfo", get(user).post(user))
        .with_state(shared.clone())
}

async fn configuration(Shares(shared): Shares<Shared>) -> ApiResponse {
    ApiResponse::ok(discovery::document(&shared.lock().url))
}

async fn keys() -> ApiResponse {
    ApiResponse::ok(discovery::keys())
}

/// Reads parameters from the body and the query; clients of the service use both.
async fn issue(
    Shares(shared): Shares<Shared>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let query = Query::parse(query.unwrap_or_default().as_bytes());
    let parameters = Query::parse(&body).and(query);
    token::issue(&mut shared.lock(), &headers, &parameters)
}

async fn user(Shares(shared): Shares<Shared>, headers: HeaderMap) -> Response {
    match userinfo::claims(&shared.lock(), &headers) {
        Ok(claims) => ApiResponse::ok(claims).into_response(),
        Err(error) => error.into_response(),
    }
}
