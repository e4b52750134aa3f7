//! How many connections a client has.

/// The number of connections of a client, in all of its pools; see
/// [`Client::connections`](crate::Client::connections).
///
/// Connections that are being closed are not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Connections {
    /// Connections without a request.
    pub idle: usize,
    /// Connections with a request whose response has not ended, or with several over HTTP/2.
    pub in_use: usize,
    /// Connections that are being opened.
    pub opening: usize,
    /// How many connections were opened since the client was built, closed ones included.
    pub opened: u64,
}
