//! Caches one access token for all clones of a client, and starts its refreshes.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::Instant;
use tracing::Instrument as _;

use crate::auth::credentials::bearer_header;
use crate::auth::token::lifetime::{Age, Lifetime};
use crate::auth::token::refresh::{InFlightRefresh, RefreshDriver, RefreshResult};
use crate::auth::token::refresh_deadline::RefreshDeadline;
use crate::auth::token::refresh_failure::RefreshFailure;
use crate::auth::token::rejections::Rejections;
use crate::auth::token::session::{Issued, Session};
use crate::auth::token::{CachedToken, Channel, TokenSource, TokenTarget};
use crate::call::ExpiresAt;
use crate::error::{Error, Result};

/// Caches one access token for all clones of a client.
///
/// A token that expires soon is refreshed while calls go on using it. If there is no token, or it
/// is about to expire, all calls wait for the same refresh. If that refresh fails, calls use the
/// old token as long as it is valid. A permanent failure is returned for [`PERMANENT_FAILURE`]
/// without another request, so that a thousand calls with a wrong password send one request. Other
/// failures are not kept.
///
/// A token that the server rejects is replaced, at a bounded rate for each target; see
/// [`Rejections`].
#[derive(Clone)]
pub(crate) struct TokenCache(Arc<SharedCache>);

struct SharedCache {
    session: Session,
    state: Mutex<CacheState>,
}

#[derive(Default)]
struct CacheState {
    /// The cached token.
    cached: Option<CachedToken>,
    /// Number of tokens so far.
    generations: u64,
    /// The refresh in flight.
    in_flight: Option<InFlightRefresh>,
    /// Number of refreshes so far.
    refreshes: u64,
    /// The last permanent failure, and until when it is returned without another request.
    permanent_failure: Option<(RefreshFailure, Instant)>,
    /// After a failed refresh, no early refresh starts before this time.
    backs_off_until: Option<Instant>,
    /// What the server rejected.
    rejections: Rejections,
}

/// What a call does next.
enum NextStep {
    /// Sends the request with this token.
    Use(CachedToken),
    /// Waits for this refresh.
    Wait(InFlightRefresh),
    /// Fails, unless the cached token is still valid.
    Fail(RefreshFailure),
}

impl TokenCache {
    pub(crate) fn new(source: TokenSource) -> Self {
        Self(Arc::new(SharedCache { session: Session::new(source), state: Mutex::default() }))
    }

    /// Returns a token for a request to `target`, other than that of the `rejected` generation.
    ///
    /// Waits for a refresh if needed.
    ///
    /// # Errors
    ///
    /// The refresh failed, a recent one failed permanently, or none could be started.
    pub(crate) async fn token(
        &self,
        target: TokenTarget,
        rejected: Option<u64>,
        expires_at: Option<ExpiresAt>,
        channel: &(impl Fn() -> Channel + Sync),
    ) -> Result<CachedToken> {
        for _ in 0..MOST_LOST_REFRESHES {
            let refresh = match self.0.step(target, rejected, expires_at, channel)? {
                NextStep::Use(cached) => return Ok(cached),
                NextStep::Fail(failure) => {
                    return self.0.valid(target).ok_or_else(|| failure.to_error());
                }
                NextStep::Wait(refresh) => refresh,
            };
            let id = refresh.id;
            match refresh.result().await {
                Some(Ok(cached)) => return Ok(cached),
                Some(Err(failure)) => {
                    return self.0.valid(target).ok_or_else(|| failure.to_error());
                }
                // The task panicked, or its runtime was dropped or is idle: start another refresh,
                // unless another waiter already has.
                None => self.0.abandon(id),
            }
            tokio::task::yield_now().await;
        }
        let lost = "the token refresh ended without a result, \
                    because its runtime was dropped or is idle";
        Err(RefreshFailure::new(Error::middleware(lost, false)).to_error())
    }
}

impl TokenCache {
    /// Whether a request to `target` can be sent without a refresh, not even an early one.
    pub(crate) fn has_fresh(&self, target: TokenTarget) -> bool {
        let now = Instant::now();
        let ready = self.0.state().ready(target, now);
        ready.is_some_and(|cached| cached.lifetime.age(now) == Age::Fresh)
    }

    /// Returns the newest token, for a request to `target` that does not wait any more.
    ///
    /// Returns `None` if the token has expired or the target has rejected it.
    pub(crate) fn newest(&self, target: TokenTarget) -> Option<CachedToken> {
        self.0.valid(target)
    }

    /// Whether a request for `target` that was rejected with this token may be sent with another.
    pub(crate) fn may_replace(&self, cached: &CachedToken, target: TokenTarget) -> bool {
        let state = self.0.state();
        let is_replaced =
            state.cached.as_ref().is_some_and(|newest| newest.generation != cached.generation);
        is_replaced || state.rejections.may_refresh(target, Instant::now())
    }

    /// Records that the server accepted this token.
    pub(crate) fn mark_accepted(&self, cached: &CachedToken, target: TokenTarget) {
        self.0.state().rejections.accept(target, cached.generation, Instant::now());
    }

    /// Records that the server rejected this token, too, right after it rejected another one.
    ///
    /// The token is then not the cause, unless it has expired or is about to, or the server has
    /// invalidated two in a row.
    pub(crate) fn mark_in_vain(&self, cached: &CachedToken, target: TokenTarget) {
        let now = Instant::now();
        if matches!(cached.lifetime.age(now), Age::Fresh | Age::Aging) {
            self.0.state().rejections.reject_in_vain(target, cached.generation, now);
        }
    }
}

impl fmt::Debug for TokenCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TokenCache").field(&self.0.session).finish()
    }
}

impl SharedCache {
    /// Decides what a call does, and starts a refresh if one is due.
    fn step(
        self: &Arc<Self>,
        target: TokenTarget,
        rejected: Option<u64>,
        expires_at: Option<ExpiresAt>,
        channel: &impl Fn() -> Channel,
    ) -> Result<NextStep> {
        let now = Instant::now();
        let mut state = self.state();
        if let Some(rejected) = rejected
            && state.cached.as_ref().is_some_and(|cached| cached.generation == rejected)
        {
            state.rejections.reject(target, rejected);
        }
        state.in_flight = state.in_flight.take().filter(|refresh| !refresh.is_lost());
        if let Some(cached) = state.ready(target, now) {
            let is_early = state.backs_off(now) || self.session.is_doubtful();
            let is_aging = cached.lifetime.age(now) == Age::Aging;
            if is_aging && state.in_flight.is_none() && !is_early {
                // No call waits for this refresh, so it has no deadline, and the call continues
                // even if the refresh cannot start.
                drop(self.start(&mut state, RefreshDeadline::new(None), channel()));
            }
            return Ok(NextStep::Use(cached));
        }
        if let Some(refresh) = &state.in_flight {
            refresh.deadline.extend(expires_at);
            return Ok(NextStep::Wait(refresh.clone()));
        }
        if let Some((failure, until)) = &state.permanent_failure
            && now < *until
        {
            return Ok(NextStep::Fail(failure.clone()));
        }
        self.start(&mut state, RefreshDeadline::new(expires_at), channel()).map(NextStep::Wait)
    }

    /// Starts a refresh in its own task, so that it outlives the call that started it.
    fn start(
        self: &Arc<Self>,
        state: &mut CacheState,
        deadline: RefreshDeadline,
        channel: Channel,
    ) -> Result<InFlightRefresh> {
        let runtime = Handle::try_current().map_err(Error::configuration)?;
        state.refreshes += 1;
        let (refresh, driver) = InFlightRefresh::new(state.refreshes, deadline);
        state.in_flight = Some(refresh.clone());
        let task = Arc::clone(self).refresh(refresh.clone(), driver, channel);
        let span = tracing::info_span!(target: "trivore", parent: None, "trivore.token");
        // Detached: this is the only task that the SDK spawns.
        drop(runtime.spawn(task.instrument(span)));
        Ok(refresh)
    }

    /// Runs a refresh, stores its result and sends it to the waiters.
    async fn refresh(
        self: Arc<Self>,
        refresh: InFlightRefresh,
        driver: RefreshDriver,
        channel: Channel,
    ) {
        let obtained = driver.run(self.session.obtain(&channel, &refresh.deadline)).await;
        let result = self.finish(refresh.id, obtained);
        match &result {
            Ok(_) => tracing::debug!(target: "trivore", "obtained an access token"),
            Err(failure) => {
                let reason = failure.name();
                tracing::debug!(target: "trivore", reason, "could not obtain an access token");
            }
        }
        driver.finish(result);
    }

    /// Updates the cache with the result of a refresh, and returns what its waiters get.
    fn finish(&self, id: u64, obtained: Result<Issued>) -> RefreshResult {
        let signed = obtained.and_then(|issued| {
            let header = bearer_header(issued.token.text.expose()).map_err(Error::configuration)?;
            Ok((header, Lifetime::new(issued.at, issued.token.expires_in)))
        });
        let now = Instant::now();
        let mut state = self.state();
        let is_current = state.in_flight.as_ref().is_some_and(|current| current.id == id);
        if is_current {
            state.in_flight = None;
        }
        match signed {
            Ok((header, lifetime)) => {
                state.generations += 1;
                let generation = state.generations;
                let same = state.cached.as_ref().filter(|cached| cached.header == header);
                let since = same.map_or(generation, |cached| cached.since);
                let cached = CachedToken { header, lifetime, generation, since };
                // The late token of an abandoned refresh does not replace a valid one.
                let valid = state.valid(now);
                if is_current
                    || valid.is_none_or(|cached| state.rejections.is_suspect(cached.generation))
                {
                    state.cached = Some(cached.clone());
                    state.permanent_failure = None;
                    state.backs_off_until = None;
                }
                Ok(cached)
            }
            Err(error) => {
                let failure = RefreshFailure::new(error);
                if is_current {
                    state.rejections.fail(now);
                    state.backs_off_until = now.checked_add(BACKOFF);
                    let until =
                        now.checked_add(PERMANENT_FAILURE).filter(|_| failure.is_permanent());
                    state.permanent_failure = until.map(|until| (failure.clone(), until));
                }
                Err(failure)
            }
        }
    }

    /// Returns the cached token if it has not expired, even if it is about to, and the target has
    /// not rejected it.
    fn valid(&self, target: TokenTarget) -> Option<CachedToken> {
        let state = self.state();
        let valid = state.valid(Instant::now());
        valid.filter(|cached| state.rejections.permits(target, cached.generation))
    }

    /// Abandons this refresh, so that the next call starts another one.
    fn abandon(&self, id: u64) {
        let mut state = self.state();
        state.in_flight = state.in_flight.take().filter(|current| current.id != id);
    }

    fn state(&self) -> MutexGuard<'_, CacheState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CacheState {
    fn valid(&self, now: Instant) -> Option<CachedToken> {
        self.cached.clone().filter(|cached| cached.lifetime.age(now) != Age::Over)
    }

    /// Returns the cached token if a request to `target` can be sent with it immediately.
    fn ready(&self, target: TokenTarget, now: Instant) -> Option<CachedToken> {
        let cached = self.cached.as_ref()?;
        // If it is probably no longer valid, requests wait for the new one that is on its way.
        let is_about_to_change = self.rejections.is_suspect(cached.generation)
            && self.in_flight.is_some()
            && !self.backs_off(now);
        let is_ready = matches!(cached.lifetime.age(now), Age::Fresh | Age::Aging)
            && self.rejections.permits(target, cached.generation)
            && !is_about_to_change;
        is_ready.then(|| cached.clone())
    }

    /// Whether the last refresh failed so recently that no early one starts.
    fn backs_off(&self, now: Instant) -> bool {
        self.backs_off_until.is_some_and(|until| now < until)
    }
}

/// How long a permanent failure is returned to calls without another token request.
const PERMANENT_FAILURE: Duration = Duration::from_secs(2);
/// How long after a failed refresh no early refresh starts.
const BACKOFF: Duration = Duration::from_secs(5);
/// Number of lost refreshes after which a call fails.
const MOST_LOST_REFRESHES: u32 = 3;
