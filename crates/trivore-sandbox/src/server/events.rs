//! Received requests as server-sent events.

use std::convert::Infallible;
use std::fmt::Write as _;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use bytes::Bytes;
use http_body::Frame;
use serde_json::json;
use tokio::sync::watch;

use super::shared::Shared;

/// Follows the request log, and ends when the sandbox stops.
///
/// It holds only what is sent next, however slow the client is.
pub(super) struct Events {
    shared: Shared,
    /// Number of the newest request that was sent.
    last: u64,
    /// How often the log had been cleared then.
    clears: u64,
    changed: watch::Receiver<()>,
    stopped: watch::Receiver<()>,
}

impl Events {
    /// Begins after the request with a number, or with the newest requests.
    pub(super) fn new(shared: &Shared, after: Option<u64>) -> Self {
        let changed = shared.requests_changed();
        let log = shared.requests();
        let newest = || log.last().saturating_sub(MAX_FIRST);
        // Numbers start again with the sandbox, and a client that connects again does not know.
        let last = after.map_or_else(newest, |after| if after > log.last() { 0 } else { after });
        let clears = log.clears();
        drop(log);
        let (shared, stopped) = (shared.clone(), shared.stopped());
        Self { shared, last, clears, changed, stopped }
    }

    /// Returns the body of the response.
    pub(super) fn into_body(self) -> Body {
        let first = Box::pin(async move { Some((Bytes::from_static(FIRST), self)) });
        Body::new(EventBody { next: Some(first) })
    }

    /// Waits for requests, and returns their events; `None` if the sandbox stops.
    async fn next(mut self) -> NextEvents {
        loop {
            self.changed.borrow_and_update();
            let text = self.take();
            if !text.is_empty() {
                return Some((text.into(), self));
            }
            tokio::select! {
                changed = self.changed.changed() => changed.ok()?,
                // No value is ever sent; the sender is dropped when the sandbox stops.
                _ = self.stopped.changed() => return None,
                () = tokio::time::sleep(KEEP_ALIVE) => {
                    return Some((Bytes::from_static(b":\n\n"), self));
                }
            }
        }
    }

    /// Returns the events since the last ones, within a limit.
    fn take(&mut self) -> String {
        let mut text = String::new();
        let log = self.shared.requests();
        if log.clears() != self.clears {
            self.clears = log.clears();
            text.push_str("event: clear\ndata: {}\n\n");
        }
        for (number, request) in log.after(self.last, MAX_REQUESTS, usize::MAX).entries {
            let mut shown = request.to_summary();
            if let Some(shown) = shown.as_object_mut() {
                shown.insert("number".to_owned(), json!(number));
            }
            // JSON has no line breaks. Writing to a string cannot fail.
            let _ = write!(text, "id: {number}\nevent: request\ndata: {shown}\n\n");
            self.last = number;
            if text.len() > FRAME_BYTES {
                break;
            }
        }
        text
    }
}

/// What is sent next, and what follows it; `None` at the end.
type NextEvents = Option<(Bytes, Events)>;

/// The body of a response that follows the request log.
struct EventBody {
    next: Option<Pin<Box<dyn Future<Output = NextEvents> + Send>>>,
}

impl HttpBody for EventBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let Some(next) = &mut self.next else { return Poll::Ready(None) };
        let next = ready!(next.as_mut().poll(context));
        self.next = None;
        Poll::Ready(next.map(|(bytes, events)| {
            self.next = Some(Box::pin(events.next()));
            Ok(Frame::data(bytes))
        }))
    }
}

/// Makes clients connect again after a second, and shows at once that the stream is open.
const FIRST: &[u8] = b"retry: 1000\n\n";
/// A client without a number gets at most so many of the requests before it.
const MAX_FIRST: u64 = 1000;
/// Limits on what is written at once.
const MAX_REQUESTS: usize = 100;
const FRAME_BYTES: usize = 64 << 10;
/// What is written after this time without a request shows whether the client is still there.
const KEEP_ALIVE: Duration = Duration::from_secs(20);
