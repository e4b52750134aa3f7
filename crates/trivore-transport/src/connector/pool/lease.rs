//! A connection that is in use by a request.

use std::future::poll_fn;
use std::mem;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use futures_util::future::Either;
use http::{HeaderMap, Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::{TrySendError, http1};
use tokio::time::{Instant, timeout};

use crate::connector::pool::connection::{Facts, Http1, Http2};
use crate::connector::pool::failure::StreamEnd;
use crate::connector::pool::host::Host;
use crate::connector::pool::state::{Exclusive as _, Grant, Loan, Share, Shared as _};
use crate::error::BoxError;
use crate::error::chain::chain;
use crate::message::Body;

/// A connection that is in use by a request, until its response has ended.
///
/// When it is dropped before, the request was given up: an HTTP/1.1 connection is closed, and an
/// HTTP/2 one is used by nobody until something arrives on it.
pub(super) struct Lease {
    host: Arc<Host>,
    grant: Option<Grant<Http1, Http2>>,
    /// How long no request on the connection had ended.
    idle_time: Duration,
    was_used: bool,
    /// There were no other requests.
    was_idle: bool,
    facts: Arc<Facts>,
    /// When the request was passed on.
    sent_at: Option<Instant>,
    /// What had arrived and was written before the request was passed on.
    received: u64,
    writes: u64,
}

/// Why there is no response.
pub(super) enum SendError {
    /// The library has not touched the request, and it can be sent again.
    HandedBack(BoxError),
    Failed {
        error: hyper::Error,
        /// Something was written since the request was passed on.
        is_written: bool,
    },
}

/// What becomes of a request that was passed to a connection.
type PassedOn = Result<Response<Incoming>, TrySendError<Request<Body>>>;

impl Lease {
    /// Makes the lease of a connection that a request has got at the time `now`.
    pub(super) fn new(host: &Arc<Host>, grant: Grant<Http1, Http2>, now: Instant) -> Self {
        let (used_at, was_used, was_idle, facts) = match &grant {
            Grant::Exclusive(loan) => (loan.used_at, loan.was_used, true, &loan.handle.facts),
            Grant::Shared(share) => {
                (share.used_at, share.was_used, share.was_idle, &share.handle.facts)
            }
        };
        let facts = Arc::clone(facts);
        Self {
            host: Arc::clone(host),
            grant: Some(grant),
            idle_time: now - used_at,
            was_used,
            was_idle,
            facts,
            sent_at: None,
            received: 0,
            writes: 0,
        }
    }

    pub(super) fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Whether a request was sent on the connection before.
    pub(super) fn was_used(&self) -> bool {
        self.was_used
    }

    /// Whether the connection may have been closed without anybody noticing it.
    pub(super) fn may_be_closed(&self) -> bool {
        self.idle_time >= SHORT_IDLE_TIME
    }

    /// Returns whether the connection is still open; otherwise, it is not used again.
    ///
    /// A new connection gets the time that its task needs to run at all.
    pub(super) async fn check(&mut self) -> bool {
        if self.was_idle && self.idle_time >= LONG_IDLE_TIME {
            // The runtime looks whether the server has closed the connection, and its task, too.
            for _ in 0..TURNS {
                tokio::task::yield_now().await;
            }
        }
        let is_ready = match &mut self.grant {
            Some(Grant::Exclusive(loan)) => {
                let limit = self.was_used.then_some(LONGEST_END);
                is_http1_ready(&mut loan.handle.sender, limit).await
            }
            Some(Grant::Shared(share)) => !share.handle.is_closed(),
            None => false,
        };
        if !is_ready && let Some(grant) = self.grant.take() {
            let is_closed = match &grant {
                Grant::Exclusive(loan) => loan.handle.is_closed(),
                Grant::Shared(_) => true,
            };
            let (was_stale, idle_time) = (self.was_idle && is_closed, self.idle_time);
            self.host.change(|state, _| {
                match grant {
                    Grant::Exclusive(_) => state.discard(),
                    Grant::Shared(share) => {
                        state.drain(share.number);
                        state.end_request(share.number);
                    }
                }
                if was_stale {
                    state.learn(idle_time);
                }
            });
        }
        is_ready
    }

    /// Passes the request to the connection, and waits for its response.
    ///
    /// The request is taken, unless it is handed back.
    pub(super) async fn send(
        &mut self,
        request: &mut Request<Body>,
    ) -> Result<Response<Incoming>, SendError> {
        if self.may_be_closed() || !self.was_used {
            self.facts.traffic.check_before_write();
        }
        self.received = self.facts.traffic.received();
        self.writes = self.facts.traffic.writes();
        self.sent_at = Some(Instant::now());
        // Bound, since `?` would keep its result beside the future.
        let response = match self.pass(request) {
            Ok(response) => response,
            Err(error) => return Err(error),
        };
        let result = response.await;
        if let (Ok(response), Some(Grant::Exclusive(loan))) = (&result, &mut self.grant) {
            loan.keep_alive = keep_alive(response.headers()).or(loan.keep_alive);
        }
        result.map_err(|mut error| {
            if let Some(handed_back) = error.take_message() {
                *request = handed_back;
                self.host.origin.restore(request);
                SendError::HandedBack(error.into_error().into())
            } else {
                let error = error.into_error();
                let is_written = self.may_be_written(&error);
                SendError::Failed { error, is_written }
            }
        })
    }

    /// Passes the request to the connection.
    fn pass(
        &mut self,
        request: &mut Request<Body>,
    ) -> Result<impl Future<Output = PassedOn> + Send + use<>, SendError> {
        let handover = &self.facts.handover;
        let passed = match &mut self.grant {
            Some(Grant::Exclusive(Loan { handle: Http1 { sender, .. }, .. })) => {
                let is_proxied = self.facts.connected.is_proxied();
                self.host.origin.prepare_http1(request, is_proxied);
                let passed = handover.pass(|| sender.try_send_request(mem::take(request)));
                passed.map(Either::Left)
            }
            Some(Grant::Shared(Share { handle: Http2 { sender, .. }, .. })) => {
                let passed = handover.pass(|| sender.try_send_request(mem::take(request)));
                passed.map(Either::Right)
            }
            None => None,
        };
        passed.ok_or_else(|| {
            self.host.origin.restore(request);
            SendError::HandedBack("the connection is closed".into())
        })
    }

    /// Whether something was written since the request was passed on. If not, and its connection has
    /// failed, nothing can be written any more: the library may still hold the request.
    fn may_be_written(&self, error: &hyper::Error) -> bool {
        let traffic = &self.facts.traffic;
        let of_stream = chain(error).find_map(|error| error.downcast_ref::<h2::Error>());
        match (StreamEnd::of(error), of_stream) {
            (Some(StreamEnd::Refused | StreamEnd::GoneAway), _) => traffic.writes() != self.writes,
            // Other requests on the connection go on.
            (_, Some(error)) if error.is_reset() => true,
            (_, Some(error)) if !error.is_io() && !error.is_go_away() => {
                traffic.writes() != self.writes
            }
            _ => !traffic.seal_if_unwritten(self.writes),
        }
    }

    /// Gives the connection back, since the response has ended.
    pub(super) fn finish(mut self) {
        match self.grant.take() {
            Some(Grant::Exclusive(loan)) => {
                self.host.change(|state, now| state.give_back(loan, now));
            }
            Some(Grant::Shared(share)) => {
                self.host.change(|state, now| state.finish(share.number, now));
            }
            None => {}
        }
    }

    /// Ends the request without a response, since the connection takes no requests.
    pub(super) fn refuse(mut self) {
        match self.grant.take() {
            Some(Grant::Exclusive(_)) => self.host.change(|state, _| state.discard()),
            Some(Grant::Shared(share)) => self.host.change(|state, now| {
                state.drain(share.number);
                state.release(share.number, now);
            }),
            None => {}
        }
    }

    /// Ends the request because of an error of its connection.
    pub(super) fn fail(mut self) {
        let has_received = self.facts.traffic.received() != self.received;
        // A server that closes the connection later does so because of the request.
        let is_at_once = self.facts.traffic.writes() == self.writes
            || self.sent_at.is_some_and(|sent_at| sent_at.elapsed() < LONGEST_LATE_CLOSE);
        let was_stale = self.was_idle && !has_received && is_at_once;
        let idle_time = was_stale.then_some(self.idle_time);
        let Some(grant) = self.grant.take() else { return };
        self.host.change(|state, now| {
            state.record_failure(now);
            match grant {
                Grant::Exclusive(_) => state.discard(),
                Grant::Shared(share) => state.release(share.number, now),
            }
            if let Some(idle_time) = idle_time {
                state.record_stale(idle_time);
            }
        });
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(grant) = self.grant.take() else { return };
        let is_sent = self.sent_at.is_some();
        self.host.change(|state, now| match grant {
            grant if !is_sent => state.put_back(grant, now),
            Grant::Exclusive(_) => {
                state.record_failure(now);
                state.discard();
            }
            Grant::Shared(share) => state.give_up(share.number, now),
        });
    }
}

/// Whether an HTTP/1.1 connection can take a request, now or within a limit.
async fn is_http1_ready(sender: &mut http1::SendRequest<Body>, limit: Option<Duration>) -> bool {
    let at_once = poll_fn(|cx| Poll::Ready(sender.poll_ready(cx))).await;
    match at_once {
        Poll::Ready(ready) => ready.is_ok(),
        // Its task is about to see that the response has ended.
        Poll::Pending => {
            let ready = poll_fn(|cx| sender.poll_ready(cx));
            match limit {
                Some(limit) => timeout(limit, ready).await.is_ok_and(|ready| ready.is_ok()),
                None => ready.await.is_ok(),
            }
        }
    }
}

/// Returns how long the server keeps an idle connection, as in `Keep-Alive: timeout=5, max=100`.
fn keep_alive(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get("keep-alive")?.to_str().ok()?;
    value.split(',').find_map(|parameter| {
        let (name, seconds) = parameter.split_once('=')?;
        let seconds = seconds.trim().trim_matches('"');
        let is_timeout = name.trim().eq_ignore_ascii_case("timeout");
        is_timeout.then(|| seconds.parse().ok().map(Duration::from_secs)).flatten()
    })
}

/// A connection that was idle for this long is checked by the operating system.
const SHORT_IDLE_TIME: Duration = Duration::from_micros(100);
/// A connection that was idle for this long is checked by the runtime.
const LONG_IDLE_TIME: Duration = Duration::from_millis(1);
/// In one turn, the runtime looks; in the next one, the task of the connection runs.
const TURNS: u8 = 2;
/// How long a connection may take to see that its response has ended.
const LONGEST_END: Duration = Duration::from_millis(100);
/// How long it takes at most to see that the connection was closed before a request was sent.
const LONGEST_LATE_CLOSE: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use hyper_util::rt::TokioIo;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_new_connection_waits_for_its_task_and_a_used_one_not_for_long() {
        for (limit, is_in_time) in [(None, true), (Some(LONGEST_END), false)] {
            let (io, _server) = tokio::io::duplex(64);
            let (mut sender, connection) = http1::handshake(TokioIo::new(io)).await.unwrap();
            let task = tokio::spawn(async move {
                tokio::time::sleep(3 * LONGEST_END).await;
                connection.await
            });

            assert_eq!(is_http1_ready(&mut sender, limit).await, is_in_time, "{limit:?}");
            task.abort();
        }
    }

    #[test]
    fn the_time_that_a_server_keeps_connections_is_read() {
        for (value, expected) in [
            ("timeout=5", Some(5)),
            ("timeout=5, max=100", Some(5)),
            ("max=100 ,TIMEOUT = \"7\"", Some(7)),
            ("timeout=0", Some(0)),
            ("", None),
            ("timeout", None),
            ("timeout=", None),
            ("timeout=-1", None),
            ("timeout=1.5", None),
            ("max=5", None),
        ] {
            let headers = HeaderMap::from_iter([(
                http::header::HeaderName::from_static("keep-alive"),
                http::HeaderValue::from_static(value),
            )]);
            assert_eq!(keep_alive(&headers), expected.map(Duration::from_secs), "{value}");
        }
        assert_eq!(keep_alive(&HeaderMap::new()), None);
    }
}
