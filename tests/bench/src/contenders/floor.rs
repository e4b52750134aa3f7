//! The floor: the least work that a client with a pool and a time limit does for a call.

use std::time::Duration;

use bytes::Bytes;
use http::header::HOST;
use http::{HeaderMap, HeaderValue, Request};
use http_body_util::Empty;
use tokio::time::timeout;

use super::question::headers;
use super::{MinimalPool, Question, Reading};
use crate::server::Target;
use crate::{Caller, Result};

/// Calls over a [`MinimalPool`], with one timeout each.
#[derive(Clone, Debug)]
pub struct Floor {
    pool: MinimalPool<Empty<Bytes>>,
    headers: HeaderMap,
    path: String,
    question: Question,
}

impl Floor {
    /// Creates the client; calls open connections.
    ///
    /// # Errors
    ///
    /// TLS cannot be set up.
    pub fn new(target: &Target, question: Question) -> Result<Self> {
        let mut headers = headers();
        headers.insert(HOST, HeaderValue::try_from(target.authority())?);
        Ok(Self { pool: MinimalPool::new(target)?, headers, path: question.path(), question })
    }
}

impl Caller for Floor {
    async fn call(&mut self) -> Result<()> {
        let mut request = Request::new(Empty::new());
        *request.uri_mut() = self.path.parse()?;
        *request.headers_mut() = self.headers.clone();
        let response = timeout(LIMIT, self.pool.send(request)).await??;
        if !response.status().is_success() {
            return Err(response.status().to_string().into());
        }
        self.question.read(response.body(), Reading::Typed)
    }
}

const LIMIT: Duration = Duration::from_secs(30);
