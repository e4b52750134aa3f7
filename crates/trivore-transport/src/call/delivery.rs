//! The progress of a call: which requests may have been applied, and how its attempts ended.

use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::{HeaderMap, Response, StatusCode};
use tokio::time::Instant;

use crate::call::{AttemptEnd, AttemptSummary, Operation, Subject};
use crate::error::{Error, leaves_open};
use crate::rate_limit::{RateLimitHeaders, RateLimitHint};
use crate::retry::TokenFault;

/// Whether a request of a call may have been sent, and what the server responded.
///
/// It is in the [`CallContext`](crate::CallContext) of every request, shared by all layers that see
/// the call. It records what passes the innermost service: the SDK's connector, or your own service. So an error reports
/// whether the server may have applied the call, whatever response your layers make up above it.
///
/// With [`Client::new`](crate::Client::new),
/// [`ClientBuilder::service`](crate::ClientBuilder::service) and
/// [`AttemptLayer`](crate::layer::AttemptLayer), every request that your service is called with
/// counts as sent. A service that waits before it sends can be more precise: it calls
/// [`mark_unsent`](Self::mark_unsent) at first and [`mark_sent`](Self::mark_sent) right before it
/// sends.
///
/// A request that a layer or service of yours moved into a task of its own is refused if it reaches
/// the innermost service after its call has failed, or, unless it only reads, after its attempt has
/// ended. A request that was there before is not stopped: if it waits in the SDK's connector for a
/// connection, such a task may send it later. Until the task ends, it counts as sent, so an error
/// reports that the call may have been applied.
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
    /// The round in which the request is sent; see [`Delivery::end_round`].
    round: u32,
}

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
    /// The number of requests before the current attempt.
    earlier: AtomicU32,
    /// The status of the server's last response in the current attempt; zero if there is none.
    status: AtomicU16,
    /// The request was passed to a service that records no requests.
    is_passed_on: AtomicBool,
    /// The call has failed, so nothing of it is sent any more.
    has_failed: AtomicBool,
    /// The current round; requests of earlier ones are not sent any more.
    round: AtomicU32,
    attempts: Mutex<Attempts>,
    /// The number of requests that were counted by [`Delivery::count_request`].
    counted: AtomicU32,
    limit: Mutex<LimitWatch>,
}

/// Reads the rate limit from the server's responses, before layers can change them.
#[derive(Debug, Default)]
struct LimitWatch {
    reader: Option<Arc<dyn RateLimitHeaders>>,
    /// The number of requests before.
    earlier: u32,
    /// The status and the rate limit of the last response.
    seen: Option<(StatusCode, RateLimitHint)>,
}

#[derive(Debug, Default)]
struct Attempts {
    ended: Vec<AttemptSummary>,
    /// When the current attempt began.
    current: Option<Instant>,
    /// Why the access token of the current attempt was of no use.
    token_fault: Option<TokenFault>,
}

impl Delivery {
    /// The delivery of a call of an operation.
    pub(crate) fn new(operation: Operation, subject: Option<Subject>) -> Self {
        let state =
            DeliveryState { operation: Some(operation), subject, ..DeliveryState::default() };
        Self { state: Arc::new(state), ..Self::default() }
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
    /// # Errors
    ///
    /// The call has failed or the attempt has ended, so the request must not be sent: its error may
    /// report that nothing was sent, or another attempt may have taken its place.
    pub fn mark_sent(&self) -> Result<(), Error> {
        // Marked first and checked then, while the end of a call or round is recorded first and the
        // marks are read then: one of both always sees the other.
        let was_marked = self.mark();
        if !self.is_too_late() {
            return Ok(());
        }
        if !was_marked {
            self.mark_unsent();
        }
        Err(Error::before_sending(TooLate))
    }

    /// Records that the request may have been sent; returns whether that was recorded before.
    fn mark(&self) -> bool {
        match self.request {
            Some(number) => {
                let bit = bit(number);
                self.state.open.fetch_or(bit, Ordering::SeqCst) & bit != 0
            }
            None => self.state.is_passed_on.swap(true, Ordering::SeqCst),
        }
    }

    /// Whether the call has failed or the round of the request has ended.
    fn is_too_late(&self) -> bool {
        self.state.has_failed.load(Ordering::SeqCst)
            || self.state.round.load(Ordering::SeqCst) != self.round
    }

    /// Records that the request was not sent, or not yet.
    ///
    /// Until then, a request counts as sent once your service is called with it.
    pub fn mark_unsent(&self) {
        match self.request {
            Some(number) => self.close(number),
            None => self.state.is_passed_on.store(false, Ordering::SeqCst),
        }
    }

    /// Whether the server may have applied a request of the call.
    ///
    /// It may have if the request was sent, unless the server responded with a status which means
    /// that it changed nothing.
    pub fn was_sent(&self) -> bool {
        // In this order: the end of an attempt turns one mark into the other.
        self.state.is_passed_on.load(Ordering::SeqCst) || self.has_open_request()
    }

    /// Whether the server may have applied a request of the current attempt.
    pub(crate) fn attempt_is_open(&self) -> bool {
        self.state.is_passed_on.load(Ordering::SeqCst) || self.attempt_has_open_request()
    }

    /// Whether the server may have applied a request of the call, as far as they were recorded.
    pub(crate) fn has_open_request(&self) -> bool {
        self.state.open.load(Ordering::SeqCst) != 0
    }

    /// Whether the server may have applied a recorded request of the current attempt.
    pub(crate) fn attempt_has_open_request(&self) -> bool {
        let earlier = self.state.earlier.load(Ordering::Acquire);
        // The last bit stands for all later requests, too.
        self.state.open.load(Ordering::SeqCst) >= bit(earlier)
    }

    /// The status of the server's last response in the current attempt.
    ///
    /// A layer may have replaced the response since.
    pub(crate) fn response_status(&self) -> Option<StatusCode> {
        StatusCode::from_u16(self.state.status.load(Ordering::Acquire)).ok()
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
        let requests = self.state.requests.load(Ordering::Acquire);
        self.is_managed() || requests > self.state.earlier.load(Ordering::Acquire)
    }

    /// Records that the call has failed, and adds its history to the error.
    pub(crate) fn fail(&self, error: Error) -> Error {
        let (attempts, is_open) = (self.summaries(), self.end_call());
        error.after(self.operation().cloned(), attempts, is_open, self.attempt_is_open())
    }

    /// Records that the call has failed; returns whether the server may have applied it.
    ///
    /// Nothing of it is sent any more: a layer may have moved it into a task of its own.
    fn end_call(&self) -> bool {
        self.state.has_failed.store(true, Ordering::SeqCst);
        self.was_sent()
    }

    /// Ends a round: its requests that were not sent are not sent any more.
    ///
    /// A round is the time in which an attempt sends what it was given, or what it was given with
    /// another token. Without an end, a layer could send a request that counts as not sent beside
    /// the one that replaces it.
    pub(crate) fn end_round(&self) {
        self.state.round.fetch_add(1, Ordering::SeqCst);
    }

    /// Returns a handle of the current round.
    pub(crate) fn in_this_round(&self) -> Self {
        let round = self.state.round.load(Ordering::SeqCst);
        Self { state: Arc::clone(&self.state), request: None, round }
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
        if !self.is_managed() {
            self.state.is_passed_on.store(false, Ordering::SeqCst);
        }
        // The response to an earlier request of the attempt says nothing of this one.
        self.state.status.store(0, Ordering::Release);
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
                if number >= self.state.earlier.load(Ordering::Acquire) {
                    self.state.status.store(response.status().as_u16(), Ordering::Release);
                }
                self.read_limit(number, response.status(), response.headers());
            }
            Err(error) if !error.leaves_open(None) => self.close(number),
            Err(_) => {}
        }
    }

    /// Reads the rate limit from the server's responses to the requests that are sent from now on.
    pub(crate) fn watch_limit(&self, reader: &Arc<dyn RateLimitHeaders>) {
        let earlier = self.state.requests.load(Ordering::Acquire);
        *self.limit() = LimitWatch { reader: Some(Arc::clone(reader)), earlier, seen: None };
    }

    /// Returns the status and the rate limit of the server's last response, if there is a new one.
    pub(crate) fn take_limit(&self) -> Option<(StatusCode, RateLimitHint)> {
        self.limit().seen.take()
    }

    fn read_limit(&self, number: u32, status: StatusCode, headers: &HeaderMap) {
        let reader = {
            let watch = self.limit();
            watch.reader.clone().filter(|_| number >= watch.earlier)
        };
        // The reader may be the user's own, so it is not called with the lock held.
        if let Some(reader) = reader {
            let hint = reader.read(status, headers);
            self.limit().seen = Some((status, hint));
        }
    }

    /// Records that the request is passed to a service that may record no requests.
    pub(crate) fn pass_on(&self) {
        // Below a service that records requests, a stack of the user's own counts as sending.
        if !self.is_managed() || self.request.is_some() {
            self.mark();
        }
    }

    /// Records the start of an attempt; until it ends, it counts as cut off.
    ///
    /// Returns the handle of its request.
    pub(crate) fn begin_attempt(&self) -> Self {
        let handle = self.in_this_round();
        self.state.earlier.store(self.state.requests.load(Ordering::Acquire), Ordering::Release);
        self.state.status.store(0, Ordering::Release);
        self.state.is_passed_on.store(false, Ordering::SeqCst);
        self.pass_on();
        let mut attempts = self.attempts();
        attempts.current = Some(Instant::now());
        attempts.token_fault = None;
        handle
    }

    /// Forgets the current attempt, which sent nothing, and the wait before it.
    pub(crate) fn withdraw_attempt(&self) {
        self.state.is_passed_on.store(false, Ordering::SeqCst);
        let mut attempts = self.attempts();
        attempts.current = None;
        if let Some(last) = attempts.ended.last_mut() {
            last.waited = None;
        }
    }

    /// Records that the access token of the current attempt was of no use.
    pub(crate) fn mark_token_fault(&self, fault: TokenFault) {
        self.attempts().token_fault = Some(fault);
    }

    /// Why the access token of the current attempt was of no use.
    pub(crate) fn token_fault(&self) -> Option<TokenFault> {
        self.attempts().token_fault
    }

    /// Records the end of an attempt; `is_open` if it may have been applied.
    pub(crate) fn end_attempt(&self, end: AttemptEnd, is_open: bool) {
        if is_open && !self.attempt_has_open_request() {
            let number = self.state.requests.fetch_add(1, Ordering::AcqRel);
            self.state.open.fetch_or(bit(number), Ordering::SeqCst);
        }
        self.state.is_passed_on.store(false, Ordering::SeqCst);
        let mut attempts = self.attempts();
        if let Some(begun) = attempts.current.take() {
            let elapsed = begun.elapsed();
            attempts.ended.push(AttemptSummary { end, elapsed, waited: None });
        }
    }

    /// Records the wait before the next attempt.
    pub(crate) fn will_wait(&self, delay: Duration) {
        if let Some(last) = self.attempts().ended.last_mut() {
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
        let count = attempts.ended.len() + usize::from(attempts.current.is_some());
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// Returns all attempts so far; one that has not ended counts as cut off now.
    fn summaries(&self) -> Vec<AttemptSummary> {
        let attempts = self.attempts();
        let cut_off = attempts.current.map(|begun| AttemptSummary {
            end: AttemptEnd::CutOff,
            elapsed: begun.elapsed(),
            waited: None,
        });
        attempts.ended.iter().cloned().chain(cut_off).collect()
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
            delivery.begin_attempt();
            sent(&delivery).end_request(&Ok(response(400)));
            delivery.end_attempt(AttemptEnd::CutOff, false);
        }

        assert!(delivery.was_sent(), "the late ones share a bit that is never cleared");
        assert_eq!(delivery.count(), 70);
    }

    #[test]
    fn a_late_response_is_not_one_of_the_next_attempt() {
        let delivery = managed();
        delivery.begin_attempt();
        let late = sent(&delivery);
        delivery.end_attempt(AttemptEnd::CutOff, true);
        delivery.begin_attempt();

        late.end_request(&Ok(response(200)));

        assert_eq!(delivery.response_status(), None);
        assert!(delivery.was_sent() && !delivery.attempt_is_open());
    }

    /// Two threads at the same time: one sends, and the other ends the call or the round.
    #[test]
    fn what_counts_as_not_sent_is_not_sent_by_another_thread() {
        let ends: [fn(&Delivery) -> bool; 2] = [Delivery::end_call, |delivery| {
            delivery.end_round();
            delivery.attempt_is_open()
        }];
        for end in ends {
            for _ in 0..1_000 {
                let delivery = managed();
                let own = delivery.begin_attempt().begin_request().unwrap();
                let start = std::sync::Barrier::new(2);

                let (is_sent, is_open) = std::thread::scope(|scope| {
                    let sending = scope.spawn(|| {
                        start.wait();
                        own.mark_sent().is_ok()
                    });
                    start.wait();
                    let is_open = end(&delivery);
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
        let first = delivery.begin_attempt();
        let late = first.begin_request().unwrap();
        delivery.end_round();
        delivery.end_attempt(AttemptEnd::CutOff, false);
        let second = sent(&delivery.begin_attempt());
        second.end_request(&Ok(response(400)));

        assert!(late.mark_sent().is_err());
        assert!(first.begin_request().is_err());

        assert!(!delivery.was_sent());
        assert_eq!(delivery.response_status(), Some(StatusCode::BAD_REQUEST));
    }
}
