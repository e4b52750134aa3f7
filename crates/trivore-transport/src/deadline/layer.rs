//! Limits the time of a whole call.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{self, Either, Ready};
use http::{Request, Response};
use pin_project_lite::pin_project;
use tokio::time::Instant;
use tower::{Layer, Service};

use crate::call::{CallContext, RoundGuard};
use crate::deadline::{Timer, clock};
use crate::error::{Error, TimeoutScope};
use crate::stack::{Once, once, once_if};

/// Limits the time of a whole call: all waits, token requests, attempts and bodies.
///
/// When the limit expires, the layer drops the call, whatever it is waiting for; the error reports
/// whether a request was sent. If the inner service is your own, it was sent when the service was
/// called, unless the service calls [`Delivery::mark_unsent`](crate::Delivery::mark_unsent). The
/// layer adds the [deadline](CallContext::expires_at) to the request's context, so that inner
/// layers never start a wait that would exceed it.
///
/// ```
/// use std::time::Duration;
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use tower::{ServiceBuilder, ServiceExt as _};
/// use trivore_transport::Error;
/// use trivore_transport::CallContext;
/// use trivore_transport::layer::DeadlineLayer;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let hangs = tower::service_fn(|_: Request<Bytes>| {
///     std::future::pending::<Result<Response<Bytes>, Error>>()
/// });
/// let service = ServiceBuilder::new()
///     .layer(DeadlineLayer::new(Duration::from_secs(30)))
///     .service(hangs);
///
/// let error = service.clone().oneshot(Request::new(Bytes::new())).await.unwrap_err();
/// assert_eq!(error.to_string(), "the call timed out after 30s; the request was already sent");
///
/// // A call with its own limit.
/// let mut request = Request::new(Bytes::new());
/// let context = CallContext::default().with_timeout(Duration::from_secs(5));
/// request.extensions_mut().insert(context);
/// let error = service.oneshot(request).await.unwrap_err();
/// assert_eq!(error.to_string(), "the call timed out after 5s; the request was already sent");
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct DeadlineLayer {
    limit: Option<Duration>,
    /// The layer is the client's, so its limit is that of the whole call.
    is_of_whole_call: bool,
    /// The attempts end at the deadline by themselves.
    is_kept_by_attempts: bool,
}

impl DeadlineLayer {
    /// Limits each call to `limit`.
    pub fn new(limit: Duration) -> Self {
        Self { limit: Some(limit), ..Self::default() }
    }

    /// Limits only calls that have a [timeout](CallContext::timeout) of their own.
    pub fn unlimited() -> Self {
        Self::default()
    }

    /// For the stack of a client, in which nothing follows when the limit expires.
    pub(crate) fn of_whole_call(mut self) -> Self {
        self.is_of_whole_call = true;
        self
    }

    /// For a stack in which no layer of the user's is between this one and the attempts, and these
    /// keep the deadline: most calls need one timer then, not two.
    pub(crate) fn kept_by_attempts(mut self) -> Self {
        self.is_kept_by_attempts = true;
        self
    }
}

impl<S> Layer<S> for DeadlineLayer {
    type Service = Deadline<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Deadline { inner, layer: self.clone() }
    }
}

/// Limits the time of a whole call; see [`DeadlineLayer`].
#[derive(Clone, Debug)]
pub struct Deadline<S> {
    inner: S,
    layer: DeadlineLayer,
}

impl<S> Service<Request<Bytes>> for Deadline<S>
where
    S: Service<Request<Bytes>, Response = Response<Bytes>, Error = Error> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response<Bytes>;
    type Error = Error;
    type Future =
        Either<DeadlineFuture<Once<S, Request<Bytes>>>, Ready<Result<Response<Bytes>, Error>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Bytes>) -> Self::Future {
        // Inside of another such layer, the call's own limit has begun before.
        let outermost = CallContext::of(&request).filter(|context| context.expires_at().is_none());
        let own = outermost.and_then(CallContext::timeout);
        let Some(limit) = own.or(self.layer.limit) else {
            let call = once(&mut self.inner, request);
            return Either::Left(DeadlineFuture { call: Some(call), running: None, timer: None });
        };
        let context = CallContext::of_mut(&mut request);
        let round = if self.layer.is_of_whole_call {
            context.delivery().clone().guard_round()
        } else {
            context.begin_round()
        };
        // If the deadline is beyond the clock's range, inner layers have none.
        let expires_at = Instant::now().checked_add(limit);
        if let Some(end) = expires_at {
            context.set_expires_at(end);
        }
        if let Err(error) = round.delivery().pass_on() {
            return Either::Right(future::ready(Err(error)));
        }
        let is_kept_by_attempts = self.layer.is_kept_by_attempts;
        let has_clock = is_kept_by_attempts || clock().is_ok();
        let call = once_if(has_clock, &mut self.inner, request);
        let running = LimitedCall { limit, expires_at, round, is_kept_by_attempts };
        Either::Left(DeadlineFuture { call: Some(call), running: Some(running), timer: None })
    }
}

pin_project! {
    /// Waits for a call until its deadline; see [`DeadlineLayer`].
    #[derive(Debug)]
    pub struct DeadlineFuture<F> {
        // `None` after the end.
        #[pin]
        call: Option<F>,
        // `None` without a limit, and after the end.
        running: Option<LimitedCall>,
        #[pin]
        timer: Option<Timer>,
    }
}

/// A call that has a limit.
#[derive(Debug)]
struct LimitedCall {
    limit: Duration,
    expires_at: Option<Instant>,
    round: RoundGuard,
    is_kept_by_attempts: bool,
}

impl<F: Future<Output = Result<Response<Bytes>, Error>>> Future for DeadlineFuture<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        let Some(mut call) = this.call.as_mut().as_pin_mut() else { return Poll::Pending };
        let Some(running) = this.running.as_ref() else { return call.poll(cx) };
        let expires_at = running.expires_at;
        // Without a tokio runtime, nothing is called; attempts that keep the deadline see to that.
        if this.timer.is_none() && !running.is_kept_by_attempts {
            this.timer.set(Some(Timer::at(expires_at)?));
        }
        if let Poll::Ready(result) = call.as_mut().poll(cx) {
            match this.running.take() {
                Some(mut running) if result.is_ok() => running.round.release(),
                ended => drop(ended),
            }
            this.call.set(None);
            return Poll::Ready(result);
        }
        if running.is_kept_by_attempts && running.round.delivery().keeps_deadline() {
            return Poll::Pending;
        }
        if this.timer.is_none() {
            this.timer.set(Some(Timer::at(expires_at)?));
        }
        if let Some(timer) = this.timer.as_mut().as_pin_mut() {
            ready!(timer.poll(cx));
        }
        // Dropped first, so that the connector has recorded its progress.
        this.call.set(None);
        running.round.delivery().end_round();
        let was_sent = running.round.delivery().was_sent();
        Poll::Ready(Err(Error::timeout(running.limit, TimeoutScope::Call, was_sent)))
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::BoxFuture;
    use tower::ServiceExt as _;

    use super::*;

    fn never(
        sent: bool,
    ) -> impl Clone
    + Send
    + Service<
        Request<Bytes>,
        Response = Response<Bytes>,
        Error = Error,
        Future = BoxFuture<'static, Result<Response<Bytes>, Error>>,
    > {
        tower::service_fn(move |mut request: Request<Bytes>| {
            if !sent {
                CallContext::delivery_of(&mut request).mark_unsent();
            }
            let never: BoxFuture<'static, _> = Box::pin(std::future::pending());
            never
        })
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_ends_at_its_deadline() {
        for sent in [false, true] {
            let start = Instant::now();
            let limited = DeadlineLayer::new(Duration::from_secs(7)).layer(never(sent));

            let error = limited.oneshot(Request::default()).await.unwrap_err();

            assert!(error.is_timeout());
            assert_eq!(error.may_have_been_applied(), sent);
            assert_eq!(start.elapsed(), Duration::from_secs(7));
        }
    }
}
