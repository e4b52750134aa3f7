//! Why the access token of an attempt was of no use.

/// Why the access token of an attempt was of no use; the call is then repeated with another one.
///
/// The repeated attempt has it in its request's extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenFault {
    /// The server rejected the token of this generation, and another one may be requested.
    Rejected(u64),
    /// The request was not sent: when its turn came, there was no valid token.
    Expired,
}
