//! Sends a request through a pooled hyper client, and records whether it was sent.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use http::{Request, Response, Version};
use hyper_util::client::legacy::connect::{CaptureConnection, Connect, capture_connection};
use hyper_util::client::legacy::{Builder, Client};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::runtime::{self, Handle};

use crate::call::{CallContext, Delivery};
use crate::connector::response_body::ResponseBody;
use crate::connector::settings::Connector;
#[cfg(any(feature = "native-tls", feature = "rustls"))]
use crate::connector::tls::Report;
use crate::error::{ConnectError, Error};
use crate::message::{Body, refuse_codings};
use crate::stack::Next;

/// Creates an HTTP client with connection pools, which opens connections with `connect`.
pub(crate) fn pooled<C>(settings: &Connector, connect: C) -> Next
where
    C: Connect + Clone + Send + Sync + 'static,
{
    let mut builder = Client::builder(TokioExecutor::new());
    builder
        .pool_timer(TokioTimer::new())
        .timer(TokioTimer::new())
        .pool_idle_timeout(settings.idle_timeout)
        .pool_max_idle_per_host(settings.max_idle_per_host);
    let pools = Arc::new(Pools { builder, connect, of_runtimes: Mutex::default() });
    Next::recording(tower::service_fn(move |request| {
        let response = pools.of_this_runtime().map(|client| send(&client, request));
        async move { response?.await }
    }))
}

/// A connection pool for each tokio runtime that the client is used from.
///
/// A connection is driven by a task of the runtime that opened it. A request from another runtime
/// would hang on it whenever that runtime is idle.
struct Pools<C> {
    builder: Builder,
    connect: C,
    /// In order of use, the most recently used pool last.
    of_runtimes: Mutex<VecDeque<Pool<C>>>,
}

type Pool<C> = (runtime::Id, Arc<Client<C, Body>>);

impl<C> Pools<C>
where
    C: Connect + Clone + Send + Sync + 'static,
{
    /// Returns the pool of the current runtime, and creates it if needed.
    fn of_this_runtime(&self) -> Result<Arc<Client<C, Body>>, Error> {
        let id = Handle::try_current().map_err(Error::configuration)?.id();
        let mut pools = self.of_runtimes.lock().unwrap_or_else(PoisonError::into_inner);
        let known = pools.iter().position(|(of, _)| *of == id).and_then(|at| pools.remove(at));
        if let Some((_, client)) = known {
            pools.push_back((id, Arc::clone(&client)));
            return Ok(client);
        }
        // The end of a runtime is not observable, so the least recently used pool is dropped.
        if pools.len() == MAX_RUNTIMES {
            pools.pop_front();
        }
        let client = Arc::new(self.builder.build(self.connect.clone()));
        pools.push_back((id, Arc::clone(&client)));
        Ok(client)
    }
}

/// Sends a request.
///
/// The future does not hold the request, which would make it large.
fn send<C>(
    client: &Client<C, Body>,
    mut request: Request<Body>,
) -> impl Future<Output = Result<Response<ResponseBody>, Error>> + use<C>
where
    C: Connect + Clone + Send + Sync + 'static,
{
    let delivery = CallContext::delivery_of(&mut request);
    let checked = delivery.mark_sent().and_then(|()| check(&mut request));
    refuse_codings(request.headers_mut());
    let watch = SentGuard { connection: capture_connection(&mut request), delivery };
    let response = client.request(request);
    async move {
        checked?;
        match response.await {
            Ok(response) => Ok(response.map(ResponseBody::new)),
            Err(error) if error.is_connect() => Err(Error::connect(error)),
            Err(error) if watch.has_connection() => {
                #[cfg(any(feature = "native-tls", feature = "rustls"))]
                if let Some(refused) = watch.refusal() {
                    watch.delivery.mark_unsent();
                    return Err(Error::connect(refused.caused_by(error)));
                }
                Err(Error::connection(error))
            }
            Err(error) => Err(Error::connect(error)),
        }
    }
}

/// Checks that a request, which layers may have changed, says where to connect and how.
fn check(request: &mut Request<Body>) -> Result<(), Error> {
    let refuse = |reason| Err(Error::connect(ConnectError::permanent(reason)));
    if request.uri().authority().is_none() {
        return refuse("the request's URL has no scheme and host");
    }
    match request.version() {
        Version::HTTP_10 | Version::HTTP_11 => Ok(()),
        // The connection's version is negotiated; this one would refuse HTTP/1.1.
        Version::HTTP_2 => {
            *request.version_mut() = Version::HTTP_11;
            Ok(())
        }
        _ => refuse("the request's HTTP version is not supported"),
    }
}

/// Marks a request as not sent, on drop, if it never had a connection.
///
/// This happens on drop because a timeout drops the future first and then asks whether the request
/// was sent. Until then the request counts as sent, since a layer may have moved the future into
/// its own task.
struct SentGuard {
    connection: CaptureConnection,
    delivery: Delivery,
}

impl SentGuard {
    fn has_connection(&self) -> bool {
        self.connection.connection_metadata().is_some()
    }

    /// Why the server has refused the TLS handshake of the connection, if it has.
    #[cfg(any(feature = "native-tls", feature = "rustls"))]
    fn refusal(&self) -> Option<ConnectError> {
        self.connection.connection_metadata().as_ref().and_then(Report::of)
    }
}

impl Drop for SentGuard {
    fn drop(&mut self) {
        if !self.has_connection() {
            self.delivery.mark_unsent();
        }
    }
}

/// Maximum number of runtimes with a pool.
const MAX_RUNTIMES: usize = 16;
