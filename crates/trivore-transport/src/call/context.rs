//! What the layers of one call share.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::Request;
use tokio::time::Instant;

use crate::call::delivery::RoundGuard;
use crate::call::{Delivery, Operation, Subject, TokenFault};
use crate::error::{Error, Result};
use crate::retry::RetryPolicy;

/// What the layers of one call share, in the extensions of each of its requests.
///
/// A [`Client`](crate::Client) makes it with the request. Layers of your own can read it, and must
/// copy it when they replace a request; copying all extensions does. A request that has none gets
/// one from the first layer of this crate.
///
/// ```
/// use http::Request;
/// use trivore_transport::{Call, CallContext, Operation};
///
/// /// A label for metrics: unlike the path, it contains no identifiers.
/// fn label<B>(request: &Request<B>) -> &'static str {
///     let operation = CallContext::of(request).and_then(CallContext::operation);
///     operation.map_or("unknown", |operation| operation.name)
/// }
///
/// const GET_USER: Operation = Operation::get("users.get", "/user/{userId}");
/// let request = Call::<()>::of(&GET_USER, &["42"]).into_request()?;
///
/// assert_eq!(label(&request), "users.get");
/// # Ok::<(), trivore_transport::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct CallContext {
    delivery: Delivery,
    settings: Option<Arc<CallSettings>>,
    expires_at: Option<ExpiresAt>,
    /// A layer outside retries the call by its own policy.
    has_taken_policy: bool,
    /// The number of the attempt, from 1; `None` outside of a layer that retries.
    attempt: Option<u32>,
    /// The number of the call, if it has attempts, which share it.
    number: Option<CallNumber>,
    /// Why the previous attempt is repeated with another access token.
    token_fault: Option<TokenFault>,
}

/// What a call overrides.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallSettings {
    pub(crate) timeout: Option<Duration>,
    pub(crate) retry: Option<RetryPolicy>,
}

impl CallContext {
    /// Makes the context of a call of an operation, for a request of your own.
    ///
    /// Use a context for one call only: all requests with it, or with a clone of it, count as
    /// requests of that call.
    ///
    /// ```
    /// use std::time::Duration;
    /// use http::Request;
    /// use trivore_transport::{CallContext, Operation};
    ///
    /// const PING: Operation = Operation::get("ping", "/ping");
    ///
    /// let mut request = Request::get("/ping").body(())?;
    /// let context = CallContext::new(PING).with_timeout(Duration::from_secs(5));
    /// request.extensions_mut().insert(context);
    ///
    /// let context = CallContext::of(&request).unwrap();
    /// assert_eq!((context.operation(), context.attempt()), (Some(&PING), 1));
    /// # Ok::<(), http::Error>(())
    /// ```
    pub fn new(operation: Operation) -> Self {
        Self::for_subject(operation, None)
    }

    pub(crate) fn for_subject(operation: Operation, subject: Option<Subject>) -> Self {
        Self {
            delivery: Delivery::new(operation, subject),
            settings: None,
            expires_at: None,
            has_taken_policy: false,
            attempt: None,
            number: None,
            token_fault: None,
        }
    }

    /// Limits the call, instead of the limit of [`DeadlineLayer`](crate::layer::DeadlineLayer).
    #[must_use]
    pub fn with_timeout(mut self, limit: Duration) -> Self {
        Arc::make_mut(self.settings.get_or_insert_default()).timeout = Some(limit);
        self
    }

    /// Retries the call by this policy, instead of that of
    /// [`RetryLayer`](crate::layer::RetryLayer).
    #[must_use]
    pub fn with_retry(mut self, policy: impl Into<RetryPolicy>) -> Self {
        Arc::make_mut(self.settings.get_or_insert_default()).retry = Some(policy.into());
        self.has_taken_policy = false;
        self
    }

    /// Returns the context of a request.
    pub fn of<B>(request: &Request<B>) -> Option<&Self> {
        request.extensions().get()
    }

    /// Returns the operation; `None` if the context was made without one, as by a layer.
    pub fn operation(&self) -> Option<&Operation> {
        self.delivery.operation()
    }

    /// Returns whether the request was sent, as far as that is known.
    pub fn delivery(&self) -> &Delivery {
        &self.delivery
    }

    /// Returns the limit of the whole call, if it has one of its own.
    pub fn timeout(&self) -> Option<Duration> {
        self.settings.as_ref()?.timeout
    }

    /// Returns the deadline of the call; `None` if it has none, or outside of the layer that sets
    /// it.
    pub fn expires_at(&self) -> Option<ExpiresAt> {
        self.expires_at
    }

    /// Returns the number of the attempt, from 1.
    pub fn attempt(&self) -> u32 {
        self.attempt.unwrap_or(1)
    }

    /// Returns the context of a request; inserts one if it has none.
    pub(crate) fn of_mut<B>(request: &mut Request<B>) -> &mut Self {
        request.extensions_mut().get_or_insert_default()
    }

    /// Returns the delivery of a request; inserts a context if it has none.
    pub(crate) fn delivery_of<B>(request: &mut Request<B>) -> Delivery {
        Self::of_mut(request).delivery.clone()
    }

    /// Returns the context of a request that passed through the user's layers.
    ///
    /// # Errors
    ///
    /// A layer dropped the request's extensions.
    pub(crate) fn kept<B>(request: &Request<B>) -> Result<&Self> {
        Self::of(request).ok_or_else(|| Error::configuration(LostExtensions))
    }

    /// Returns the operation of a request; without one, an operation derived from its method.
    pub(crate) fn operation_of<B>(request: &Request<B>) -> Operation {
        let known = Self::of(request).and_then(Self::operation).cloned();
        known.unwrap_or_else(|| Operation::unnamed(request.method().clone()))
    }

    pub(crate) fn subject(&self) -> Option<Subject> {
        self.delivery.subject()
    }

    /// Uses these settings for what the call does not set itself.
    pub(crate) fn add_defaults(&mut self, defaults: &Arc<CallSettings>) {
        self.settings = Some(match &self.settings {
            Some(own) => Arc::new(own.over(defaults)),
            None => Arc::clone(defaults),
        });
    }

    pub(crate) fn set_settings(&mut self, settings: CallSettings) {
        self.settings = Some(Arc::new(settings));
    }

    /// Returns the retry policy of the call, if it has one of its own.
    pub(crate) fn retry_policy(&self) -> Option<&RetryPolicy> {
        self.settings.as_ref()?.retry.as_ref()
    }

    /// Returns the retry policy of the call, for one layer: inner ones do not get it again.
    pub(crate) fn take_retry_policy(&mut self) -> Option<RetryPolicy> {
        let is_taken = std::mem::replace(&mut self.has_taken_policy, true);
        self.settings.as_ref().filter(|_| !is_taken)?.retry.clone()
    }

    /// Returns the context for the attempts of the call, which have a number in common.
    pub(crate) fn numbered(&self) -> Self {
        Self { number: self.number.or_else(|| Some(CallNumber::next())), ..self.clone() }
    }

    /// Returns the number of a request's call; a request that is no attempt has its own.
    pub(crate) fn number_of<B>(request: &Request<B>) -> CallNumber {
        Self::of(request).and_then(|context| context.number).unwrap_or_else(CallNumber::next)
    }

    /// Whether a layer outside retries the call.
    pub(crate) fn is_attempt(&self) -> bool {
        self.attempt.is_some()
    }

    pub(crate) fn token_fault(&self) -> Option<TokenFault> {
        self.token_fault
    }

    /// Sets the deadline, unless an earlier one is set.
    pub(crate) fn set_expires_at(&mut self, end: Instant) {
        let earliest = self.expires_at.map_or(end, |known| known.0.min(end));
        self.expires_at = Some(ExpiresAt(earliest));
    }

    /// Begins a round, in which an inner layer sends the request; the guard ends it.
    pub(crate) fn begin_round(&mut self) -> RoundGuard {
        self.delivery = self.delivery.begin_round();
        self.delivery.clone().guard_round()
    }

    /// Starts to record a request that has not been sent; returns its delivery.
    ///
    /// # Errors
    ///
    /// It is too late to send it.
    pub(crate) fn begin_request<B>(request: &mut Request<B>) -> Result<Delivery> {
        let context = Self::of_mut(request);
        context.delivery = context.delivery.begin_request()?;
        Ok(context.delivery.clone())
    }

    /// Makes this the context of an attempt, which begins; returns its delivery.
    ///
    /// # Errors
    ///
    /// It is too late for another attempt.
    pub(crate) fn begin_attempt(
        &mut self,
        number: u32,
        token_fault: Option<TokenFault>,
    ) -> Result<Delivery> {
        self.delivery = self.delivery.begin_attempt()?;
        self.attempt = Some(number);
        self.token_fault = token_fault;
        Ok(self.delivery.clone())
    }
}

/// A number that no other call of the process has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallNumber(pub(crate) u64);

impl CallNumber {
    fn next() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

impl CallSettings {
    /// Merges these settings with others; these take precedence.
    pub(crate) fn over(&self, others: &Self) -> Self {
        Self {
            timeout: self.timeout.or(others.timeout),
            retry: self.retry.as_ref().or(others.retry.as_ref()).cloned(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.timeout.is_none() && self.retry.is_none()
    }
}

/// The deadline of a call; see [`CallContext::expires_at`].
///
/// Inner layers never start a wait that would exceed it; layers of your own can do the same:
///
/// ```
/// use std::time::Duration;
/// use http::Request;
/// use trivore_transport::{Body, CallContext};
///
/// fn may_wait(request: &Request<Body>, wait: Duration) -> bool {
///     let expires_at = CallContext::of(request).and_then(CallContext::expires_at);
///     expires_at.is_none_or(|expires_at| expires_at.allows(wait))
/// }
///
/// // Without a deadline, a call may wait for any time.
/// assert!(may_wait(&Request::new(Body::default()), Duration::from_secs(3600)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExpiresAt(pub(crate) Instant);

impl ExpiresAt {
    /// Whether a wait that starts now would end before the deadline.
    pub fn allows(self, wait: Duration) -> bool {
        Instant::now().checked_add(wait).is_some_and(|end| end < self.0)
    }
}

/// Why a request was not passed to the inner service.
#[derive(Debug, thiserror::Error)]
#[error("a layer replaced the request without copying its extensions")]
struct LostExtensions;
