//! An HTTPS server with a self-signed certificate.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::{Request, Response};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use rustls::pki_types::PrivateKeyDer;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// Returns the HTTP version of each request, as a JSON string.
///
/// Its certificate is valid for `localhost` only.
#[derive(Debug)]
pub struct TlsServer {
    address: SocketAddr,
    certificate: Vec<u8>,
    requests: Arc<AtomicUsize>,
    connections: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl TlsServer {
    /// Listens on loopback and offers both HTTP/2 and HTTP/1.1.
    pub async fn start() -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let certificate = made.cert.der().clone();
        let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key)
            .unwrap();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];

        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::<AtomicUsize>::default();
        let connections = Arc::<AtomicUsize>::default();
        let counts = (Arc::clone(&requests), Arc::clone(&connections));
        let task = tokio::spawn(serve(listener, TlsAcceptor::from(Arc::new(config)), counts));
        Self { address, certificate: certificate.to_vec(), requests, connections, task }
    }

    /// Returns the port on `localhost`.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Returns the certificate in DER form.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// Returns the number of requests so far.
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    /// Returns the number of TLS connections so far.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

impl Drop for TlsServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

type Counts = (Arc<AtomicUsize>, Arc<AtomicUsize>);

async fn serve(listener: TcpListener, tls: TlsAcceptor, (requests, connections): Counts) {
    while let Ok((stream, _)) = listener.accept().await {
        let (tls, requests) = (tls.clone(), Arc::clone(&requests));
        let connections = Arc::clone(&connections);
        tokio::spawn(async move {
            // A client that does not trust the certificate aborts the handshake.
            let Ok(stream) = tls.accept(stream).await else { return };
            connections.fetch_add(1, Ordering::SeqCst);
            let answer = service_fn(move |request: Request<hyper::body::Incoming>| {
                requests.fetch_add(1, Ordering::SeqCst);
                let version = format!("\"{:?}\"", request.version());
                std::future::ready(Ok::<_, std::convert::Infallible>(Response::new(version)))
            });
            let server = auto::Builder::new(TokioExecutor::new());
            drop(server.serve_connection(TokioIo::new(stream), answer).await);
        });
    }
}
