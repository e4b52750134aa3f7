//! Endpoints of OpenID Connect, outside the Management API.

use axum::response::{IntoResponse, Response};

use super::{discovery, token, userinfo};
use crate::api::endpoint::{HttpMethod, OpenEndpoint};
use crate::api::query::Query;
use crate::api::request::ApiRequest;
use crate::api::response::ApiResponse;
use crate::store::state::State;

pub(crate) const ENDPOINTS: &[OpenEndpoint] = &[
    OpenEndpoint::read(HttpMethod::Get, "/.well-known/openid-configuration", configuration),
    OpenEndpoint::read(HttpMethod::Get, "/openid/jwks.json", keys),
    OpenEndpoint::new(HttpMethod::Post, "/openid/token", issue),
    OpenEndpoint::read(HttpMethod::Get, "/openid/userinfo", user),
    OpenEndpoint::read(HttpMethod::Post, "/openid/userinfo", user),
];

fn configuration(state: &State, _: &ApiRequest) -> Response {
    ApiResponse::ok(discovery::document(&state.url)).into_response()
}

fn keys(_: &State, _: &ApiRequest) -> Response {
    ApiResponse::ok(discovery::keys()).into_response()
}

/// Reads parameters from the body and the query; clients of the service use both.
fn issue(state: &mut State, request: &ApiRequest) -> Response {
    let parameters = Query::parse(&request.body).and(request.query.clone());
    token::issue(state, &request.headers, &parameters)
}

fn user(state: &State, request: &ApiRequest) -> Response {
    match userinfo::claims(state, &request.headers) {
        Ok(claims) => ApiResponse::ok(claims).into_response(),
        Err(error) => error.into_response(),
    }
}
