//! The parameters that request claims and scopes.

use serde_json::Value;

use super::token_error::TokenError;
use crate::api::query::Query;
use crate::values::document::Document;

/// Claims that are requested by name (OpenID Connect Core, section 5.5), and where.
#[derive(Default)]
pub(super) struct RequestedClaims {
    pub(super) userinfo: Vec<String>,
    pub(super) id_token: Vec<String>,
    /// Whether the ID token is to have the claims of the scopes too.
    pub(super) all_in_id_token: bool,
    /// The only user whom the client accepts: the value of `sub`.
    pub(super) user_id: Option<String>,
}

impl RequestedClaims {
    /// Reads the parameters `claims` and `claims_in_id_token`.
    pub(super) fn read(parameters: &Query) -> Result<Self, TokenError> {
        let all_in_id_token = parameters.get("claims_in_id_token") == Some("true");
        let Some(text) = parameters.filled("claims") else {
            return Ok(Self { all_in_id_token, ..Self::default() });
        };
        let wrong = || {
            let why = "claims must be a JSON object whose members are objects";
            TokenError::new("invalid_request", why)
        };
        let mut requested: Document = serde_json::from_str(text).map_err(|_not_json| wrong())?;
        let sub = |place: &str| requested.get(place)?.get("sub")?.get("value")?.as_str();
        let user_id = sub("id_token").or_else(|| sub("userinfo")).map(str::to_owned);
        let mut names = |place| match requested.remove(place) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Object(claims)) => Ok(claims.into_iter().map(|(name, _)| name).collect()),
            Some(_) => Err(wrong()),
        };
        let (userinfo, id_token) = (names("userinfo")?, names("id_token")?);
        Ok(Self { userinfo, id_token, all_in_id_token, user_id })
    }
}

/// Reads the parameter `scope`.
pub(super) fn scopes(parameters: &Query) -> Vec<String> {
    let text = parameters.get("scope").unwrap_or_default();
    text.split_whitespace().map(str::to_owned).collect()
}
