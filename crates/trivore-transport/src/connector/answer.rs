//! The body of an answer, which ends once its connection is free again.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

/// Lets others run before it ends.
///
/// The connection and its way back into the pool are tasks of their own. Of a body that came
/// in several parts they learn the end no sooner than its reader: whose next request would then
/// find no connection, and open a second one for nothing.
pub(crate) struct Answer {
    body: Incoming,
    has_waited: bool,
    has_ended: bool,
    /// How often others still run before the end is told.
    turns: u8,
}

impl Answer {
    pub(crate) fn new(body: Incoming) -> Self {
        Self { body, has_waited: false, has_ended: false, turns: TURNS }
    }
}

impl Body for Answer {
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

/// One is enough on one thread; with several, the others' tasks may be somewhere else.
const TURNS: u8 = 4;
