//! Retries requests if the operation allows it, within a budget.

use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response, StatusCode};
use tower::{Layer, Service};

use crate::auth::is_not_repeated;
use crate::call::{
    AttemptEnd, AttemptOutcome, CallContext, Delivery, ExpiresAt, Operation, Safety, TokenFault,
};
use crate::deadline::pause;
use crate::error::Error;
use crate::message::server_wait;
use crate::retry::budget::RetryBudget;
use crate::retry::repeat::take_original;
use crate::retry::{RetryContext, RetryPolicy};
use crate::stack::once;

/// Retries requests if the operation allows it, by a [`RetryPolicy`] and within a budget.
///
/// The whole request is repeated, including its extensions, with the next
/// [number](CallContext::attempt). The policy in its [`CallContext`] overrides the layer's. The
/// [`Operation`] there decides what is safe; without one, the method does. If a retry of an
/// operation with [`Safety::IdempotentDelete`] gets a 404, and an earlier attempt may have been
/// applied, the call succeeds with 204. The layer never starts a wait that would exceed the call's
/// deadline.
///
/// If the server rejects an access token of an inner
/// [`AuthorizationLayer`](crate::layer::AuthorizationLayer), the request is repeated once with
/// another one, whatever the policy and free of the budget ([`AttemptOutcome::TokenRejected`]). If
/// there is no other token, or an inner rate limit requires a wait beyond the deadline, the result
/// is the server's rejection.
///
/// All services that one layer makes, and their clones, share one budget.
///
/// ```
/// use bytes::Bytes;
/// use http::{Request, Response, StatusCode};
/// use tower::{ServiceBuilder, ServiceExt as _};
/// use trivore_transport::layer::RetryLayer;
/// use trivore_transport::{BoxError, CallContext, Error, RetryPolicy};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), BoxError> {
/// // Fails twice.
/// let flaky = tower::service_fn(async |request: Request<Bytes>| {
///     let number = CallContext::of(&request).map_or(1, CallContext::attempt);
///     let mut response = Response::new(Bytes::new());
///     if number < 3 {
///         *response.status_mut() = StatusCode::BAD_GATEWAY;
///     }
///     Ok::<_, Error>(response)
/// });
/// let service = ServiceBuilder::new().layer(RetryLayer::new(RetryPolicy::backoff())).service(flaky);
///
/// let read = Request::get("/user/42").body(Bytes::new())?;
/// assert_eq!(service.clone().oneshot(read).await?.status(), StatusCode::OK);
///
/// // The first attempt may have been applied, so a `POST` is not repeated.
/// let write = Request::post("/user").body(Bytes::new())?;
/// assert_eq!(service.oneshot(write).await?.status(), StatusCode::BAD_GATEWAY);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct RetryLayer {
    policy: RetryPolicy,
    budget: Option<RetryBudget>,
    /// Ignores the policies of calls.
    is_of_tokens: bool,
}

impl RetryLayer {
    /// Retries by `policy`, within a budget.
    ///
    /// Within ten seconds, the number of retries is at most a fifth of the number of calls, plus
    /// ten per second.
    pub fn new(policy: impl Into<RetryPolicy>) -> Self {
        Self { policy: policy.into(), budget: Some(RetryBudget::new()), is_of_tokens: false }
    }

    /// Repeats only requests whose access token was rejected.
    pub(crate) fn of_tokens() -> Self {
        Self { policy: RetryPolicy::off(), budget: None, is_of_tokens: true }
    }

    /// Removes the budget: an outage then multiplies the load by the number of attempts.
    #[must_use]
    pub fn without_budget(mut self) -> Self {
        self.budget = None;
        self
    }
}

impl<S> Layer<S> for RetryLayer {
    type Service = Retry<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Retry { inner, layer: self.clone() }
    }
}

/// Retries requests if the operation allows it; see [`RetryLayer`].
#[derive(Clone, Debug)]
pub struct Retry<S> {
    inner: S,
    layer: RetryLayer,
}

impl<S> Service<Request<Bytes>> for Retry<S>
where
    S: Service<Request<Bytes>, Response = Response<Bytes>, Error = Error> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response<Bytes>;
    type Error = Error;
    type Future = BoxFuture<'static, Result<Response<Bytes>, Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Bytes>) -> Self::Future {
        let inner = self.inner.clone();
        let operation = CallContext::operation_of(&request);
        let context = CallContext::of_mut(&mut request);
        let own = if self.layer.is_of_tokens { None } else { context.take_retry_policy() };
        let call = RetryLoop {
            operation,
            expires_at: context.expires_at(),
            policy: own.unwrap_or_else(|| self.layer.policy.clone()),
            budget: self.layer.budget.clone(),
        };
        call.run(inner, request)
    }
}

struct RetryLoop {
    operation: Operation,
    expires_at: Option<ExpiresAt>,
    policy: RetryPolicy,
    budget: Option<RetryBudget>,
}

impl RetryLoop {
    /// Sends the request until it succeeds or must not be retried.
    fn run<S>(
        self,
        mut inner: S,
        mut request: Request<Bytes>,
    ) -> BoxFuture<'static, Result<Response<Bytes>, Error>>
    where
        S: Service<Request<Bytes>, Response = Response<Bytes>, Error = Error>
            + Clone
            + Send
            + 'static,
        S::Future: Send,
    {
        // An `async fn` would store each argument twice in its future.
        Box::pin(async move {
            if let Some(budget) = &self.budget {
                budget.deposit();
            }
            let context = CallContext::of_mut(&mut request).numbered();
            let mut number = 1;
            let mut is_repeated = false;
            // Of the attempt whose token was of no use, while it is repeated.
            let mut fault = None;
            let mut rejection: Option<Box<Result<_, _>>> = None;
            loop {
                let (delivery, running);
                // In a block, so that the future does not keep the place of the attempt.
                let response = {
                    // A copy is kept for the next attempt.
                    let mut attempt = take_original(&mut request, &context);
                    delivery =
                        CallContext::of_mut(&mut attempt).begin_attempt(number, fault.take())?;
                    running = AttemptGuard::new(&delivery, self.operation.safety);
                    once(&mut inner, attempt)
                };
                let result = response.await;
                running.finish();
                if let Some(rejection) = rejection.take()
                    && matches!(&result, Err(error) if is_not_repeated(error))
                    && !delivery.may_be_applied(&result)
                {
                    delivery.withdraw_attempt();
                    return *rejection;
                }
                let end = AttemptEnd::of(&result);
                if self.found_nothing_left_to_delete(&result, &delivery) {
                    delivery.end_attempt(end, true);
                    return Ok(no_content());
                }
                let may_be_applied = delivery.may_be_applied(&result);
                if matches!(&result, Ok(response) if response.status().is_success()) {
                    delivery.end_attempt(end, may_be_applied);
                    return result;
                }
                let outcome = AttemptOutcome::of(&result, &delivery, self.operation.safety);
                delivery.end_attempt(end, may_be_applied);
                if outcome == AttemptOutcome::TokenRejected && !is_repeated {
                    is_repeated = true;
                    fault = delivery.token_fault();
                    if matches!(fault, Some(TokenFault::Rejected(_))) {
                        rejection = Some(Box::new(result));
                    }
                    delivery.will_wait(Duration::ZERO);
                } else {
                    // The repetition because of a token does not count.
                    let attempt = number - u32::from(is_repeated);
                    let Some(delay) = self.delay(&result, outcome, attempt) else { return result };
                    delivery.will_wait(delay);
                    pause(delay).await?;
                }
                number += 1;
            }
        })
    }

    /// Whether a retry of a deletion got a 404 after an attempt that may have been applied.
    fn found_nothing_left_to_delete(
        &self,
        result: &Result<Response<Bytes>, Error>,
        delivery: &Delivery,
    ) -> bool {
        let is_not_found = |status| status == StatusCode::NOT_FOUND;
        self.operation.safety == Safety::IdempotentDelete
            && delivery.has_open_request()
            && matches!(result, Ok(response) if is_not_found(response.status()))
            // A 404 that a layer made up says nothing about the server.
            && delivery.server_status(result).is_some_and(is_not_found)
    }

    /// Returns how long to wait before the next attempt; `None` if there is none.
    fn delay(
        &self,
        result: &Result<Response<Bytes>, Error>,
        outcome: AttemptOutcome,
        attempt: u32,
    ) -> Option<Duration> {
        let outcome = match outcome {
            // A call is repeated once only because of its token.
            AttemptOutcome::TokenRejected => AttemptOutcome::Final,
            outcome => outcome,
        };
        let retry_after = match result {
            Ok(response) => server_wait(response.status(), response.headers()),
            Err(_) => None,
        };
        let context = RetryContext { operation: &self.operation, attempt, outcome, retry_after };
        let delay = self.policy.delay(&context)?;
        if self.expires_at.is_some_and(|expires| !expires.allows(delay)) {
            return None;
        }
        if self.budget.as_ref().is_some_and(|budget| !budget.withdraw()) {
            return None;
        }
        Some(delay)
    }
}

/// An attempt in flight; when it ends or is dropped, nothing of it is sent any more.
struct AttemptGuard<'a> {
    delivery: &'a Delivery,
    safety: Safety,
    has_result: bool,
}

impl<'a> AttemptGuard<'a> {
    fn new(delivery: &'a Delivery, safety: Safety) -> Self {
        Self { delivery, safety, has_result: false }
    }

    /// Ends the attempt, whose result is there.
    fn finish(mut self) {
        self.has_result = true;
    }
}

impl Drop for AttemptGuard<'_> {
    fn drop(&mut self) {
        // A layer may have kept a copy; a late read does no harm.
        if !self.safety.is_safe() {
            self.delivery.end_round();
        }
        if !self.has_result {
            self.delivery.abandon_attempt();
        }
    }
}

fn no_content() -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}
