//! Reads authorization requests.

use super::id_token::read_hint;
use super::pkce::is_challenge;
use super::requested_claims::{RequestedClaims, scopes};
use super::token_error::TokenError;
use crate::access::clients::{OidcClient, is_redirect_uri};
use crate::api::query::Query;
use crate::store::browser_sign_in::{AuthorizationRequest, RequestedResponse, ResponseMode};
use crate::store::state::State;
use crate::values::document::text;

/// Where the response of an authorization request goes.
pub(super) struct ResponseTarget {
    pub(super) redirect_uri: String,
    pub(super) state: Option<String>,
    pub(super) mode: ResponseMode,
}

impl ResponseTarget {
    pub(super) fn of(request: &AuthorizationRequest) -> Self {
        Self {
            redirect_uri: request.redirect_uri.clone(),
            state: request.state.clone(),
            mode: request.mode,
        }
    }
}

/// What the client wants of the session in the browser.
pub(super) struct RequestedSession {
    /// Whether no page may be shown.
    pub(super) no_page: bool,
    /// Whether the page must be shown, even if the user is signed in.
    pub(super) always_page: bool,
    /// How long ago the user may have signed in, in seconds.
    pub(super) max_age: Option<u64>,
}

/// Why an authorization request has no client to return to; the text is for a person.
pub(super) struct NoRedirect(pub(super) &'static str);

/// Finds the client, and checks that a browser may return to the redirect URI.
pub(super) fn client_and_target<'a>(
    state: &'a State,
    parameters: &Query,
) -> Result<(&'a OidcClient, ResponseTarget), NoRedirect> {
    if ["client_id", "redirect_uri"].iter().any(|name| parameters.is_repeated(name)) {
        return Err(NoRedirect("client_id or redirect_uri is in the request more than once."));
    }
    // The state goes back to the client, also with an error.
    if parameters.get("state").is_some_and(is_too_long) {
        return Err(NoRedirect("state is longer than 4 KiB."));
    }
    let id = parameters.filled("client_id").ok_or(NoRedirect("client_id is missing."))?;
    let client = state.oidc_clients.get(id);
    let client = client.ok_or(NoRedirect("No OIDC client has this client_id."))?;
    let uri = parameters.filled("redirect_uri").ok_or(NoRedirect("redirect_uri is missing."))?;
    if !may_return_to(state, client, uri) {
        return Err(NoRedirect(
            "redirect_uri is not registered for this client. It must be exactly the same. \
             --redirect-uri, POST /sandbox/clients/oidc or a seed registers it.",
        ));
    }
    let mode = response(parameters).map_or(ResponseMode::Query, |(_, mode)| mode);
    let target = ResponseTarget {
        redirect_uri: uri.to_owned(),
        state: parameters.get("state").map(str::to_owned),
        mode,
    };
    Ok((client, target))
}

/// Returns whether a browser may return to a URI with the response for a client.
pub(super) fn may_return_to(state: &State, client: &OidcClient, uri: &str) -> bool {
    let is_registered = client.all_redirect_uris().any(|known| known == uri);
    let is_allowed = is_registered || state.rules.loopback_redirects && is_loopback(uri);
    is_allowed && is_redirect_uri(uri)
}

/// Reads the rest of the request; an error goes to the client.
pub(super) fn read(
    state: &State,
    client: &OidcClient,
    parameters: &Query,
) -> Result<(AuthorizationRequest, RequestedSession), TokenError> {
    let invalid = |why: &str| TokenError::new("invalid_request", why);
    if let Some(name) = SINGLE.iter().find(|name| parameters.is_repeated(name)) {
        return Err(invalid(&format!("{name} is in the request more than once")));
    }
    if let Some(name) = SINGLE.iter().find(|name| parameters.get(name).is_some_and(is_too_long)) {
        return Err(invalid(&format!("{name} is longer than 4 KiB")));
    }
    for (name, error) in [
        ("request", "request_not_supported"),
        ("request_uri", "request_uri_not_supported"),
        ("registration", "registration_not_supported"),
    ] {
        if parameters.filled(name).is_some() {
            return Err(TokenError::new(error, format!("{name} is not supported")));
        }
    }
    let (response, mode) = response(parameters)?;
    let nonce = parameters.filled("nonce").map(str::to_owned);
    if response.id_token && nonce.is_none() {
        return Err(invalid("nonce is required for an ID token in the response"));
    }
    let code_challenge = code_challenge(parameters)?;
    let needs_pkce = client.secret.is_none() && state.rules.public_clients_need_pkce;
    if response.code && needs_pkce && code_challenge.is_none() {
        return Err(invalid("code_challenge is missing; public clients must use PKCE"));
    }
    let scopes = scopes(parameters);
    if response.id_token && !scopes.iter().any(|scope| scope == "openid") {
        return Err(TokenError::new("invalid_scope", "an ID token needs the scope openid"));
    }
    let claims = RequestedClaims::read(parameters)?;
    let hinted = hinted_user(state, parameters)?;
    if hinted.is_some() && claims.user_id.is_some() && hinted != claims.user_id {
        return Err(invalid("id_token_hint and claims name different users"));
    }
    let session = session(parameters)?;
    let request = AuthorizationRequest {
        client_id: client.id.clone(),
        redirect_uri: parameters.get("redirect_uri").unwrap_or_default().to_owned(),
        response,
        mode,
        state: parameters.get("state").map(str::to_owned),
        nonce,
        code_challenge,
        scopes,
        claims: claims.userinfo,
        id_token_claims: claims.id_token,
        user_id: hinted.or(claims.user_id),
        // Without an access token, there is no other way to get the claims.
        claims_in_id_token: claims.all_in_id_token || !response.code && !response.token,
    };
    Ok((request, session))
}

/// Reads `response_type` and `response_mode`.
fn response(parameters: &Query) -> Result<(RequestedResponse, ResponseMode), TokenError> {
    let invalid = |why: &str| TokenError::new("invalid_request", why);
    let kinds = parameters.filled("response_type");
    let kinds = kinds.ok_or_else(|| invalid("response_type is missing"))?;
    let mut response = RequestedResponse { code: false, token: false, id_token: false };
    for kind in kinds.split(' ') {
        let flag = match kind {
            "code" => &mut response.code,
            "token" => &mut response.token,
            "id_token" => &mut response.id_token,
            _ => return Err(unsupported()),
        };
        if std::mem::replace(flag, true) {
            return Err(unsupported());
        }
    }
    if response.token && !response.code && !response.id_token {
        return Err(unsupported());
    }
    let is_front_channel = response.token || response.id_token;
    let mode = match parameters.filled("response_mode") {
        None if is_front_channel => ResponseMode::Fragment,
        Some("fragment") => ResponseMode::Fragment,
        None => ResponseMode::Query,
        Some("query") if !is_front_channel => ResponseMode::Query,
        Some(_) => return Err(invalid("this response_mode is not supported")),
    };
    Ok((response, mode))
}

fn unsupported() -> TokenError {
    TokenError::new("unsupported_response_type", "this response_type is not supported")
}

fn code_challenge(parameters: &Query) -> Result<Option<String>, TokenError> {
    let invalid = |why: &str| Err(TokenError::new("invalid_request", why));
    let method = parameters.filled("code_challenge_method");
    match (parameters.filled("code_challenge"), method) {
        (None, None) => Ok(None),
        (None, Some(_)) => invalid("code_challenge is missing"),
        (Some(challenge), Some("S256")) if is_challenge(challenge) => {
            Ok(Some(challenge.to_owned()))
        }
        (Some(_), Some("S256")) => invalid("code_challenge is not a SHA-256 in base64url"),
        (Some(_), _) => invalid("code_challenge_method must be S256"),
    }
}

fn session(parameters: &Query) -> Result<RequestedSession, TokenError> {
    let invalid = |why: &str| TokenError::new("invalid_request", why);
    let prompts: Vec<&str> =
        parameters.get("prompt").unwrap_or_default().split_whitespace().collect();
    if prompts.iter().any(|it| !PROMPTS.contains(it)) {
        return Err(invalid("this prompt is not supported"));
    }
    let no_page = prompts.contains(&"none");
    if no_page && prompts.len() > 1 {
        return Err(invalid("prompt must be none alone"));
    }
    let max_age = parameters.filled("max_age").map(str::parse).transpose();
    let max_age = max_age.ok().ok_or_else(|| invalid("max_age must be a number of seconds"))?;
    Ok(RequestedSession {
        no_page,
        always_page: prompts.iter().any(|it| ["login", "select_account"].contains(it)),
        max_age,
    })
}

/// Returns the user of `id_token_hint`, by identifier.
fn hinted_user(state: &State, parameters: &Query) -> Result<Option<String>, TokenError> {
    let Some(hint) = parameters.filled("id_token_hint") else { return Ok(None) };
    let invalid =
        || TokenError::new("invalid_request", "id_token_hint is no ID token of this sandbox");
    let claims = read_hint(state, hint).ok_or_else(invalid)?;
    Ok(text(&claims, "sub").map(str::to_owned))
}

fn is_too_long(parameter: &str) -> bool {
    parameter.len() > MAX_PARAMETER_BYTES
}

/// Returns whether a URI has the scheme `http` and a loopback host.
fn is_loopback(uri: &str) -> bool {
    let Some(rest) = uri.strip_prefix("http://") else { return false };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let (host, port) = match authority.strip_prefix("[::1]") {
        Some(port) => ("[::1]", port),
        None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
    };
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    ["127.0.0.1", "localhost", "[::1]"].contains(&host)
        && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port))
}

/// Open pages keep most of the parameters, so they are limited.
const MAX_PARAMETER_BYTES: usize = 4 << 10;
/// Parameters that decide something.
const SINGLE: [&str; 13] = [
    "response_type",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "prompt",
    "max_age",
    "claims",
    "code_challenge",
    "code_challenge_method",
    "id_token_hint",
    "login_hint",
    "request",
];
pub(super) const PROMPTS: [&str; 4] = ["none", "login", "consent", "select_account"];

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn only_this_machine_is_loopback() {
        for uri in ["http://localhost:3000/a", "http://127.0.0.1", "http://[::1]:1?a"] {
            assert!(is_loopback(uri), "{uri}");
        }
        for uri in [
            "https://localhost/",
            "http://localhost.example.com/",
            "http://localhost@example.com/",
            "http://localhost:3000@example.com/",
            "http://127.0.0.1.example.com",
            "http://[::1].example.com",
            "//localhost/",
            "myapp://localhost",
        ] {
            assert!(!is_loopback(uri), "{uri}");
        }
    }
}
