//! kube-client, the SDK for Kubernetes: tower layers over hyper-util's client.

use std::hint::black_box;

use http::header::AUTHORIZATION;
use http::{HeaderMap, Request};
use kube_client::{Client, Config};
use serde_json::json;
use trivore_models::{Page, User};

use super::Question;
use super::question::headers;
use crate::server::Target;
use crate::{Caller, Result};

/// A client with kube-client's default stack over plain HTTP; clones share its connections.
#[derive(Clone)]
pub(super) struct KubeClient {
    client: Client,
    headers: HeaderMap,
    path: String,
    question: Question,
}

impl KubeClient {
    /// Creates the client within a tokio runtime; calls open connections.
    pub(super) fn new(target: &Target, question: Question) -> Result<Self> {
        let mut config = Config::new(target.address.parse()?);
        config.auth_info =
            serde_json::from_value(json!({"username": "client", "password": "secret"}))?;
        let mut headers = headers();
        headers.remove(AUTHORIZATION);
        Ok(Self { client: config.try_into()?, headers, path: question.path(), question })
    }
}

impl Caller for KubeClient {
    async fn call(&mut self) -> Result<()> {
        let mut request = Request::get(&self.path).body(Vec::new())?;
        *request.headers_mut() = self.headers.clone();
        match self.question {
            Question::User => drop(black_box(self.client.request::<User>(request).await?)),
            Question::Page(_) => {
                drop(black_box(self.client.request::<Page<User>>(request).await?));
            }
        }
        Ok(())
    }
}
