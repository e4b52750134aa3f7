//! Response bodies that end early, stall, drip or are padded.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::HttpBody;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep};

use super::request_connection::RequestConnection;
use crate::connection::ConnectionEnd;

/// A body that is sent as a fault requires.
pub(super) struct FaultBody {
    rest: Bytes,
    padding: u64,
    announced: Option<u64>,
    pace: Option<Pace>,
    after: AfterBody,
}

/// How fast a body is sent.
struct Pace {
    bytes: usize,
    interval: Duration,
    next: Pin<Box<Sleep>>,
    stopped: Stopped,
    connection: RequestConnection,
}

/// What happens after the last byte.
enum AfterBody {
    Close(RequestConnection),
    Nothing,
    Stall(Stopped, RequestConnection),
}

/// Completes when the sandbox stops.
type Stopped = Pin<Box<dyn Future<Output = ()> + Send>>;

impl FaultBody {
    /// Closes the connection after a number of bytes, unless the body ends before.
    pub(super) fn cut(body: &Bytes, bytes: usize, connection: RequestConnection) -> Self {
        let after =
            if bytes < body.len() { AfterBody::Close(connection) } else { AfterBody::Nothing };
        Self::first(body, bytes, after)
    }

    /// Sends a number of bytes, then nothing until the sandbox stops, unless the body ends before.
    pub(super) fn stalled(body: &Bytes, bytes: usize, connection: RequestConnection) -> Self {
        let stopped = Box::pin(connection.clone().stopped());
        let after = if bytes < body.len() {
            AfterBody::Stall(stopped, connection)
        } else {
            AfterBody::Nothing
        };
        Self::first(body, bytes, after)
    }

    /// Sends a number of bytes per interval, starting immediately.
    pub(super) fn drip(
        body: Bytes,
        bytes: usize,
        interval: Duration,
        connection: RequestConnection,
    ) -> Self {
        let next = Box::pin(sleep(Duration::ZERO));
        let stopped = Box::pin(connection.clone().stopped());
        let announced = Some(length(&body));
        let pace = Some(Pace { bytes, interval, next, stopped, connection });
        Self { rest: body, padding: 0, announced, pace, after: AfterBody::Nothing }
    }

    /// Appends spaces until the body has the given length.
    pub(super) fn padded(body: Bytes, wanted: u64, is_announced: bool) -> Self {
        let padding = wanted.saturating_sub(length(&body));
        let announced = is_announced.then(|| length(&body).saturating_add(padding));
        Self { rest: body, padding, announced, pace: None, after: AfterBody::Nothing }
    }

    fn first(body: &Bytes, bytes: usize, after: AfterBody) -> Self {
        let announced = Some(length(body));
        let rest = body.slice(..bytes.min(body.len()));
        Self { rest, padding: 0, announced, pace: None, after }
    }

    fn next_chunk(&mut self) -> Option<Bytes> {
        if !self.rest.is_empty() {
            let bytes = self.pace.as_ref().map_or(usize::MAX, |pace| pace.bytes);
            return Some(self.rest.split_to(bytes.min(self.rest.len())));
        }
        let chunk = SPACES.get(..usize::try_from(self.padding).unwrap_or(usize::MAX));
        let chunk = chunk.unwrap_or(SPACES);
        self.padding = self.padding.saturating_sub(CHUNK as u64);
        (!chunk.is_empty()).then(|| Bytes::from_static(chunk))
    }
}

impl HttpBody for FaultBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let this = &mut *self;
        if let Some(pace) = &mut this.pace
            && !this.rest.is_empty()
        {
            if pace.stopped.as_mut().poll(context).is_ready() {
                return close(&pace.connection);
            }
            ready!(pace.next.as_mut().poll(context));
            let next = Instant::now().checked_add(pace.interval);
            pace.next.as_mut().reset(next.unwrap_or_else(Instant::now));
        }
        if let Some(chunk) = this.next_chunk() {
            this.announced = this.announced.map(|left| left.saturating_sub(length(&chunk)));
            return Poll::Ready(Some(Ok(Frame::data(chunk))));
        }
        match &mut this.after {
            AfterBody::Nothing => Poll::Ready(None),
            AfterBody::Close(connection) => close(connection),
            AfterBody::Stall(stopped, connection) => {
                ready!(stopped.as_mut().poll(context));
                close(connection)
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.announced.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

/// Closes the connection after all bytes are sent; without a connection, the body fails.
fn close<T>(connection: &RequestConnection) -> Poll<Option<Result<T, io::Error>>> {
    if connection.end_connection(ConnectionEnd::Close) {
        Poll::Pending
    } else {
        Poll::Ready(Some(Err(ConnectionEnd::Close.to_error())))
    }
}

fn length(bytes: &Bytes) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

const CHUNK: usize = 16 << 10;
const SPACES: &[u8] = &[b' '; CHUNK];
