//! Authenticates API clients and users.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, header};

use crate::access::allowed::Allowed;
use crate::access::caller::{Caller, CallerId};
use crate::access::permissions::NAMESPACE_ACCESS_ALL;
use crate::store::state::State;
use crate::store::tokens::Subject;
use crate::values::api_error::ApiError;

/// Authenticates the sender of a request.
pub(crate) fn authenticate(state: &State, headers: &HeaderMap) -> Result<Caller, ApiError> {
    let Some(header) = headers.get(header::AUTHORIZATION) else {
        return Err(ApiError::unauthorized("Authentication is required."));
    };
    let header = header.to_str().unwrap_or_default();
    let (scheme, rest) = header.split_once(' ').unwrap_or((header, ""));
    if scheme.eq_ignore_ascii_case("basic") {
        basic(state, rest.trim())
    } else if scheme.eq_ignore_ascii_case("bearer") {
        bearer(state, rest.trim())
    } else {
        Err(ApiError::unauthorized("Authentication scheme is not supported."))
    }
}

/// Returns the name and password of a user who signs in with Basic credentials.
///
/// [`authenticate`] only reads the state, so the attempt is counted apart.
pub(crate) fn user_signing_in(headers: &HeaderMap) -> Option<(String, String)> {
    let header = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = header.split_once(' ')?;
    let pair = scheme.eq_ignore_ascii_case("basic").then(|| basic_pair(encoded.trim())).flatten();
    pair.filter(|(name, _)| name.contains('@'))
}

/// Decodes `id:secret` of a Basic header.
pub(crate) fn basic_pair(encoded: &str) -> Option<(String, String)> {
    let decoded = STANDARD.decode(encoded).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

fn basic(state: &State, encoded: &str) -> Result<Caller, ApiError> {
    let wrong = || ApiError::unauthorized("Invalid credentials.");
    let (id, secret) = basic_pair(encoded).ok_or_else(wrong)?;
    if let Some(client) = state.api_clients.get(&id) {
        if client.secret != secret {
            return Err(wrong());
        }
        return Ok(Caller {
            id: CallerId::Client(id),
            permissions: client.permissions.with_dependencies(),
            namespaces: client.namespaces.clone(),
            primary_namespace: client.primary_namespace.clone(),
            scopes: None,
        });
    }
    if state.rules.basic_user_names && id.contains('@') {
        let user = state.can_sign_in(&id, &secret).ok_or_else(wrong)?;
        return user_caller(state, &user, None).ok_or_else(wrong);
    }
    Err(wrong())
}

fn bearer(state: &State, token: &str) -> Result<Caller, ApiError> {
    let wrong = || ApiError::unauthorized("Access token is invalid or has expired.");
    let grant = state.tokens.access(token, state.clock.now()).ok_or_else(wrong)?;
    match &grant.subject {
        Subject::User(id) => user_caller(state, id, Some(grant.scopes.clone())).ok_or_else(wrong),
        Subject::Client => {
            if !state.rules.client_credentials_api {
                return Err(ApiError::forbidden(
                    "This token does not give access to the Management API.",
                ));
            }
            let client = state.oidc_clients.get(&grant.client_id).ok_or_else(wrong)?;
            Ok(Caller {
                id: CallerId::Client(client.id.clone()),
                permissions: client.permissions.with_dependencies(),
                namespaces: Allowed::All,
                primary_namespace: None,
                scopes: Some(grant.scopes.clone()),
            })
        }
    }
}

/// Creates the caller for a user, who has access to one namespace or, by permission, to all.
fn user_caller(state: &State, id: &str, scopes: Option<Vec<String>>) -> Option<Caller> {
    let account = state.account(id).ok().filter(|account| !account.is_deleted())?;
    let permissions = state.effective_permissions(account);
    let namespace = account.namespace_code().to_owned();
    let everywhere = permissions.contains(NAMESPACE_ACCESS_ALL);
    let namespaces = if everywhere { Allowed::All } else { Allowed::only([namespace.as_str()]) };
    Some(Caller {
        id: CallerId::User(id.to_owned()),
        permissions: Allowed::Only(permissions),
        namespaces,
        primary_namespace: Some(namespace),
        scopes,
    })
}
