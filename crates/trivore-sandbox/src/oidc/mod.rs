//! OpenID Connect: discovery, sign-in in a browser, tokens, userinfo.

mod authorization;
mod authorization_request;
mod browser_response;
mod client_authentication;
pub(crate) mod discovery;
mod endpoints;
mod html;
mod id_token;
mod introspection;
mod jws;
mod keys;
mod logout;
mod pkce;
mod requested_claims;
mod second_factor;
mod session_cookie;
mod sign_in;
mod token;
mod token_error;
mod userinfo;

pub(crate) use endpoints::ENDPOINTS;
