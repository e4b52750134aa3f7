//! octocrab, the SDK for GitHub: tower layers over hyper-util's client.

use std::hint::black_box;

use http::HeaderMap;
use http::header::AUTHORIZATION;
use http_body_util::BodyExt as _;
use octocrab::Octocrab;
use trivore_models::{Page, User};

use super::question::headers;
use super::{Question, Reading};
use crate::server::Target;
use crate::{Caller, Result};

/// A client with octocrab's default stack over plain HTTP; clones share its connections.
#[derive(Clone)]
pub(super) struct OctocrabClient {
    client: Octocrab,
    headers: HeaderMap,
    path: String,
    question: Question,
    /// Decodes as octocrab does, which also tracks the path of an error.
    tracks_path: bool,
}

impl OctocrabClient {
    /// Creates the client within a tokio runtime; calls open connections.
    pub(super) fn new(target: &Target, question: Question) -> Result<Self> {
        let client = Octocrab::builder()
            .base_uri(target.address.as_str())?
            .basic_auth("client".to_owned(), "secret".to_owned())
            .build()?;
        let mut headers = headers();
        headers.remove(AUTHORIZATION);
        Ok(Self { client, headers, path: question.path(), question, tracks_path: true })
    }

    /// Decodes as the other contenders do.
    pub(super) fn decoding_plainly(mut self) -> Self {
        self.tracks_path = false;
        self
    }
}

impl Caller for OctocrabClient {
    async fn call(&mut self) -> Result<()> {
        let (path, headers) = (self.path.as_str(), Some(self.headers.clone()));
        if self.tracks_path {
            match self.question {
                Question::User => {
                    let user = self.client.get_with_headers(path, NO_QUERY, headers).await?;
                    drop(black_box::<User>(user));
                }
                Question::Page(_) => {
                    let page = self.client.get_with_headers(path, NO_QUERY, headers).await?;
                    drop(black_box::<Page<User>>(page));
                }
            }
            return Ok(());
        }
        let response = self.client._get_with_headers(path, headers).await?;
        let response = octocrab::map_github_error(response).await?;
        let body = response.into_body().collect().await?.to_bytes();
        self.question.read(&body, Reading::Typed)
    }
}

const NO_QUERY: Option<&()> = None;
