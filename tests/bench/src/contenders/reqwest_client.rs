//! reqwest with the platform's TLS, like the SDK.

use http::header::HeaderMap;
use reqwest::{Certificate, Client};

use super::question::headers;
use super::{Question, Reading};
use crate::server::Target;
use crate::{Caller, Result};

/// A reqwest client that shares its connection pool with its clones.
#[derive(Clone, Debug)]
pub struct ReqwestClient {
    client: Client,
    headers: HeaderMap,
    url: String,
    question: Question,
}

impl ReqwestClient {
    /// Creates a client for HTTP/1.1; calls open connections.
    ///
    /// # Errors
    ///
    /// TLS cannot be set up.
    pub fn new(target: &Target, question: Question) -> Result<Self> {
        Self::with(target, question, reqwest::ClientBuilder::http1_only)
    }

    /// Creates a client that uses HTTP/2 over TLS.
    ///
    /// # Errors
    ///
    /// TLS cannot be set up.
    pub fn http2(target: &Target, question: Question) -> Result<Self> {
        Self::with(target, question, |builder| builder)
    }

    fn with(
        target: &Target,
        question: Question,
        settings: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder,
    ) -> Result<Self> {
        let builder = Client::builder()
            .no_proxy()
            .tls_certs_merge([Certificate::from_der(&target.certificate)?]);
        Ok(Self {
            client: settings(builder).build()?,
            headers: headers(),
            url: format!("{}{}", target.address, question.path()),
            question,
        })
    }
}

impl Caller for ReqwestClient {
    async fn call(&mut self) -> Result<()> {
        let request = self.client.get(&self.url).headers(self.headers.clone());
        let response = request.send().await?.error_for_status()?;
        let body = response.bytes().await?;
        self.question.read(&body, Reading::Typed)
    }
}
