//! ID tokens.

use std::time::Duration;

use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::keys::{SigningKey, base64url};
use super::{jws, userinfo};
use crate::store::state::State;
use crate::store::tokens::Grant;
use crate::values::api_error::ApiError;
use crate::values::clock::after;
use crate::values::document::{Document, drop_nulls};

/// What an ID token says of the response in which it is.
#[derive(Clone, Copy, Default)]
pub(super) struct Context<'a> {
    pub(super) nonce: Option<&'a str>,
    pub(super) access_token: Option<&'a str>,
    pub(super) code: Option<&'a str>,
}

/// Signs an ID token for the user of a grant.
pub(super) fn issue(
    state: &State,
    grant: &Grant,
    context: Context<'_>,
) -> Result<String, ApiError> {
    let id = grant.user_id().ok_or_else(|| ApiError::internal("This grant has no user."))?;
    let account = state.account(id)?;
    let now = state.clock.now();
    let authentication = grant.authentication.as_ref();
    let own = json!({
        "iss": state.url,
        "aud": grant.client_id,
        "iat": now.as_second(),
        "exp": after(now, LIFETIME).as_second(),
        "auth_time": authentication.map(|it| it.time.as_second()),
        "amr": authentication.map(|it| &it.methods),
        "nonce": context.nonce,
        "at_hash": context.access_token.map(half_hash),
        "c_hash": context.code.map(half_hash),
    });
    let by_scope = grant.claims_in_id_token;
    let mut claims = userinfo::of_user(state, account, grant, &grant.id_token_claims, by_scope);
    if let Value::Object(own) = own {
        claims.extend(own);
    }
    drop_nulls(&mut claims);
    let client = state.oidc_clients.get(&grant.client_id);
    let algorithm = client.map(|client| client.id_token_alg).unwrap_or_default();
    jws::sign(SigningKey::new(algorithm, state.key_rotations), &claims)
}

/// Returns the claims of an ID token that this server issued, even if it has expired.
pub(super) fn read_hint(state: &State, token: &str) -> Option<Document> {
    let claims = jws::verify(token, state.key_rotations)?;
    (claims.get("iss").and_then(Value::as_str) == Some(&state.url)).then_some(claims)
}

/// Returns the left half of a hash, as in `at_hash` and `c_hash`.
fn half_hash(text: &str) -> String {
    let hash = digest(&SHA256, text.as_bytes());
    base64url(hash.as_ref().split_at(hash.as_ref().len() / 2).0)
}

/// As in samples of the documentation.
const LIFETIME: Duration = Duration::from_secs(7 * 24 * 60 * 60);
