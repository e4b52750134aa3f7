//! The token endpoint.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use crate::access::clients::OidcClient;
use crate::api::authentication::basic_pair;
use crate::api::query::Query;
use crate::store::state::State;
use crate::store::tokens::{ACCESS_LIFETIME, Grant, Subject};
use crate::values::api_error::ApiError;
use crate::values::document::Document;

/// Handles a token request according to RFC 6749.
pub(super) fn issue(state: &mut State, headers: &HeaderMap, parameters: &Query) -> Response {
    let mut response = match grant(state, headers, parameters) {
        Ok(tokens) => Json(tokens).into_response(),
        Err(error) => error.into_response(),
    };
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, no_store);
    response
}

fn grant(state: &mut State, headers: &HeaderMap, parameters: &Query) -> Result<Value, TokenError> {
    let client_id = client(state, headers, parameters)?.id.clone();
    let wanted = |name| parameters.get(name).filter(|value| !value.is_empty());
    let scopes = scopes(wanted("scope").unwrap_or_default());
    let claims = wanted("claims").map(requested_claims).transpose()?.unwrap_or_default();
    let required = |name| {
        wanted(name).ok_or_else(|| TokenError::new("invalid_request", format!("{name} is missing")))
    };
    match required("grant_type")? {
        "password" => {
            let (name, password) = (required("username")?, required("password")?);
            let user = state.sign_in(name, password).ok_or_else(|| {
                TokenError::new("invalid_grant", "username or password is wrong".to_owned())
            })?;
            let grant = Grant { subject: Subject::User(user), client_id, scopes, claims };
            token_response(state, grant.clone(), NextRefreshToken::Issue(grant))
        }
        "client_credentials" => {
            if state.oidc_clients.get(&client_id).is_none_or(|client| client.secret.is_none()) {
                let why = "public clients cannot use this grant".to_owned();
                return Err(TokenError::new("unauthorized_client", why));
            }
            token_response(
                state,
                Grant { subject: Subject::Client, client_id, scopes, claims: Vec::new() },
                NextRefreshToken::None,
            )
        }
        "refresh_token" => {
            let token = required("refresh_token")?;
            let known = state.tokens.refresh(token, state.clock.now());
            let grant = known.filter(|grant| grant.client_id == client_id).cloned();
            let grant = grant.filter(|grant| is_alive(state, grant)).ok_or_else(|| {
                let why = "refresh token is invalid or has expired".to_owned();
                TokenError::new("invalid_grant", why)
            })?;
            if scopes.iter().any(|scope| !grant.scopes.contains(scope)) {
                let why = "scope exceeds the one granted".to_owned();
                return Err(TokenError::new("invalid_scope", why));
            }
            let refresh = if state.rules.refresh_rotation {
                state.tokens.revoke_refresh(token);
                NextRefreshToken::Issue(grant.clone())
            } else {
                NextRefreshToken::Keep(token.to_owned())
            };
            // A request may name fewer scopes; the refresh token keeps all of them.
            let scopes = if scopes.is_empty() { grant.scopes } else { scopes };
            token_response(state, Grant { scopes, ..grant }, refresh)
        }
        _ => {
            let why = "grant type is not supported".to_owned();
            Err(TokenError::new("unsupported_grant_type", why))
        }
    }
}

/// Finds the client by Basic credentials or parameters.
fn client<'a>(
    state: &'a State,
    headers: &HeaderMap,
    parameters: &Query,
) -> Result<&'a OidcClient, TokenError> {
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let wrong = || TokenError::new("invalid_client", "client id or secret is wrong".to_owned());
    let (id, secret) = match header.and_then(|header| header.split_once(' ')) {
        Some((scheme, encoded)) if scheme.eq_ignore_ascii_case("basic") => {
            let (id, secret) = basic_pair(encoded.trim()).ok_or_else(wrong)?;
            (id, Some(secret))
        }
        _ => {
            let id = parameters.get("client_id").ok_or_else(wrong)?;
            (id.to_owned(), parameters.get("client_secret").map(str::to_owned))
        }
    };
    // RFC 6749 section 2.3.1 requires form encoding of both parts; many clients omit it.
    let decoded = |text: &str| {
        form_urlencoded::parse(text.as_bytes()).next().map(|(key, _)| key.into_owned())
    };
    let clients = &state.oidc_clients;
    let found = clients.get(&id).or_else(|| clients.get(&decoded(&id)?)).ok_or_else(wrong)?;
    let fits = match (&found.secret, &secret) {
        (None, _) => true,
        (Some(known), Some(secret)) => known == secret || decoded(secret).as_ref() == Some(known),
        (Some(_), None) => false,
    };
    if fits { Ok(found) } else { Err(wrong()) }
}

/// What to do with the refresh token.
enum NextRefreshToken {
    Issue(Grant),
    Keep(String),
    None,
}

fn token_response(
    state: &mut State,
    grant: Grant,
    refresh: NextRefreshToken,
) -> Result<Value, TokenError> {
    let now = state.clock.now();
    let scope = grant.scopes.join(" ");
    let subject = match &grant.subject {
        Subject::Client => grant.client_id.clone(),
        Subject::User(id) => id.clone(),
    };
    let access = state.random.token()?;
    state.tokens.issue_access(access.clone(), grant, now);
    let refresh = match refresh {
        NextRefreshToken::Issue(grant) => {
            let token = state.random.token()?;
            state.tokens.issue_refresh(token.clone(), grant, now);
            Some(token)
        }
        NextRefreshToken::Keep(token) => Some(token),
        NextRefreshToken::None => None,
    };
    state.record("token", "issue", &subject);
    let mut tokens = json!({
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": ACCESS_LIFETIME.as_secs(),
        "scope": scope,
    });
    if let (Some(refresh), Some(tokens)) = (refresh, tokens.as_object_mut()) {
        tokens.insert("refresh_token".to_owned(), refresh.into());
    }
    Ok(tokens)
}

fn is_alive(state: &State, grant: &Grant) -> bool {
    match &grant.subject {
        Subject::Client => true,
        Subject::User(id) => state.account(id).is_ok_and(|account| !account.is_deleted()),
    }
}

fn scopes(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// Reads the claims that are requested of the userinfo endpoint (OpenID Connect Core, section 5.5).
fn requested_claims(text: &str) -> Result<Vec<String>, TokenError> {
    let wrong = || {
        let why = "claims must be a JSON object whose members are objects".to_owned();
        TokenError::new("invalid_request", why)
    };
    let mut requested: Document = serde_json::from_str(text).map_err(|_not_json| wrong())?;
    match requested.remove("userinfo") {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Object(claims)) => Ok(claims.into_iter().map(|(name, _)| name).collect()),
        Some(_) => Err(wrong()),
    }
}

/// An error response according to RFC 6749.
struct TokenError {
    error: &'static str,
    description: String,
}

impl TokenError {
    fn new(error: &'static str, description: String) -> Self {
        Self { error, description }
    }
}

impl From<ApiError> for TokenError {
    fn from(error: ApiError) -> Self {
        Self::new("server_error", error.message)
    }
}

impl IntoResponse for TokenError {
    fn into_response(self) -> Response {
        let status = match self.error {
            "invalid_client" => StatusCode::UNAUTHORIZED,
            "server_error" => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        };
        let body = json!({"error": self.error, "error_description": self.description});
        let mut response = (status, Json(body)).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Basic realm=\"Trivore ID\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
