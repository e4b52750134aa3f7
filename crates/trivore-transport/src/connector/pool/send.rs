//! Sends requests over the connections of a pool, and records which of them were sent.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, ready};
use http::{Request, Response, Version};
use tokio::time::error::Elapsed;
use tokio::time::{Instant, timeout_at};

use crate::call::{CallContext, Delivery};
use crate::connector::pool::connect::Connect;
use crate::connector::pool::failure::StreamEnd;
use crate::connector::pool::host::Host;
use crate::connector::pool::lease::{Lease, SendError};
use crate::connector::pool::open::{closed, too_slow};
use crate::connector::pool::response_body::ResponseBody;
use crate::connector::pool::runtimes::{OpenConnections, Pools};
use crate::connector::pool::settings::PoolSettings;
use crate::connector::pool::state::after;
use crate::connector::settings::Connector;
use crate::error::{ConnectError, Error};
use crate::message::{Body, refuse_codings, with_head_of};
use crate::stack::Next;

/// Creates an HTTP client with connection pools, which opens connections with `connect`.
pub(crate) fn pooled<C: Connect>(
    settings: &Connector,
    connect: C,
) -> (Next, Arc<dyn OpenConnections>) {
    let pools = Arc::new(Pools::new(connect, PoolSettings::new(settings)));
    let opened: Arc<dyn OpenConnections> = Arc::<Pools<C>>::clone(&pools);
    let service = tower::service_fn(move |request| match prepare(&pools, request) {
        Ok((host, request)) => Either::Left(send(host, pools.settings().connect_timeout, request)),
        Err(error) => Either::Right(ready(Err(error))),
    });
    (Next::recording(service), opened)
}

/// Checks that a request, which layers may have changed, says where to connect and how.
fn prepare<C: Connect>(
    pools: &Arc<Pools<C>>,
    mut request: Request<Body>,
) -> Result<(Arc<Host>, Request<Body>), Error> {
    match request.version() {
        Version::HTTP_10 | Version::HTTP_11 => {}
        // The connection's version is negotiated; this one would refuse HTTP/1.1.
        Version::HTTP_2 => *request.version_mut() = Version::HTTP_11,
        _ => {
            let reason = "the request's HTTP version is not supported";
            return Err(Error::connect(ConnectError::permanent(reason)));
        }
    }
    refuse_codings(request.headers_mut());
    let host = pools.host_of(request.uri())?;
    Ok((host, request))
}

/// Sends a request as soon as there is a connection for it, for which it waits within a limit.
fn send(
    host: Arc<Host>,
    limit: Duration,
    mut request: Request<Body>,
) -> impl Future<Output = Result<Response<ResponseBody>, Error>> + Send {
    let is_repetition = CallContext::of(&request).is_some_and(|context| context.attempt() > 1);
    let delivery = CallContext::delivery_of(&mut request);
    // An `async fn` would store each argument twice in its future.
    async move {
        loop {
            let mut lease = connection(&host, limit, is_repetition, &delivery).await?;
            // Only one that was used before is replaced: a server that closes new connections at
            // once would be asked for ever.
            let may_repeat = lease.was_used();
            let copy = if may_repeat && lease.may_be_closed() { copied(&request) } else { None };
            // From here on, it counts as sent: the library may write it at any time.
            delivery.mark_sent()?;
            match lease.send(&mut request).await {
                Ok(response) => return Ok(response.map(|body| ResponseBody::new(body, lease))),
                Err(SendError::HandedBack(error)) => {
                    delivery.mark_unsent();
                    let refusal = lease.facts().refusal();
                    lease.refuse();
                    if let Some((refused, _)) = refusal {
                        return Err(Error::connect(refused.caused_by(error)));
                    }
                    if !may_repeat {
                        return Err(Error::connect(error));
                    }
                }
                Err(SendError::Failed { error, is_written }) => match copy {
                    Some(copy) if !is_written && lease.facts().refusal().is_none() => {
                        delivery.mark_unsent();
                        lease.fail();
                        request = *copy;
                    }
                    _ => return Err(failed(lease, &delivery, error, is_written)),
                },
            }
        }
    }
}

/// Copies a request whose connection may turn out to be closed before anything is written.
fn copied(request: &Request<Body>) -> Option<Box<Request<Body>>> {
    let mut copy = with_head_of(request, request.body().try_clone()?);
    copy.extensions_mut().clone_from(request.extensions());
    Some(Box::new(copy))
}

/// Returns a connection that is open, as far as can be known.
async fn connection(
    host: &Arc<Host>,
    limit: Duration,
    is_repetition: bool,
    delivery: &Delivery,
) -> Result<Lease, Error> {
    let too_slow = |elapsed: Elapsed| Error::connect(too_slow(limit).caused_by(elapsed));
    let mut end = None;
    // The limit of the attempt begins when the wait is over.
    let begin = || {
        let end = after(Instant::now(), limit);
        delivery.mark_connecting(end);
        end
    };
    loop {
        let mut now = Instant::now();
        let grant = match host.take(now, is_repetition) {
            Ok(grant) => grant,
            Err(waiting) => {
                let granted = timeout_at(*end.get_or_insert_with(begin), waiting.granted()).await;
                now = Instant::now();
                granted.map_err(too_slow)?.map_err(Error::connect)?
            }
        };
        let mut lease = Lease::new(host, grant, now);
        let is_open = if lease.was_used() {
            lease.check().await
        } else {
            let end = *end.get_or_insert_with(begin);
            timeout_at(end, lease.check()).await.map_err(too_slow)?
        };
        if is_open {
            return Ok(lease);
        }
        if !lease.was_used() {
            let refusal = lease.facts().refusal().map(|(refused, _)| refused);
            return Err(Error::connect(refusal.unwrap_or_else(closed)));
        }
    }
}

/// Ends a request whose connection has failed; returns its error.
fn failed(lease: Lease, delivery: &Delivery, error: hyper::Error, is_written: bool) -> Error {
    if let Some((refused, is_unread)) = lease.facts().refusal() {
        lease.fail();
        if is_written && !is_unread {
            return Error::connection(refused.caused_by(error));
        }
        delivery.mark_unsent();
        return Error::connect(refused.caused_by(error));
    }
    let unsent = |reason, error| {
        delivery.mark_unsent();
        Error::connect(ConnectError::unprocessed(reason).caused_by(error))
    };
    match StreamEnd::of(&error) {
        Some(StreamEnd::Refused) => {
            lease.finish();
            unsent("the server refused it", error)
        }
        Some(StreamEnd::GoneAway) => {
            lease.refuse();
            unsent("the server closed the connection", error)
        }
        Some(StreamEnd::Reset) => {
            lease.finish();
            Error::connection(error)
        }
        None if is_written => {
            lease.fail();
            Error::connection(error)
        }
        None => {
            lease.fail();
            delivery.mark_unsent();
            Error::connect(closed().caused_by(error))
        }
    }
}
