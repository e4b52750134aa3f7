//! The platform's TLS library, by native-tls.

use hyper_tls::MaybeHttpsStream;
use hyper_util::rt::TokioIo;
use native_tls::{Certificate, Protocol};
use x509_cert::certificate::{CertificateInner, Raw};
use x509_cert::der::Decode as _;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

use crate::connector::certificates::{Identity, Root};
use crate::connector::proxy::ProxyStream;
use crate::connector::settings::{Connector, HttpVersions};
use crate::connector::tls::connector::{CertificateRefusal, Refusals, TlsLibrary};
use crate::connector::tls::failure::TlsFailure;
use crate::error::BoxError;

/// native-tls, with its settings.
#[derive(Clone)]
pub(crate) struct NativeTls(tokio_native_tls::TlsConnector);

impl NativeTls {
    pub(crate) fn new(settings: &Connector) -> Result<Self, BoxError> {
        let mut builder = native_tls::TlsConnector::builder();
        builder.min_protocol_version(Some(Protocol::Tlsv12));
        // HTTP/1.1 is used if the server selects nothing.
        if settings.http_versions == HttpVersions::Http2OrHttp1 {
            builder.request_alpns(&["h2", "http/1.1"]);
        }
        for root in &settings.certificates.roots {
            for certificate in certificates(root)? {
                builder.add_root_certificate(certificate);
            }
        }
        builder.disable_built_in_roots(settings.certificates.only_added);
        if let Some(identity) = &settings.certificates.identity {
            builder.identity(own(identity)?);
        }
        Ok(Self(builder.build()?.into()))
    }
}

impl TlsLibrary for NativeTls {
    type Stream = MaybeHttpsStream<ProxyStream>;

    fn plain(tcp: ProxyStream) -> Self::Stream {
        tcp.into()
    }

    async fn encrypted(self, host: String, tcp: ProxyStream) -> Result<Self::Stream, BoxError> {
        let stream = self.0.connect(&host, TokioIo::new(tcp)).await;
        let stream = stream.map_err(|error| explained(error, &host))?;
        let certificate = stream.get_ref().peer_certificate()?;
        let certificate = certificate.ok_or("the server has no certificate")?;
        check_alternative_name(&certificate.to_der()?, &host)?;
        Ok(MaybeHttpsStream::Https(TokioIo::new(stream)))
    }

    fn certificate(stream: &Self::Stream) -> Option<Vec<u8>> {
        let MaybeHttpsStream::Https(stream) = stream else { return None };
        stream.inner().get_ref().peer_certificate().ok()??.to_der().ok()
    }

    fn refusals(_: &Self::Stream) -> Refusals {
        |error| {
            // An error of the connection below has no inner error.
            let alert = alert(&error.get_ref()?.to_string().to_ascii_lowercase())?;
            // The library does not tell the version; this alert exists in TLS 1.3 only.
            let is_unread = alert == "certificate required";
            Some(CertificateRefusal { failure: TlsFailure::of_alert(alert)?, is_unread })
        }
    }
}

fn certificates(root: &Root) -> Result<Vec<Certificate>, BoxError> {
    let certificates = match root {
        Root::Der(der) => vec![Certificate::from_der(der)?],
        Root::Pem(pem) => Certificate::stack_from_pem(pem)?,
    };
    if certificates.is_empty() {
        Err("there is no root certificate in the PEM".into())
    } else {
        Ok(certificates)
    }
}

fn own(identity: &Identity) -> Result<native_tls::Identity, BoxError> {
    Ok(native_tls::Identity::from_pkcs8(identity.chain(), identity.key()?)?)
}

/// Checks that a certificate has a subject alternative name of the kind of `host`.
///
/// Without one, OpenSSL and Schannel accept the host as the subject's common name, and cannot be
/// told otherwise. RFC 9110 §4.3.4 forbids it, and rustls does not.
fn check_alternative_name(der: &[u8], host: &str) -> Result<(), BoxError> {
    let unreadable = |error: x509_cert::der::Error| {
        TlsFailure::OtherCertificate("it is malformed".to_owned()).of(host).caused_by(error)
    };
    // Without the checks of a profile: the library has accepted the certificate.
    let certificate = CertificateInner::<Raw>::from_der(der).map_err(unreadable)?;
    let names = certificate.tbs_certificate().get_extension::<SubjectAltName>();
    let names = names.map_err(unreadable)?.map(|(_, names)| names.0).unwrap_or_default();
    let is_address = host.parse::<std::net::IpAddr>().is_ok();
    let is_of_its_kind = |name: &GeneralName| match name {
        GeneralName::DnsName(_) => !is_address,
        GeneralName::IpAddress(_) => is_address,
        _ => false,
    };
    if names.iter().any(is_of_its_kind) {
        Ok(())
    } else if names.is_empty() {
        Err(TlsFailure::NoAlternativeName.of(host).into())
    } else {
        Err(TlsFailure::WrongName.of(host).into())
    }
}

/// Adds in readable words why a handshake failed, unless it may succeed another time.
fn explained(error: native_tls::Error, host: &str) -> BoxError {
    match failure(&error.to_string()) {
        Some(failure) => failure.of(host).caused_by(error).into(),
        None => error.into(),
    }
}

/// Reads an alert from the library's text in lower case, such as
/// `error:…:tlsv13 alert certificate required:…`.
fn alert(text: &str) -> Option<String> {
    let (_, alert) = text.split_once(" alert ")?;
    Some(alert.split(':').next().unwrap_or_default().trim().to_owned())
}

/// Reads a failure from the library's text.
///
/// OpenSSL's is `error:…:certificate verify failed:… (certificate has expired)`, and its source
/// lacks the part in parentheses.
fn failure(text: &str) -> Option<TlsFailure> {
    let lower = text.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if let Some(alert) = alert(&lower) {
        let passes = ["internal error", "user canceled", "close notify", "decode error"];
        let is_lasting = !passes.contains(&alert.as_str());
        return is_lasting.then_some(TlsFailure::Alert(alert));
    }
    if has(&["has expired", "certificate expired", "certificate was expired"]) {
        return Some(TlsFailure::Expired);
    }
    if has(&["not yet valid"]) {
        return Some(TlsFailure::NotYetValid);
    }
    if has(&["name mismatch", "ip address mismatch", "cn name does not match"]) {
        return Some(TlsFailure::WrongName);
    }
    if has(&["revoked"]) {
        return Some(TlsFailure::Revoked);
    }
    if has(&[
        "self-signed",
        "self signed",
        "issuer certificate",
        "signature failure",
        "first certificate",
        "not trusted",
    ]) {
        return Some(TlsFailure::Untrusted);
    }
    if has(&["certificate verify failed"]) {
        let reason = text.rsplit_once('(').map_or(text, |(_, reason)| reason.trim_end_matches(')'));
        return Some(TlsFailure::OtherCertificate(reason.to_owned()));
    }
    let lasting =
        ["wrong version number", "unsupported protocol", "http request", "packet length too long"];
    has(&lasting)
        .then(|| TlsFailure::Other("the server does not speak TLS 1.2 or later".to_owned()))
}
