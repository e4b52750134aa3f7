//! The token endpoint.

use axum::response::Response;
use http::HeaderMap;
use serde_json::{Value, json};

use super::client_authentication::client;
use super::id_token::{self, Context};
use super::pkce::is_verifier_of;
use super::requested_claims::{RequestedClaims, scopes};
use super::token_error::{TokenError, without_storing};
use crate::api::query::Query;
use crate::store::state::State;
use crate::store::tokens::{ACCESS_LIFETIME, Authentication, Grant, Subject};
use crate::values::document::Document;

/// Handles a token request according to RFC 6749.
pub(super) fn issue(state: &mut State, headers: &HeaderMap, parameters: &Query) -> Response {
    without_storing(grant(state, headers, parameters))
}

fn grant(
    state: &mut State,
    headers: &HeaderMap,
    parameters: &Query,
) -> Result<Document, TokenError> {
    if let Some(name) = SINGLE.iter().find(|name| parameters.is_repeated(name)) {
        let why = format!("{name} is in the request more than once");
        return Err(TokenError::new("invalid_request", why));
    }
    let client_id = client(state, headers, parameters)?.id.clone();
    match required(parameters, "grant_type")? {
        "authorization_code" => by_code(state, &client_id, parameters),
        "password" => by_password(state, client_id, parameters),
        "client_credentials" => by_client(state, client_id, parameters),
        "refresh_token" => by_refresh_token(state, &client_id, parameters),
        _ => Err(TokenError::new("unsupported_grant_type", "grant type is not supported")),
    }
}

fn by_password(
    state: &mut State,
    client_id: String,
    parameters: &Query,
) -> Result<Document, TokenError> {
    let claims = RequestedClaims::read(parameters)?;
    let (name, password) = (required(parameters, "username")?, required(parameters, "password")?);
    let user = state
        .sign_in(name, password)
        .ok_or_else(|| TokenError::new("invalid_grant", "username or password is wrong"))?;
    let grant = Grant {
        subject: Subject::User(user),
        client_id,
        scopes: scopes(parameters),
        claims: claims.userinfo,
        id_token_claims: claims.id_token,
        claims_in_id_token: claims.all_in_id_token,
        authentication: Some(Authentication {
            time: state.clock.now(),
            methods: vec!["pwd".to_owned()],
        }),
        family: state.random.token()?,
    };
    token_response(state, grant.clone(), NextRefreshToken::Issue(grant), None)
}

fn by_client(
    state: &mut State,
    client_id: String,
    parameters: &Query,
) -> Result<Document, TokenError> {
    RequestedClaims::read(parameters)?;
    if state.oidc_clients.get(&client_id).is_none_or(|client| client.secret.is_none()) {
        let why = "public clients cannot use this grant";
        return Err(TokenError::new("unauthorized_client", why));
    }
    let grant = Grant {
        subject: Subject::Client,
        client_id,
        scopes: scopes(parameters),
        claims: Vec::new(),
        id_token_claims: Vec::new(),
        claims_in_id_token: false,
        authentication: None,
        family: String::new(),
    };
    token_response(state, grant, NextRefreshToken::None, None)
}

fn by_code(state: &mut State, client_id: &str, parameters: &Query) -> Result<Document, TokenError> {
    let invalid = |why: &str| TokenError::new("invalid_grant", why);
    let name = required(parameters, "code")?;
    let unknown = || invalid("code is invalid or has expired");
    let known = state.sign_ins.codes.get(name).cloned();
    let code = known.filter(|code| code.grant.client_id == client_id).ok_or_else(unknown)?;
    if code.is_used {
        state.tokens.revoke_family(&code.grant.family);
        return Err(invalid("code was used before, so the tokens given for it were revoked"));
    }
    if code.expires <= state.clock.now() || !is_alive(state, &code.grant) {
        return Err(unknown());
    }
    if parameters.get("redirect_uri") != Some(&code.redirect_uri) {
        return Err(invalid("redirect_uri differs from that of the authorization request"));
    }
    match (&code.code_challenge, parameters.filled("code_verifier")) {
        (Some(_), None) => return Err(invalid("code_verifier is missing")),
        (None, Some(_)) => {
            return Err(invalid("the authorization request had no code_challenge"));
        }
        (Some(challenge), Some(verifier)) if !is_verifier_of(verifier, challenge) => {
            return Err(invalid("code_verifier is wrong"));
        }
        _ => {}
    }
    state.sign_ins.codes.update(name, |code| code.is_used = true);
    let refresh = NextRefreshToken::Issue(code.grant.clone());
    token_response(state, code.grant, refresh, code.nonce.as_deref())
}

fn by_refresh_token(
    state: &mut State,
    client_id: &str,
    parameters: &Query,
) -> Result<Document, TokenError> {
    let scopes = scopes(parameters);
    let token = required(parameters, "refresh_token")?;
    let invalid = || TokenError::new("invalid_grant", "refresh token is invalid or has expired");
    let used = state.tokens.used_refresh(token).filter(|grant| grant.client_id == client_id);
    if let Some(family) = used.map(|grant| grant.family.clone())
        && state.rules.refresh_reuse_revokes
    {
        state.tokens.revoke_family(&family);
        let why = "refresh token was used before, so all tokens of its sign-in were revoked";
        return Err(TokenError::new("invalid_grant", why));
    }
    let known = state.tokens.refresh(token, state.clock.now());
    let grant = known.filter(|grant| grant.client_id == client_id).cloned();
    let grant = grant.filter(|grant| is_alive(state, grant)).ok_or_else(invalid)?;
    if scopes.iter().any(|scope| !grant.scopes.contains(scope)) {
        return Err(TokenError::new("invalid_scope", "scope exceeds the one granted"));
    }
    let refresh = if state.rules.refresh_rotation {
        state.tokens.use_refresh(token);
        NextRefreshToken::Issue(grant.clone())
    } else {
        NextRefreshToken::Keep(token.to_owned())
    };
    // A request may name fewer scopes; the refresh token keeps all of them.
    let scopes = if scopes.is_empty() { grant.scopes } else { scopes };
    token_response(state, Grant { scopes, ..grant }, refresh, None)
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
    nonce: Option<&str>,
) -> Result<Document, TokenError> {
    let now = state.clock.now();
    let subject = grant.user_id().unwrap_or(&grant.client_id).to_owned();
    let access = state.random.token()?;
    let mut tokens = Document::from_iter([
        ("access_token".to_owned(), json!(access)),
        ("token_type".to_owned(), json!("Bearer")),
        ("expires_in".to_owned(), json!(ACCESS_LIFETIME.as_secs())),
        ("scope".to_owned(), json!(grant.scopes.join(" "))),
    ]);
    if grant.has_scope("openid") && grant.user_id().is_some() {
        let context = Context { nonce, access_token: Some(&access), code: None };
        let id_token = id_token::issue(state, &grant, context)?;
        tokens.insert("id_token".to_owned(), id_token.into());
    }
    state.tokens.issue_access(access, grant, now);
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
    if let Some(refresh) = refresh {
        tokens.insert("refresh_token".to_owned(), Value::String(refresh));
    }
    Ok(tokens)
}

/// Returns whether the user of a grant still exists.
pub(super) fn is_alive(state: &State, grant: &Grant) -> bool {
    grant.user_id().is_none_or(|id| state.account(id).is_ok_and(|account| !account.is_deleted()))
}

/// Parameters that decide something.
const SINGLE: [&str; 10] = [
    "grant_type",
    "client_id",
    "client_secret",
    "code",
    "code_verifier",
    "redirect_uri",
    "refresh_token",
    "scope",
    "username",
    "password",
];

fn required<'a>(parameters: &'a Query, name: &str) -> Result<&'a str, TokenError> {
    let missing = || TokenError::new("invalid_request", format!("{name} is missing"));
    parameters.filled(name).ok_or_else(missing)
}
