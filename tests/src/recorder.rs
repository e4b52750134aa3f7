//! A service that records requests and returns prepared responses.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::util::BoxCloneSyncService;
use trivore::transport::{Body, BoxError, Client, ClientBuilder, RetryPolicy};
use trivore::{Credentials, Trivore};

/// Replaces the HTTP client: records each request and returns responses from a queue.
#[derive(Clone, Debug, Default)]
pub struct Recorder {
    requests: Arc<Mutex<Vec<Recorded>>>,
    responses: Arc<Mutex<VecDeque<Response<String>>>>,
}

/// A request as it would have been sent.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Method, URI, headers and body.
    pub request: Request<Bytes>,
}

impl Recorder {
    /// Creates a recorder that returns 200 with the body `null` if the queue is empty.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends a response to the queue. Each response is used once.
    pub fn respond(&self, status: u16, body: &str) -> &Self {
        let response = Response::builder().status(status).body(body.to_owned()).unwrap();
        self.responses.lock().unwrap().push_back(response);
        self
    }

    /// Returns the facade with the default stack over this recorder.
    pub fn trivore(&self) -> Trivore {
        Trivore::new(self.client().build().unwrap())
    }

    /// Returns a builder of the default stack over this recorder, with credentials.
    ///
    /// Retries are off: each call is one request.
    pub fn client(&self) -> ClientBuilder {
        Client::builder("https://id.example.com")
            .credentials(Credentials::basic("id", "secret"))
            .retry(RetryPolicy::off())
            .service(self.service())
    }

    /// Returns the recorder as a service, for your own builders.
    pub fn service(&self) -> BoxCloneSyncService<Request<Body>, Response<String>, BoxError> {
        let recorder = self.clone();
        BoxCloneSyncService::new(tower::service_fn(move |request: Request<Body>| {
            let recorder = recorder.clone();
            async move { recorder.record(request).await }
        }))
    }

    /// Returns all requests so far.
    pub fn requests(&self) -> Vec<Recorded> {
        self.requests.lock().unwrap().clone()
    }

    /// Returns the last request.
    pub fn last(&self) -> Recorded {
        self.requests.lock().unwrap().last().unwrap().clone()
    }

    async fn record(&self, request: Request<Body>) -> Result<Response<String>, BoxError> {
        let (head, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        self.requests.lock().unwrap().push(Recorded { request: Request::from_parts(head, body) });
        let prepared = self.responses.lock().unwrap().pop_front();
        Ok(prepared.unwrap_or_else(|| Response::new("null".to_owned())))
    }
}

impl Recorded {
    /// Returns the method.
    pub fn method(&self) -> &Method {
        self.request.method()
    }

    /// Returns the path, encoded as sent.
    pub fn path(&self) -> &str {
        self.request.uri().path()
    }

    /// Returns the decoded query parameters, in order.
    pub fn query(&self) -> Vec<(String, String)> {
        let query = self.request.uri().query().unwrap_or_default();
        form_urlencoded::parse(query.as_bytes()).into_owned().collect()
    }

    /// Returns the body as JSON; `None` if it is empty.
    pub fn json(&self) -> Option<Value> {
        let body = self.request.body();
        if body.is_empty() { None } else { Some(serde_json::from_slice(body).unwrap()) }
    }

    /// Returns the value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.request.headers().get(name).map(|value| value.to_str().unwrap())
    }
}
