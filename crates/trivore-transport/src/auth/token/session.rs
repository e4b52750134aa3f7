//! Gets tokens from a source, and keeps the state between two refreshes.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Uri};
use tokio::time::Instant;

use crate::auth::token::access_token::AccessToken;
use crate::auth::token::channel::{FailedRequest, ISSUE, REFRESH};
use crate::auth::token::grant::OidcGrant;
use crate::auth::token::refresh_deadline::RefreshDeadline;
use crate::auth::token::secret_string::SecretString;
use crate::auth::token::source::TokenSourceKind;
use crate::auth::token::store::TokenStore;
use crate::auth::token::{Channel, TokenSource, discovery, token_response};
use crate::call::Operation;
use crate::error::{BoxError, Error, Result};

/// Gets tokens from a source; keeps the token endpoint and the refresh token for the next one.
#[derive(Debug)]
pub(crate) struct Session {
    source: TokenSource,
    state: Mutex<SessionState>,
}

/// State that is kept from one refresh to the next.
#[derive(Debug, Default)]
struct SessionState {
    /// The token endpoint, once it is known.
    endpoint: Option<Uri>,
    refresh_token: Option<SecretString>,
    /// The refresh token was sent, and it is unknown whether the server has used it.
    is_doubtful: bool,
    /// Number of the latest exchange; the end of an earlier, abandoned exchange changes nothing.
    exchanges: u64,
    /// The store has been read.
    has_loaded: bool,
}

/// A token and the time from which its lifetime counts.
pub(crate) struct Issued {
    pub(crate) token: AccessToken,
    pub(crate) at: Instant,
}

impl Session {
    pub(crate) fn new(source: TokenSource) -> Self {
        Self { source, state: Mutex::default() }
    }

    /// Gets the next token and saves it to the store.
    ///
    /// The first time, returns the stored token, if there is one.
    pub(crate) async fn obtain(
        &self,
        channel: &Channel,
        deadline: &RefreshDeadline,
    ) -> Result<Issued> {
        if let Some(store) = &self.source.store
            && let Some(issued) = self.load(store).await
        {
            return Ok(issued);
        }
        let issued = match &self.source.kind {
            TokenSourceKind::Grant(grant) => {
                self.grant(grant, channel, deadline).await.map_err(|failed| failed.error)?
            }
            TokenSourceKind::Own(obtain) => {
                let at = Instant::now();
                let token = obtain().await.map_err(|error| Error::from_middleware(error, false))?;
                Issued { token, at }
            }
        };
        if let Some(store) = &self.source.store {
            save(store, issued.token.clone()).await;
        }
        Ok(issued)
    }

    /// Gets a token with a grant.
    ///
    /// If the known endpoint appears to have moved, runs discovery again and tries the new one.
    async fn grant(
        &self,
        grant: &OidcGrant,
        channel: &Channel,
        deadline: &RefreshDeadline,
    ) -> Result<Issued, Failed> {
        let known = self.state().endpoint.clone();
        let Some(known) = known else {
            let endpoint =
                self.endpoint(grant, channel, deadline).await.map_err(Failed::before_sending)?;
            return self.grant_at(endpoint, grant, channel, deadline).await;
        };
        match self.grant_at(known.clone(), grant, channel, deadline).await {
            Err(failed) if failed.is_elsewhere => {
                match self.endpoint(grant, channel, deadline).await {
                    Ok(moved) if moved != known => {
                        self.grant_at(moved, grant, channel, deadline).await
                    }
                    _ => Err(failed),
                }
            }
            result => result,
        }
    }

    /// Finds the token endpoint and keeps it.
    async fn endpoint(
        &self,
        grant: &OidcGrant,
        channel: &Channel,
        deadline: &RefreshDeadline,
    ) -> Result<Uri> {
        let endpoint = discovery::token_endpoint(grant.place(), channel, deadline).await?;
        self.state().endpoint = Some(endpoint.clone());
        Ok(endpoint)
    }

    /// Gets a token from `endpoint`, with the refresh token if there is one, else with the grant.
    async fn grant_at(
        &self,
        endpoint: Uri,
        grant: &OidcGrant,
        channel: &Channel,
        deadline: &RefreshDeadline,
    ) -> Result<Issued, Failed> {
        let (number, refresh_token) = self.state().begin_exchange(grant);
        if let Some(refresh_token) = refresh_token {
            let request =
                token_request(grant, endpoint.clone(), grant.refresh_form(&refresh_token));
            match exchange(&REFRESH, grant, request, Some(&refresh_token), channel, deadline).await
            {
                Ok(issued) => {
                    return Ok(self.state().finish_exchange(
                        number,
                        grant,
                        issued,
                        Some(refresh_token),
                    ));
                }
                // The refresh token is discarded; the configured grant may still work.
                Err(failed) if failed.falls_back(&refresh_token, grant) => {
                    self.state().end_exchange(number, None, false);
                }
                Err(failed) => {
                    self.state().end_exchange(
                        number,
                        Some(refresh_token),
                        failed.token_use == TokenUse::Unknown,
                    );
                    return Err(failed);
                }
            }
        }
        let operation = if grant.works_without_refresh_token() { &ISSUE } else { &REFRESH };
        let request = token_request(grant, endpoint, grant.form());
        match exchange(operation, grant, request, None, channel, deadline).await {
            Ok(issued) => Ok(self.state().finish_exchange(number, grant, issued, None)),
            Err(failed) => {
                // The configured refresh token is in doubt like any other.
                let is_doubtful =
                    failed.token_use == TokenUse::Unknown && !grant.works_without_refresh_token();
                self.state().end_exchange(number, None, is_doubtful);
                Err(failed)
            }
        }
    }

    /// Whether the refresh token may have been used; it is then not sent for an early refresh.
    pub(crate) fn is_doubtful(&self) -> bool {
        self.state().is_doubtful
    }

    /// Reads the store, until it was read once.
    async fn load(&self, store: &TokenStore) -> Option<Issued> {
        // After the first refresh, the state in memory is newer than the store.
        if self.state().has_loaded {
            return None;
        }
        let stored = in_time(store.load()).await;
        let mut state = self.state();
        // Not before: this refresh may be cut off while it reads. Another one then reads, too.
        if std::mem::replace(&mut state.has_loaded, true) {
            return None;
        }
        let token = match stored {
            Ok(stored) => stored?,
            Err(reason) => {
                tracing::warn!(target: "trivore", reason, "could not load the stored token");
                return None;
            }
        };
        state.refresh_token.clone_from(&token.refresh_token);
        (!token.text.is_empty()).then(|| Issued { token, at: Instant::now() })
    }

    fn state(&self) -> MutexGuard<'_, SessionState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SessionState {
    /// Starts an exchange; returns its number and the refresh token, if there is one.
    ///
    /// If the grant works without the refresh token, removes it: should the exchange be cut off,
    /// the token is not sent a second time.
    fn begin_exchange(&mut self, grant: &OidcGrant) -> (u64, Option<SecretString>) {
        self.exchanges += 1;
        let refresh_token = self.refresh_token.clone();
        self.is_doubtful = refresh_token.is_some() || !grant.works_without_refresh_token();
        if grant.works_without_refresh_token() {
            self.refresh_token = None;
        }
        (self.exchanges, refresh_token)
    }

    /// Ends an exchange that succeeded; keeps the old refresh token if there is no new one.
    fn finish_exchange(
        &mut self,
        number: u64,
        grant: &OidcGrant,
        mut issued: Issued,
        refresh_token: Option<SecretString>,
    ) -> Issued {
        let mut kept = None;
        if grant.uses_refresh_tokens() {
            issued.token.refresh_token = issued.token.refresh_token.or(refresh_token);
            kept.clone_from(&issued.token.refresh_token);
        }
        self.end_exchange(number, kept, false);
        issued
    }

    /// Ends an exchange and keeps this refresh token.
    fn end_exchange(
        &mut self,
        number: u64,
        refresh_token: Option<SecretString>,
        is_doubtful: bool,
    ) {
        if number == self.exchanges {
            self.refresh_token = refresh_token;
            self.is_doubtful = is_doubtful;
        }
    }
}

/// Why an exchange failed, and what this means for the refresh token.
struct Failed {
    error: Error,
    token_use: TokenUse,
    /// The endpoint may have moved; the request was then not processed.
    is_elsewhere: bool,
}

/// What the server did with a refresh token that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TokenUse {
    /// The server did not process it.
    Unused,
    /// The server rejected it.
    Rejected,
    /// The server may have used it.
    Unknown,
}

impl Failed {
    /// Nothing was sent to the token endpoint.
    fn before_sending(error: Error) -> Self {
        Self { error, token_use: TokenUse::Unused, is_elsewhere: false }
    }

    /// The request was not sent, was rejected, or its outcome is unknown.
    fn unsuccessful(failed: FailedRequest) -> Self {
        let FailedRequest { error, status, may_be_processed } = failed;
        // A layer may have made up the response or replaced the server's.
        let is_elsewhere = match status.map(|status| status.as_u16()) {
            Some(301 | 307 | 308) => true,
            Some(404 | 405 | 410) => !may_be_processed,
            _ => error.is_connect() && !may_be_processed,
        };
        let is_unclear =
            matches!(status.map(|status| status.as_u16()), Some(400 | 401 | 403 | 422));
        let token_use = if is_elsewhere {
            TokenUse::Unused
        } else if error.refuses_token() && status.is_some() {
            TokenUse::Rejected
        } else if may_be_processed || is_unclear {
            // The endpoint may have rejected the refresh token, but did not say so as it should.
            TokenUse::Unknown
        } else {
            TokenUse::Unused
        };
        Self { error, token_use, is_elsewhere }
    }

    /// The server processed the request, although its response is unusable.
    fn unusable(error: Error) -> Self {
        Self { error, token_use: TokenUse::Unknown, is_elsewhere: false }
    }

    /// Whether to discard the refresh token and use the configured grant.
    fn falls_back(&self, refresh_token: &SecretString, grant: &OidcGrant) -> bool {
        match self.token_use {
            TokenUse::Unused => false,
            TokenUse::Rejected => grant.has_fallback_for(refresh_token),
            TokenUse::Unknown => grant.works_without_refresh_token(),
        }
    }
}

/// Sends one token request and reads the token from the response.
async fn exchange(
    operation: &'static Operation,
    grant: &OidcGrant,
    request: Request<Bytes>,
    refresh_token: Option<&SecretString>,
    channel: &Channel,
    deadline: &RefreshDeadline,
) -> Result<Issued, Failed> {
    let secrets: Vec<_> = grant.secrets().into_iter().chain(refresh_token).collect();
    let sent = channel.send(operation, request, &secrets, deadline).await;
    let (result, at) = sent.map_err(Failed::unsuccessful)?;
    let token = token_response::read(&result).map_err(Failed::unusable)?;
    Ok(Issued { token, at })
}

fn token_request(grant: &OidcGrant, endpoint: Uri, form: String) -> Request<Bytes> {
    let mut request = Request::new(Bytes::from(form));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = endpoint;
    let form = HeaderValue::from_static("application/x-www-form-urlencoded");
    request.headers_mut().insert(CONTENT_TYPE, form);
    if let Some(client) = grant.client().header() {
        request.headers_mut().insert(AUTHORIZATION, client);
    }
    request
}

async fn save(store: &TokenStore, token: AccessToken) {
    if let Err(reason) = in_time(store.save(token)).await {
        tracing::warn!(target: "trivore", reason, "could not save the token to the store");
    }
}

/// Limits a store's function to [`STORE_LIMIT`]; one that panics has failed.
///
/// Does not return the store's own error, which may contain the token: the reason is logged.
async fn in_time<T>(work: impl Future<Output = Result<T, BoxError>>) -> Result<T, &'static str> {
    let mut work = pin!(work);
    let caught = poll_fn(|context| {
        let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context)));
        polled.unwrap_or_else(|_panic| Poll::Ready(Err("panicked".into())))
    });
    match tokio::time::timeout(STORE_LIMIT, caught).await {
        Ok(done) => done.map_err(|_words| "failed"),
        Err(_elapsed) => Err("timed out after 5 s"),
    }
}

/// Time limit of `TokenStore`'s functions.
const STORE_LIMIT: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::token::oidc_client::OidcClient;

    fn issued(refresh_token: &str) -> Issued {
        let mut token = AccessToken::new("t");
        token.refresh_token = Some(refresh_token.into());
        Issued { token, at: Instant::now() }
    }

    #[test]
    fn an_exchange_that_ends_late_changes_nothing() {
        let grant = OidcGrant::refresh_token(OidcClient::public("id"), "r0");
        let mut state = SessionState::default();
        let (late, _) = state.begin_exchange(&grant);
        let (present, _) = state.begin_exchange(&grant);
        drop(state.finish_exchange(present, &grant, issued("r2"), None));

        drop(state.finish_exchange(late, &grant, issued("r1"), None));
        state.end_exchange(late, None, false);
        state.end_exchange(late, Some("r0".into()), true);

        assert!(state.refresh_token == Some("r2".into()));
        assert!(!state.is_doubtful);
        state.end_exchange(present, None, false);
        assert!(state.refresh_token.is_none());
    }
}
