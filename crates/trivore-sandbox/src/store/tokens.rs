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
    /// Claims that were requested by name for the ID token.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) id_token_claims: Vec<String>,
    /// Whether the ID token has all claims to which the scopes give access.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) claims_in_id_token: bool,
    /// How and when the user signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) authentication: Option<Authentication>,
    /// What all tokens of one sign-in have in common.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) family: String,
}

impl Grant {
    pub(crate) fn has_scope(&self, scope: &str) -> bool {
        self.scopes.iter().any(|it| it == scope)
    }

    /// Returns the user, unless the client itself is the subject.
    pub(crate) fn user_id(&self) -> Option<&str> {
        match &self.subject {
            Subject::Client => None,
            Subject::User(id) => Some(id),
        }
    }
}

/// How and when a user signed in.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Authentication {
    pub(crate) time: Timestamp,
    /// Values of the claim `amr`.
    pub(crate) methods: Vec<String>,
}

/// What was granted with a token, and until when.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct IssuedToken {
    pub(crate) grant: Grant,
    pub(crate) expires: Timestamp,
    /// Whether this is a refresh token in place of which another was issued.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) is_used: bool,
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
        let expires = after(now, ACCESS_LIFETIME);
        self.access.insert(token, IssuedToken { grant, expires, is_used: false });
    }

    pub(crate) fn issue_refresh(&mut self, token: String, grant: Grant, now: Timestamp) {
        // Not each time, because the table has all tokens that were used in a month.
        if self.refresh.len().is_power_of_two() {
            self.refresh.retain(|issued| issued.expires > now);
        }
        let expires = after(now, REFRESH_LIFETIME);
        self.refresh.insert(token, IssuedToken { grant, expires, is_used: false });
    }

    /// Invalidates a refresh token, and keeps in mind that it was used.
    pub(crate) fn use_refresh(&mut self, token: &str) {
        self.refresh.update(token, |issued| issued.is_used = true);
    }

    /// Returns the sign-in of a refresh token that was used before.
    pub(crate) fn used_refresh(&self, token: &str) -> Option<&Grant> {
        self.refresh.get(token).filter(|issued| issued.is_used).map(|issued| &issued.grant)
    }

    /// Invalidates all tokens of one sign-in.
    pub(crate) fn revoke_family(&mut self, family: &str) {
        let is_other = |issued: &IssuedToken| family.is_empty() || issued.grant.family != family;
        self.access.retain(is_other);
        self.refresh.retain(is_other);
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
    live_token(tokens, token, now).map(|issued| &issued.grant)
}

/// Returns a token that has neither expired nor been used up.
pub(crate) fn live_token<'a>(
    tokens: &'a Table<IssuedToken>,
    token: &str,
    now: Timestamp,
) -> Option<&'a IssuedToken> {
    tokens.get(token).filter(|issued| issued.expires > now && !issued.is_used)
}

/// The lifetimes of the service are not public; these are inferred.
pub(crate) const ACCESS_LIFETIME: Duration = Duration::from_secs(60 * 60);
const REFRESH_LIFETIME: Duration = Duration::from_secs(30 * 24 * 60 * 60);
