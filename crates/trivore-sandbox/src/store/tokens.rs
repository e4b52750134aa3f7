//! Issued tokens.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use crate::values::api_error::ApiError;
use crate::values::clock::after;
use crate::values::ids;

/// To whom a token was issued.
#[derive(Clone)]
pub(crate) enum Subject {
    /// The OIDC client itself.
    Client,
    /// A user, by identifier.
    User(String),
}

/// The subject, client and scopes of a token.
#[derive(Clone)]
pub(crate) struct Grant {
    pub(crate) subject: Subject,
    pub(crate) client_id: String,
    pub(crate) scopes: Vec<String>,
}

/// Access and refresh tokens, with their expiry times.
#[derive(Clone, Default)]
pub(crate) struct Tokens {
    access: BTreeMap<String, (Grant, Timestamp)>,
    refresh: BTreeMap<String, (Grant, Timestamp)>,
}

impl Tokens {
    /// Returns the grant of an access token, unless it has expired.
    pub(crate) fn access(&self, token: &str, now: Timestamp) -> Option<&Grant> {
        self.access.get(token).filter(|(_, expires)| *expires > now).map(|(grant, _)| grant)
    }

    pub(crate) fn refresh(&self, token: &str, now: Timestamp) -> Option<&Grant> {
        self.refresh.get(token).filter(|(_, expires)| *expires > now).map(|(grant, _)| grant)
    }

    pub(crate) fn issue_access(
        &mut self,
        grant: Grant,
        now: Timestamp,
    ) -> Result<String, ApiError> {
        self.access.retain(|_, (_, expires)| *expires > now);
        let token = ids::token()?;
        self.access.insert(token.clone(), (grant, after(now, ACCESS_LIFETIME)));
        Ok(token)
    }

    pub(crate) fn issue_refresh(
        &mut self,
        grant: Grant,
        now: Timestamp,
    ) -> Result<String, ApiError> {
        let token = ids::token()?;
        self.refresh.insert(token.clone(), (grant, after(now, REFRESH_LIFETIME)));
        Ok(token)
    }

    pub(crate) fn revoke_refresh(&mut self, token: &str) {
        self.refresh.remove(token);
    }

    /// Invalidates all access tokens, but no refresh tokens.
    pub(crate) fn expire_access(&mut self) {
        self.access.clear();
    }

    /// Invalidates all tokens of a client.
    pub(crate) fn revoke_client(&mut self, id: &str) {
        self.access.retain(|_, (grant, _)| grant.client_id != id);
        self.refresh.retain(|_, (grant, _)| grant.client_id != id);
    }

    /// Invalidates all tokens.
    pub(crate) fn revoke_all(&mut self) {
        *self = Self::default();
    }
}

/// The lifetimes of the service are not public; these are inferred.
pub(crate) const ACCESS_LIFETIME: Duration = Duration::from_secs(60 * 60);
const REFRESH_LIFETIME: Duration = Duration::from_secs(30 * 24 * 60 * 60);
