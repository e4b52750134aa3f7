//! Endpoints of OpenID Connect, outside the Management API.

use axum::response::{IntoResponse, Response};

use super::{authorization, discovery, introspection, keys, logout, sign_in, token, userinfo};
use crate::api::endpoint::{HttpMethod, OpenEndpoint};
use crate::api::query::Query;
use crate::api::request::ApiRequest;
use crate::api::response::ApiResponse;
use crate::store::state::State;
use crate::values::paths::{SIGN_IN, SIGN_OUT};

pub(crate) const ENDPOINTS: &[OpenEndpoint] = &[
    OpenEndpoint::read(HttpMethod::Get, "/.well-known/openid-configuration", configuration),
    OpenEndpoint::read(HttpMethod::Get, "/openid/jwks.json", key_set),
    OpenEndpoint::new(HttpMethod::Get, "/openid/auth", authorize),
    OpenEndpoint::new(HttpMethod::Post, "/openid/auth", authorize),
    OpenEndpoint::new(HttpMethod::Post, SIGN_IN, sign_in),
    OpenEndpoint::new(HttpMethod::Post, "/openid/token", issue),
    OpenEndpoint::read(HttpMethod::Post, "/openid/introspect", introspect),
    OpenEndpoint::read(HttpMethod::Get, "/openid/userinfo", user),
    OpenEndpoint::read(HttpMethod::Post, "/openid/userinfo", user),
    OpenEndpoint::new(HttpMethod::Get, "/openid/logout", logout),
    OpenEndpoint::new(HttpMethod::Post, "/openid/logout", logout),
    OpenEndpoint::new(HttpMethod::Post, SIGN_OUT, sign_out),
];

fn configuration(state: &State, _: &ApiRequest) -> Response {
    ApiResponse::ok(discovery::document(&state.url)).into_response()
}

fn key_set(state: &State, _: &ApiRequest) -> Response {
    ApiResponse::ok(keys::key_set(state.key_rotations)).into_response()
}

fn authorize(state: &mut State, request: &ApiRequest) -> Response {
    authorization::authorize(state, &request.headers, &parameters(request))
}

fn sign_in(state: &mut State, request: &ApiRequest) -> Response {
    sign_in::sign_in(state, &request.headers, &Query::parse(&request.body))
}

fn issue(state: &mut State, request: &ApiRequest) -> Response {
    token::issue(state, &request.headers, &parameters(request))
}

fn introspect(state: &State, request: &ApiRequest) -> Response {
    introspection::introspect(state, &request.headers, &parameters(request))
}

fn user(state: &State, request: &ApiRequest) -> Response {
    match userinfo::claims(state, &request.headers) {
        Ok(claims) => ApiResponse::ok(claims).into_response(),
        Err(error) => error.into_response(),
    }
}

fn logout(state: &mut State, request: &ApiRequest) -> Response {
    logout::logout(state, &request.headers, &parameters(request))
}

fn sign_out(state: &mut State, request: &ApiRequest) -> Response {
    logout::sign_out(state, &request.headers, &Query::parse(&request.body))
}

/// Reads parameters from the body and the query; clients of the service use both.
fn parameters(request: &ApiRequest) -> Query {
    Query::parse(&request.body).and(request.query.clone())
}
