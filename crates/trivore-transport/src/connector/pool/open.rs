//! Opens a connection, and drives it until it is closed.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::client::conn::http1;
use hyper::rt::{Read, Write};
use hyper_util::client::legacy::connect::Connection;
use hyper_util::rt::TokioIo;
use tokio::time::{Instant, Sleep, sleep_until, timeout};
use tower::ServiceExt as _;

use crate::connector::pool::connect::Connect;
use crate::connector::pool::connection::{Facts, Http1, Http2};
use crate::connector::pool::failure::OpenError;
use crate::connector::pool::handover::Receiving;
use crate::connector::pool::host::{Host, TASK_ENDED};
use crate::connector::pool::http2::{Http2Connection, http2};
use crate::connector::pool::settings::PoolSettings;
use crate::connector::pool::state::FAR_AWAY;
use crate::connector::pool::traffic::{Traffic, WatchedStream};
use crate::connector::proxy::TcpWatch;
use crate::error::{BoxError, ConnectError};
use crate::message::Body;

/// A stream as the HTTP library reads it: watched, between two adapters.
type Io<S> = TokioIo<WatchedStream<TokioIo<S>>>;

type Http1Connection<S> = Receiving<http1::Connection<Io<S>, Body>>;

/// A connection whose requests may be sent.
enum Handshake<S: Read + Write + Unpin + Send + 'static> {
    Http1(Http1, Box<Http1Connection<S>>),
    Http2(Http2, Box<Http2Connection<Io<S>>>),
}

/// Opens a connection to a host, and drives it until it is closed.
///
/// If its future is dropped, even before it was polled, the connection has failed.
pub(super) fn open_and_drive<C: Connect>(
    connect: C,
    settings: Arc<PoolSettings>,
    host: Weak<Host>,
) -> impl Future<Output = ()> + Send {
    let opening = Opening(host);
    async move { open(opening, connect, &settings).await }
}

async fn open<C: Connect>(mut opening: Opening, connect: C, settings: &PoolSettings) {
    let Some(url) = opening.0.upgrade().map(|host| host.origin.url().clone()) else { return };
    let limit = settings.connect_timeout;
    let opened = timeout(limit, async {
        let stream = connect.oneshot(url).await.map_err(Into::into)?;
        shake_hands(stream, settings).await
    });
    let opened =
        opened.await.unwrap_or_else(|elapsed| Err(too_slow(limit).caused_by(elapsed).into()));
    match opened {
        Ok(Handshake::Http1(handle, connection)) => {
            let Some(open) = opening
                .finish(|host| host.add_opened(|state, now| state.add_exclusive(handle, now)))
            else {
                return;
            };
            drive_http1(connection, open).await;
        }
        Ok(Handshake::Http2(handle, connection)) => {
            let (traffic, max) = (Arc::clone(&handle.facts.traffic), connection.max_requests());
            let Some(open) = opening
                .finish(|host| host.add_opened(|state, now| state.add_shared(handle, max, now)))
            else {
                return;
            };
            drive_http2(connection, &traffic, open).await;
        }
        Err(error) => opening.fail(&OpenError::new(error)),
    }
}

/// Returns the error of a request that got no connection in time.
pub(super) fn too_slow(limit: Duration) -> ConnectError {
    ConnectError::temporary(format!("there was no connection within {limit:?}"))
}

async fn shake_hands<S>(stream: S, settings: &PoolSettings) -> Result<Handshake<S>, BoxError>
where
    S: Connection + Read + Write + Unpin + Send + 'static,
{
    let connected = stream.connected();
    let traffic = Arc::new(Traffic::new(TcpWatch::of(&connected)));
    let is_http2 = connected.is_negotiated_h2();
    let facts = Arc::new(Facts::new(connected, Arc::clone(&traffic)));
    let handover = Arc::clone(&facts.handover);
    let stream = TokioIo::new(stream);
    if !is_http2 {
        let stream = WatchedStream::http1(stream, traffic);
        let (sender, connection) = http1::Builder::new()
            .max_headers(MAX_HEADERS)
            .allow_obsolete_multiline_headers_in_responses(true)
            .handshake(TokioIo::new(stream))
            .await?;
        let connection = Receiving::new(connection, handover);
        return Ok(Handshake::Http1(Http1 { sender, facts }, Box::new(connection)));
    }
    let stream = WatchedStream::http2(stream, Arc::clone(&traffic));
    let (sender, mut connection) =
        http2(TokioIo::new(stream), handover, settings.http2_keep_alive).await?;
    // No request is sent before the server has said how many it takes.
    let greeted = poll_fn(|cx| {
        let _ended = connection.poll(cx);
        if traffic.take_settings() {
            return Poll::Ready(Ok(()));
        }
        match connection.take_end() {
            Some(end) => Poll::Ready(Err(end.err().map_or_else(|| closed().into(), Into::into))),
            None => Poll::Pending,
        }
    });
    greeted.await.map_err(|error: BoxError| match facts.refusal() {
        // No request was sent.
        Some((refused, _)) => refused.caused_by(error).into(),
        None => error,
    })?;
    Ok(Handshake::Http2(Http2 { sender, facts }, Box::new(connection)))
}

/// Returns the error of a request whose connection was closed before anything was written.
pub(super) fn closed() -> ConnectError {
    ConnectError::temporary("the server closed the connection before a request was sent")
}

async fn drive_http1<S>(mut connection: Box<Http1Connection<S>>, open: OpenConnection)
where
    S: Read + Write + Unpin + Send + 'static,
{
    let mut timer = pin!(sleep_until(open.next_check()));
    poll_fn(|cx| {
        let polled = Pin::new(&mut **connection).poll(cx);
        if polled.is_pending() {
            poll_lifetime(timer.as_mut(), cx, &open);
        }
        polled.map(drop)
    })
    .await;
}

async fn drive_http2<S>(
    mut connection: Box<Http2Connection<Io<S>>>,
    traffic: &Traffic,
    open: OpenConnection,
) where
    S: Read + Write + Unpin + Send + 'static,
{
    let mut timer = pin!(sleep_until(open.next_check()));
    let mut is_draining = false;
    poll_fn(|cx| {
        let polled = connection.poll(cx);
        if polled.is_pending() {
            if traffic.take_settings() {
                let max = connection.max_requests();
                open.change(|host, number| {
                    host.change(|state, _| state.set_max_requests(number, max));
                });
            }
            if !is_draining && (traffic.is_going_away() || !connection.takes_requests()) {
                is_draining = true;
                open.change(|host, number| host.change(|state, _| state.drain(number)));
            }
            if traffic.take_arrival() {
                open.change(|host, _| host.change(|_, _| ()));
            }
            poll_lifetime(timer.as_mut(), cx, &open);
        }
        polled
    })
    .await;
}

/// A connection that is being opened; if this is dropped, it has failed.
struct Opening(Weak<Host>);

impl Opening {
    fn finish(&mut self, add: impl FnOnce(&Arc<Host>) -> u64) -> Option<OpenConnection> {
        let host = std::mem::take(&mut self.0);
        let number = add(&host.upgrade()?);
        Some(OpenConnection { host, number })
    }

    fn fail(&mut self, error: &OpenError) {
        if let Some(host) = std::mem::take(&mut self.0).upgrade() {
            host.fail_opening(error, false);
        }
    }
}

impl Drop for Opening {
    fn drop(&mut self) {
        if let Some(host) = self.0.upgrade() {
            host.fail_opening(&OpenError::new(TASK_ENDED), true);
        }
    }
}

/// An open connection; when this is dropped, it is closed.
struct OpenConnection {
    host: Weak<Host>,
    number: u64,
}

impl OpenConnection {
    /// Returns when to look next whether the time of the connection is over.
    fn next_check(&self) -> Instant {
        let next = self.change(|host, number| host.change(|state, now| state.expire(number, now)));
        next.flatten().unwrap_or_else(|| Instant::now() + FAR_AWAY)
    }

    fn change<T>(&self, change: impl FnOnce(&Arc<Host>, u64) -> T) -> Option<T> {
        self.host.upgrade().map(|host| change(&host, self.number))
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.change(|host, number| host.change(|state, now| state.remove_closed(number, now)));
    }
}

/// Closes a connection when its time is over.
///
/// The timer is not reset when the connection is used, which would cost every request something: it
/// looks then for how long the connection is idle.
fn poll_lifetime(mut timer: Pin<&mut Sleep>, cx: &mut Context<'_>, open: &OpenConnection) {
    while timer.as_mut().poll(cx).is_ready() {
        timer.as_mut().reset(open.next_check());
    }
}

/// The largest number of header lines of a response over HTTP/1.1.
const MAX_HEADERS: usize = 256;
