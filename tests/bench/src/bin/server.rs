//! A server with precomputed responses.
//!
//! Its argument and its first line of output are [`ServerSettings`] as JSON; the latter has the ports
//! and the certificate that it uses. After a line `drain` of input, it accepts no more connections,
//! closes those that it has after their current requests, and exits. It exits at once when its input
//! is closed. Paths:
//!
//! | Path | Response |
//! |---|---|
//! | `GET /api/rest/v1/user/{id}` | a user |
//! | `GET /api/rest/v1/user?startIndex=…&count=…` | a page that is the whole list |
//! | `GET /of/{total}/api/rest/v1/user?…` | a page of a list of `total` users |
//! | `POST /api/rest/v1/user` | a user, as if just created |
//! | `GET /connections` | the number of connections so far, over TLS and plain HTTP |

#![expect(clippy::print_stdout, reason = "a command line tool")]

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use rustls::pki_types::PrivateKeyDer;
use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, BufReader};
use tokio::net::TcpListener;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use trivore_bench::body::{self, Unknown};
use trivore_bench::{Result, ServerSettings};

#[tokio::main]
async fn main() -> Result<()> {
    let settings = std::env::args().nth(1).ok_or("usage: server SETTINGS")?;
    let mut settings: ServerSettings = serde_json::from_str(&settings)?;
    let plain_listener = TcpListener::bind(settings.http).await?;
    let tls_listener = TcpListener::bind(settings.https).await?;
    let identity = match settings.identity.take() {
        Some(identity) => identity,
        None => certificate(settings.https.ip())?,
    };
    let tls = acceptor(&identity)?;
    settings.http = plain_listener.local_addr()?;
    settings.https = tls_listener.local_addr()?;
    settings.identity = Some(identity);

    let site = Arc::new(Site::new());
    let connections = Arc::new(GracefulShutdown::new());
    let accepting = [(plain_listener, None), (tls_listener, Some(tls))].map(|(listener, tls)| {
        tokio::spawn(accept(listener, tls, Arc::clone(&site), Arc::clone(&connections)))
    });
    println!("{}", serde_json::to_string(&settings)?);

    if is_told_to_drain().await? {
        for task in accepting {
            task.abort();
            drop(task.await);
        }
        if let Some(connections) = Arc::into_inner(connections) {
            drop(timeout(DRAINING, connections.shutdown()).await);
        }
    }
    Ok(())
}

/// Waits for the line `drain` or the end of the input.
async fn is_told_to_drain() -> Result<bool> {
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        if line == "drain" {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Creates a self-signed certificate for an address, and its key.
fn certificate(address: IpAddr) -> Result<(Vec<u8>, Vec<u8>)> {
    let made = rcgen::generate_simple_self_signed([address.to_string()])?;
    Ok((made.cert.der().to_vec(), made.signing_key.serialize_der()))
}

/// Creates a TLS acceptor that offers HTTP/2 and HTTP/1.1.
fn acceptor((certificate, key): &(Vec<u8>, Vec<u8>)) -> Result<TlsAcceptor> {
    let key = PrivateKeyDer::Pkcs8(key.clone().into());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone().into()], key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

async fn accept(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    site: Arc<Site>,
    connections: Arc<GracefulShutdown>,
) {
    while let Ok((stream, _)) = listener.accept().await {
        let (site, connection) = (Arc::clone(&site), connections.watcher());
        // Otherwise, Nagle's algorithm delays small responses until the client's acknowledgments.
        if stream.set_nodelay(true).is_err() {
            continue;
        }
        match tls.clone() {
            None => {
                site.plain_connections.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(serve(stream, site, connection));
            }
            Some(tls) => {
                site.tls_connections.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(async move {
                    if let Ok(stream) = tls.accept(stream).await {
                        serve(stream, site, connection).await;
                    }
                });
            }
        }
    }
}

async fn serve(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    site: Arc<Site>,
    connection: Watcher,
) {
    let service = service_fn(move |request| {
        let site = Arc::clone(&site);
        async move { Ok::<_, Infallible>(site.respond(request).await) }
    });
    let mut server = auto::Builder::new(TokioExecutor::new());
    server.http1().timer(TokioTimer::new());
    // A client that disconnects is not an error.
    drop(connection.watch(server.serve_connection(TokioIo::new(stream), service)).await);
}

/// The precomputed responses, and the connection counts.
struct Site {
    before_id: String,
    after_id: String,
    user: Bytes,
    whole_lists: HashMap<usize, Bytes>,
    plain_connections: AtomicUsize,
    tls_connections: AtomicUsize,
}

impl Site {
    fn new() -> Self {
        let user = body::user(0, Unknown::Four).to_string();
        let (before_id, after_id) = user.split_once(&body::id(0)).unwrap_or_default();
        let mut site = Self {
            before_id: before_id.to_owned(),
            after_id: after_id.to_owned(),
            whole_lists: HashMap::new(),
            plain_connections: AtomicUsize::new(0),
            tls_connections: AtomicUsize::new(0),
            user: user.into(),
        };
        for count in [100, 500] {
            site.whole_lists.insert(count, site.page(0, count, count));
        }
        site
    }

    async fn respond(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        let (total, path) = match head.uri.path().strip_prefix("/of/") {
            Some(rest) => rest.split_at(rest.find('/').unwrap_or(rest.len())),
            None => ("", head.uri.path()),
        };
        let query = head.uri.query().unwrap_or_default();
        match (&head.method, path) {
            (&Method::GET, "/api/rest/v1/user") => json_response(self.list(query, total)),
            (&Method::POST, "/api/rest/v1/user") => match body.collect().await {
                Ok(_) => json_response(self.user.clone()),
                Err(_) => status(StatusCode::BAD_REQUEST),
            },
            (&Method::GET, "/connections") => {
                let tls = self.tls_connections.load(Ordering::Relaxed);
                let plain = self.plain_connections.load(Ordering::Relaxed);
                json_response(json!({"https": tls, "http": plain}).to_string().into())
            }
            (&Method::GET, path) if path.starts_with("/api/rest/v1/user/") => {
                json_response(self.user.clone())
            }
            _ => status(StatusCode::NOT_FOUND),
        }
    }

    fn list(&self, query: &str, total: &str) -> Bytes {
        let number = |key| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            pairs.find(|(name, _)| name == key).and_then(|(_, value)| value.parse::<usize>().ok())
        };
        let start = number("startIndex").unwrap_or(0);
        let count = number("count").unwrap_or(100).min(500);
        let total = total.parse().unwrap_or(count);
        match self.whole_lists.get(&count) {
            Some(list) if start == 0 && total == count => list.clone(),
            _ => self.page(start, count.min(total.saturating_sub(start)), total),
        }
    }

    fn page(&self, start: usize, count: usize, total: usize) -> Bytes {
        let mut text = format!(
            r#"{{"totalResults":{total},"startIndex":{start},"itemsPerPage":{count},"resources":["#
        );
        text.reserve(count * (self.user.len() + 1) + 2);
        for number in start..start + count {
            if number > start {
                text.push(',');
            }
            text.push_str(&self.before_id);
            text.push_str(&body::id(number));
            text.push_str(&self.after_id);
        }
        text.push_str("]}");
        text.into()
    }
}

fn json_response(body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn status(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response
}

/// Longest time to wait for current requests when draining.
const DRAINING: Duration = Duration::from_secs(5);
