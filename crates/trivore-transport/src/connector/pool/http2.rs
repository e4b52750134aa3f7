//! An HTTP/2 connection whose parts run in one task.

use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt as _};
use hyper::client::conn::http2;
use hyper::rt::{Executor, Read, Write};
use hyper_util::rt::TokioTimer;

use crate::connector::pool::handover::{Handover, Receiving};
use crate::error::BoxError;
use crate::message::Body;

/// An HTTP/2 connection: the part that takes requests, and the part that reads and writes.
///
/// The library would run them in two tasks beside each other. Then a `GOAWAY` could be read just
/// after a request was passed on, and the library would report it for that request, although the
/// request was sent and the `GOAWAY` is about later ones.
pub(super) struct Http2Connection<I: Read + Write + Unpin + Send + 'static> {
    /// `None` when it has ended. Requests that were sent may still be under way.
    requests: Option<Receiving<http2::Connection<I, Body, Spawner>>>,
    io: Option<BoxFuture<'static, ()>>,
    /// How the part that takes requests has ended.
    end: Option<hyper::Result<()>>,
}

/// Begins an HTTP/2 connection, which is checked by pings: after which interval without traffic,
/// and for how long.
pub(super) async fn http2<I>(
    io: I,
    handover: Arc<Handover>,
    (interval, limit): (Duration, Duration),
) -> Result<(http2::SendRequest<Body>, Http2Connection<I>), BoxError>
where
    I: Read + Write + Unpin + Send + 'static,
{
    let spawner = Spawner::default();
    let (sender, requests) = http2::Builder::new(spawner.clone())
        .timer(TokioTimer::new())
        .keep_alive_interval((!interval.is_zero()).then_some(interval))
        .keep_alive_timeout(limit)
        .keep_alive_while_idle(true)
        .max_header_list_size(MAX_HEADER_LIST_SIZE)
        .max_concurrent_reset_streams(MAX_RESET_STREAMS)
        .max_local_error_reset_streams(MAX_RESET_STREAMS)
        .handshake(io)
        .await?;
    let io = spawner.take_first();
    let requests = Receiving::new(requests, handover);
    Ok((sender, Http2Connection { requests: Some(requests), io, end: None }))
}

impl<I: Read + Write + Unpin + Send + 'static> Http2Connection<I> {
    /// Ends when the last request has ended.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(requests) = &mut self.requests
            && let Poll::Ready(ended) = requests.poll_unpin(cx)
        {
            self.requests = None;
            self.end = Some(ended);
        }
        if let Some(io) = &mut self.io
            && io.poll_unpin(cx).is_ready()
        {
            self.io = None;
        }
        if self.requests.is_none() && self.io.is_none() { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Whether requests can be passed on.
    pub(super) fn takes_requests(&self) -> bool {
        self.requests.is_some()
    }

    /// Returns how many requests the server takes at once.
    pub(super) fn max_requests(&self) -> usize {
        self.requests.as_ref().map_or(0, |requests| requests.current_max_send_streams())
    }

    /// Returns how the part that takes requests has ended, once.
    pub(super) fn take_end(&mut self) -> Option<hyper::Result<()>> {
        self.end.take()
    }
}

/// Spawns the tasks of requests, but not the first task, which reads and writes.
#[derive(Clone, Default)]
struct Spawner(Arc<Mutex<First>>);

#[derive(Default)]
enum First {
    #[default]
    Expected,
    Begun(BoxFuture<'static, ()>),
    Taken,
}

impl Spawner {
    fn take_first(&self) -> Option<BoxFuture<'static, ()>> {
        let mut first = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match std::mem::replace(&mut *first, First::Taken) {
            First::Begun(task) => Some(task),
            First::Expected | First::Taken => None,
        }
    }
}

impl<F: Future<Output = ()> + Send + 'static> Executor<F> for Spawner {
    fn execute(&self, task: F) {
        let mut first = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*first, First::Expected) {
            *first = First::Begun(Box::pin(task));
        } else {
            drop(first);
            tokio::spawn(task);
        }
    }
}

/// The largest size of a response's headers, about as large as over HTTP/1.1.
const MAX_HEADER_LIST_SIZE: u32 = 400 << 10;
/// Requests that were given up and may still be responded to; beyond, a late response would end the
/// connection.
const MAX_RESET_STREAMS: usize = 1 << 16;
