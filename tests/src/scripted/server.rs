//! Listens, and starts the script of each connection.

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::net::TcpStream;
use tokio::runtime::{self, Runtime};
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;
use trivore::transport::{Client, ClientBuilder, Connector, HttpVersions, RetryPolicy};

use super::log::Log;
use super::{Connection, ReceivedRequest, Wire};
use crate::certificates::TestCertificate;

/// Runs a script for each connection, and records what arrives.
pub struct ScriptedServer {
    wire: Wire,
    address: SocketAddr,
    certificate: Vec<u8>,
    serving: Serving,
    /// The task that accepts connections and owns those that it has accepted.
    accepting: Mutex<Option<JoinHandle<()>>>,
    runtime: Option<Runtime>,
}

type Script = Arc<dyn Fn(Connection) -> BoxFuture<'static, io::Result<()>> + Send + Sync>;

#[derive(Clone)]
struct Serving {
    wire: Wire,
    script: Script,
    tls: Option<TlsAcceptor>,
    /// What a TLS handshake waits for.
    delay: Duration,
    log: Log,
}

impl ScriptedServer {
    /// Listens on loopback; a script that returns ends its connection.
    pub fn start<F, R>(wire: Wire, script: F) -> Self
    where
        F: Fn(Connection) -> R + Send + Sync + 'static,
        R: Future<Output = io::Result<()>> + Send + 'static,
    {
        Self::with_slow_handshakes(wire, Duration::ZERO, script)
    }

    /// Waits before each TLS handshake.
    pub fn with_slow_handshakes<F, R>(wire: Wire, delay: Duration, script: F) -> Self
    where
        F: Fn(Connection) -> R + Send + Sync + 'static,
        R: Future<Output = io::Result<()>> + Send + 'static,
    {
        let certificate = TestCertificate::self_signed(&["localhost", "127.0.0.1"], |_| {});
        let script: Script = Arc::new(move |connection| Box::pin(script(connection)));
        let tls = wire.protocol().map(|protocol| acceptor(&certificate, protocol));
        let serving = Serving { wire, script, tls, delay, log: Log::default() };
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            wire,
            address: listener.local_addr().unwrap(),
            certificate: certificate.der().to_vec(),
            serving,
            accepting: Mutex::default(),
            runtime: runtime::Builder::new_multi_thread()
                .worker_threads(1)
                .enable_all()
                .build()
                .unwrap()
                .into(),
        };
        server.accept(listener);
        server
    }

    /// Ends all connections without a word, and listens again on the same port.
    ///
    /// It blocks the thread of a test meanwhile, so that its client has no time to notice.
    pub fn restart(&self) {
        if let Some(accepting) = self.accepting.lock().unwrap().take() {
            accepting.abort();
        }
        // The task has the old listener and all connections, and ends in a moment.
        let listener = loop {
            match TcpListener::bind(self.address) {
                Ok(listener) => break listener,
                Err(_) => std::thread::yield_now(),
            }
        };
        while self.open() > 0 {
            std::thread::yield_now();
        }
        self.accept(listener);
    }

    fn accept(&self, listener: TcpListener) {
        let runtime = self.runtime.as_ref().unwrap();
        listener.set_nonblocking(true).unwrap();
        let _inside = runtime.enter();
        let listener = tokio::net::TcpListener::from_std(listener).unwrap();
        let task = tokio::spawn(accept(listener, self.serving.clone()));
        *self.accepting.lock().unwrap() = Some(task);
    }

    /// Returns the server's URL.
    pub fn url(&self) -> String {
        let scheme = if self.wire.protocol().is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// Returns the port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Returns the settings with which a client connects to this server.
    pub fn connector(&self) -> Connector {
        let connector = Connector::new().no_proxy().tls_backend(self.wire.backend());
        let connector = if self.wire.protocol().is_some() {
            connector.add_root_certificate(&self.certificate).only_added_root_certificates()
        } else {
            connector
        };
        connector.http_versions(if self.wire.is_http2() {
            HttpVersions::Http2OrHttp1
        } else {
            HttpVersions::Http1
        })
    }

    /// Returns a client of this server that retries without delay.
    pub fn client(&self) -> ClientBuilder {
        Client::builder(&self.url())
            .connector(self.connector())
            .retry(RetryPolicy::backoff().base_delay(Duration::from_millis(1)))
            .no_retry_budget()
    }

    /// Returns the number of TCP connections so far.
    pub fn accepted(&self) -> usize {
        self.serving.log.lock().accepted
    }

    /// Returns the number of connections so far, each with a complete TLS handshake.
    pub fn connections(&self) -> usize {
        self.serving.log.lock().connections
    }

    /// Returns the number of TCP connections that neither side has ended.
    pub fn open(&self) -> usize {
        self.serving.log.lock().open
    }

    /// Waits until this number of TCP connections was accepted; returns whether it was in time.
    pub async fn has_accepted(&self, count: usize) -> bool {
        self.comes_to(|| self.accepted() >= count).await
    }

    /// Waits until this number of connections is open; returns whether that happened in time.
    pub async fn has_open(&self, count: usize) -> bool {
        self.comes_to(|| self.open() == count).await
    }

    /// Waits until this number of requests has arrived; returns whether that happened in time.
    pub async fn has_seen(&self, count: usize) -> bool {
        self.comes_to(|| self.requests().len() >= count).await
    }

    /// Waits until a client has acknowledged this number of pings; returns whether it did in time.
    pub async fn has_pongs(&self, count: usize) -> bool {
        self.comes_to(|| self.serving.log.lock().pongs >= count).await
    }

    async fn comes_to(&self, is_so: impl Fn() -> bool) -> bool {
        for _ in 0..1_000 {
            if is_so() {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        false
    }

    /// Returns all requests so far.
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.serving.log.lock().requests.clone()
    }

    /// Returns the number of requests of each connection.
    pub fn requests_by_connection(&self) -> Vec<usize> {
        let log = self.serving.log.lock();
        let mut counts = vec![0; log.connections];
        for seen in &log.requests {
            counts[seen.connection] += 1;
        }
        counts
    }
}

impl Drop for ScriptedServer {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for ScriptedServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScriptedServer").field("wire", &self.wire).finish_non_exhaustive()
    }
}

async fn accept(listener: tokio::net::TcpListener, serving: Serving) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let (open, serving) = (serving.log.accepted(), serving.clone());
        connections.spawn(async move {
            drop(serve(stream, serving).await);
            drop(open);
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn serve(stream: TcpStream, serving: Serving) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let stream = stream.into_std()?;
    let socket = stream.try_clone()?;
    let stream = TcpStream::from_std(stream)?;
    let (log, is_http2) = (&serving.log, serving.wire.is_http2());
    let connection = if let Some(tls) = serving.tls {
        tokio::time::sleep(serving.delay).await;
        Connection::new(log, socket, tls.accept(stream).await?, is_http2)
    } else {
        Connection::new(log, socket, stream, is_http2)
    };
    (serving.script)(connection).await
}

fn acceptor(certificate: &TestCertificate, protocol: &[u8]) -> TlsAcceptor {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider);
    let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    let key = PrivateKeyDer::Pkcs8(certificate.key_der().to_vec().into());
    let chain = vec![certificate.der().to_vec().into()];
    let mut config = config.with_single_cert(chain, key).unwrap();
    config.alpn_protocols = vec![protocol.to_vec()];
    TlsAcceptor::from(Arc::new(config))
}
