//! Control endpoints for clients.

#![expect(clippy::unnecessary_wraps, reason = "all handlers have one signature")]

use serde::Deserialize;
use serde_json::{Value, json};

use super::body::body;
use super::endpoint::ControlEndpoint;
use crate::access::allowed::Allowed;
use crate::access::clients::{ApiClient, OidcClient, SigningAlgorithm};
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

/// An API client; without a list, it has all permissions in all namespaces.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewApiClient {
    id: String,
    secret: String,
    permissions: Option<Vec<String>>,
    namespaces: Option<Vec<String>>,
    primary_namespace: Option<String>,
}

/// An OIDC client; without a secret, it is public.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewOidcClient {
    id: String,
    secret: Option<String>,
    redirect_uri: Option<String>,
    #[serde(default)]
    redirect_uris: Vec<String>,
    #[serde(default)]
    post_logout_redirect_uris: Vec<String>,
    #[serde(default)]
    id_token_signed_response_alg: SigningAlgorithm,
    permissions: Option<Vec<String>>,
}

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
            "permissions": shown(&client.permissions),
            "namespaces": shown(&client.namespaces),
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
            "permissions": shown(&client.permissions),
        })
    });
    let (api, oidc): (Vec<_>, Vec<_>) = (api.collect(), oidc.collect());
    Ok(ApiResponse::ok(json!({"api": api, "oidc": oidc})))
}

fn add_api_client(shared: &Shared, request: &ApiRequest) -> ApiResult {
    let new: NewApiClient = body(request)?;
    check_identifier(&new.id)?;
    let mut client = ApiClient::new(&new.id, &new.secret);
    if let Some(permissions) = new.permissions {
        check_known(&permissions, is_permission, "permission")?;
        client = client.permissions(permissions);
    }
    if let Some(namespaces) = new.namespaces {
        client = client.namespaces(namespaces);
    }
    if let Some(namespace) = new.primary_namespace {
        client = client.primary_namespace(&namespace);
    }
    shared.change()?.api_clients.insert(new.id, client);
    Ok(ApiResponse::no_content())
}

fn add_oidc_client(shared: &Shared, request: &ApiRequest) -> ApiResult {
    let new: NewOidcClient = body(request)?;
    check_identifier(&new.id)?;
    let mut client = match &new.secret {
        Some(secret) => OidcClient::new(&new.id, secret),
        None => OidcClient::public(&new.id),
    };
    if let Some(permissions) = new.permissions {
        check_known(&permissions, is_permission, "permission")?;
        client = client.permissions(permissions);
    }
    if let Some(uri) = new.redirect_uri {
        client = client.redirect_uri(&uri);
    }
    client = client
        .redirect_uris(new.redirect_uris)
        .post_logout_redirect_uris(new.post_logout_redirect_uris)
        .id_token_signed_response_alg(new.id_token_signed_response_alg);
    client.check_uris().map_err(|why| ApiError::bad_request(format!("{why}.")))?;
    shared.change()?.oidc_clients.insert(new.id, client);
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

/// Returns the list, or null for everything.
fn shown(allowed: &Allowed) -> Value {
    match allowed {
        Allowed::All => Value::Null,
        Allowed::Only(items) => json!(items),
    }
}
