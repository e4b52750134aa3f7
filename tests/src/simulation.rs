//! A simulated network: a server with a ledger, and an HTTP client that reaches it.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use tower::util::BoxCloneSyncService;
use trivore::Error;
use trivore::transport::{Body, BoxError, Client, ClientBuilder, RetryContext, RetryPolicy};
use turmoil::net::{TcpListener, TcpStream};

/// The changes that a simulated server made, as method and path. It survives server crashes.
#[derive(Clone, Debug, Default)]
pub struct Ledger(Arc<Mutex<Vec<String>>>);

impl Ledger {
    /// Counts the entries equal to this one, such as `POST /x`.
    pub fn count(&self, entry: &str) -> usize {
        self.0.lock().unwrap().iter().filter(|done| *done == entry).count()
    }

    /// Returns all entries, in order.
    pub fn entries(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

/// Serves on the current simulated host. `before_response` runs after a change is in the ledger and
/// before the response is sent.
///
/// # Errors
///
/// The host has no network.
pub async fn serve<F>(ledger: Ledger, before_response: F) -> turmoil::Result
where
    F: Fn(&Request<Incoming>) + Clone + Send + 'static,
{
    let listener = TcpListener::bind(("0.0.0.0", PORT)).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        let (ledger, before_response) = (ledger.clone(), before_response.clone());
        let service = hyper::service::service_fn(move |request: Request<Incoming>| {
            if request.method() != Method::GET {
                let entry = format!("{} {}", request.method(), request.uri().path());
                ledger.0.lock().unwrap().push(entry);
            }
            before_response(&request);
            let body = if request.uri().path() == TOKEN_PATH { TOKEN } else { "7" };
            std::future::ready(Ok::<_, Infallible>(Response::new(Full::new(Bytes::from(body)))))
        });
        tokio::spawn(async move {
            let connection = hyper::server::conn::http1::Builder::new();
            drop(connection.serve_connection(TokioIo::new(stream), service).await);
        });
    }
}

/// Returns the default stack over the simulated network, with deterministic retry delays.
pub fn client() -> ClientBuilder {
    Client::builder("http://server")
        .no_retry_budget()
        .retry(RetryPolicy::custom(|context: &RetryContext<'_>| {
            let goes_on = context.attempt < 4 && context.is_retryable();
            goes_on.then(|| Duration::from_secs(context.attempt.into()))
        }))
        .service(BoxCloneSyncService::new(tower::service_fn(send)))
}

/// Sends a request over a new connection.
async fn send(request: Request<Body>) -> Result<Response<Incoming>, BoxError> {
    let stream = TcpStream::connect(("server", PORT)).await.map_err(Error::connect)?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let (mut head, body) = request.into_parts();
    head.headers.insert(http::header::HOST, http::HeaderValue::from_static("server"));
    let body = Full::new(body.collect().await?.to_bytes());
    Ok(sender.send_request(Request::from_parts(head, body)).await?)
}

/// Path of the simulated token endpoint.
pub const TOKEN_PATH: &str = "/openid/token";
const TOKEN: &str = r#"{"access_token":"simulated","expires_in":3600}"#;
const PORT: u16 = 80;
