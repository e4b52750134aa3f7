//! The body of a response that is a seed.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::HttpBody;
use bytes::Bytes;
use http_body::{Frame, SizeHint};

use crate::seed::export::Export;

/// A seed that is written while it is sent, so that it is never in memory as a whole.
pub(super) struct ExportBody {
    parts: Box<dyn Iterator<Item = String> + Send>,
    /// At least so many bytes are left.
    least: u64,
}

impl ExportBody {
    pub(super) fn new(export: Export) -> Self {
        let users = u64::try_from(export.users()).unwrap_or_default();
        Self { parts: Box::new(export.into_parts()), least: users.saturating_mul(USER_BYTES) }
    }
}

impl HttpBody for ExportBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let mut frame = String::new();
        while frame.len() < FRAME_BYTES
            && let Some(part) = self.parts.next()
        {
            frame.push_str(&part);
        }
        if frame.is_empty() {
            self.least = 0;
            return Poll::Ready(None);
        }
        let length = u64::try_from(frame.len()).unwrap_or(u64::MAX);
        self.least = self.least.saturating_sub(length);
        Poll::Ready(Some(Ok(Frame::data(frame.into()))))
    }

    /// The lower bound makes what is held for a response count in the limit on all responses.
    fn size_hint(&self) -> SizeHint {
        let mut hint = SizeHint::default();
        hint.set_lower(self.least);
        hint
    }
}

const FRAME_BYTES: usize = 64 << 10;

/// A user takes at least as many bytes, in memory and in the text.
const USER_BYTES: u64 = 80;
