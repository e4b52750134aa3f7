//! Handles the forms of the sign-in page.

use axum::response::{IntoResponse, Response};
use http::header::SET_COOKIE;
use http::{HeaderMap, StatusCode};

use super::authorization::{cannot_continue, return_error, return_success};
use super::authorization_request::{ResponseTarget, may_return_to};
use super::browser_response::page;
use super::html::{CodePage, PasswordPage};
use super::token_error::TokenError;
use super::{second_factor, session_cookie};
use crate::api::query::Query;
use crate::store::browser_sign_in::{AuthorizationRequest, SecondFactor, SignInPage};
use crate::store::sign_in::SignInRefusal;
use crate::store::state::State;
use crate::store::tokens::Authentication;
use crate::values::api_error::ApiError;

/// Handles a form: first the name and the password, then the code if the user has a second factor.
pub(super) fn sign_in(state: &mut State, headers: &HeaderMap, form: &Query) -> Response {
    let id = form.get("page").unwrap_or_default();
    let Some(open) = state.sign_ins.page(id, state.clock.now()).cloned() else {
        return cannot_continue(
            "This page has expired or was used. Go back to the application and sign in again.",
        );
    };
    let client = state.oidc_clients.get(&open.request.client_id);
    if !client.is_some_and(|client| may_return_to(state, client, &open.request.redirect_uri)) {
        return cannot_continue("The application is no longer registered.");
    }
    let former = session_cookie::session(state, headers).map(|(id, _)| id);
    let outcome = match open.second_factor.clone() {
        // The form with the name comes again from a browser that went back.
        Some(factor) if form.get("username").is_none() => with_code(state, id, &open, factor, form),
        _ => with_password(state, id, &open, form),
    };
    let response = outcome.unwrap_or_else(IntoResponse::into_response);
    // The browser forgets it with the new cookie.
    if let Some(former) = former.filter(|_| response.headers().contains_key(SET_COOKIE)) {
        state.sign_ins.sessions.remove(&former);
    }
    response
}

fn with_password(
    state: &mut State,
    id: &str,
    open: &SignInPage,
    form: &Query,
) -> Result<Response, ApiError> {
    let (name, password) = (form.get("username"), form.get("password"));
    let (name, password) = (name.unwrap_or_default().trim(), password.unwrap_or_default());
    let namespace = form.get("namespace").map(str::trim).filter(|code| !code.is_empty());
    let user = match state.sign_in_to(name, namespace, password) {
        Ok(user) => user,
        Err(refusal) => {
            let why = match refusal {
                SignInRefusal::Locked => "This user is locked.",
                SignInRefusal::Wrong => "The user name or the password is wrong.",
            };
            return Ok(show_password_page(id, open, form, why));
        }
    };
    match second_factor::send(state, &user)? {
        second_factor::Sent::NotNeeded => {
            finish(state, id, &open.request, user, vec!["pwd".to_owned()])
        }
        second_factor::Sent::Nowhere => Ok(show_password_page(
            id,
            open,
            form,
            "This user needs a code, but has neither an e-mail address nor a mobile number.",
        )),
        second_factor::Sent::To(factor) => {
            let response = show_code_page(id, open, &factor, None);
            state.sign_ins.pages.update(id, |page| page.second_factor = Some(factor));
            Ok(response)
        }
    }
}

fn with_code(
    state: &mut State,
    id: &str,
    open: &SignInPage,
    factor: SecondFactor,
    form: &Query,
) -> Result<Response, ApiError> {
    let given = form.get("code").unwrap_or_default().trim();
    let is_live = factor.expires > state.clock.now() && state.may_stay_signed_in(&factor.user_id);
    if is_live && given == factor.code {
        let methods = ["pwd".to_owned(), factor.method, "mfa".to_owned()];
        return finish(state, id, &open.request, factor.user_id, methods.into());
    }
    let factor = SecondFactor { attempts_left: factor.attempts_left.saturating_sub(1), ..factor };
    if is_live && factor.attempts_left > 0 {
        let response = show_code_page(id, open, &factor, Some("The code is wrong."));
        state.sign_ins.pages.update(id, |page| page.second_factor = Some(factor));
        return Ok(response);
    }
    state.sign_ins.pages.update(id, |page| page.second_factor = None);
    let why = if is_live {
        "The code was wrong too often. Sign in again."
    } else {
        "The code has expired. Sign in again."
    };
    Ok(show_password_page(id, open, &Query::default(), why))
}

/// Begins a session and returns to the client; the page cannot be used again.
fn finish(
    state: &mut State,
    page: &str,
    request: &AuthorizationRequest,
    user_id: String,
    methods: Vec<String>,
) -> Result<Response, ApiError> {
    state.sign_ins.pages.remove(page);
    if request.user_id.as_ref().is_some_and(|expected| *expected != user_id) {
        let error = TokenError::new("login_required", "another user has signed in");
        return Ok(return_error(state, &ResponseTarget::of(request), &error));
    }
    let session = state.random.token()?;
    let now = state.clock.now();
    let authentication = Authentication { time: now, methods };
    state.sign_ins.add_session(session.clone(), user_id.clone(), authentication.clone(), now);
    state.record("session", "create", &user_id);
    let mut response = return_success(state, request, user_id, authentication);
    session_cookie::begin(state, &mut response, &session);
    Ok(response)
}

fn show_password_page(id: &str, open: &SignInPage, form: &Query, error: &str) -> Response {
    let html = PasswordPage {
        id,
        client_id: &open.request.client_id,
        username: form.get("username").unwrap_or_default(),
        namespace: form.get("namespace").unwrap_or_default(),
        error: Some(error),
    }
    .html();
    page(StatusCode::OK, html, Some(&open.request.redirect_uri))
}

fn show_code_page(
    id: &str,
    open: &SignInPage,
    factor: &SecondFactor,
    error: Option<&str>,
) -> Response {
    let html = CodePage { id, sent_to: &factor.sent_to, error }.html();
    page(StatusCode::OK, html, Some(&open.request.redirect_uri))
}
