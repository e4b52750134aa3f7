//! What is in progress in browsers: sign-in pages, authorization codes, and sessions.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::table::Table;
use super::tokens::{Authentication, Grant};
use crate::values::clock::after;

/// Sign-in pages, authorization codes and sessions, each by an unguessable identifier.
#[derive(Clone)]
pub(crate) struct SignIns {
    pub(crate) pages: Table<SignInPage>,
    pub(crate) codes: Table<IssuedCode>,
    pub(crate) sessions: Table<Session>,
}

impl Default for SignIns {
    fn default() -> Self {
        Self { pages: Table::new(), codes: Table::new(), sessions: Table::new() }
    }
}

/// A valid authorization request.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AuthorizationRequest {
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) response: RequestedResponse,
    pub(crate) mode: ResponseMode,
    pub(crate) state: Option<String>,
    pub(crate) nonce: Option<String>,
    /// The SHA-256 of the verifier, in base64url.
    pub(crate) code_challenge: Option<String>,
    pub(crate) scopes: Vec<String>,
    pub(crate) claims: Vec<String>,
    pub(crate) id_token_claims: Vec<String>,
    pub(crate) claims_in_id_token: bool,
    /// The only user who may sign in, by identifier.
    #[serde(default)]
    pub(crate) user_id: Option<String>,
}

/// What the client gets in the redirect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RequestedResponse {
    pub(crate) code: bool,
    pub(crate) token: bool,
    pub(crate) id_token: bool,
}

/// In which part of the redirect URI the parameters of the response are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum ResponseMode {
    Fragment,
    Query,
}

/// A page on which somebody is signing in.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SignInPage {
    pub(crate) request: AuthorizationRequest,
    pub(crate) expires: Timestamp,
    /// The code that is asked for, once the password is right.
    pub(crate) second_factor: Option<SecondFactor>,
}

/// A code that was sent to a user whose password is right.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SecondFactor {
    pub(crate) user_id: String,
    pub(crate) code: String,
    pub(crate) expires: Timestamp,
    pub(crate) attempts_left: u32,
    /// Where the code was sent, in part.
    pub(crate) sent_to: String,
    /// Value of the claim `amr`.
    pub(crate) method: String,
}

/// An authorization code.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct IssuedCode {
    pub(crate) grant: Grant,
    pub(crate) redirect_uri: String,
    pub(crate) nonce: Option<String>,
    pub(crate) code_challenge: Option<String>,
    pub(crate) expires: Timestamp,
    pub(crate) is_used: bool,
}

/// A user who is signed in, in one browser.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Session {
    pub(crate) user_id: String,
    pub(crate) authentication: Authentication,
    pub(crate) expires: Timestamp,
}

impl SignIns {
    /// Adds a page, in place of the oldest ones if there are too many.
    pub(crate) fn add_page(&mut self, id: String, request: AuthorizationRequest, now: Timestamp) {
        self.pages.retain(|page| page.expires > now);
        while self.pages.len() >= MAX_PAGES {
            let first = self.pages.iter().min_by_key(|(_, page)| page.expires);
            let Some(first) = first.map(|(id, _)| id.to_owned()) else { break };
            self.pages.remove(&first);
        }
        let expires = after(now, PAGE_LIFETIME);
        self.pages.insert(id, SignInPage { request, expires, second_factor: None });
    }

    pub(crate) fn page(&self, id: &str, now: Timestamp) -> Option<&SignInPage> {
        self.pages.get(id).filter(|page| page.expires > now)
    }

    pub(crate) fn add_code(
        &mut self,
        id: String,
        grant: Grant,
        request: &AuthorizationRequest,
        now: Timestamp,
    ) {
        self.codes.retain(|code| after(code.expires, REUSE_NOTICED) > now);
        let code = IssuedCode {
            grant,
            redirect_uri: request.redirect_uri.clone(),
            nonce: request.nonce.clone(),
            code_challenge: request.code_challenge.clone(),
            expires: after(now, CODE_LIFETIME),
            is_used: false,
        };
        self.codes.insert(id, code);
    }

    pub(crate) fn add_session(
        &mut self,
        id: String,
        user_id: String,
        authentication: Authentication,
        now: Timestamp,
    ) {
        self.sessions.retain(|session| session.expires > now);
        let expires = after(now, SESSION_LIFETIME);
        self.sessions.insert(id, Session { user_id, authentication, expires });
    }

    pub(crate) fn session(&self, id: &str, now: Timestamp) -> Option<&Session> {
        self.sessions.get(id).filter(|session| session.expires > now)
    }
}

/// The lifetimes of the service are not public; these are inferred.
const PAGE_LIFETIME: Duration = Duration::from_secs(30 * 60);
const CODE_LIFETIME: Duration = Duration::from_secs(60);
const SESSION_LIFETIME: Duration = Duration::from_secs(8 * 60 * 60);
/// How long a code is kept after it expired, so that its reuse is noticed.
const REUSE_NOTICED: Duration = Duration::from_secs(60 * 60);
/// Anybody can open pages, so their number is limited.
const MAX_PAGES: usize = 1_000;
