//! A response body that lets its connection return to the pool before it ends.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

/// A response body that yields to other tasks before it ends.
///
/// The connection, and its return to the pool, run in tasks of their own. If a body arrives in
/// several parts, these tasks see its end no earlier than its reader does. Without the yield, the
/// reader's next request would find no idle connection and open a second one needlessly.
pub(crate) struct ResponseBody {
    body: Incoming,
    /// The body was pending at least once, so it arrived in several parts.
    has_waited: bool,
    has_ended: bool,
    /// How many times to yield before the body ends.
    turns: u8,
}

impl ResponseBody {
    pub(crate) fn new(body: Incoming) -> Self {
        Self { body, has_waited: false, has_ended: false, turns: TURNS }
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        if !self.has_ended {
            let polled = Pin::new(&mut self.body).poll_frame(cx);
            self.has_waited |= polled.is_pending();
            if let Some(frame) = ready!(polled) {
                return Poll::Ready(Some(frame));
            }
            self.has_ended = true;
        }
        if self.has_waited && self.turns > 0 {
            self.turns -= 1;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// One yield is enough on one thread; with several, the other tasks may run on another one.
const TURNS: u8 = 4;
