//! Describes a server's certificate.

use std::time::SystemTime;

use x509_cert::certificate::{CertificateInner, Raw};
use x509_cert::der::Decode as _;

/// Describes the subject, the issuer and the days left of a certificate in DER form.
pub(crate) fn describe_certificate(der: &[u8], now: SystemTime) -> Option<String> {
    // Without the checks of a profile: the library has accepted the certificate.
    let certificate = CertificateInner::<Raw>::from_der(der).ok()?;
    let certificate = certificate.tbs_certificate();
    let now = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let left = certificate.validity().not_after.to_unix_duration().saturating_sub(now);
    let days = left.as_secs() / (24 * 60 * 60);
    let (subject, issuer) = (certificate.subject(), certificate.issuer());
    Some(format!("subject {subject}, issuer {issuer}, {days} days left"))
}
