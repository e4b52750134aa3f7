//! Opens connections and encrypts those to https addresses.

use std::io;
use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use http::Uri;
use hyper::rt::{Read, Write};
use hyper_util::client::legacy::connect::Connection;
use tower::Service;

use crate::address::host::tls_name;
use crate::connector::proxy::{ProxyConnector, ProxyStream};
use crate::connector::tls::failure::TlsFailure;
use crate::connector::tls::stream::TlsStream;
use crate::error::BoxError;

/// Opens connections, encrypted by a TLS library for https addresses.
#[derive(Clone)]
pub(crate) struct TlsConnector<L> {
    tcp: ProxyConnector,
    library: L,
}

/// A TLS library, with its settings.
pub(crate) trait TlsLibrary: Clone + Send + Sync + 'static {
    /// A connection, encrypted or not.
    type Stream: Connection + Read + Write + Send + Unpin + 'static;

    fn plain(tcp: ProxyStream) -> Self::Stream;

    /// Makes a handshake and checks that the server's certificate is for `host`.
    fn encrypted(
        self,
        host: String,
        tcp: ProxyStream,
    ) -> impl Future<Output = Result<Self::Stream, BoxError>> + Send;

    /// Returns the server's certificate in DER form, where the library gives it.
    fn certificate(stream: &Self::Stream) -> Option<Vec<u8>>;

    /// Returns what recognizes an error of an encrypted stream by which the server has refused the
    /// client's certificate.
    fn refusals(stream: &Self::Stream) -> Refusals;
}

/// Returns the refusal of the client's certificate that an error is about, if it is about one.
pub(crate) type Refusals = fn(&io::Error) -> Option<CertificateRefusal>;

/// The refusal of the client's certificate after the client's part of the handshake.
#[derive(Clone, Debug)]
pub(crate) struct CertificateRefusal {
    pub(crate) failure: TlsFailure,
    /// The server has read no request. In TLS 1.3, the client may send some before the server has
    /// checked its certificate; in TLS 1.2, the server checks it first, so a later alert may be
    /// about a request.
    pub(crate) is_unread: bool,
}

impl<L> TlsConnector<L> {
    pub(crate) fn new(tcp: ProxyConnector, library: L) -> Self {
        Self { tcp, library }
    }
}

impl<L: TlsLibrary> Service<Uri> for TlsConnector<L> {
    type Response = TlsStream<L::Stream>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Self::Response, BoxError>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.tcp.poll_ready(cx)
    }

    fn call(&mut self, destination: Uri) -> Self::Future {
        let is_https = destination.scheme_str() == Some("https");
        let host = tls_name(&destination).to_owned();
        let tcp = self.tcp.call(destination);
        let library = self.library.clone();
        Box::pin(async move {
            let tcp = tcp.await?;
            if !is_https {
                return Ok(TlsStream::plain(L::plain(tcp)));
            }
            let stream = library.encrypted(host, tcp).await?;
            let refusals = L::refusals(&stream);
            Ok(TlsStream::encrypted(stream, refusals))
        })
    }
}
