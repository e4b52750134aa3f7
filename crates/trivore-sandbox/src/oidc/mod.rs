//! OpenID Connect: discovery, tokens, userinfo.
//!
//! There are no signing keys and therefore no ID tokens; `/openid/jwks.json` returns an empty set.

mod discovery;
mod router;
mod sign_in;
mod token;
mod tokens;
mod userinfo;

pub(crate) use router::router;
pub(crate) use tokens::{Subject, Tokens};
