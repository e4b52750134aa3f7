//! rustls with ring.

use std::sync::Arc;

use hyper_rustls::MaybeHttpsStream;
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName};
use rustls::server::ParsedCertificate;
use rustls::{AlertDescription, CertificateError, ClientConfig, ProtocolVersion, RootCertStore};

use crate::connector::certificates::{Certificates, Identity, Root};
use crate::connector::proxy::ProxyStream;
use crate::connector::settings::{Connector, HttpVersions};
use crate::connector::tls::connector::{CertificateRefusal, Refusals, TlsLibrary};
use crate::connector::tls::failure::TlsFailure;
use crate::error::BoxError;

/// rustls, with its settings.
#[derive(Clone)]
pub(crate) struct Rustls(tokio_rustls::TlsConnector);

impl Rustls {
    pub(crate) fn new(settings: &Connector) -> Result<Self, BoxError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(trusted(&settings.certificates)?);
        let mut config = match &settings.certificates.identity {
            Some(identity) => with_identity(config, identity)?,
            None => config.with_no_client_auth(),
        };
        // HTTP/1.1 is used if the server selects nothing.
        if settings.http_versions == HttpVersions::Http2OrHttp1 {
            config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        }
        Ok(Self(Arc::new(config).into()))
    }
}

impl TlsLibrary for Rustls {
    type Stream = MaybeHttpsStream<ProxyStream>;

    fn plain(tcp: ProxyStream) -> Self::Stream {
        MaybeHttpsStream::Http(tcp)
    }

    async fn encrypted(self, host: String, tcp: ProxyStream) -> Result<Self::Stream, BoxError> {
        let name = ServerName::try_from(host.clone())?;
        let stream = self.0.connect(name, TokioIo::new(tcp)).await;
        let stream = stream.map_err(|error| explained(error, &host))?;
        Ok(MaybeHttpsStream::Https(TokioIo::new(stream)))
    }

    fn certificate(stream: &Self::Stream) -> Option<Vec<u8>> {
        let MaybeHttpsStream::Https(stream) = stream else { return None };
        let (_, connection) = stream.inner().get_ref();
        connection.peer_certificates()?.first().map(|certificate| certificate.to_vec())
    }

    fn refusals(stream: &Self::Stream) -> Refusals {
        let is_tls13 = match stream {
            MaybeHttpsStream::Http(_) => false,
            MaybeHttpsStream::Https(stream) => {
                let (_, connection) = stream.inner().get_ref();
                connection.protocol_version() == Some(ProtocolVersion::TLSv1_3)
            }
        };
        if is_tls13 { |error| refusal(error, true) } else { |error| refusal(error, false) }
    }
}

fn refusal(error: &std::io::Error, is_unread: bool) -> Option<CertificateRefusal> {
    match error.get_ref()?.downcast_ref()? {
        rustls::Error::AlertReceived(alert) => {
            let failure = TlsFailure::of_alert(name(*alert))?;
            Some(CertificateRefusal { failure, is_unread })
        }
        _ => None,
    }
}

/// Collects the roots; none at all would make every handshake fail.
fn trusted(certificates: &Certificates) -> Result<RootCertStore, BoxError> {
    let mut roots = RootCertStore::empty();
    if !certificates.only_added {
        // Platform certificates that rustls cannot parse are ignored.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    for root in &certificates.roots {
        match root {
            Root::Der(der) => roots.add(der.clone().into())?,
            Root::Pem(pem) => {
                for certificate in chain(pem)? {
                    roots.add(certificate)?;
                }
            }
        }
    }
    if roots.is_empty() {
        let reason = "the platform has no root certificate that could be read; add one to the \
            connector, or check the variables SSL_CERT_FILE and SSL_CERT_DIR";
        return Err(reason.into());
    }
    Ok(roots)
}

fn with_identity(
    config: rustls::ConfigBuilder<ClientConfig, rustls::client::WantsClientCert>,
    identity: &Identity,
) -> Result<ClientConfig, BoxError> {
    let key = PrivatePkcs8KeyDer::from_pem_slice(identity.key()?)?;
    let chain = chain(identity.chain())?;
    // rustls itself parses only the first one.
    for certificate in &chain {
        ParsedCertificate::try_from(certificate)?;
    }
    Ok(config.with_client_auth_cert(chain, key.into())?)
}

/// Reads at least one certificate in PEM form.
fn chain(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, BoxError> {
    let chain = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>()?;
    if chain.is_empty() { Err("there is no certificate in the PEM".into()) } else { Ok(chain) }
}

/// Adds in readable words why a handshake failed, unless it may succeed another time.
fn explained(error: std::io::Error, host: &str) -> BoxError {
    let cause = error.get_ref().and_then(|error| error.downcast_ref::<rustls::Error>());
    match cause.and_then(failure) {
        Some(failure) => failure.of(host).caused_by(error).into(),
        None => error.into(),
    }
}

fn failure(error: &rustls::Error) -> Option<TlsFailure> {
    match error {
        rustls::Error::InvalidCertificate(error) => Some(certificate_failure(error)),
        rustls::Error::AlertReceived(
            AlertDescription::InternalError
            | AlertDescription::UserCanceled
            | AlertDescription::CloseNotify
            | AlertDescription::DecodeError,
        ) => None,
        rustls::Error::AlertReceived(alert) => Some(TlsFailure::Alert(name(*alert))),
        rustls::Error::PeerIncompatible(_) | rustls::Error::InvalidMessage(_) => {
            Some(TlsFailure::Other("the server does not speak TLS 1.2 or later".to_owned()))
        }
        _ => None,
    }
}

/// Returns the name of an alert, such as `certificate required`.
fn name(alert: AlertDescription) -> String {
    let (mut name, mut is_after_small) = (String::new(), false);
    for letter in format!("{alert:?}").chars() {
        if is_after_small && letter.is_ascii_uppercase() {
            name.push(' ');
        }
        is_after_small = letter.is_ascii_lowercase();
        name.push(letter.to_ascii_lowercase());
    }
    name
}

fn certificate_failure(error: &CertificateError) -> TlsFailure {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => TlsFailure::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            TlsFailure::NotYetValid
        }
        CertificateError::Revoked => TlsFailure::Revoked,
        CertificateError::UnknownIssuer | CertificateError::BadSignature => TlsFailure::Untrusted,
        CertificateError::NotValidForNameContext { presented, .. } if presented.is_empty() => {
            TlsFailure::NoAlternativeName
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            TlsFailure::WrongName
        }
        other => TlsFailure::OtherCertificate(other.to_string()),
    }
}
