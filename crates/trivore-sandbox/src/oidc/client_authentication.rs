//! Authenticates OIDC clients.

use http::{HeaderMap, header};

use super::token_error::TokenError;
use crate::access::clients::OidcClient;
use crate::api::authentication::basic_pair;
use crate::api::query::Query;
use crate::store::state::State;

/// Finds the client by Basic credentials or parameters.
pub(super) fn client<'a>(
    state: &'a State,
    headers: &HeaderMap,
    parameters: &Query,
) -> Result<&'a OidcClient, TokenError> {
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let wrong = || TokenError::new("invalid_client", "client id or secret is wrong");
    let (id, secret) = match header.and_then(|header| header.split_once(' ')) {
        Some((scheme, encoded)) if scheme.eq_ignore_ascii_case("basic") => {
            let (id, secret) = basic_pair(encoded.trim()).ok_or_else(wrong)?;
            (id, Some(secret))
        }
        _ => {
            let id = parameters.get("client_id").ok_or_else(wrong)?;
            (id.to_owned(), parameters.get("client_secret").map(str::to_owned))
        }
    };
    // RFC 6749 section 2.3.1 requires form encoding of both parts; many clients omit it.
    let decoded = |text: &str| {
        form_urlencoded::parse(text.as_bytes()).next().map(|(key, _)| key.into_owned())
    };
    let clients = &state.oidc_clients;
    let found = clients.get(&id).or_else(|| clients.get(&decoded(&id)?)).ok_or_else(wrong)?;
    let fits = match (&found.secret, &secret) {
        (None, _) => true,
        (Some(known), Some(secret)) => known == secret || decoded(secret).as_ref() == Some(known),
        (Some(_), None) => false,
    };
    if fits { Ok(found) } else { Err(wrong()) }
}
