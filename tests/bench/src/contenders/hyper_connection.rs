//! hyper alone, with one connection and no pool.

use bytes::Bytes;
use http::header::HOST;
use http::{HeaderMap, HeaderValue, Request};
use http_body_util::{BodyExt as _, Empty};
use hyper::body::Body;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_native_tls::TlsConnector;

use super::question::headers;
use super::{Question, Reading};
use crate::server::Target;
use crate::{Caller, Error, Result};

/// Sends sequential requests over its own HTTP/1.1 connection.
#[derive(Debug)]
pub struct HyperConnection {
    sender: SendRequest<Empty<Bytes>>,
    headers: HeaderMap,
    path: String,
    question: Question,
    reading: Reading,
}

impl HyperConnection {
    /// Opens a number of connections.
    ///
    /// # Errors
    ///
    /// A connection cannot be opened.
    pub async fn open(
        count: usize,
        target: &Target,
        question: Question,
        reading: Reading,
    ) -> Result<Vec<Self>> {
        // Created once, because it loads the platform's certificates.
        let tls = tls(target)?.into();
        let mut headers = headers();
        headers.insert(HOST, HeaderValue::try_from(target.authority())?);

        let mut connections = Vec::with_capacity(count);
        for _ in 0..count {
            let sender = connect(target, &tls).await?;
            let (headers, path) = (headers.clone(), question.path());
            connections.push(Self { sender, headers, path, question, reading });
        }
        Ok(connections)
    }
}

impl Caller for HyperConnection {
    async fn call(&mut self) -> Result<()> {
        let mut request = Request::new(Empty::new());
        *request.uri_mut() = self.path.parse()?;
        *request.headers_mut() = self.headers.clone();
        self.sender.ready().await?;
        let response = self.sender.send_request(request).await?;
        if !response.status().is_success() {
            return Err(response.status().to_string().into());
        }
        let body = response.into_body().collect().await?.to_bytes();
        self.question.read(&body, self.reading)
    }
}

/// Opens a connection, which a task of its own drives.
pub(super) async fn connect<B>(target: &Target, tls: &TlsConnector) -> Result<SendRequest<B>>
where
    B: Body<Data: Send, Error: Into<Error>> + Send + 'static,
{
    let stream = TcpStream::connect(target.authority()).await?;
    stream.set_nodelay(true)?;
    if !target.is_https() {
        return sender(stream).await;
    }
    let (host, _) = target.authority().split_once(':').unwrap_or_default();
    sender(tls.connect(host, stream).await?).await
}

async fn sender<S, B>(stream: S) -> Result<SendRequest<B>>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    B: Body<Data: Send, Error: Into<Error>> + Send + 'static,
{
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}

/// Creates a TLS connector that trusts the server's certificate.
pub(super) fn tls(target: &Target) -> Result<native_tls::TlsConnector> {
    let certificate = native_tls::Certificate::from_der(&target.certificate)?;
    Ok(native_tls::TlsConnector::builder().add_root_certificate(certificate).build()?)
}
