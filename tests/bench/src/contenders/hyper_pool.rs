//! hyper-util's client with its connection pool, alone or with limits.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, Uri};
use http_body_util::{BodyExt as _, Empty};
use hyper::body::Body;
use hyper_tls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{HttpConnector, capture_connection};
use hyper_util::rt::TokioExecutor;
use tokio::time::timeout;

use super::hyper_connection::tls;
use super::question::headers;
use super::{Question, Reading};
use crate::server::Target;
use crate::{Caller, Result};

/// A hyper-util client that shares its connection pool with its clones.
#[derive(Clone, Debug)]
pub struct HyperPool {
    client: HyperUtil<Empty<Bytes>>,
    headers: HeaderMap,
    uri: Uri,
    question: Question,
    reading: Reading,
    is_limited: bool,
}

type HyperUtil<B> = Client<HttpsConnector<HttpConnector>, B>;

impl HyperPool {
    /// Creates the client; calls open connections.
    ///
    /// # Errors
    ///
    /// TLS cannot be set up.
    pub fn new(target: &Target, question: Question, reading: Reading) -> Result<Self> {
        Ok(Self {
            client: hyper_util(target)?,
            headers: headers(),
            uri: format!("{}{}", target.address, question.path()).parse()?,
            question,
            reading,
            is_limited: false,
        })
    }

    /// Adds a call and an attempt timeout, and detects whether a request was sent.
    ///
    /// This is the minimum for a client that reports whether a failed write may have been applied.
    #[must_use]
    pub fn limited(mut self) -> Self {
        self.is_limited = true;
        self
    }

    async fn ask(&self) -> Result<()> {
        let mut request = Request::new(Empty::new());
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = self.headers.clone();
        let connection = self.is_limited.then(|| capture_connection(&mut request));
        let response = self.client.request(request).await?;
        if connection.is_some_and(|connection| connection.connection_metadata().is_none()) {
            return Err("a response without a connection".into());
        }
        if !response.status().is_success() {
            return Err(response.status().to_string().into());
        }
        let body = response.into_body().collect().await?.to_bytes();
        self.question.read(&body, self.reading)
    }
}

impl Caller for HyperPool {
    async fn call(&mut self) -> Result<()> {
        if !self.is_limited {
            return self.ask().await;
        }
        timeout(CALL, timeout(ATTEMPT, self.ask())).await??
    }
}

/// Creates hyper-util's client with its default pool, and with `TCP_NODELAY` as the SDK has it.
pub(super) fn hyper_util<B>(target: &Target) -> Result<HyperUtil<B>>
where
    B: Body<Data: Send> + Send,
{
    let mut tcp = HttpConnector::new();
    tcp.set_nodelay(true);
    tcp.enforce_http(false);
    let connector = HttpsConnector::from((tcp, tls(target)?.into()));
    Ok(Client::builder(TokioExecutor::new()).build(connector))
}

/// Default timeouts of the SDK.
const CALL: Duration = Duration::from_secs(90);
const ATTEMPT: Duration = Duration::from_secs(30);
