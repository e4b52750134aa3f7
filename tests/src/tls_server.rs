//! An HTTPS server with a self-signed certificate.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::{Request, Response};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use rustls::crypto::cipher::{OutboundChunks, OutboundPlainMessage};
use rustls::pki_types::PrivateKeyDer;
use rustls::server::{WantsServerCert, WebPkiClientVerifier};
use rustls::{
    ConfigBuilder, ConnectionTrafficSecrets, ContentType, ProtocolVersion, ServerConfig,
    SupportedCipherSuite, WantsVerifier,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::certificates::{Authority, TestCertificate};

/// Returns the HTTP version of each request, as a JSON string.
///
/// Its certificate is valid for `localhost` only, unless another one is given.
#[derive(Debug)]
pub struct TlsServer {
    address: SocketAddr,
    certificate: Vec<u8>,
    counts: Counts,
    task: JoinHandle<()>,
}

impl TlsServer {
    /// Listens on loopback and offers both HTTP/2 and HTTP/1.1.
    pub async fn start() -> Self {
        Self::start_with(&TestCertificate::self_signed(&["localhost"], |_| {})).await
    }

    /// Has another certificate.
    pub async fn start_with(certificate: &TestCertificate) -> Self {
        let config = builder().with_no_client_auth();
        Self::listen(config, certificate).await
    }

    /// Demands that clients have a certificate by this authority.
    pub async fn start_for_clients_of(
        authority: &Authority,
        certificate: &TestCertificate,
    ) -> Self {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(authority.der().to_vec().into()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        let config = builder().with_client_cert_verifier(verifier.build().unwrap());
        Self::listen(config, certificate).await
    }

    /// Speaks TLS 1.2 only; reads a request over HTTP/1.1, and sends this alert in place of a
    /// response.
    pub async fn with_alert(certificate: &TestCertificate, alert: u8) -> Self {
        let suite =
            rustls::crypto::ring::cipher_suite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256;
        let provider = rustls::crypto::CryptoProvider {
            cipher_suites: vec![suite],
            ..rustls::crypto::ring::default_provider()
        };
        let config = ServerConfig::builder_with_provider(Arc::new(provider))
            .with_protocol_versions(&[&rustls::version::TLS12])
            .unwrap()
            .with_no_client_auth();
        Self::listen_with(config, certificate, TlsScript::Alert(alert)).await
    }

    async fn listen(
        config: ConfigBuilder<ServerConfig, WantsServerCert>,
        certificate: &TestCertificate,
    ) -> Self {
        Self::listen_with(config, certificate, TlsScript::Respond).await
    }

    async fn listen_with(
        config: ConfigBuilder<ServerConfig, WantsServerCert>,
        certificate: &TestCertificate,
        script: TlsScript,
    ) -> Self {
        let key = PrivateKeyDer::Pkcs8(certificate.key_der().to_vec().into());
        let chain = vec![certificate.der().to_vec().into()];
        let mut config = config.with_single_cert(chain, key).unwrap();
        config.alpn_protocols = match script {
            TlsScript::Alert(_) => vec![b"http/1.1".to_vec()],
            TlsScript::Respond => vec![b"h2".to_vec(), b"http/1.1".to_vec()],
        };
        config.enable_secret_extraction = true;

        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let counts = Counts::default();
        let tls = TlsAcceptor::from(Arc::new(config));
        let serving = serve(listener, tls, counts.clone(), script);
        let certificate = certificate.der().to_vec();
        Self { address, certificate, counts, task: tokio::spawn(serving) }
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
        self.counts.requests.load(Ordering::SeqCst)
    }

    /// Handshakes begun so far, whether they succeeded or not.
    pub fn handshakes(&self) -> usize {
        self.counts.handshakes.load(Ordering::SeqCst)
    }

    /// Returns the number of TLS connections so far.
    pub fn connections(&self) -> usize {
        self.counts.connections.load(Ordering::SeqCst)
    }
}

impl Drop for TlsServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[derive(Clone, Debug, Default)]
struct Counts {
    requests: Arc<AtomicUsize>,
    handshakes: Arc<AtomicUsize>,
    connections: Arc<AtomicUsize>,
}

/// What the server does with a connection.
#[derive(Clone, Copy)]
enum TlsScript {
    Respond,
    /// Sends this alert after the first bytes of a request.
    Alert(u8),
}

fn builder() -> ConfigBuilder<ServerConfig, WantsVerifier> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap()
}

async fn serve(listener: TcpListener, tls: TlsAcceptor, counts: Counts, script: TlsScript) {
    while let Ok((stream, _)) = listener.accept().await {
        counts.handshakes.fetch_add(1, Ordering::SeqCst);
        let tls = tls.clone();
        let Counts { requests, connections, .. } = counts.clone();
        tokio::spawn(async move {
            // A client that does not trust the certificate aborts the handshake.
            let Ok(mut stream) = tls.accept(stream).await else { return };
            connections.fetch_add(1, Ordering::SeqCst);
            match script {
                TlsScript::Respond => {}
                TlsScript::Alert(alert) => {
                    if stream.read(&mut [0; 4096]).await.is_ok_and(|size| size > 0) {
                        requests.fetch_add(1, Ordering::SeqCst);
                        drop(send_alert(stream, alert).await);
                    }
                    return;
                }
            }
            let response = service_fn(move |request: Request<hyper::body::Incoming>| {
                requests.fetch_add(1, Ordering::SeqCst);
                let version = format!("\"{:?}\"", request.version());
                std::future::ready(Ok::<_, std::convert::Infallible>(Response::new(version)))
            });
            let server = auto::Builder::new(TokioExecutor::new());
            drop(server.serve_connection(TokioIo::new(stream), response).await);
        });
    }
}

/// Sends a fatal alert over TLS 1.2, which the library itself sends only when it finds a fault.
async fn send_alert(stream: TlsStream<TcpStream>, alert: u8) -> std::io::Result<()> {
    let (mut tcp, connection) = stream.into_inner();
    let Some(SupportedCipherSuite::Tls12(suite)) = connection.negotiated_cipher_suite() else {
        return Ok(());
    };
    let secrets = connection.dangerous_extract_secrets().map_err(std::io::Error::other)?;
    let (number, ConnectionTrafficSecrets::Chacha20Poly1305 { key, iv }) = secrets.tx else {
        return Ok(());
    };
    let mut encrypter = suite.aead_alg.encrypter(key, iv.as_ref(), &[]);
    let message = OutboundPlainMessage {
        typ: ContentType::Alert,
        version: ProtocolVersion::TLSv1_2,
        payload: OutboundChunks::Single(&[FATAL, alert]),
    };
    let record = encrypter.encrypt(message, number).map_err(std::io::Error::other)?;
    tcp.write_all(&record.encode()).await
}

/// The level of an alert that ends the connection.
const FATAL: u8 = 2;
