//! Sending one request through the pooled client, and telling how far it came.

use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{CaptureConnection, Connect, capture_connection};
use hyper_util::rt::{TokioExecutor, TokioTimer};

use http::{Request, Response};

use crate::body::Body;
use crate::connector::settings::Connector;
use crate::delivery::Delivery;
use crate::error::Error;
use crate::slot::Next;

/// Puts a connection pool upon a way to connect.
pub(crate) fn pooled<C>(settings: &Connector, connect: C) -> Next
where
    C: Connect + Clone + Send + Sync + 'static,
{
    let client = Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .timer(TokioTimer::new())
        .pool_idle_timeout(settings.idle_timeout)
        .pool_max_idle_per_host(settings.max_idle_per_host)
        .build(connect);
    Next::leaf(tower::service_fn(move |request| send(client.clone(), request)))
}

async fn send<C>(
    client: Client<C, Body>,
    mut request: Request<Body>,
) -> Result<Response<Incoming>, Error>
where
    C: Connect + Clone + Send + Sync + 'static,
{
    let delivery = Delivery::of(&mut request);
    let watch = Watch { connection: capture_connection(&mut request), delivery };
    match client.request(request).await {
        Ok(response) => Ok(response),
        Err(error) if error.is_connect() => Err(Error::connect(error)),
        Err(error) if watch.has_connection() => Err(Error::connection(error)),
        Err(error) => Err(Error::connect(error)),
    }
}

/// Marks the request as sent once it was given to a connection.
///
/// Being dropped it does so, too: a limit that cuts the sending off asks afterwards.
struct Watch {
    connection: CaptureConnection,
    delivery: Delivery,
}

impl Watch {
    fn has_connection(&self) -> bool {
        self.connection.connection_metadata().is_some()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if self.has_connection() {
            self.delivery.mark_sent();
        }
    }
}
