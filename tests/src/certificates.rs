//! Certificates of the tests' own making.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

/// A certificate with its private key.
pub struct TestCertificate {
    der: Vec<u8>,
    key: Vec<u8>,
}

/// An authority that issues certificates.
pub struct Authority {
    der: Vec<u8>,
    issuer: Issuer<'static, KeyPair>,
}

impl TestCertificate {
    /// Signs a certificate with its own key.
    pub fn self_signed(names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> Self {
        let (params, key) = (params(names, change), KeyPair::generate().unwrap());
        let der = params.self_signed(&key).unwrap().der().to_vec();
        Self { der, key: key.serialize_der() }
    }

    /// The certificate, in DER form.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The private key, in DER form of PKCS #8.
    pub fn key_der(&self) -> &[u8] {
        &self.key
    }

    /// The certificate, in PEM form.
    pub fn pem(&self) -> String {
        pem("CERTIFICATE", &self.der)
    }

    /// The private key, in PEM form of PKCS #8.
    pub fn key_pem(&self) -> String {
        pem("PRIVATE KEY", &self.key)
    }
}

impl Authority {
    /// Makes an authority that nobody trusts yet, with a name of its own.
    pub fn new() -> Self {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let params = params(&[], |params| {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            params.distinguished_name.push(DnType::CommonName, format!("Authority {number}"));
        });
        let key = KeyPair::generate().unwrap();
        let der = params.self_signed(&key).unwrap().der().to_vec();
        Self { der, issuer: Issuer::new(params, key) }
    }

    /// Issues a certificate for these names.
    pub fn issue(
        &self,
        names: &[&str],
        change: impl FnOnce(&mut CertificateParams),
    ) -> TestCertificate {
        let (params, key) = (params(names, change), KeyPair::generate().unwrap());
        let der = params.signed_by(&key, &self.issuer).unwrap().der().to_vec();
        TestCertificate { der, key: key.serialize_der() }
    }

    /// The authority's certificate, in DER form.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The authority's certificate, in PEM form.
    pub fn pem(&self) -> String {
        pem("CERTIFICATE", &self.der)
    }
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for TestCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TestCertificate")
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authority")
    }
}

/// Bytes in PEM form.
pub fn pem(label: &str, der: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(der);
    let lines: Vec<_> = text.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

fn params(names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> CertificateParams {
    let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    change(&mut params);
    params
}

/// How many authorities there are: OpenSSL looks for an issuer by its name.
static NUMBER: AtomicUsize = AtomicUsize::new(1);
