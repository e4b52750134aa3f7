//! The cookie that names the session of a browser.

use axum::response::Response;
use http::{HeaderMap, HeaderValue, header};

use crate::store::browser_sign_in::Session;
use crate::store::state::State;

/// Returns the session of the browser that sent a request, and its identifier.
///
/// There is none if the user has been locked or deleted since.
pub(super) fn session<'a>(state: &'a State, headers: &HeaderMap) -> Option<(String, &'a Session)> {
    let name = name(state);
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|it| it.to_str().ok());
    let mut pairs = cookies.flat_map(|it| it.split(';')).filter_map(|it| it.trim().split_once('='));
    let (_, id) = pairs.find(|(key, _)| *key == name)?;
    let session = state.sign_ins.session(id, state.clock.now())?;
    state.may_stay_signed_in(&session.user_id).then(|| (id.to_owned(), session))
}

/// Sets the cookie.
pub(super) fn begin(state: &State, response: &mut Response, id: &str) {
    set(state, response, &format!("{id}; "));
}

/// Removes the cookie.
pub(super) fn end(state: &State, response: &mut Response) {
    set(state, response, "; Max-Age=0; ");
}

fn set(state: &State, response: &mut Response, value: &str) {
    let secure = if state.url.starts_with("https:") { "; Secure" } else { "" };
    let cookie = format!("{}={value}Path=/openid/; HttpOnly; SameSite=Lax{secure}", name(state));
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// Returns the name, which has the port if there is one, because browsers send cookies to all ports.
fn name(state: &State) -> String {
    match state.url.rsplit_once(':') {
        Some((_, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("trivore_sandbox_{port}")
        }
        _ => "trivore_sandbox".to_owned(),
    }
}
