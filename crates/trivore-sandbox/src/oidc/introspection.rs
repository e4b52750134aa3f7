//! Token introspection (RFC 7662).

use axum::response::Response;
use http::HeaderMap;
use serde_json::json;

use super::client_authentication::client;
use super::token::is_alive;
use super::token_error::{TokenError, without_storing};
use crate::api::query::Query;
use crate::store::account::Account;
use crate::store::state::State;
use crate::store::tokens::{IssuedToken, live_token};
use crate::values::document::{Document, drop_nulls};

/// Tells a client whether a token is valid, and what it gives access to.
pub(super) fn introspect(state: &State, headers: &HeaderMap, parameters: &Query) -> Response {
    without_storing(describe(state, headers, parameters))
}

fn describe(
    state: &State,
    headers: &HeaderMap,
    parameters: &Query,
) -> Result<Document, TokenError> {
    if client(state, headers, parameters)?.secret.is_none() {
        let why = "public clients cannot introspect tokens";
        return Err(TokenError::new("invalid_client", why));
    }
    let missing = || TokenError::new("invalid_request", "token is missing");
    let token = parameters.filled("token").ok_or_else(missing)?;
    let now = state.clock.now();
    let find = |table, kind| live_token(table, token, now).map(|issued| (issued, kind));
    let found = find(&state.tokens.access, Some("Bearer"))
        .or_else(|| find(&state.tokens.refresh, None))
        .filter(|(issued, _)| is_alive(state, &issued.grant));
    Ok(found.map_or_else(
        || Document::from_iter([("active".to_owned(), false.into())]),
        |(issued, kind)| active(state, issued, kind),
    ))
}

/// Describes a valid token; refresh tokens have no type.
fn active(state: &State, issued: &IssuedToken, kind: Option<&str>) -> Document {
    let grant = &issued.grant;
    let account = grant.user_id().and_then(|id| state.account(id).ok());
    let description = json!({
        "active": true,
        "iss": state.url,
        "sub": grant.user_id().unwrap_or(&grant.client_id),
        "username": account.map(Account::username),
        "client_id": grant.client_id,
        "aud": grant.client_id,
        "scope": grant.scopes.join(" "),
        "token_type": kind,
        "exp": issued.expires.as_second(),
        "auth_time": grant.authentication.as_ref().map(|it| it.time.as_second()),
    });
    let mut description = match description {
        serde_json::Value::Object(description) => description,
        _ => Document::new(),
    };
    drop_nulls(&mut description);
    description
}
