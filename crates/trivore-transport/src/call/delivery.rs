//! The progress of a call: which requests may have been applied, and how its attempts ended.

use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use http::{HeaderMap, Response, StatusCode};
use tokio::time::Instant;

use crate::call::{AttemptEnd, AttemptSummary, Operation, Subject, TokenFault};
use crate::error::{Error, leaves_open};
use crate::message::{RateLimitHeaders, RateLimitHint};

/// Whether a request of a call may have been sent, and what the server responded.
///
/// It is in the [`CallContext`](crate::CallContext) of every request, shared by all layers that see
/// the call. It records what passes the innermost service: the SDK's connector, or your own
/// service. So an error reports whether the server may have applied the call, whatever response
/// your layers make up above it.
///
/// With [`Client::new`](crate::Client::new),
/// [`ClientBuilder::service`](crate::ClientBuilder::service) and
/// [`AttemptLayer`](crate::layer::AttemptLayer), every request that your service is called with
/// counts as sent. A service that waits before it sends can be more precise: it calls
/// [`mark_unsent`](Self::mark_unsent) at first and [`mark_sent`](Self::mark_sent) right before it
/// sends.
///
/// A request that a layer or service of yours moved into a task of its own is refused if it reaches
/// the innermost service after its call has failed or was dropped, or, unless it only reads, after
/// its attempt has ended. If it waits in the SDK's connector by then, it is refused when it gets a
/// connection.
///
/// ```
/// use std::time::Duration;
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use tower::{ServiceBuilder, ServiceExt as _};
/// use trivore_transport::layer::AttemptLayer;
/// use trivore_transport::{Body, BoxError, CallContext};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// // Waits for its turn, which never comes.
/// let queued = tower::service_fn(async |request: Request<Body>| {
///     let delivery = CallContext::of(&request).cloned().unwrap_or_default().delivery().clone();
///     delivery.mark_unsent();
///     std::future::pending::<()>().await;
///     delivery.mark_sent()?;
///     Ok::<_, BoxError>(Response::new(String::new()))
/// });
/// let service = ServiceBuilder::new()
///     .layer(AttemptLayer::new(1 << 20).timeout(Duration::from_secs(5)))
///     .service(queued);
///
/// let error = service.oneshot(Request::new(Bytes::new())).await.unwrap_err();
///
/// assert_eq!(error.to_string(), "the attempt timed out after 5s; the request was not sent");
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Delivery {
    state: Arc<DeliveryState>,
    /// The request that this handle is about; `None` if it is about the call.
    request: Option<u32>,
    /// The round in which the request is sent; `None` if it is the call.
    round: Option<Arc<Round>>,
}

/// The time in which a layer sends what it was given.
///
/// An attempt is a round, and so is a call below a deadline. Rounds are nested in each other, and
/// all in the call. When one ends, its requests that were not sent, and those of the rounds in it,
/// are not sent any more. Otherwise, a layer could send a request that counts as not sent beside
/// the one that replaces it.
#[derive(Debug, Default)]
struct Round {
    /// The number of the round; zero for the call.
    number: u32,
    /// The number of requests before the attempt.
    earlier: u32,
    outer: Option<Arc<Self>>,
    has_ended: AtomicBool,
    /// What counted as sent was [retracted](Delivery::retract) before.
    was_retracted: AtomicBool,
    /// The status of the server's last response; zero if there is none.
    status: AtomicU16,
    /// Why the access token was of no use.
    token_fault: OnceLock<TokenFault>,
    progress: Mutex<SendProgress>,
}

/// How far the first request of a round has come that was not handed back.
#[derive(Clone, Copy, Debug, Default)]
enum SendProgress {
    #[default]
    Unknown,
    /// It waits for a connection, until then at the latest.
    #[cfg(feature = "http-client")]
    Connecting(Instant),
    /// It was sent then.
    Sent(Instant),
}

/// Ends the [round](Delivery::end_round) of a delivery when dropped, unless it was released.
#[derive(Debug)]
#[must_use = "a guard that is dropped ends the round"]
pub(crate) struct RoundGuard {
    delivery: Delivery,
    is_released: bool,
}

/// An attempt that [keeps](Delivery::keep_deadline) the deadline of its call.
#[derive(Debug)]
pub(crate) struct DeadlineKeeper<'a>(&'a DeliveryState);

/// Why a request was not sent late.
#[derive(Debug, thiserror::Error)]
#[error("the call has failed or its attempt has ended, so the request was not sent")]
struct TooLate;

#[derive(Debug, Default)]
struct DeliveryState {
    operation: Option<Operation>,
    subject: Option<Subject>,
    /// The SDK's whole stack sends the call, so the innermost service records every request.
    is_managed: AtomicBool,
    /// A bit for each request that the server may have applied; see [`bit`].
    open: AtomicU64,
    /// The number of requests so far.
    requests: AtomicU32,
    /// An attempt whose requests were not recorded may have been applied.
    has_open_attempt: AtomicBool,
    /// The [mark](Delivery::mark) of what was passed to a service that records no requests.
    passed_on: AtomicU32,
    /// The number of rounds so far.
    rounds: AtomicU32,
    /// The whole call; when it has failed, nothing of it is sent any more.
    call: Round,
    attempts: Mutex<Attempts>,
    /// An attempt ends at the deadline of the call by itself.
    keeps_deadline: AtomicBool,
    /// The number of requests that were counted by [`Delivery::count_request`].
    counted: AtomicU32,
    /// Of the first limiter that watches; others read what their inner service returns.
    limit_reader: OnceLock<Arc<dyn RateLimitHeaders>>,
    limit: Mutex<LimitWatch>,
}

/// Reads the rate limit from the server's responses, before layers can change them.
#[derive(Debug, Default)]
struct LimitWatch {
    /// The number of requests before; `None` if nobody watches.
    earlier: Option<u32>,
    /// The status and the rate limit of the last response.
    seen: Option<(StatusCode, RateLimitHint)>,
}

#[derive(Debug, Default)]
struct Attempts {
    /// The attempts before the last one that ended.
    earlier_ended: Vec<AttemptSummary>,
    /// The last attempt that ended, and its round; most calls have no other one.
    last_ended: Option<(Arc<Round>, AttemptSummary)>,
    /// The round of the current attempt, and when it began.
    current: Option<(Arc<Round>, Instant)>,
    /// The number of requests before it.
    earlier: u32,
}

impl Delivery {
    /// The delivery of a call of an operation.
    pub(crate) fn new(operation: Operation, subject: Option<Subject>) -> Self {
        let state =
            DeliveryState { operation: Some(operation), subject, ..DeliveryState::default() };
        Self { state: Arc::new(state), request: None, round: None }
    }

    /// Records that the SDK's whole stack sends the call.
    pub(crate) fn manage(&self) {
        self.state.is_managed.store(true, Ordering::Release);
    }

    fn is_managed(&self) -> bool {
        self.state.is_managed.load(Ordering::Acquire)
    }

    pub(crate) fn operation(&self) -> Option<&Operation> {
        self.state.operation.as_ref()
    }

    pub(crate) fn subject(&self) -> Option<Subject> {
        self.state.subject
    }

    /// Records that the request may have been sent; call it right before you send.
    ///
    /// The timeout of the attempt begins again.
    ///
    /// # Errors
    ///
    /// The call has failed or the attempt has ended, so the request must not be sent: its error may
    /// report that nothing was sent, or another attempt may have taken its place.
    pub fn mark_sent(&self) -> Result<(), Error> {
        // Marked first and checked then, while the end of a call or round is recorded first and the
        // marks are read then: one of both always sees the other.
        let is_too_late = if let Some(number) = self.request {
            let bit = bit(number);
            let was_marked = self.state.open.fetch_or(bit, Ordering::SeqCst) & bit != 0;
            let is_too_late = self.is_too_late();
            if is_too_late && !was_marked {
                self.close(number);
            } else {
                self.record_progress(SendProgress::Sent(Instant::now()));
            }
            is_too_late
        } else {
            // If it is too late already, the mark may be that of the next attempt.
            let before = self.replace_mark(|_| (!self.is_too_late()).then(|| self.mark()));
            let is_too_late = self.is_too_late();
            if let Some(before) = before
                && is_too_late
            {
                self.replace_mark(|mark| (mark == self.mark()).then_some(before));
            }
            is_too_late
        };
        if is_too_late { Err(Error::before_sending(TooLate)) } else { Ok(()) }
    }

    /// Records that the request waits for a connection, until `end` at the latest.
    #[cfg(feature = "http-client")]
    pub(crate) fn mark_connecting(&self, end: Instant) {
        self.record_progress(SendProgress::Connecting(end));
    }

    /// Returns when a limit of the current attempt expires that begins when its request is sent;
    /// `None` if it began with the attempt.
    pub(crate) fn expires_at(&self, limit: Duration) -> Option<Instant> {
        let begun = match *self.round().progress() {
            SendProgress::Unknown => return None,
            #[cfg(feature = "http-client")]
            SendProgress::Connecting(end) => end.min(Instant::now()),
            SendProgress::Sent(at) => at,
        };
        begun.checked_add(limit)
    }

    /// Records how far the request has come, unless another one of the round was sent before.
    fn record_progress(&self, progress: SendProgress) {
        for round in self.running_rounds() {
            let mut known = round.progress();
            if !matches!(*known, SendProgress::Sent(_)) {
                *known = progress;
            }
        }
    }

    /// Records that the request was not sent, or not yet.
    ///
    /// Until then, a request counts as sent once your service is called with it.
    pub fn mark_unsent(&self) {
        match self.request {
            Some(number) => {
                self.close(number);
                for round in self.running_rounds() {
                    *round.progress() = SendProgress::Unknown;
                }
            }
            None => drop(self.replace_mark(|mark| (mark == self.mark()).then_some(0))),
        }
    }

    /// Records that the request was not sent yet, if it only counts as sent because it was passed
    /// on: the first time in a round, for later ones may follow a request that was sent.
    pub(crate) fn retract(&self) {
        if !self.round().was_retracted.swap(true, Ordering::SeqCst) {
            self.mark_unsent();
        }
    }

    /// Returns the mark of a request that was passed on in this round; zero is none.
    fn mark(&self) -> u32 {
        self.round().number + 1
    }

    /// Replaces the mark of what was passed on; returns the one before, if it was replaced.
    fn replace_mark(&self, change: impl Fn(u32) -> Option<u32>) -> Option<u32> {
        self.state.passed_on.fetch_update(Ordering::SeqCst, Ordering::SeqCst, change).ok()
    }

    /// Removes the mark of what was passed on in an attempt that is over, and in rounds within it.
    fn clear_mark(&self) {
        let is_too_late = || self.rounds().skip(1).any(Round::has_ended);
        self.replace_mark(|_| (self.request.is_none() && !is_too_late()).then_some(0));
    }

    /// Returns the rounds that the request is sent in, innermost first; the last one is the call.
    fn rounds(&self) -> impl Iterator<Item = &Round> {
        let rounds = self.round.as_deref().into_iter().flat_map(Round::and_outer);
        rounds.chain([&self.state.call])
    }

    /// Returns those of the [rounds](Self::rounds) that have not ended.
    fn running_rounds(&self) -> impl Iterator<Item = &Round> {
        self.rounds().take_while(|round| !round.has_ended())
    }

    fn round(&self) -> &Round {
        self.round.as_deref().unwrap_or(&self.state.call)
    }

    /// Whether the call has failed or a round of the request has ended.
    fn is_too_late(&self) -> bool {
        self.rounds().any(Round::has_ended)
    }

    /// Whether the server may have applied a request of the call.
    ///
    /// It may have if the request was sent, unless the server responded with a status which means
    /// that it changed nothing.
    pub fn was_sent(&self) -> bool {
        // In this order: the end of an attempt turns one mark into the other.
        self.is_passed_on()
            || self.state.open.load(Ordering::SeqCst) != 0
            || self.state.has_open_attempt.load(Ordering::SeqCst)
    }

    fn is_passed_on(&self) -> bool {
        self.state.passed_on.load(Ordering::SeqCst) != 0
    }

    /// Whether the server may have applied a request of the current attempt.
    pub(crate) fn attempt_is_open(&self) -> bool {
        self.is_passed_on() || self.has_open_request_after(self.round().earlier)
    }

    /// Whether the server may have applied an attempt that has ended, or a recorded request.
    ///
    /// Below a service that records requests, its own request is still under way.
    pub(crate) fn has_open_request(&self) -> bool {
        let own = self.request.map_or(0, bit);
        self.state.open.load(Ordering::SeqCst) & !own != 0
            || self.state.has_open_attempt.load(Ordering::SeqCst)
    }

    /// Whether the server may have applied a recorded request after the first `earlier` ones.
    fn has_open_request_after(&self, earlier: u32) -> bool {
        // The last bit stands for all later requests, too.
        self.state.open.load(Ordering::SeqCst) >= bit(earlier)
    }

    /// The status of the server's last response in the current attempt.
    ///
    /// A layer may have replaced the response since.
    pub(crate) fn response_status(&self) -> Option<StatusCode> {
        StatusCode::from_u16(self.round().status.load(Ordering::Acquire)).ok()
    }

    /// The status of the server's own response in the current attempt, as far as it is known.
    ///
    /// If no request was recorded, it is the status of `result`.
    pub(crate) fn server_status<B>(
        &self,
        result: &Result<Response<B>, Error>,
    ) -> Option<StatusCode> {
        if self.is_recorded() {
            return self.response_status();
        }
        result.as_ref().ok().map(Response::status)
    }

    /// Whether the current attempt was or may have been applied, by the same rule as for a failed
    /// call.
    pub(crate) fn may_be_applied<B>(&self, result: &Result<Response<B>, Error>) -> bool {
        let is_open = self.is_recorded().then(|| self.attempt_is_open());
        match result {
            Ok(response) => is_open.unwrap_or_else(|| leaves_open(response.status())),
            Err(error) => error.leaves_open(is_open),
        }
    }

    /// Whether the requests of the current attempt were recorded by the service that sends them.
    pub(crate) fn is_recorded(&self) -> bool {
        let earlier = self.round().earlier;
        let earlier = match self.request {
            None if self.is_managed() => return true,
            None => earlier,
            // Below a service that records requests, others are recorded only if a layer does.
            Some(number) => earlier.max(number.saturating_add(1)),
        };
        self.state.requests.load(Ordering::Acquire) > earlier
    }

    /// Records that the call has failed, and adds its history to the error.
    pub(crate) fn fail(&self, error: Error) -> Error {
        let (attempts, is_open) = (self.summaries(), self.end_call());
        let earlier = self.attempts().earlier;
        let last_is_open = self.is_passed_on() || self.has_open_request_after(earlier);
        error.after(self.operation().cloned(), attempts, is_open, last_is_open)
    }

    /// Records that the call has failed; returns whether the server may have applied it.
    ///
    /// Nothing of it is sent any more: a layer may have moved it into a task of its own.
    fn end_call(&self) -> bool {
        self.state.call.end();
        self.was_sent()
    }

    /// Records that an attempt ends at the deadline of the call by itself, until the guard is
    /// dropped.
    pub(crate) fn keep_deadline(&self) -> DeadlineKeeper<'_> {
        // Read in the same task.
        self.state.keeps_deadline.store(true, Ordering::Relaxed);
        DeadlineKeeper(&self.state)
    }

    pub(crate) fn keeps_deadline(&self) -> bool {
        self.state.keeps_deadline.load(Ordering::Relaxed)
    }

    /// Ends the round of this handle when the guard is dropped.
    pub(crate) fn guard_round(self) -> RoundGuard {
        RoundGuard { delivery: self, is_released: false }
    }

    /// Ends the round of this handle: see [`Round`].
    pub(crate) fn end_round(&self) {
        self.round().end();
    }

    /// Returns a handle of a new round in that of this handle.
    pub(crate) fn begin_round(&self) -> Self {
        Self { round: Some(self.new_round(self.round().earlier)), ..self.clone() }
    }

    fn new_round(&self, earlier: u32) -> Arc<Round> {
        let number = self.state.rounds.fetch_add(1, Ordering::AcqRel) + 1;
        Arc::new(Round { number, earlier, outer: self.round.clone(), ..Round::default() })
    }

    /// Starts to record a request that has not been sent; returns its handle.
    ///
    /// # Errors
    ///
    /// It is too late to send it.
    pub(crate) fn begin_request(&self) -> Result<Self, Error> {
        if self.is_too_late() {
            return Err(Error::before_sending(TooLate));
        }
        if self.request.is_none() {
            self.mark_unsent();
        }
        // The response to an earlier request of the attempt says nothing of this one.
        self.record_status(0);
        let number = self.state.requests.fetch_add(1, Ordering::AcqRel);
        Ok(Self { request: Some(number), ..self.clone() })
    }

    /// Records the result of a request; the response is the server's own.
    pub(crate) fn end_request<B>(&self, response: &Result<Response<B>, Error>) {
        let Some(number) = self.request else { return };
        match response {
            Ok(response) => {
                if !leaves_open(response.status()) {
                    self.close(number);
                }
                self.record_status(response.status().as_u16());
                self.read_limit(number, response.status(), response.headers());
            }
            Err(error) if !error.leaves_open(None) => self.close(number),
            Err(_) => {}
        }
    }

    /// Records the status of the server's last response in all rounds that this is a request of.
    fn record_status(&self, status: u16) {
        for round in self.running_rounds() {
            round.status.store(status, Ordering::Release);
        }
    }

    /// Reads the rate limit from the server's responses to the requests that are sent from now on.
    ///
    /// Returns whether it does: an outer layer may read its own already, or another limiter has
    /// before.
    pub(crate) fn watch_limit(&self, reader: &Arc<dyn RateLimitHeaders>) -> bool {
        let known = self.state.limit_reader.get_or_init(|| Arc::clone(reader));
        if !Arc::ptr_eq(known, reader) {
            return false;
        }
        let earlier = self.state.requests.load(Ordering::Acquire);
        let mut watch = self.limit();
        let is_free = watch.earlier.is_none();
        if is_free {
            *watch = LimitWatch { earlier: Some(earlier), seen: None };
        }
        is_free
    }

    /// Stops to read; returns the status and the rate limit of the server's last response.
    pub(crate) fn unwatch_limit(&self) -> Option<(StatusCode, RateLimitHint)> {
        std::mem::take(&mut *self.limit()).seen
    }

    fn read_limit(&self, number: u32, status: StatusCode, headers: &HeaderMap) {
        let is_watched = self.limit().earlier.is_some_and(|earlier| number >= earlier);
        // The reader may be the user's own, so it is not called with the lock held.
        if is_watched && let Some(reader) = self.state.limit_reader.get() {
            let hint = reader.read(status, headers);
            self.limit().seen = Some((status, hint));
        }
    }

    /// Records that the request is passed to a service that may record no requests.
    ///
    /// # Errors
    ///
    /// It is too late to send it; see [`mark_sent`](Self::mark_sent).
    pub(crate) fn pass_on(&self) -> Result<(), Error> {
        // Below a service that records requests, a stack of the user's own counts as sending.
        if self.is_managed() && self.request.is_none() { Ok(()) } else { self.mark_sent() }
    }

    /// Records the start of an attempt; until it ends, it counts as cut off.
    ///
    /// Returns the handle of the attempt, whose round it is and which is passed on.
    ///
    /// # Errors
    ///
    /// It is too late for another attempt; see [`mark_sent`](Self::mark_sent).
    pub(crate) fn begin_attempt(&self) -> Result<Self, Error> {
        if self.is_too_late() {
            return Err(Error::before_sending(TooLate));
        }
        let earlier = self.state.requests.load(Ordering::Acquire);
        let round = self.new_round(earlier);
        let attempt = Self { round: Some(Arc::clone(&round)), ..self.clone() };
        attempt.pass_on()?;
        let mut attempts = self.attempts();
        attempts.current = Some((round, Instant::now()));
        attempts.earlier = earlier;
        drop(attempts);
        Ok(attempt)
    }

    /// Forgets this attempt, which sent nothing, and the wait before it.
    pub(crate) fn withdraw_attempt(&self) {
        self.clear_mark();
        let mut attempts = self.attempts();
        if self.take_current(&mut attempts).is_some()
            && let Some((_, last)) = &mut attempts.last_ended
        {
            last.waited = None;
        }
    }

    /// Records that the access token of the current attempt was of no use.
    pub(crate) fn mark_token_fault(&self, fault: TokenFault) {
        for round in self.running_rounds() {
            // The first one of a round is as good as a later one.
            let _ = round.token_fault.set(fault);
        }
    }

    /// Why the access token of the current attempt was of no use.
    pub(crate) fn token_fault(&self) -> Option<TokenFault> {
        self.round().token_fault.get().copied()
    }

    /// Records the end of an attempt; `is_open` if it may have been applied.
    pub(crate) fn end_attempt(&self, end: AttemptEnd, is_open: bool) {
        if is_open && !self.has_open_request_after(self.round().earlier) {
            self.state.has_open_attempt.store(true, Ordering::SeqCst);
        }
        self.clear_mark();
        let mut attempts = self.attempts();
        if let Some((round, begun)) = self.take_current(&mut attempts) {
            let elapsed = begun.elapsed();
            let summary = AttemptSummary { end, elapsed, waited: None };
            if let Some((_, earlier)) = attempts.last_ended.replace((round, summary)) {
                attempts.earlier_ended.push(earlier);
            }
        }
    }

    /// Takes the current attempt, if it is that of this handle or in it.
    ///
    /// One that a layer kept for too long does not change what is recorded of the next one.
    fn take_current(&self, attempts: &mut Attempts) -> Option<(Arc<Round>, Instant)> {
        attempts.current.take_if(|(round, _)| round.is_in(self.round()))
    }

    /// Records that the attempt was dropped; what was sent may have been applied.
    pub(crate) fn abandon_attempt(&self) {
        let own = self.request.map_or(0, bit);
        let is_own_open = self.state.open.load(Ordering::SeqCst) & own != 0;
        if is_own_open || self.attempt_is_open() {
            self.state.has_open_attempt.store(true, Ordering::SeqCst);
        }
    }

    /// Records the wait between this attempt, which has ended, and the next one.
    pub(crate) fn will_wait(&self, delay: Duration) {
        if let Some((round, last)) = &mut self.attempts().last_ended
            && round.is_in(self.round())
        {
            last.waited = Some(delay);
        }
    }

    /// Counts a request of the call; returns the number of earlier ones.
    pub(crate) fn count_request(&self) -> u32 {
        self.state.counted.fetch_add(1, Ordering::Relaxed)
    }

    /// Returns the number of attempts so far.
    pub(crate) fn count(&self) -> u32 {
        let attempts = self.attempts();
        let recent = [attempts.last_ended.is_some(), attempts.current.is_some()];
        let count =
            attempts.earlier_ended.len() + recent.into_iter().map(usize::from).sum::<usize>();
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// Returns all attempts so far; one that has not ended counts as cut off now.
    fn summaries(&self) -> Vec<AttemptSummary> {
        let attempts = self.attempts();
        let cut_off = attempts.current.as_ref().map(|(_, begun)| AttemptSummary {
            end: AttemptEnd::CutOff,
            elapsed: begun.elapsed(),
            waited: None,
        });
        let last = attempts.last_ended.as_ref().map(|(_, last)| last.clone());
        attempts.earlier_ended.iter().cloned().chain(last).chain(cut_off).collect()
    }

    /// Records that a request was certainly not applied.
    fn close(&self, number: u32) {
        // The last bit stands for several requests.
        if number < LAST_BIT {
            self.state.open.fetch_and(!bit(number), Ordering::SeqCst);
        }
    }

    fn limit(&self) -> MutexGuard<'_, LimitWatch> {
        self.state.limit.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn attempts(&self) -> MutexGuard<'_, Attempts> {
        self.state.attempts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RoundGuard {
    pub(crate) fn delivery(&self) -> &Delivery {
        &self.delivery
    }

    /// Lets the round go on.
    pub(crate) fn release(&mut self) {
        self.is_released = true;
    }
}

impl Drop for DeadlineKeeper<'_> {
    fn drop(&mut self) {
        self.0.keeps_deadline.store(false, Ordering::Relaxed);
    }
}

impl Drop for RoundGuard {
    fn drop(&mut self) {
        if !self.is_released {
            self.delivery.end_round();
        }
    }
}

impl Round {
    /// Returns this round and those outside of it, except the call.
    fn and_outer(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |round| round.outer.as_deref())
    }

    /// Whether this is `other` or a round in it.
    fn is_in(&self, other: &Self) -> bool {
        self.and_outer().any(|round| round.number == other.number)
    }

    fn progress(&self) -> MutexGuard<'_, SendProgress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end(&self) {
        self.has_ended.store(true, Ordering::SeqCst);
    }

    fn has_ended(&self) -> bool {
        self.has_ended.load(Ordering::SeqCst)
    }
}

/// The bit of a request; all after the 63rd share the last one, which is never cleared.
fn bit(number: u32) -> u64 {
    1 << number.min(LAST_BIT)
}

const LAST_BIT: u32 = u64::BITS - 1;

#[cfg(test)]
mod tests {
    use super::*;

    fn managed() -> Delivery {
        let delivery = Delivery::default();
        delivery.manage();
        delivery
    }

    fn response(status: u16) -> Response<()> {
        Response::builder().status(status).body(()).unwrap()
    }

    fn sent(delivery: &Delivery) -> Delivery {
        let handle = delivery.begin_request().unwrap();
        handle.mark_sent().unwrap();
        handle
    }

    #[test]
    fn a_request_is_open_until_the_server_says_that_it_changed_nothing() {
        for (status, is_open) in [(200, true), (404, false), (408, true), (429, false), (503, true)]
        {
            let delivery = managed();
            let request = sent(&delivery);
            assert!(delivery.was_sent());

            request.end_request(&Ok(response(status)));

            assert_eq!(delivery.was_sent(), is_open, "{status}");
        }
    }

    #[test]
    fn each_request_of_an_attempt_counts_by_itself() {
        let delivery = managed();
        let (lost, refused) = (sent(&delivery), sent(&delivery));

        refused.end_request(&Ok(response(400)));
        assert!(delivery.attempt_is_open(), "the first one got no response");

        lost.mark_unsent();
        assert!(!delivery.attempt_is_open());
    }

    #[test]
    fn more_requests_than_there_are_bits_stay_open() {
        let delivery = managed();
        for _ in 0..70 {
            let attempt = delivery.begin_attempt().unwrap();
            sent(&attempt).end_request(&Ok(response(400)));
            attempt.end_attempt(AttemptEnd::CutOff, false);
        }

        assert!(delivery.was_sent(), "the late ones share a bit that is never cleared");
        assert_eq!(delivery.count(), 70);
    }

    #[test]
    fn a_late_response_is_not_one_of_the_next_attempt() {
        let delivery = managed();
        let first = delivery.begin_attempt().unwrap();
        let late = sent(&first);
        first.end_attempt(AttemptEnd::CutOff, true);
        let second = delivery.begin_attempt().unwrap();

        late.end_request(&Ok(response(200)));

        assert_eq!(second.response_status(), None);
        assert!(second.was_sent() && !second.attempt_is_open());
    }

    /// Two threads at the same time: one sends, and the other ends the call or the round.
    #[test]
    fn what_counts_as_not_sent_is_not_sent_by_another_thread() {
        let ends: [fn(&Delivery) -> bool; 2] = [Delivery::end_call, |attempt| {
            attempt.end_round();
            attempt.attempt_is_open()
        }];
        for end in ends {
            for _ in 0..1_000 {
                let attempt = managed().begin_attempt().unwrap();
                let own = attempt.begin_request().unwrap();
                let start = std::sync::Barrier::new(2);

                let (is_sent, is_open) = std::thread::scope(|scope| {
                    let sending = scope.spawn(|| {
                        start.wait();
                        own.mark_sent().is_ok()
                    });
                    start.wait();
                    let is_open = end(&attempt);
                    (sending.join().unwrap(), is_open)
                });

                assert!(is_open || !is_sent);
                assert!(own.mark_sent().is_err());
            }
        }
    }

    #[test]
    fn a_request_that_is_too_late_does_not_touch_the_next_attempt() {
        let delivery = managed();
        let first = delivery.begin_attempt().unwrap();
        let late = first.begin_request().unwrap();
        first.end_round();
        first.end_attempt(AttemptEnd::CutOff, false);
        let second = delivery.begin_attempt().unwrap();
        sent(&second).end_request(&Ok(response(400)));

        assert!(late.mark_sent().is_err());
        assert!(first.begin_request().is_err());

        assert!(!delivery.was_sent());
        assert_eq!(second.response_status(), Some(StatusCode::BAD_REQUEST));
    }
}
