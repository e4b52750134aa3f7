//! OpenID Connect: discovery, tokens, userinfo.
//!
//! There are no signing keys and therefore no ID tokens; `/openid/jwks.json` returns an empty set.

mod discovery;
mod endpoints;
mod token;
mod userinfo;

pub(crate) use endpoints::ENDPOINTS;
