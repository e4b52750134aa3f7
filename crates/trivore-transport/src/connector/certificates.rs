//! The certificates that a client trusts, and the one that identifies it.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

/// The certificates of a client, as they were given; they are read when the client is built.
#[derive(Clone, Debug, Default)]
pub(crate) struct Certificates {
    pub(crate) roots: Vec<Root>,
    /// The platform's roots are not trusted.
    pub(crate) only_added: bool,
    pub(crate) identity: Option<Identity>,
}

/// One root certificate in DER form, or any number of them in PEM form.
#[derive(Clone)]
pub(crate) enum Root {
    Der(Vec<u8>),
    Pem(Vec<u8>),
}

/// A certificate chain and its private key, in PEM form.
#[cfg_attr(
    not(any(feature = "native-tls", feature = "rustls")),
    expect(dead_code, reason = "only the TLS libraries read it")
)]
#[derive(Clone)]
pub(crate) struct Identity {
    chain: Vec<u8>,
    key: Arc<Zeroizing<Vec<u8>>>,
}

impl Certificates {
    /// Whether nothing was given.
    pub(crate) fn is_default(&self) -> bool {
        self.roots.is_empty() && !self.only_added && self.identity.is_none()
    }
}

impl Identity {
    pub(crate) fn new(chain: &[u8], key: &[u8]) -> Self {
        Self { chain: chain.to_owned(), key: Arc::new(Zeroizing::new(key.to_owned())) }
    }

    #[cfg(any(feature = "native-tls", feature = "rustls"))]
    pub(crate) fn chain(&self) -> &[u8] {
        &self.chain
    }

    /// Returns the file's part from the key on.
    ///
    /// Both libraries read one form only, so that a key works with both of them or with neither.
    #[cfg(any(feature = "native-tls", feature = "rustls"))]
    pub(crate) fn key(&self) -> Result<&[u8], &'static str> {
        let start = self.key.windows(PKCS8.len()).position(|part| part == PKCS8);
        start.map(|start| &self.key[start..]).ok_or(
            "the private key of the client certificate is not in PEM form of PKCS #8 \
             (BEGIN PRIVATE KEY) without a password",
        )
    }
}

impl fmt::Debug for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Der(bytes) => write!(f, "Der(<{} bytes>)", bytes.len()),
            Self::Pem(bytes) => write!(f, "Pem(<{} bytes>)", bytes.len()),
        }
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(<redacted>)")
    }
}

#[cfg(any(feature = "native-tls", feature = "rustls"))]
const PKCS8: &[u8] = b"-----BEGIN PRIVATE KEY-----";
