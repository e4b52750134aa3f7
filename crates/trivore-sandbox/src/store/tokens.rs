//! Issued tokens.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::table::Table;
use crate::values::clock::after;

/// To whom a token was issued.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Subject {
    /// The OIDC client itself.
    Client,
    /// A user, by identifier.
    User(String),
}

/// The subject, client and scopes of a token.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Grant {
    pub(crate) subject: Subject,
    pub(crate) client_id: String,
    pub(crate) scopes: Vec<String>,
    /// Claims of the user that were requested by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) claims: Vec<String>,
}

/// What was granted with a token, and until when.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct IssuedToken {
    pub(crate) grant: Grant,
    pub(crate) expires: Timestamp,
}

/// Access and refresh tokens.
#[derive(Clone)]
pub(crate) struct Tokens {
    pub(crate) access: Table<IssuedToken>,
    pub(crate) refresh: Table<IssuedToken>,
}

impl Default for Tokens {
    fn default() -> Self {
        Self { access: Table::new(), refresh: Table::new() }
    }
}

impl Tokens {
    /// Returns the grant of an access token, unless it has expired.
    pub(crate) fn access(&self, token: &str, now: Timestamp) -> Option<&Grant> {
        live(&self.access, token, now)
    }

    pub(crate) fn refresh(&self, token: &str, now: Timestamp) -> Option<&Grant> {
        live(&self.refresh, token, now)
    }

    pub(crate) fn issue_access(&mut self, token: String, grant: Grant, now: Timestamp) {
        self.access.retain(|issued| issued.expires > now);
        self.access.insert(token, IssuedToken { grant, expires: after(now, ACCESS_LIFETIME) });
    }

    pub(crate) fn issue_refresh(&mut self, token: String, grant: Grant, now: Timestamp) {
        self.refresh.insert(token, IssuedToken { grant, expires: after(now, REFRESH_LIFETIME) });
    }

    pub(crate) fn revoke_refresh(&mut self, token: &str) {
        self.refresh.remove(token);
    }

    /// Invalidates all access tokens, but no refresh tokens.
    pub(crate) fn expire_access(&mut self) {
        self.access.retain(|_| false);
    }

    /// Invalidates all tokens of a client.
    pub(crate) fn revoke_client(&mut self, id: &str) {
        self.access.retain(|issued| issued.grant.client_id != id);
        self.refresh.retain(|issued| issued.grant.client_id != id);
    }

    /// Invalidates all tokens.
    pub(crate) fn revoke_all(&mut self) {
        self.access.retain(|_| false);
        self.refresh.retain(|_| false);
    }
}

fn live<'a>(tokens: &'a Table<IssuedToken>, token: &str, now: Timestamp) -> Option<&'a Grant> {
    tokens.get(token).filter(|issued| issued.expires > now).map(|issued| &issued.grant)
}

/// The lifetimes of the service are not public; these are inferred.
pub(crate) const ACCESS_LIFETIME: Duration = Duration::from_secs(60 * 60);
const REFRESH_LIFETIME: Duration = Duration::from_secs(30 * 24 * 60 * 60);
