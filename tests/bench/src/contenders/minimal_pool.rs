//! The smallest pool of HTTP/1.1 connections that works.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::header::HOST;
use http::uri::PathAndQuery;
use http::{HeaderValue, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Body;
use hyper::client::conn::http1::SendRequest;
use tokio_native_tls::TlsConnector;
use trivore_transport::{Body as SdkBody, HttpService};

use super::hyper_connection::{connect, tls};
use crate::server::Target;
use crate::{Error, Result};

/// Idle connections to one server behind a mutex; clones share them.
///
/// A request takes the idle connection that was used last, or opens one, and returns it after it
/// has read the response. The pool has no limits, and it does not check idle connections.
pub struct MinimalPool<B>(Arc<Shared<B>>);

struct Shared<B> {
    target: Target,
    host: HeaderValue,
    tls: TlsConnector,
    idle: Mutex<Vec<SendRequest<B>>>,
}

impl<B> MinimalPool<B>
where
    B: Body<Data: Send, Error: Into<Error>> + Send + 'static,
{
    /// Creates a pool without connections.
    ///
    /// # Errors
    ///
    /// TLS cannot be set up.
    pub fn new(target: &Target) -> Result<Self> {
        Ok(Self(Arc::new(Shared {
            target: target.clone(),
            host: HeaderValue::try_from(target.authority())?,
            tls: tls(target)?.into(),
            idle: Mutex::default(),
        })))
    }

    /// Sends a request, whose URI is a path, and reads the response.
    pub(super) async fn send(&self, request: Request<B>) -> Result<Response<Bytes>> {
        let idle = self.idle().pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => connect(&self.0.target, &self.0.tls).await?,
        };
        connection.ready().await?;
        let (head, body) = connection.send_request(request).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        self.idle().push(connection);
        Ok(Response::from_parts(head, body))
    }

    fn idle(&self) -> MutexGuard<'_, Vec<SendRequest<B>>> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl MinimalPool<SdkBody> {
    /// Returns a service for the SDK's stack, whose requests have an absolute URI and no `Host`.
    pub fn service(self) -> impl HttpService {
        tower::service_fn(move |mut request: Request<SdkBody>| {
            let path = request.uri().path_and_query().cloned();
            let path = path.unwrap_or_else(|| PathAndQuery::from_static("/"));
            *request.uri_mut() = path.into();
            request.headers_mut().insert(HOST, self.0.host.clone());
            let pool = self.clone();
            async move { Ok::<_, Error>(pool.send(request).await?.map(Full::new)) }
        })
    }
}

impl<B> Clone for MinimalPool<B> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<B> fmt::Debug for MinimalPool<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MinimalPool").finish_non_exhaustive()
    }
}
