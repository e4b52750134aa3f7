//! What a scripted server and its clients speak.

use trivore::transport::TlsBackend;

/// The HTTP version and, with TLS, the library that clients use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "clients speak nothing else")]
pub enum Wire {
    /// HTTP/1.1 without TLS.
    Http1,
    /// HTTP/1.1 over TLS.
    Http1OverTls(TlsBackend),
    /// HTTP/2 over TLS.
    Http2(TlsBackend),
}

impl Wire {
    /// HTTP/1.1 without TLS, and over TLS with both libraries.
    pub const HTTP1: [Self; 3] = [
        Self::Http1,
        Self::Http1OverTls(TlsBackend::NativeTls),
        Self::Http1OverTls(TlsBackend::Rustls),
    ];

    /// HTTP/2 with both libraries.
    pub const HTTP2: [Self; 2] =
        [Self::Http2(TlsBackend::NativeTls), Self::Http2(TlsBackend::Rustls)];

    /// Everything that a client can speak.
    pub const ALL: [Self; 5] =
        [Self::HTTP1[0], Self::HTTP1[1], Self::HTTP1[2], Self::HTTP2[0], Self::HTTP2[1]];

    /// Returns the TLS library of the client.
    pub(super) fn backend(self) -> TlsBackend {
        match self {
            Self::Http1 => TlsBackend::Disabled,
            Self::Http1OverTls(backend) | Self::Http2(backend) => backend,
        }
    }

    /// Returns the protocol that the server selects by ALPN; `None` without TLS.
    pub(super) fn protocol(self) -> Option<&'static [u8]> {
        match self {
            Self::Http1 => None,
            Self::Http1OverTls(_) => Some(b"http/1.1"),
            Self::Http2(_) => Some(b"h2"),
        }
    }

    pub(crate) fn is_http2(self) -> bool {
        matches!(self, Self::Http2(_))
    }
}
