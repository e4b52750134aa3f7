//! The outcome of an attempt, which decides whether it may be repeated.

use crate::call::Safety;

/// The outcome of an attempt, as far as a retry is concerned.
///
/// # Examples
///
/// ```
/// use trivore_transport::{AttemptOutcome, Safety};
///
/// // A request that was not applied can be repeated, whatever the operation.
/// assert!(AttemptOutcome::NeverSent.is_retryable(Safety::NotIdempotent));
/// // A request that may have been applied is repeated only if the operation is idempotent.
/// assert!(AttemptOutcome::Unknown.is_retryable(Safety::Idempotent));
/// assert!(!AttemptOutcome::Unknown.is_retryable(Safety::NotIdempotent));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AttemptOutcome {
    /// The request was not sent, or an HTTP/2 server says that it did not process it.
    NeverSent,
    /// The server rejected the access token (401), and another one may be requested.
    ///
    /// A call is repeated once after it, whatever the operation and the policy, without a wait and
    /// free of the budget; a further rejection in the same call is [`Final`](Self::Final). The same
    /// applies if the token expired while the request waited for its turn, so that it was not sent.
    /// A 401 is final if the client has a fixed header instead of tokens, if the scope is
    /// insufficient, or if another token did not help just before.
    TokenRejected,
    /// The server rejected the request because of its rate (429), without applying it.
    Limited,
    /// The server did not process the request (421, 425).
    ///
    /// RFC 9110 and RFC 8470 allow to repeat it, whatever the operation.
    Unprocessed,
    /// The server rejected the request temporarily (503 with `Retry-After`).
    ///
    /// The server has probably not applied it, but there is no guarantee.
    Unavailable,
    /// The request may have been applied.
    ///
    /// The attempt timed out after the request was sent, the connection failed, or the server or a
    /// gateway gave up or failed: 408, 499 (a gateway's word for a request that was given up), and
    /// every 5xx except those in [`Final`](Self::Final). If a layer of yours made up the response
    /// after a request was sent, its status does not matter.
    Unknown,
    /// A retry would not help: the call succeeded or failed permanently.
    ///
    /// These are also the 5xx that stay the same when the request is repeated: 501, 505, 506, 507,
    /// 508, 510 and 511.
    Final,
}

impl AttemptOutcome {
    /// Whether an operation of this safety may be repeated after this outcome.
    pub fn is_retryable(self, safety: Safety) -> bool {
        match self {
            Self::NeverSent | Self::TokenRejected | Self::Limited | Self::Unprocessed => true,
            Self::Unavailable | Self::Unknown => safety.is_repeatable(),
            Self::Final => false,
        }
    }
}
