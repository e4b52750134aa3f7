//! The default stack and the reasons for its order.
//!
//! ```text
//! operation span        one span per call; names the operation in errors
//! deadline              limits the whole call
//! [call layers]         yours: see one call and one result, never credentials
//! retry                 retries if the operation allows it, within a budget
//! prepare               base URL, headers that all requests have
//! token                 waits for an access token, if calls need one
//! rate limit            spaces requests; pauses those in the scope of a 429
//! concurrency           limits the number of concurrent requests, if a limit is set
//! [attempt layers]      yours: see every attempt, never credentials
//! sign                  adds the credentials, for the base URL's origin only
//! attempt               limits time and size of one response
//! [transport layers]    yours: see every attempt, with credentials
//! connector             pooled HTTP over TLS, or your own service
//! ```
//!
//! Retry is outside of token, sign and attempt, so each attempt gets the current credentials and
//! has its own limits; the repetition after a rejected token is an attempt like every other. It is
//! outside of prepare, so that it copies a request without the headers that all requests have. The
//! attempts of a call still share one request identifier, by the call's number.
//!
//! Rate limit and concurrency are inside of retry, so each attempt counts, and a call holds no
//! concurrency permit while it waits for its next attempt. They are one layer. A request takes a
//! permit when its turn comes; if it waits for the permit and is then not the next one any more, it
//! returns the permit and waits for its turn again. So it holds no permit while it pauses or waits
//! for the rate, and permits that come free together do not exceed the rate.
//!
//! They are inside of token, so a request that waits for an access token holds no permit, and after
//! its turn it waits for nothing else in this stack. The token is added after that, so it is the
//! newest one; if there is no valid one any more, the attempt ends, and the next one waits for a
//! token. Token requests bypass both.
//!
//! All layers of the SDK are always ready and wait in their futures. Within a slot, your layers see
//! whether the ones below them are ready.

use std::time::Duration;

use http::HeaderValue;
use tower::{Layer as _, ServiceBuilder};

use crate::address::BaseUrl;
use crate::attempt::AttemptLayer;
use crate::auth::{Credentials, SignLayer, TokenLayer};
use crate::deadline::DeadlineLayer;
use crate::observe::{AttemptSpan, Observer, OperationSpanLayer};
use crate::prepare::PrepareLayer;
use crate::rate_limit::{Permits, RateLimitLayer, RateLimiter};
use crate::retry::RetryLayer;
use crate::stack::{LayerSlot, Next, Stack};

/// The settings of the stack.
#[derive(Clone, Debug)]
pub(crate) struct StackConfig {
    pub(crate) base_url: BaseUrl,
    pub(crate) user_agent: HeaderValue,
    pub(crate) credentials: Option<Credentials>,
    pub(crate) allows_plain_http: bool,
    pub(crate) timeout: Option<Duration>,
    pub(crate) retry: RetryLayer,
    pub(crate) observer: Option<Observer>,
    pub(crate) max_concurrency: Option<usize>,
    pub(crate) sheds_load: bool,
    pub(crate) rate_limiter: RateLimiter,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) max_response_size: usize,
    pub(crate) call_layers: LayerSlot,
    pub(crate) attempt_layers: LayerSlot,
    pub(crate) transport_layers: LayerSlot,
}

impl StackConfig {
    /// Builds the stack around `connector`.
    pub(crate) fn build(self, connector: Next) -> Stack {
        let limit = self.max_response_size;
        let attempt = AttemptLayer::new(limit).over_recording();
        // A layer of the user's between the two may poll an attempt in another task, or stop polling
        // it: then the attempt's timer would not wake the call.
        let are_adjacent = self.call_layers.is_empty() && self.attempt_layers.is_empty();
        let (attempt, keeps_deadline) = match self.attempt_timeout {
            Some(timeout) if are_adjacent => (attempt.timeout(timeout).keeping_deadline(), true),
            Some(timeout) => (attempt.timeout(timeout), false),
            None => (attempt, false),
        };
        let operation = OperationSpanLayer::new();
        let rate_limit = RateLimitLayer::new(self.rate_limiter);
        let rate_limit = match self.max_concurrency {
            Some(requests) => rate_limit.permits(Permits::new(requests, self.sheds_load)),
            None => rate_limit,
        };
        let (attempt, operation, rate_limit) = match self.observer {
            Some(observer) => (
                attempt.observer(observer.clone()),
                operation.observer(observer.clone()),
                rate_limit.observer(observer),
            ),
            None => (attempt, operation, rate_limit),
        };
        let sign = self.credentials.map(|credentials| {
            let mut sign = SignLayer::new(credentials, self.base_url.clone());
            sign.allows_plain_http = self.allows_plain_http;
            sign
        });

        let lower = ServiceBuilder::new()
            .layer(attempt)
            .service(self.transport_layers.around_innermost(connector));
        let token = sign.as_ref().and_then(|sign| TokenLayer::new(sign, Stack::new(lower.clone())));
        let mut each_attempt = match sign {
            Some(sign) => self.attempt_layers.around(sign.layer(lower), limit),
            None => self.attempt_layers.around(lower, limit),
        };
        // Without layers in the slot, the attempt's own layer opens the span.
        if !self.attempt_layers.is_empty() {
            each_attempt = Stack::of_boxed(AttemptSpan::new(each_attempt));
        }
        let each_call = ServiceBuilder::new()
            .layer(self.retry)
            .layer(PrepareLayer::new(self.base_url, self.user_agent))
            .option_layer(token)
            .layer(rate_limit)
            .service(each_attempt);
        let deadline = self.timeout.map_or_else(DeadlineLayer::unlimited, DeadlineLayer::new);
        let deadline = if keeps_deadline { deadline.kept_by_attempts() } else { deadline };
        let whole = ServiceBuilder::new()
            .layer(operation)
            .layer(deadline.of_whole_call())
            .service(self.call_layers.around(each_call, limit));
        Stack::of_boxed(whole)
    }
}
