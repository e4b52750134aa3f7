//! The authorization endpoint: redirects a browser that is signed in, and shows a page otherwise.

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};

use super::authorization_request::{RequestedSession, ResponseTarget, client_and_target, read};
use super::browser_response::{page, return_to};
use super::html::{PasswordPage, message_page};
use super::id_token::{self, Context};
use super::session_cookie;
use super::token_error::TokenError;
use crate::api::query::Query;
use crate::store::browser_sign_in::{AuthorizationRequest, Session};
use crate::store::state::State;
use crate::store::tokens::{ACCESS_LIFETIME, Authentication, Grant, Subject};
use crate::values::api_error::ApiError;
use crate::values::clock::after;

/// Handles an authorization request.
pub(super) fn authorize(state: &mut State, headers: &HeaderMap, parameters: &Query) -> Response {
    let (client, target) = match client_and_target(state, parameters) {
        Ok(found) => found,
        Err(error) => return cannot_continue(error.0),
    };
    let (request, wanted) = match read(state, client, parameters) {
        Ok(read) => read,
        Err(error) => return return_error(state, &target, &error),
    };
    let session = session_cookie::session(state, headers).map(|(_, session)| session.clone());
    match session.filter(|session| is_enough(state, session, &request, &wanted)) {
        Some(session) => return_success(state, &request, session.user_id, session.authentication),
        None if wanted.no_page => {
            let error = TokenError::new("login_required", "the user is not signed in");
            return_error(state, &target, &error)
        }
        None => {
            let username = parameters.get("login_hint").unwrap_or_default();
            show_page(state, request, username).unwrap_or_else(IntoResponse::into_response)
        }
    }
}

/// Returns whether a session satisfies a request, without a page.
fn is_enough(
    state: &State,
    session: &Session,
    request: &AuthorizationRequest,
    wanted: &RequestedSession,
) -> bool {
    let is_recent = |max_age| {
        let until = after(session.authentication.time, std::time::Duration::from_secs(max_age));
        max_age > 0 && until >= state.clock.now()
    };
    !wanted.always_page
        && wanted.max_age.is_none_or(is_recent)
        && request.user_id.as_ref().is_none_or(|id| *id == session.user_id)
}

fn show_page(
    state: &mut State,
    request: AuthorizationRequest,
    username: &str,
) -> Result<Response, ApiError> {
    let id = state.random.token()?;
    let html = PasswordPage {
        id: &id,
        client_id: &request.client_id,
        username,
        namespace: "",
        error: None,
    }
    .html();
    let response = page(StatusCode::OK, html, Some(&request.redirect_uri));
    state.sign_ins.add_page(id, request, state.clock.now());
    Ok(response)
}

/// Shows an error that must not go to a client.
pub(super) fn cannot_continue(why: &str) -> Response {
    page(StatusCode::BAD_REQUEST, message_page("The request is invalid", why), None)
}

/// Returns to the client with an error.
pub(super) fn return_error(state: &State, target: &ResponseTarget, error: &TokenError) -> Response {
    let parameters = [
        ("error", Some(error.error)),
        ("error_description", Some(error.description.as_str())),
        ("state", target.state.as_deref()),
        ("iss", Some(state.url.as_str())),
    ];
    return_to(target, &parameters)
}

/// Returns to the client with what it requested.
pub(super) fn return_success(
    state: &mut State,
    request: &AuthorizationRequest,
    user_id: String,
    authentication: Authentication,
) -> Response {
    let target = ResponseTarget::of(request);
    match issue(state, request, user_id, authentication) {
        Ok(issued) => {
            let lifetime = ACCESS_LIFETIME.as_secs().to_string();
            let scope = request.scopes.join(" ");
            let with_token = |value| issued.access_token.as_ref().map(|_| value);
            let parameters = [
                ("code", issued.code.as_deref()),
                ("access_token", issued.access_token.as_deref()),
                ("token_type", with_token("Bearer")),
                ("expires_in", with_token(lifetime.as_str())),
                ("scope", with_token(scope.as_str())),
                ("id_token", issued.id_token.as_deref()),
                ("state", request.state.as_deref()),
                ("iss", Some(state.url.as_str())),
            ];
            return_to(&target, &parameters)
        }
        Err(error) => return_error(state, &target, &error.into()),
    }
}

/// What the client gets in the redirect.
struct Issued {
    code: Option<String>,
    access_token: Option<String>,
    id_token: Option<String>,
}

fn issue(
    state: &mut State,
    request: &AuthorizationRequest,
    user_id: String,
    authentication: Authentication,
) -> Result<Issued, ApiError> {
    let now = state.clock.now();
    let grant = Grant {
        subject: Subject::User(user_id),
        client_id: request.client_id.clone(),
        scopes: request.scopes.clone(),
        claims: request.claims.clone(),
        id_token_claims: request.id_token_claims.clone(),
        claims_in_id_token: request.claims_in_id_token,
        authentication: Some(authentication),
        family: state.random.token()?,
    };
    let new_token = |is_wanted: bool| is_wanted.then(|| state.random.token()).transpose();
    let code = new_token(request.response.code)?;
    let access_token = new_token(request.response.token)?;
    let id_token = if request.response.id_token {
        let context = Context {
            nonce: request.nonce.as_deref(),
            access_token: access_token.as_deref(),
            code: code.as_deref(),
        };
        Some(id_token::issue(state, &grant, context)?)
    } else {
        None
    };
    if let Some(token) = &access_token {
        state.tokens.issue_access(token.clone(), grant.clone(), now);
        if let Some(user_id) = grant.user_id() {
            state.record("token", "issue", user_id);
        }
    }
    if let Some(code) = &code {
        state.sign_ins.add_code(code.clone(), grant, request, now);
    }
    Ok(Issued { code, access_token, id_token })
}
