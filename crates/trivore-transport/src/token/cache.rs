//! Caches one access token for all clones of a client, and starts its refreshes.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::Instant;
use tracing::Instrument as _;

use crate::credentials::bearer_header;
use crate::error::{Error, Result};
use crate::layer::ExpiresAt;
use crate::token::TokenSource;
use crate::token::channel::Channel;
use crate::token::failure::Failure;
use crate::token::flight::{Flight, Held, Landing, Pilot};
use crate::token::lifetime::{Age, Lifetime};
use crate::token::patience::Patience;
use crate::token::rejections::{Rejections, Target};
use crate::token::session::{Issued, Session};

/// Caches one access token for all clones of a client.
///
/// A token that expires soon is refreshed while calls go on using it. If there is no token, or it
/// is about to expire, all calls wait for the same refresh. If that refresh fails, calls use the
/// old token as long as it is valid. A permanent failure is returned for [`REFUSAL`] without
/// another request, so that a thousand calls with a wrong password send one request. Other
/// failures are not kept.
///
/// A token that the server rejects is replaced, at a bounded rate for each target; see
/// [`Rejections`].
#[derive(Clone)]
pub(crate) struct TokenCache(Arc<Shared>);

struct Shared {
    session: Session,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The cached token.
    held: Option<Held>,
    /// Number of tokens so far.
    generations: u64,
    /// The refresh in flight.
    flight: Option<Flight>,
    /// Number of refreshes so far.
    flights: u64,
    /// The last permanent failure, and until when it is returned without another request.
    refusal: Option<(Failure, Instant)>,
    /// After a failed refresh, no early refresh starts before this time.
    rest_until: Option<Instant>,
    /// What the server rejected.
    rejections: Rejections,
}

/// What a call does next.
enum Step {
    /// Sends the request with this token.
    Use(Held),
    /// Waits for this refresh.
    Wait(Flight),
    /// Fails, unless the cached token is still valid.
    Fail(Failure),
}

impl TokenCache {
    pub(crate) fn new(source: TokenSource) -> Self {
        Self(Arc::new(Shared { session: Session::new(source), state: Mutex::default() }))
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
        target: Target,
        rejected: Option<u64>,
        expires_at: Option<ExpiresAt>,
        channel: &(impl Fn() -> Channel + Sync),
    ) -> Result<Held> {
        for _ in 0..LOST_FLIGHTS {
            let flight = match self.0.step(target, rejected, expires_at, channel)? {
                Step::Use(held) => return Ok(held),
                Step::Fail(failure) => {
                    return self.0.valid(target).ok_or_else(|| failure.to_error());
                }
                Step::Wait(flight) => flight,
            };
            let id = flight.id;
            match flight.landed().await {
                Some(Ok(held)) => return Ok(held),
                Some(Err(failure)) => {
                    return self.0.valid(target).ok_or_else(|| failure.to_error());
                }
                // The task panicked, or its runtime was dropped or is idle: start another refresh,
                // unless another waiter already has.
                None => self.0.give_up(id),
            }
            tokio::task::yield_now().await;
        }
        let lost = "the token refresh ended without a result, \
                    because its runtime was dropped or is idle";
        Err(Failure::new(Error::middleware(lost, false)).to_error())
    }
}

impl TokenCache {
    /// Whether a request to `target` can be sent without a refresh, not even an early one.
    pub(crate) fn has_fresh(&self, target: Target) -> bool {
        let now = Instant::now();
        let ready = self.0.state().ready(target, now);
        ready.is_some_and(|held| held.lifetime.age(now) == Age::Fresh)
    }

    /// Returns the newest token, for a request to `target` that does not wait any more.
    ///
    /// Returns `None` if the token has expired or the target has rejected it.
    pub(crate) fn newest(&self, target: Target) -> Option<Held> {
        self.0.valid(target)
    }

    /// Whether a request for `target` that was rejected with this token may be sent with another.
    pub(crate) fn may_replace(&self, held: &Held, target: Target) -> bool {
        let state = self.0.state();
        let is_replaced =
            state.held.as_ref().is_some_and(|newest| newest.generation != held.generation);
        is_replaced || state.rejections.may_refresh(target, Instant::now())
    }

    /// Records that the server accepted this token.
    pub(crate) fn mark_accepted(&self, held: &Held, target: Target) {
        self.0.state().rejections.accept(target, held.generation, Instant::now());
    }

    /// Records that the server rejected this token, too, right after it rejected another one.
    ///
    /// The token is then not the cause, unless it has expired or is about to, or the server has
    /// invalidated two in a row.
    pub(crate) fn mark_in_vain(&self, held: &Held, target: Target) {
        let now = Instant::now();
        if matches!(held.lifetime.age(now), Age::Fresh | Age::Aging) {
            self.0.state().rejections.reject_in_vain(target, held.generation, now);
        }
    }
}

impl fmt::Debug for TokenCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TokenCache").field(&self.0.session).finish()
    }
}

impl Shared {
    /// Decides what a call does, and starts a refresh if one is due.
    fn step(
        self: &Arc<Self>,
        target: Target,
        rejected: Option<u64>,
        expires_at: Option<ExpiresAt>,
        channel: &impl Fn() -> Channel,
    ) -> Result<Step> {
        let now = Instant::now();
        let mut state = self.state();
        if let Some(rejected) = rejected
            && state.held.as_ref().is_some_and(|held| held.generation == rejected)
        {
            state.rejections.reject(target, rejected);
        }
        state.flight = state.flight.take().filter(|flight| !flight.is_lost());
        if let Some(held) = state.ready(target, now) {
            let is_early = state.rests(now) || self.session.is_doubtful();
            let is_aging = held.lifetime.age(now) == Age::Aging;
            if is_aging && state.flight.is_none() && !is_early {
                // No call waits for this refresh, so it has no deadline, and the call continues
                // even if the refresh cannot start.
                drop(self.begin(&mut state, Patience::new(None), channel()));
            }
            return Ok(Step::Use(held));
        }
        if let Some(flight) = &state.flight {
            flight.patience.extend(expires_at);
            return Ok(Step::Wait(flight.clone()));
        }
        if let Some((failure, until)) = &state.refusal
            && now < *until
        {
            return Ok(Step::Fail(failure.clone()));
        }
        self.begin(&mut state, Patience::new(expires_at), channel()).map(Step::Wait)
    }

    /// Starts a refresh in its own task, so that it outlives the call that started it.
    fn begin(
        self: &Arc<Self>,
        state: &mut State,
        patience: Patience,
        channel: Channel,
    ) -> Result<Flight> {
        let runtime = Handle::try_current().map_err(Error::configuration)?;
        state.flights += 1;
        let (flight, pilot) = Flight::new(state.flights, patience);
        state.flight = Some(flight.clone());
        let refresh = Arc::clone(self).refresh(flight.clone(), pilot, channel);
        let span = tracing::info_span!(target: "trivore", parent: None, "trivore.token");
        // Detached: this is the only task that the SDK spawns.
        drop(runtime.spawn(refresh.instrument(span)));
        Ok(flight)
    }

    /// Runs a refresh, stores its result and sends it to the waiters.
    async fn refresh(self: Arc<Self>, flight: Flight, pilot: Pilot, channel: Channel) {
        let obtained = pilot.carry_out(self.session.obtain(&channel, &flight.patience)).await;
        let landing = self.land(flight.id, obtained);
        match &landing {
            Ok(_) => tracing::debug!(target: "trivore", "obtained an access token"),
            Err(failure) => {
                let reason = failure.name();
                tracing::debug!(target: "trivore", reason, "could not obtain an access token");
            }
        }
        pilot.land(landing);
    }

    /// Updates the cache with the result of a refresh, and returns what its waiters get.
    fn land(&self, flight: u64, obtained: Result<Issued>) -> Landing {
        let signed = obtained.and_then(|issued| {
            let header = bearer_header(issued.token.text.expose()).map_err(Error::configuration)?;
            Ok((header, Lifetime::new(issued.at, issued.token.expires_in)))
        });
        let now = Instant::now();
        let mut state = self.state();
        let is_present = state.flight.as_ref().is_some_and(|present| present.id == flight);
        if is_present {
            state.flight = None;
        }
        match signed {
            Ok((header, lifetime)) => {
                state.generations += 1;
                let generation = state.generations;
                let same = state.held.as_ref().filter(|held| held.header == header);
                let since = same.map_or(generation, |held| held.since);
                let held = Held { header, lifetime, generation, since };
                // The late token of an abandoned refresh does not replace a valid one.
                let valid = state.valid(now);
                if is_present
                    || valid.is_none_or(|held| state.rejections.is_suspect(held.generation))
                {
                    state.held = Some(held.clone());
                    state.refusal = None;
                    state.rest_until = None;
                }
                Ok(held)
            }
            Err(error) => {
                let failure = Failure::new(error);
                if is_present {
                    state.rejections.fail(now);
                    state.rest_until = now.checked_add(REST);
                    let until = now.checked_add(REFUSAL).filter(|_| failure.is_hard());
                    state.refusal = until.map(|until| (failure.clone(), until));
                }
                Err(failure)
            }
        }
    }

    /// Returns the cached token if it has not expired, even if it is about to, and the target has
    /// not rejected it.
    fn valid(&self, target: Target) -> Option<Held> {
        let state = self.state();
        let valid = state.valid(Instant::now());
        valid.filter(|held| state.rejections.permits(target, held.generation))
    }

    /// Abandons this refresh, so that the next call starts another one.
    fn give_up(&self, flight: u64) {
        let mut state = self.state();
        state.flight = state.flight.take().filter(|present| present.id != flight);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn valid(&self, now: Instant) -> Option<Held> {
        self.held.clone().filter(|held| held.lifetime.age(now) != Age::Over)
    }

    /// Returns the cached token if a request to `target` can be sent with it immediately.
    fn ready(&self, target: Target, now: Instant) -> Option<Held> {
        let held = self.held.as_ref()?;
        // If it is probably no longer valid, requests wait for the new one that is on its way.
        let is_about_to_change = self.rejections.is_suspect(held.generation)
            && self.flight.is_some()
            && !self.rests(now);
        let is_ready = matches!(held.lifetime.age(now), Age::Fresh | Age::Aging)
            && self.rejections.permits(target, held.generation)
            && !is_about_to_change;
        is_ready.then(|| held.clone())
    }

    /// Whether the last refresh failed so recently that no early one starts.
    fn rests(&self, now: Instant) -> bool {
        self.rest_until.is_some_and(|until| now < until)
    }
}

/// How long a permanent failure is returned to calls without another token request.
const REFUSAL: Duration = Duration::from_secs(2);
/// How long after a failed refresh no early refresh starts.
const REST: Duration = Duration::from_secs(5);
/// Number of lost refreshes after which a call fails.
const LOST_FLIGHTS: u32 = 3;
