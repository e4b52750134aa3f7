//! One token for all calls.

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
use crate::token::session::{Issued, Session};

/// One token for all clones of a client, replaced in time by one request.
///
/// An aging token is replaced while calls go on using it. Without a token, or with one that
/// is about to end, all calls wait for the same refresh; if that fails, a token that is still
/// valid goes on serving. A refusal for good is remembered for a moment, so that a thousand
/// calls with a wrong password are one request; other failures are not.
#[derive(Clone)]
pub(crate) struct TokenCache(Arc<Shared>);

struct Shared {
    session: Session,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    held: Option<Held>,
    generations: u64,
    flight: Option<Flight>,
    flights: u64,
    /// The last refusal for good, and until when it is not asked again.
    refusal: Option<(Failure, Instant)>,
    /// After a failure an aging token is not replaced before this.
    rest_until: Option<Instant>,
    /// A generation that was rejected when it was new, and until when that is final.
    in_vain: Option<(u64, Instant)>,
}

/// What a call is to do.
enum Step {
    Use(Held),
    Wait(Flight),
    Fail(Failure),
}

impl TokenCache {
    pub(crate) fn new(source: TokenSource) -> Self {
        Self(Arc::new(Shared { session: Session::new(source), state: Mutex::default() }))
    }

    /// A token to sign with, other than the one that the server has rejected.
    ///
    /// # Errors
    ///
    /// There is none to be had.
    pub(crate) async fn token(
        &self,
        rejected: Option<&Held>,
        expires_at: Option<ExpiresAt>,
        channel: &(impl Fn() -> Channel + Sync),
    ) -> Result<Held> {
        let rejected = rejected.map(|held| held.generation);
        for _ in 0..LOST_FLIGHTS {
            let flight = match self.0.step(rejected, expires_at, channel)? {
                Step::Use(held) => return Ok(held),
                Step::Fail(failure) => return self.0.valid().ok_or_else(|| failure.to_error()),
                Step::Wait(flight) => flight,
            };
            let id = flight.id;
            match flight.landed().await {
                Some(Ok(held)) => return Ok(held),
                Some(Err(failure)) => return self.0.valid().ok_or_else(|| failure.to_error()),
                // Its runtime is gone or at rest, or it panicked: whoever comes first begins anew.
                None => self.0.give_up(id),
            }
            tokio::task::yield_now().await;
        }
        let lost = Error::middleware("the request for a token ended without a result", false);
        Err(Failure::new(lost).to_error())
    }
}

impl TokenCache {
    /// A call was rejected with this token, which had just replaced a rejected one: it is not
    /// the token that this is about, unless that has ended meanwhile.
    pub(crate) fn mark_in_vain(&self, held: &Held) {
        let now = Instant::now();
        if matches!(held.lifetime.age(now), Age::Fresh | Age::Aging) {
            let until = now.checked_add(IN_VAIN);
            self.0.state().in_vain = until.map(|until| (held.generation, until));
        }
    }

    /// Whether a call can be signed without waiting.
    pub(crate) fn has_token(&self) -> bool {
        let state = self.0.state();
        let age = state.held.as_ref().map(|held| held.lifetime.age(Instant::now()));
        matches!(age, Some(Age::Fresh | Age::Aging))
    }

    /// Whether another token is not worth asking for when this one is rejected.
    pub(crate) fn is_in_vain(&self, held: &Held) -> bool {
        let known = self.0.state().in_vain;
        known.is_some_and(|(generation, until)| {
            generation == held.generation && Instant::now() < until
        })
    }
}

impl fmt::Debug for TokenCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TokenCache").field(&self.0.session).finish()
    }
}

impl Shared {
    fn step(
        self: &Arc<Self>,
        rejected: Option<u64>,
        expires_at: Option<ExpiresAt>,
        channel: &impl Fn() -> Channel,
    ) -> Result<Step> {
        let now = Instant::now();
        let mut state = self.state();
        state.held = state.held.take().filter(|held| Some(held.generation) != rejected);
        state.flight = state.flight.take().filter(|flight| !flight.is_lost());
        if let Some(held) = state.held.clone() {
            match held.lifetime.age(now) {
                Age::Fresh => return Ok(Step::Use(held)),
                Age::Aging => {
                    let is_early = state.rests(now) || self.session.is_doubtful();
                    if state.flight.is_none() && !is_early {
                        // Nobody waits for it, and the call goes on even if it cannot begin.
                        drop(self.begin(&mut state, Patience::new(None), channel()));
                    }
                    return Ok(Step::Use(held));
                }
                Age::Ending | Age::Over => {}
            }
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

    /// Begins a refresh in a task of its own: it outlives the call that began it.
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
        // Detached: the only task that the SDK begins.
        drop(runtime.spawn(refresh.instrument(span)));
        Ok(flight)
    }

    async fn refresh(self: Arc<Self>, flight: Flight, pilot: Pilot, channel: Channel) {
        let obtained = pilot.carry_out(self.session.obtain(&channel, &flight.patience)).await;
        let landing = self.land(flight.id, obtained);
        match &landing {
            Ok(_) => tracing::debug!(target: "trivore", "has a new token"),
            Err(failure) => {
                tracing::debug!(target: "trivore", reason = failure.name(), "has no new token");
            }
        }
        pilot.land(landing);
    }

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
                let held = Held { header, lifetime, generation: state.generations };
                // One that was given up and comes late does not displace what came since.
                if is_present || state.valid(now).is_none() {
                    state.held = Some(held.clone());
                    state.refusal = None;
                    state.rest_until = None;
                }
                Ok(held)
            }
            Err(error) => {
                let failure = Failure::new(error);
                if is_present {
                    state.rest_until = now.checked_add(REST);
                    let until = now.checked_add(REFUSAL).filter(|_| failure.is_hard());
                    state.refusal = until.map(|until| (failure.clone(), until));
                }
                Err(failure)
            }
        }
    }

    /// The token, when it is still valid for however short a time.
    fn valid(&self) -> Option<Held> {
        self.state().valid(Instant::now())
    }

    /// Nobody waits for this refresh any longer.
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

    fn rests(&self, now: Instant) -> bool {
        self.rest_until.is_some_and(|until| now < until)
    }
}

/// For this long a refusal for good is not asked again.
const REFUSAL: Duration = Duration::from_secs(2);
/// For this long after a failure an aging token is not replaced.
const REST: Duration = Duration::from_secs(5);
/// For this long a token that replaced a rejected one in vain is not replaced in turn.
const IN_VAIN: Duration = Duration::from_secs(5);
/// A call that has seen so many refreshes vanish begins no other.
const LOST_FLIGHTS: u32 = 3;
