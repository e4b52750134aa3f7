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

use crate::error::{BoxError, Error, Result};
use crate::operation::Operation;
use crate::token::channel::{Channel, FailedRequest, ISSUE, REFRESH};
use crate::token::patience::Patience;
use crate::token::source::Kind;
use crate::token::{AccessToken, OidcGrant, Secret, TokenSource, TokenStore, discovery, response};

/// Gets tokens from a source; keeps the token endpoint and the refresh token for the next one.
#[derive(Debug)]
pub(crate) struct Session {
    source: TokenSource,
    memory: Mutex<Memory>,
}

/// State that is kept from one refresh to the next.
#[derive(Debug, Default)]
struct Memory {
    /// The token endpoint, once it is known.
    endpoint: Option<Uri>,
    refresh_token: Option<Secret>,
    /// The refresh token was sent, and it is unknown whether the server has used it.
    is_doubtful: bool,
    /// Number of the latest exchange; the end of an earlier, abandoned exchange changes nothing.
    turns: u64,
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
        Self { source, memory: Mutex::default() }
    }

    /// Gets the next token and saves it to the store.
    ///
    /// The first time, returns the stored token, if there is one.
    pub(crate) async fn obtain(&self, channel: &Channel, patience: &Patience) -> Result<Issued> {
        if let Some(store) = &self.source.store
            && let Some(issued) = self.load(store).await
        {
            return Ok(issued);
        }
        let issued = match &self.source.kind {
            Kind::Grant(grant) => {
                self.grant(grant, channel, patience).await.map_err(|failed| failed.error)?
            }
            Kind::Own(obtain) => {
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
        patience: &Patience,
    ) -> Result<Issued, Failed> {
        let known = self.memory().endpoint.clone();
        let Some(known) = known else {
            let endpoint =
                self.endpoint(grant, channel, patience).await.map_err(Failed::before_sending)?;
            return self.grant_at(endpoint, grant, channel, patience).await;
        };
        match self.grant_at(known.clone(), grant, channel, patience).await {
            Err(failed) if failed.is_elsewhere => {
                match self.endpoint(grant, channel, patience).await {
                    Ok(moved) if moved != known => {
                        self.grant_at(moved, grant, channel, patience).await
                    }
                    _ => Err(failed),
                }
            }
            answer => answer,
        }
    }

    /// Finds the token endpoint and keeps it.
    async fn endpoint(
        &self,
        grant: &OidcGrant,
        channel: &Channel,
        patience: &Patience,
    ) -> Result<Uri> {
        let endpoint = discovery::token_endpoint(grant.place(), channel, patience).await?;
        self.memory().endpoint = Some(endpoint.clone());
        Ok(endpoint)
    }

    /// Gets a token from `endpoint`, with the refresh token if there is one, else with the grant.
    async fn grant_at(
        &self,
        endpoint: Uri,
        grant: &OidcGrant,
        channel: &Channel,
        patience: &Patience,
    ) -> Result<Issued, Failed> {
        let (turn, held) = self.memory().begin(grant);
        if let Some(held) = held {
            let request = token_request(grant, endpoint.clone(), grant.refresh_form(&held));
            match exchange(&REFRESH, grant, request, Some(&held), channel, patience).await {
                Ok(issued) => return Ok(self.memory().keep(turn, grant, issued, Some(held))),
                // The refresh token is discarded; the configured grant may still work.
                Err(failed) if failed.gives_way(&held, grant) => {
                    self.memory().end(turn, None, false);
                }
                Err(failed) => {
                    self.memory().end(turn, Some(held), failed.fate == Fate::Unknown);
                    return Err(failed);
                }
            }
        }
        let operation = if grant.begins_anew() { &ISSUE } else { &REFRESH };
        let request = token_request(grant, endpoint, grant.form());
        match exchange(operation, grant, request, None, channel, patience).await {
            Ok(issued) => Ok(self.memory().keep(turn, grant, issued, None)),
            Err(failed) => {
                // The configured refresh token is in doubt like any other.
                let is_doubtful = failed.fate == Fate::Unknown && !grant.begins_anew();
                self.memory().end(turn, None, is_doubtful);
                Err(failed)
            }
        }
    }

    /// Whether the refresh token may have been used; it is then not sent for an early refresh.
    pub(crate) fn is_doubtful(&self) -> bool {
        self.memory().is_doubtful
    }

    /// Reads the store, until it was read once.
    async fn load(&self, store: &TokenStore) -> Option<Issued> {
        // After the first refresh, the state in memory is newer than the store.
        if self.memory().has_loaded {
            return None;
        }
        let stored = in_time(store.load()).await;
        let mut memory = self.memory();
        // Not before: this refresh may be cut off while it reads. Another one then reads, too.
        if std::mem::replace(&mut memory.has_loaded, true) {
            return None;
        }
        let token = match stored {
            Ok(stored) => stored?,
            Err(reason) => {
                tracing::warn!(target: "trivore", reason, "could not load the stored token");
                return None;
            }
        };
        memory.refresh_token.clone_from(&token.refresh_token);
        (!token.text.is_empty()).then(|| Issued { token, at: Instant::now() })
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    /// Starts an exchange; returns its number and the refresh token, if there is one.
    ///
    /// If the grant works without the refresh token, removes it: should the exchange be cut off,
    /// the token is not sent a second time.
    fn begin(&mut self, grant: &OidcGrant) -> (u64, Option<Secret>) {
        self.turns += 1;
        let held = self.refresh_token.clone();
        self.is_doubtful = held.is_some() || !grant.begins_anew();
        if grant.begins_anew() {
            self.refresh_token = None;
        }
        (self.turns, held)
    }

    /// Ends an exchange that succeeded; keeps the old refresh token if there is no new one.
    fn keep(
        &mut self,
        turn: u64,
        grant: &OidcGrant,
        mut issued: Issued,
        held: Option<Secret>,
    ) -> Issued {
        let mut kept = None;
        if grant.takes_refresh_tokens() {
            issued.token.refresh_token = issued.token.refresh_token.or(held);
            kept.clone_from(&issued.token.refresh_token);
        }
        self.end(turn, kept, false);
        issued
    }

    /// Ends an exchange and keeps this refresh token.
    fn end(&mut self, turn: u64, refresh_token: Option<Secret>, is_doubtful: bool) {
        if turn == self.turns {
            self.refresh_token = refresh_token;
            self.is_doubtful = is_doubtful;
        }
    }
}

/// Why an exchange failed, and what this means for the refresh token.
struct Failed {
    error: Error,
    fate: Fate,
    /// The endpoint may have moved; the request was then not processed.
    is_elsewhere: bool,
}

/// What the server did with a refresh token that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// The server did not process it.
    Unused,
    /// The server rejected it.
    Refused,
    /// The server may have used it.
    Unknown,
}

impl Failed {
    /// Nothing was sent to the token endpoint.
    fn before_sending(error: Error) -> Self {
        Self { error, fate: Fate::Unused, is_elsewhere: false }
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
        let fate = if is_elsewhere {
            Fate::Unused
        } else if error.refuses_token() && status.is_some() {
            Fate::Refused
        } else if may_be_processed || is_unclear {
            // The endpoint may have rejected the refresh token, but did not say so as it should.
            Fate::Unknown
        } else {
            Fate::Unused
        };
        Self { error, fate, is_elsewhere }
    }

    /// The server processed the request, although its response is unusable.
    fn unusable(error: Error) -> Self {
        Self { error, fate: Fate::Unknown, is_elsewhere: false }
    }

    /// Whether to discard the refresh token and use the configured grant.
    fn gives_way(&self, held: &Secret, grant: &OidcGrant) -> bool {
        match self.fate {
            Fate::Unused => false,
            Fate::Refused => grant.can_do_without(held),
            Fate::Unknown => grant.begins_anew(),
        }
    }
}

/// Sends one token request and reads the token from the response.
async fn exchange(
    operation: &'static Operation,
    grant: &OidcGrant,
    request: Request<Bytes>,
    held: Option<&Secret>,
    channel: &Channel,
    patience: &Patience,
) -> Result<Issued, Failed> {
    let secrets: Vec<_> = grant.secrets().into_iter().chain(held).collect();
    let sent = channel.send(operation, request, &secrets, patience).await;
    let (answer, at) = sent.map_err(Failed::unsuccessful)?;
    let token = response::read(&answer).map_err(Failed::unusable)?;
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
    use crate::token::OidcClient;

    fn issued(refresh_token: &str) -> Issued {
        let mut token = AccessToken::new("t");
        token.refresh_token = Some(refresh_token.into());
        Issued { token, at: Instant::now() }
    }

    #[test]
    fn an_exchange_that_ends_late_changes_nothing() {
        let grant = OidcGrant::refresh_token(OidcClient::public("id"), "r0");
        let mut memory = Memory::default();
        let (late, _) = memory.begin(&grant);
        let (present, _) = memory.begin(&grant);
        drop(memory.keep(present, &grant, issued("r2"), None));

        drop(memory.keep(late, &grant, issued("r1"), None));
        memory.end(late, None, false);
        memory.end(late, Some("r0".into()), true);

        assert!(memory.refresh_token == Some("r2".into()));
        assert!(!memory.is_doubtful);
        memory.end(present, None, false);
        assert!(memory.refresh_token.is_none());
    }
}
