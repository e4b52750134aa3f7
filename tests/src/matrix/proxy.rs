//! A server in front of a sandbox, whose connections have faults.

use std::future::pending;
use std::io;
use std::pin::pin;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::future::join_all;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::sync::{Notify, mpsc};
use tower::ServiceExt as _;
use trivore::transport::{BoxError, Call, Client, ClientBuilder};
use trivore_sandbox::{Sandbox, SandboxService};

use super::Times;
use super::connection_fault::{ConnectionFault, End, Moment};
use super::inject::SILENT_ATTEMPTS;
use crate::scripted::{Connection, GoAway, ScriptedServer};

/// A server in front of a sandbox, whose connections have a fault.
#[derive(Debug)]
pub(super) struct FaultyProxy {
    server: ScriptedServer,
    shared: Arc<Shared>,
    times: Times,
}

#[derive(Debug)]
struct Shared {
    sandbox: SandboxService,
    fault: ConnectionFault,
    reach: Mutex<Reach>,
    hits: AtomicU64,
    /// Closes the connections that are idle.
    closing: Notify,
}

/// To which connections the fault happens.
#[derive(Clone, Copy, Debug)]
enum Reach {
    None,
    Next,
    /// Those with a smaller number.
    Before(usize),
    All,
}

/// A request that is not responded to in the usual way, and the body of its response if there is
/// one.
struct Interrupted {
    stream: u32,
    body: String,
}

impl FaultyProxy {
    /// Listens on loopback; there is no fault yet.
    pub(super) fn start(sandbox: &Sandbox, fault: ConnectionFault, times: Times) -> Self {
        let shared = Arc::new(Shared {
            sandbox: sandbox.service(),
            fault,
            reach: Mutex::new(Reach::None),
            hits: AtomicU64::new(0),
            closing: Notify::new(),
        });
        let script = Arc::clone(&shared);
        let server = ScriptedServer::start(fault.wire, move |connection| {
            let shared = Arc::clone(&script);
            async move { shared.drive(connection).await }
        });
        Self { server, shared, times }
    }

    /// Returns a client of this server.
    pub(super) fn client(&self) -> ClientBuilder {
        self.server.client()
    }

    /// Returns how often the fault has happened.
    pub(super) fn hits(&self) -> u64 {
        self.shared.hits.load(Ordering::SeqCst)
    }

    /// Lets the fault happen from now on, to connections that were used before if it is of those.
    pub(super) async fn begin(&self, client: &Client) {
        let Shared { fault, reach, hits, closing, .. } = &*self.shared;
        if fault.is_of_used {
            let call = || client.response(Call::<()>::get(&["unknown"]));
            join_all((0..USED).map(|_| call())).await;
        }
        let connections = self.server.connections();
        *reach.lock().unwrap() = match self.times {
            Times::Always => Reach::All,
            Times::Once if fault.is_of_used => Reach::Before(connections),
            Times::Once => Reach::Next,
        };
        if fault.moment == Moment::Idle {
            closing.notify_waiters();
            hits.fetch_add(connections as u64, Ordering::SeqCst);
            assert!(self.server.has_open(0).await, "the idle connections are not closed");
        }
    }
}

impl Shared {
    /// Returns whether the fault happens to a connection now.
    fn hits(&self, connection: usize, moment: Moment) -> bool {
        if self.fault.moment != moment {
            return false;
        }
        let mut reach = self.reach.lock().unwrap();
        let is_hit = match *reach {
            Reach::None => false,
            Reach::Next | Reach::All => true,
            Reach::Before(end) => connection < end,
        };
        if let Reach::Next = *reach {
            *reach = Reach::None;
        }
        self.hits.fetch_add(u64::from(is_hit), Ordering::SeqCst);
        is_hit
    }

    async fn drive(self: Arc<Self>, mut connection: Connection) -> io::Result<()> {
        if self.hits(connection.number(), Moment::Accepted) {
            return Ok(());
        }
        let Some(Interrupted { stream, body }) = self.serve(&mut connection).await else {
            return Ok(());
        };
        let responder = connection.responder();
        let refused = GoAway { last: stream.saturating_sub(2), code: 0 };
        match self.fault.end {
            End::Silence => connection.discard().await?,
            End::Refuse => {
                responder.go_away(refused).await?;
                connection.discard().await?;
            }
            // With unread bytes, the frame could be lost.
            End::RefuseAndClose => {
                responder.go_away(refused).await?;
                responder.shutdown().await?;
                connection.discard().await?;
            }
            End::AcceptAndClose => responder.go_away(GoAway { last: stream, code: 0 }).await?,
            End::HalfResponse => responder.respond_half(stream, &body).await?,
            End::Close | End::Drain | End::Reset(_) => {}
        }
        Ok(())
    }

    /// Serves a connection until it ends or a request on it is interrupted.
    async fn serve(self: &Arc<Self>, connection: &mut Connection) -> Option<Interrupted> {
        let (interrupt, mut interrupted) = mpsc::channel(1);
        let (number, requests) = (connection.number(), AtomicU32::new(0));
        let service = service_fn(|request| {
            let stream = 2 * requests.fetch_add(1, Ordering::SeqCst) + 1;
            Arc::clone(self).respond(request, (number, stream), interrupt.clone())
        });
        let mut closing = pin!(self.closing.notified());
        let stream = TokioIo::new(connection.stream().await);
        if !self.fault.wire.is_http2() {
            return tokio::select! {
                _ = http1::Builder::new().serve_connection(stream, service) => None,
                interrupted = interrupted.recv() => interrupted,
                () = closing => None,
            };
        }
        let builder = http2::Builder::new(TokioExecutor::new());
        let mut served = pin!(builder.serve_connection(stream, service));
        loop {
            tokio::select! {
                _ = &mut served => return None,
                interrupted = interrupted.recv() => match self.fault.end {
                    End::Drain => served.as_mut().graceful_shutdown(),
                    _ => return interrupted,
                },
                () = &mut closing => return None,
            }
        }
    }

    /// Responds as the sandbox does, unless the fault happens to the request.
    async fn respond(
        self: Arc<Self>,
        request: Request<Incoming>,
        (connection, stream): (usize, u32),
        interrupt: mpsc::Sender<Interrupted>,
    ) -> Result<Response<Full<Bytes>>, BoxError> {
        let (parts, body) = request.into_parts();
        let request = Request::from_parts(parts, Full::new(body.collect().await?.to_bytes()));
        let mut response = Response::new(Bytes::new());
        let mut is_hit = self.hits(connection, Moment::Requested);
        if !is_hit {
            let (parts, body) = self.sandbox.clone().oneshot(request).await?.into_parts();
            response = Response::from_parts(parts, body.collect().await?.to_bytes());
            is_hit = self.hits(connection, Moment::Processed);
        }
        if is_hit {
            if let End::Reset(reason) = self.fault.end {
                return Err(h2::Error::from(reason).into());
            }
            let body = String::from_utf8_lossy(response.body()).into_owned();
            interrupt.send(Interrupted { stream, body }).await?;
            if self.fault.end != End::Drain {
                return pending().await;
            }
        }
        Ok(response.map(Full::new))
    }
}

/// More connections than a call has attempts.
const USED: usize = SILENT_ATTEMPTS + 1;
