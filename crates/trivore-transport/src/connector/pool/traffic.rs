//! What passes through a connection, seen below the HTTP library.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::connector::pool::frames::FrameReader;
use crate::connector::proxy::TcpWatch;

/// What has passed through a connection so far.
///
/// All operations are sequentially consistent: of two sides that each write one value and then read
/// the other's, at least one sees what the other has written.
#[derive(Debug, Default)]
pub(super) struct Traffic {
    tcp: Option<TcpWatch>,
    /// How many times something arrived.
    received: AtomicU64,
    /// How many times something was written, with [`WRITING`] and [`SEALED`].
    writes: AtomicU64,
    /// Somebody waits for anything to arrive.
    is_awaited: AtomicBool,
    has_arrived: AtomicBool,
    has_settings: AtomicBool,
    is_going_away: AtomicBool,
}

/// Something is being written.
const WRITING: u64 = 1 << 62;
/// Nothing is written any more.
const SEALED: u64 = 1 << 63;

impl Traffic {
    pub(super) fn new(tcp: Option<TcpWatch>) -> Self {
        Self { tcp, ..Self::default() }
    }

    pub(super) fn received(&self) -> u64 {
        self.received.load(Ordering::SeqCst)
    }

    /// Returns how many times something was written.
    pub(super) fn writes(&self) -> u64 {
        self.writes.load(Ordering::SeqCst) & !(WRITING | SEALED)
    }

    /// Returns whether nothing was written since there were `before` writes. Then nothing can be
    /// written any more, which ends the connection.
    pub(super) fn seal_if_unwritten(&self, before: u64) -> bool {
        let sealed = before | SEALED;
        match self.writes.compare_exchange(before, sealed, Ordering::SeqCst, Ordering::SeqCst) {
            Ok(_) => true,
            Err(current) => current == sealed,
        }
    }

    /// Announces that something is written, unless nothing may be.
    fn begin_write(&self) -> io::Result<()> {
        let announced = |writes| (writes & SEALED == 0).then_some(writes | WRITING);
        let begun = self.writes.fetch_update(Ordering::SeqCst, Ordering::SeqCst, announced);
        if begun.is_ok() { Ok(()) } else { Err(not_writable()) }
    }

    fn end_write(&self, is_written: bool) {
        self.writes.fetch_sub(WRITING - u64::from(is_written), Ordering::SeqCst);
    }

    fn is_sealed(&self) -> bool {
        self.writes.load(Ordering::SeqCst) & SEALED != 0
    }

    /// Asks for a check, before anything is written, that the server has not closed the connection.
    pub(super) fn check_before_write(&self) {
        self.tcp.iter().for_each(TcpWatch::request_check);
    }

    /// Records from now on that something has arrived.
    pub(super) fn await_arrival(&self) {
        self.is_awaited.store(true, Ordering::SeqCst);
    }

    /// Whether something has arrived that was [awaited](Self::await_arrival).
    pub(super) fn take_arrival(&self) -> bool {
        self.has_arrived.swap(false, Ordering::SeqCst)
    }

    /// Whether the peer's settings have arrived, and the library has applied them.
    pub(super) fn take_settings(&self) -> bool {
        self.has_settings.swap(false, Ordering::SeqCst)
    }

    /// Whether the peer has said that it takes no more requests.
    pub(super) fn is_going_away(&self) -> bool {
        self.is_going_away.load(Ordering::SeqCst)
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
    /// A write has failed; what is left of it in a TLS library is not written later.
    has_failed: bool,
}

impl<S> WatchedStream<S> {
    pub(super) fn http1(stream: S, traffic: Arc<Traffic>) -> Self {
        Self { stream, traffic, frames: None, has_unhandled_settings: false, has_failed: false }
    }

    pub(super) fn http2(stream: S, traffic: Arc<Traffic>) -> Self {
        Self { frames: Some(FrameReader::default()), ..Self::http1(stream, traffic) }
    }

    fn record_arrival(&mut self, bytes: &[u8]) {
        self.traffic.received.fetch_add(1, Ordering::SeqCst);
        let Some(frames) = &mut self.frames else { return };
        let seen = frames.read(bytes);
        self.has_unhandled_settings |= seen.settings;
        if seen.go_away {
            self.traffic.is_going_away.store(true, Ordering::SeqCst);
        }
        // Without the exchange in the common case.
        let traffic = &self.traffic;
        if traffic.is_awaited.load(Ordering::SeqCst)
            && traffic.is_awaited.swap(false, Ordering::SeqCst)
        {
            traffic.has_arrived.store(true, Ordering::SeqCst);
        }
    }

    /// Records that the library asks for more, so it has handled all frames so far.
    fn record_handled(&mut self) {
        if std::mem::take(&mut self.has_unhandled_settings) {
            self.traffic.has_settings.store(true, Ordering::SeqCst);
        }
    }

    /// Writes with `write`, and records whether something was written.
    fn write(
        &mut self,
        write: impl FnOnce(Pin<&mut S>) -> Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>>
    where
        S: Unpin,
    {
        self.check_writable()?;
        self.traffic.begin_write()?;
        let tcp_writes = self.traffic.tcp.as_ref().map(TcpWatch::writes);
        let written = write(Pin::new(&mut self.stream));
        let is_written = match &written {
            Poll::Ready(Ok(count)) => *count > 0,
            // A TLS library may have written some records before one fails.
            Poll::Ready(Err(_)) => {
                self.has_failed = true;
                tcp_writes.is_none()
                    || tcp_writes != self.traffic.tcp.as_ref().map(TcpWatch::writes)
            }
            // At most a part of a TLS record, which cannot be read.
            Poll::Pending => false,
        };
        self.traffic.end_write(is_written);
        written
    }

    /// Checks that something may be written, also from what a TLS library holds back.
    fn check_writable(&self) -> io::Result<()> {
        if self.has_failed || self.traffic.is_sealed() { Err(not_writable()) } else { Ok(()) }
    }
}

fn not_writable() -> io::Error {
    io::Error::new(io::ErrorKind::BrokenPipe, "the connection has failed")
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
            self.record_arrival(arrived);
        } else if polled.is_pending() {
            self.record_handled();
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
        self.write(|stream| stream.poll_write(cx, bytes))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check_writable()?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check_writable()?;
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
        self.write(|stream| stream.poll_write_vectored(cx, buffers))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::atomic::AtomicUsize;
    use std::thread;

    use super::*;

    /// Returns these results of writes one by one, and counts the writes and shutdowns.
    struct Writes(VecDeque<Poll<io::Result<usize>>>, Arc<AtomicUsize>);

    impl AsyncWrite for Writes {
        fn poll_write(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<io::Result<usize>> {
            self.1.fetch_add(1, Ordering::SeqCst);
            self.0.pop_front().unwrap_or(Poll::Ready(Ok(bytes.len())))
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            self.1.fetch_add(1, Ordering::SeqCst);
            Poll::Ready(Ok(()))
        }
    }

    struct Watched {
        stream: WatchedStream<Writes>,
        traffic: Arc<Traffic>,
        calls: Arc<AtomicUsize>,
    }

    fn watched(results: impl IntoIterator<Item = Poll<io::Result<usize>>>) -> Watched {
        let (traffic, calls) = <(Arc<Traffic>, Arc<AtomicUsize>)>::default();
        let writes = Writes(results.into_iter().collect(), Arc::clone(&calls));
        Watched { stream: WatchedStream::http1(writes, Arc::clone(&traffic)), traffic, calls }
    }

    fn write(stream: &mut WatchedStream<Writes>) -> Poll<io::Result<usize>> {
        let mut cx = Context::from_waker(std::task::Waker::noop());
        Pin::new(stream).poll_write(&mut cx, b"request")
    }

    fn broken() -> Poll<io::Result<usize>> {
        Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()))
    }

    #[test]
    fn only_what_was_certainly_not_written_counts_as_unwritten() {
        for (result, is_unwritten) in [
            (Poll::Pending, true),
            (Poll::Ready(Ok(0)), true),
            (Poll::Ready(Ok(3)), false),
            (broken(), false),
        ] {
            let text = format!("{result:?}");
            let Watched { mut stream, traffic, .. } = watched([result]);
            let before = traffic.writes();
            let _written = write(&mut stream);
            assert_eq!(traffic.seal_if_unwritten(before), is_unwritten, "{text}");
        }
    }

    /// Fails like a TLS library whose stream fails after some records.
    struct FailingTls {
        tcp: TcpWatch,
        records: usize,
    }

    impl AsyncWrite for FailingTls {
        fn poll_write(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
            _: &[u8],
        ) -> Poll<io::Result<usize>> {
            (0..self.records).for_each(|_| self.tcp.wrote(&Poll::Ready(Ok(100))));
            self.tcp.wrote(&broken());
            broken()
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    #[test]
    fn a_write_that_fails_after_some_records_counts_as_written() {
        let mut cx = Context::from_waker(std::task::Waker::noop());
        for (records, is_unwritten) in [(0, true), (1, false), (2, false)] {
            let tcp = TcpWatch::default();
            let traffic = Arc::new(Traffic::new(Some(tcp.clone())));
            let tls = FailingTls { tcp, records };
            let mut stream = WatchedStream::http1(tls, Arc::clone(&traffic));
            let before = traffic.writes();

            let written = Pin::new(&mut stream).poll_write(&mut cx, b"request");
            assert!(matches!(written, Poll::Ready(Err(_))));
            assert_eq!(traffic.seal_if_unwritten(before), is_unwritten, "{records}");
        }
    }

    #[test]
    fn nothing_is_written_after_a_seal() {
        let Watched { mut stream, traffic, calls } = watched([]);
        assert!(write(&mut stream).is_ready());
        let before = traffic.writes();

        assert!(!traffic.seal_if_unwritten(before - 1));
        assert!(traffic.seal_if_unwritten(before));
        assert!(traffic.seal_if_unwritten(before));
        assert!(!traffic.seal_if_unwritten(before - 1));

        assert!(matches!(write(&mut stream), Poll::Ready(Err(_))));
        let mut cx = Context::from_waker(std::task::Waker::noop());
        assert!(matches!(Pin::new(&mut stream).poll_flush(&mut cx), Poll::Ready(Err(_))));
        assert!(matches!(Pin::new(&mut stream).poll_shutdown(&mut cx), Poll::Ready(Err(_))));
        assert_eq!(calls.load(Ordering::SeqCst), 1);
        assert_eq!(traffic.writes(), before);
    }

    #[test]
    fn nothing_is_written_after_a_write_that_failed() {
        let Watched { mut stream, calls, .. } = watched([broken()]);
        assert!(matches!(write(&mut stream), Poll::Ready(Err(_))));

        assert!(matches!(write(&mut stream), Poll::Ready(Err(_))));
        let mut cx = Context::from_waker(std::task::Waker::noop());
        assert!(matches!(Pin::new(&mut stream).poll_shutdown(&mut cx), Poll::Ready(Err(_))));
        assert_eq!(calls.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_write_and_a_seal_at_the_same_time_exclude_each_other() {
        for _ in 0..500 {
            let Watched { mut stream, traffic, calls } = watched([]);
            let before = traffic.writes();
            let start = std::sync::Barrier::new(2);
            let (is_written, is_sealed) = thread::scope(|scope| {
                let writer = scope.spawn(|| {
                    start.wait();
                    matches!(write(&mut stream), Poll::Ready(Ok(_)))
                });
                start.wait();
                let is_sealed = traffic.seal_if_unwritten(before);
                (writer.join().unwrap(), is_sealed)
            });
            assert_ne!(is_written, is_sealed);
            assert_eq!(calls.load(Ordering::SeqCst), usize::from(is_written));
        }
    }
}
