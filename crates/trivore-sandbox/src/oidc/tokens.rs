//! Issued tokens.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use crate::clock::after;
use crate::ids;
use crate::reply::Refusal;

/// For whom a token was issued.
#[derive(Clone)]
pub(crate) enum Subject {
    /// The OIDC client itself.
    Client,
    /// A user, by identifier.
    User(String),
}

/// What a token stands for.
#[derive(Clone)]
pub(crate) struct Grant {
    pub(crate) subject: Subject,
    pub(crate) client_id: String,
    pub(crate) scopes: Vec<String>,
}

/// Access and refresh tokens with the moments at which they expire.
#[derive(Default)]
pub(crate) struct Tokens {
    access: BTreeMap<String, (Grant, Timestamp)>,
    refresh: BTreeMap<String, (Grant, Timestamp)>,
}

impl Tokens {
    /// Returns what an access token stands for, unless it has expired.
    pub(crate) fn access(&self, token: &str, now: Timestamp) -> Option<&Grant> {
        self.access.get(token).filter(|(_, expires)| *expires > now).map(|(grant, _)| grant)
    }

    pub(super) fn refresh(&self, token: &str, now: Timestamp) -> Option<&Grant> {
        self.refresh.get(token).filter(|(_, expires)| *expires > now).map(|(grant, _)| grant)
    }

    pub(super) fn issue_access(&mut self, grant: Grant, now: Timestamp) -> Result<String, Refusal> {
        self.access.retain(|_, (_, expires)| *expires > now);
        let token = ids::token()?;
        self.access.insert(token.clone(), (grant, after(now, ACCESS_LIFETIME)));
        Ok(token)
    }

    pub(super) fn issue_refresh(
        &mut self,
        grant: Grant,
        now: Timestamp,
    ) -> Result<String, Refusal> {
        let token = ids::token()?;
        self.refresh.insert(token.clone(), (grant, after(now, REFRESH_LIFETIME)));
        Ok(token)
    }

    pub(super) fn revoke_refresh(&mut self, token: &str) {
        self.refresh.remove(token);
    }

    /// Makes all access tokens invalid; refresh tokens stay.
    pub(crate) fn expire_access(&mut self) {
        self.access.clear();
    }

    /// Makes all tokens invalid.
    pub(crate) fn revoke_all(&mut self) {
        *self = Self::default();
    }
}

/// Lifetimes are not public.
pub(super) const ACCESS_LIFETIME: Duration = Duration::from_secs(60 * 60);
const REFRESH_LIFETIME: Duration = Duration::from_secs(30 * 24 * 60 * 60);
