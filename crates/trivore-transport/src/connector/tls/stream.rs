//! An encrypted connection that knows whether the server has refused the client's certificate.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use http::Extensions;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};

use crate::connector::tls::connector::{CertificateRefusal, Refusals};
use crate::error::ConnectError;

/// A connection that reports a refused client certificate.
///
/// In TLS 1.3, the client's handshake ends before the server has checked the client's certificate.
/// The server's alert is then the first thing that is read, by a connection with a request on it.
/// It is recognized here, where all errors are the TLS library's own: above, HTTP/2 keeps only
/// their texts, and errors may hold what a server has sent.
#[derive(Debug)]
pub(crate) struct TlsStream<S> {
    stream: S,
    watch: Option<AlertWatch>,
}

/// Watches for an alert until the server sends something else.
#[derive(Debug)]
struct AlertWatch {
    has_read: bool,
    refusals: Refusals,
    report: Report,
}

/// Why the server has refused the handshake after the client's part of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Report(Arc<OnceLock<CertificateRefusal>>);

impl<S> TlsStream<S> {
    pub(crate) fn plain(stream: S) -> Self {
        Self { stream, watch: None }
    }

    /// `refusals` tells from an error whether the server refused the client's certificate.
    pub(crate) fn encrypted(stream: S, refusals: Refusals) -> Self {
        let watch = AlertWatch { has_read: false, refusals, report: Report::default() };
        Self { stream, watch: Some(watch) }
    }
}

impl Report {
    /// Returns why the server has refused the handshake of a connection, if it has, and whether it
    /// has certainly read no request.
    pub(crate) fn of(connection: &Connected) -> Option<(ConnectError, bool)> {
        let mut extensions = Extensions::new();
        connection.get_extras(&mut extensions);
        let Self(refusal) = extensions.get()?;
        let CertificateRefusal { failure, is_unread } = refusal.get()?.clone();
        Some((failure.of(""), is_unread))
    }
}

impl AlertWatch {
    fn see(&mut self, read: &io::Result<()>) {
        match read {
            Ok(()) => self.has_read = true,
            Err(error) if !self.has_read => {
                if let Some(refusal) = (self.refusals)(error) {
                    self.report.0.get_or_init(|| refusal);
                }
            }
            Err(_) => {}
        }
    }
}

impl<S: Connection> Connection for TlsStream<S> {
    fn connected(&self) -> Connected {
        let connected = self.stream.connected();
        match &self.watch {
            Some(watch) => connected.extra(watch.report.clone()),
            None => connected,
        }
    }
}

impl<S: Read + Unpin> Read for TlsStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if let (Poll::Ready(read), Some(watch)) = (&polled, &mut self.watch) {
            watch.see(read);
        }
        polled
    }
}

impl<S: Write + Unpin> Write for TlsStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, buffers)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use crate::connector::tls::failure::TlsFailure;

    use super::*;

    /// Returns these results one by one.
    struct Reads(VecDeque<io::Result<()>>);

    impl Read for Reads {
        fn poll_read(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            _: ReadBufCursor<'_>,
        ) -> Poll<io::Result<()>> {
            self.0.pop_front().map_or(Poll::Pending, Poll::Ready)
        }
    }

    impl Connection for Reads {
        fn connected(&self) -> Connected {
            Connected::new()
        }
    }

    fn report_after(reads: impl IntoIterator<Item = io::Result<()>>) -> Option<String> {
        let refusals: Refusals = |error| {
            let failure = TlsFailure::of_alert(error.to_string())?;
            Some(CertificateRefusal { failure, is_unread: true })
        };
        let mut stream = TlsStream::encrypted(Reads(reads.into_iter().collect()), refusals);
        let connected = stream.connected();
        let mut cx = Context::from_waker(std::task::Waker::noop());
        loop {
            let mut bytes = [0; 8];
            let mut buffer = hyper::rt::ReadBuf::new(&mut bytes);
            if Pin::new(&mut stream).poll_read(&mut cx, buffer.unfilled()).is_pending() {
                return Report::of(&connected).map(|(error, _)| error.to_string());
            }
        }
    }

    #[test]
    fn an_alert_is_a_refusal_only_before_anything_else_was_read() {
        let alert = || Err(io::Error::other("certificate required"));
        let refused = "the server refused the TLS handshake: certificate required".to_owned();

        assert_eq!(report_after([alert()]), Some(refused));
        assert_eq!(report_after([Ok(()), alert()]), None);
        assert_eq!(report_after([Err(io::Error::other("internal error"))]), None);
        assert_eq!(report_after([Err(io::ErrorKind::ConnectionReset.into())]), None);
        assert_eq!(report_after([]), None);
    }
}
