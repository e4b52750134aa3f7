//! Signs a browser out (OpenID Connect RP-Initiated Logout).

use axum::response::Response;
use http::{HeaderMap, StatusCode};

use super::authorization::cannot_continue;
use super::authorization_request::{NoRedirect, ResponseTarget};
use super::browser_response::{page, return_to};
use super::html::{message_page, sign_out_page};
use super::id_token::read_hint;
use super::session_cookie;
use crate::access::clients::is_redirect_uri;
use crate::api::query::Query;
use crate::store::browser_sign_in::ResponseMode;
use crate::store::state::State;
use crate::values::document::{Document, text};

/// Signs out, or asks first if the request does not show that it is from a client of the user.
pub(super) fn logout(state: &mut State, headers: &HeaderMap, parameters: &Query) -> Response {
    let hint = match hint(state, parameters) {
        Ok(hint) => hint,
        Err(error) => return cannot_continue(error.0),
    };
    let target = match target(state, parameters, hint.as_ref()) {
        Ok(target) => target,
        Err(error) => return cannot_continue(error.0),
    };
    let user = hint.as_ref().and_then(|hint| text(hint, "sub"));
    let session = session_cookie::session(state, headers);
    if session.is_some_and(|(_, session)| user != Some(&session.user_id)) {
        let fields: Vec<_> =
            FIELDS.iter().filter_map(|name| Some((*name, parameters.filled(name)?))).collect();
        let leads_to = target.as_ref().map(|target| target.redirect_uri.as_str());
        return page(StatusCode::OK, sign_out_page(&fields), leads_to);
    }
    end(state, headers, target)
}

/// Signs out after the user was asked.
pub(super) fn sign_out(state: &mut State, headers: &HeaderMap, form: &Query) -> Response {
    let target = hint(state, form).and_then(|hint| target(state, form, hint.as_ref()));
    match target {
        Ok(target) => end(state, headers, target),
        Err(error) => cannot_continue(error.0),
    }
}

fn end(state: &mut State, headers: &HeaderMap, target: Option<ResponseTarget>) -> Response {
    let session = session_cookie::session(state, headers);
    if let Some((id, user)) = session.map(|(id, session)| (id, session.user_id.clone())) {
        state.sign_ins.sessions.remove(&id);
        state.record("session", "delete", &user);
    }
    let mut response = match target {
        Some(target) => return_to(&target, &[("state", target.state.as_deref())]),
        None => page(StatusCode::OK, message_page("Signed out", "You are signed out."), None),
    };
    session_cookie::end(state, &mut response);
    response
}

/// Reads the ID token that shows who the client and the user are.
fn hint(state: &State, parameters: &Query) -> Result<Option<Document>, NoRedirect> {
    let Some(token) = parameters.filled("id_token_hint") else { return Ok(None) };
    let wrong = NoRedirect("id_token_hint is not an ID token of this server.");
    read_hint(state, token).ok_or(wrong).map(Some)
}

/// Checks where the browser is to return to.
fn target(
    state: &State,
    parameters: &Query,
    hint: Option<&Document>,
) -> Result<Option<ResponseTarget>, NoRedirect> {
    if FIELDS.iter().any(|name| parameters.is_repeated(name)) {
        return Err(NoRedirect("A parameter is in the request more than once."));
    }
    let audience = hint.and_then(|hint| text(hint, "aud"));
    let named = parameters.filled("client_id");
    if audience.is_some_and(|id| named.is_some_and(|named| named != id)) {
        return Err(NoRedirect("client_id is not the client of id_token_hint."));
    }
    let Some(uri) = parameters.filled("post_logout_redirect_uri") else { return Ok(None) };
    let client = audience.or(named).and_then(|id| state.oidc_clients.get(id));
    let client = client.ok_or(NoRedirect(
        "post_logout_redirect_uri needs the client: send id_token_hint or client_id.",
    ))?;
    if !client.post_logout_redirect_uris.iter().any(|known| known == uri) || !is_redirect_uri(uri) {
        return Err(NoRedirect(
            "post_logout_redirect_uri is not registered for this client. It must be exactly the \
             same. --post-logout-redirect-uri, POST /sandbox/clients/oidc or a seed registers it.",
        ));
    }
    Ok(Some(ResponseTarget {
        redirect_uri: uri.to_owned(),
        state: parameters.get("state").map(str::to_owned),
        mode: ResponseMode::Query,
    }))
}

const FIELDS: [&str; 4] = ["client_id", "id_token_hint", "post_logout_redirect_uri", "state"];
