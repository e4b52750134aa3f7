//! The limit of one call, and its deadline.

use std::time::Duration;

use tokio::time::Instant;

/// The limit of one call, in its request's extensions; it overrides the layer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallTimeout(pub Duration);

/// The call's deadline, in its request's extensions.
///
/// Inner layers never start a wait that would exceed it; layers of your own can do the same:
///
/// ```
/// use std::time::Duration;
/// use http::Request;
/// use trivore_transport::Body;
/// use trivore_transport::layer::ExpiresAt;
///
/// fn may_wait(request: &Request<Body>, wait: Duration) -> bool {
///     request.extensions().get::<ExpiresAt>().is_none_or(|expires_at| expires_at.allows(wait))
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
