//! OpenID Connect: discovery, tokens, userinfo.
//!
//! There are no signing keys and so no ID tokens: `/openid/jwks.json` holds an empty set.

mod discovery;
mod router;
mod sign_in;
mod token;
mod tokens;
mod userinfo;

pub(crate) use router::router;
pub(crate) use tokens::{Subject, Tokens};
