//! Control endpoints for clients.

#![expect(clippy::unnecessary_wraps, reason = "all handlers have one signature")]

use serde_json::json;

use super::body::body;
use super::endpoint::ControlEndpoint;
use crate::access::allowed::Allowed;
use crate::access::clients::{ApiClient, OidcClient};
use crate::access::permissions::is_permission;
use crate::api::endpoint::HttpMethod;
use crate::api::request::ApiRequest;
use crate::api::response::{ApiResponse, ApiResult};
use crate::server::defaults::{OPERATOR, OPERATOR_PASSWORD};
use crate::server::seeds::check_known;
use crate::server::shared::Shared;
use crate::values::api_error::ApiError;

pub(super) const ENDPOINTS: &[ControlEndpoint] = &[
    ControlEndpoint::new(
        HttpMethod::Get,
        "/sandbox/credentials",
        credentials,
        "credentials of the default clients and of the operator",
    ),
    ControlEndpoint::new(
        HttpMethod::Get,
        "/sandbox/clients",
        list,
        "API clients and OIDC clients, without secrets",
    ),
    ControlEndpoint::new(
        HttpMethod::Post,
        "/sandbox/clients/api",
        add_api_client,
        "add or replace an API client: id, secret, permissions, namespaces, primaryNamespace",
    ),
    ControlEndpoint::new(
        HttpMethod::Post,
        "/sandbox/clients/oidc",
        add_oidc_client,
        "add or replace an OIDC client: id, secret (if not public), redirectUri, redirectUris, \
         postLogoutRedirectUris, idTokenSignedResponseAlg (RS256 or ES256), permissions",
    ),
    ControlEndpoint::new(
        HttpMethod::Delete,
        "/sandbox/clients/{clientId}",
        remove,
        "remove a client and its tokens",
    ),
];

fn credentials(shared: &Shared, _: &ApiRequest) -> ApiResult {
    let defaults = &shared.settings().defaults;
    Ok(ApiResponse::ok(json!({
        "url": shared.read().url,
        "api": {"id": defaults.api_client.id, "secret": defaults.api_client.secret},
        "oidc": {"id": defaults.oidc_client.id, "secret": defaults.oidc_client.secret},
        "operator": defaults
            .has_operator
            .then(|| json!({"username": OPERATOR, "password": OPERATOR_PASSWORD})),
    })))
}

fn list(shared: &Shared, _: &ApiRequest) -> ApiResult {
    let state = shared.read();
    let api = state.api_clients.values().map(|client| {
        json!({
            "id": client.id,
            "permissions": client.permissions,
            "namespaces": client.namespaces,
            "primaryNamespace": client.primary_namespace,
        })
    });
    let oidc = state.oidc_clients.values().map(|client| {
        json!({
            "id": client.id,
            "public": client.secret.is_none(),
            "redirectUri": client.redirect_uri,
            "redirectUris": client.redirect_uris,
            "postLogoutRedirectUris": client.post_logout_redirect_uris,
            "idTokenSignedResponseAlg": client.id_token_alg,
            "permissions": client.permissions,
        })
    });
    let (api, oidc): (Vec<_>, Vec<_>) = (api.collect(), oidc.collect());
    Ok(ApiResponse::ok(json!({"api": api, "oidc": oidc})))
}

fn add_api_client(shared: &Shared, request: &ApiRequest) -> ApiResult {
    let client: ApiClient = body(request)?;
    check_identifier(&client.id)?;
    check_permissions(&client.permissions)?;
    shared.change()?.api_clients.insert(client.id.clone(), client);
    Ok(ApiResponse::no_content())
}

fn add_oidc_client(shared: &Shared, request: &ApiRequest) -> ApiResult {
    let client: OidcClient = body(request)?;
    check_identifier(&client.id)?;
    check_permissions(&client.permissions)?;
    client.check_uris().map_err(|why| ApiError::bad_request(format!("{why}.")))?;
    shared.change()?.oidc_clients.insert(client.id.clone(), client);
    Ok(ApiResponse::no_content())
}

fn remove(shared: &Shared, request: &ApiRequest) -> ApiResult {
    if shared.remove_client(request.parameter("clientId")) {
        Ok(ApiResponse::no_content())
    } else {
        Err(ApiError::not_found("Client"))
    }
}

/// Rejects an identifier with which no client could sign in.
fn check_identifier(id: &str) -> Result<(), ApiError> {
    if id.is_empty() || id.contains(|c: char| c == ':' || c.is_control()) {
        let message = "Field \"id\" must not be empty, and must contain neither a colon nor a control \
                       character.";
        return Err(ApiError::bad_request(message));
    }
    Ok(())
}

fn check_permissions(permissions: &Allowed) -> Result<(), ApiError> {
    match permissions {
        Allowed::All => Ok(()),
        Allowed::Only(ids) => check_known(ids, is_permission, "permission"),
    }
}
