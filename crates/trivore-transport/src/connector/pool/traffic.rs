//! What passes through a connection, seen below the HTTP library.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::connector::pool::frames::{FrameKind, FrameReader};

/// What has passed through a connection so far.
#[derive(Debug, Default)]
pub(super) struct Traffic {
    /// How many times something arrived.
    received: AtomicU64,
    /// The number of bytes that were written.
    written: AtomicU64,
    /// Somebody waits for anything to arrive.
    is_awaited: AtomicBool,
    has_arrived: AtomicBool,
    has_settings: AtomicBool,
    is_going_away: AtomicBool,
}

impl Traffic {
    pub(super) fn received(&self) -> u64 {
        self.received.load(Ordering::Acquire)
    }

    pub(super) fn written(&self) -> u64 {
        self.written.load(Ordering::Acquire)
    }

    /// Records from now on that something has arrived.
    pub(super) fn await_arrival(&self) {
        self.is_awaited.store(true, Ordering::Release);
    }

    /// Whether something has arrived that was [awaited](Self::await_arrival).
    pub(super) fn take_arrival(&self) -> bool {
        self.has_arrived.swap(false, Ordering::AcqRel)
    }

    /// Whether the peer's settings have arrived, and the library has applied them.
    pub(super) fn take_settings(&self) -> bool {
        self.has_settings.swap(false, Ordering::AcqRel)
    }

    /// Whether the peer has said that it takes no more requests.
    pub(super) fn is_going_away(&self) -> bool {
        self.is_going_away.load(Ordering::Acquire)
    }
}

/// A connection's stream that records its traffic.
#[derive(Debug)]
pub(super) struct WatchedStream<S> {
    stream: S,
    traffic: Arc<Traffic>,
    /// For HTTP/2.
    frames: Option<FrameReader>,
    has_unhandled_settings: bool,
}

impl<S> WatchedStream<S> {
    pub(super) fn http1(stream: S, traffic: Arc<Traffic>) -> Self {
        Self { stream, traffic, frames: None, has_unhandled_settings: false }
    }

    pub(super) fn http2(stream: S, traffic: Arc<Traffic>) -> Self {
        Self {
            stream,
            traffic,
            frames: Some(FrameReader::default()),
            has_unhandled_settings: false,
        }
    }

    fn arrived(&mut self, bytes: &[u8]) {
        self.traffic.received.fetch_add(1, Ordering::AcqRel);
        let Some(frames) = &mut self.frames else { return };
        match frames.read(bytes) {
            Some(FrameKind::GoAway) => self.traffic.is_going_away.store(true, Ordering::Release),
            Some(FrameKind::Settings) => self.has_unhandled_settings = true,
            None => {}
        }
        // Without the exchange in the common case.
        let traffic = &self.traffic;
        if traffic.is_awaited.load(Ordering::Acquire)
            && traffic.is_awaited.swap(false, Ordering::AcqRel)
        {
            traffic.has_arrived.store(true, Ordering::Release);
        }
    }

    /// The library asks for more, so it has handled all frames so far.
    fn caught_up(&mut self) {
        if std::mem::take(&mut self.has_unhandled_settings) {
            self.traffic.has_settings.store(true, Ordering::Release);
        }
    }

    fn wrote(&self, written: &Poll<io::Result<usize>>) {
        if let Poll::Ready(Ok(count)) = written {
            self.traffic.written.fetch_add(*count as u64, Ordering::AcqRel);
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for WatchedStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buffer);
        let arrived = &buffer.filled()[before..];
        if !arrived.is_empty() {
            self.arrived(arrived);
        } else if polled.is_pending() {
            self.caught_up();
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for WatchedStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.wrote(&written);
        written
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
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, buffers);
        self.wrote(&written);
        written
    }
}
