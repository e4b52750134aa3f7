//! A service that records requests and gives prepared answers.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::util::BoxCloneSyncService;
use trivore::transport::{Body, BoxError, Client, ClientBuilder, RetryPolicy};
use trivore::{Credentials, Trivore};

/// Stands in place of HTTP: records each request and answers from a list.
#[derive(Clone, Debug, Default)]
pub struct Recorder {
    requests: Arc<Mutex<Vec<Recorded>>>,
    answers: Arc<Mutex<VecDeque<Response<String>>>>,
}

/// A request as it would have left.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Method, URI, headers and body.
    pub request: Request<Bytes>,
}

impl Recorder {
    /// Answers every request with 200 and `null` until told otherwise.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an answer: the first request gets the first one, the last one is not repeated.
    pub fn answer(&self, status: u16, body: &str) -> &Self {
        let response = Response::builder().status(status).body(body.to_owned()).unwrap();
        self.answers.lock().unwrap().push_back(response);
        self
    }

    /// The facade with the default stack, and this in place of HTTP.
    pub fn trivore(&self) -> Trivore {
        Trivore::new(self.client().build().unwrap())
    }

    /// A builder of the default stack with credentials, and this in place of HTTP.
    ///
    /// It does not try again: each call is one request.
    pub fn client(&self) -> ClientBuilder {
        Client::builder("https://id.example.com")
            .credentials(Credentials::basic("id", "secret"))
            .retry(RetryPolicy::off())
            .service(self.service())
    }

    /// This as a service, for builders of your own.
    pub fn service(&self) -> BoxCloneSyncService<Request<Body>, Response<String>, BoxError> {
        let recorder = self.clone();
        BoxCloneSyncService::new(tower::service_fn(move |request: Request<Body>| {
            let recorder = recorder.clone();
            async move { recorder.record(request).await }
        }))
    }

    /// All requests so far.
    pub fn requests(&self) -> Vec<Recorded> {
        self.requests.lock().unwrap().clone()
    }

    /// The last request.
    pub fn last(&self) -> Recorded {
        self.requests.lock().unwrap().last().unwrap().clone()
    }

    async fn record(&self, request: Request<Body>) -> Result<Response<String>, BoxError> {
        let (head, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        self.requests.lock().unwrap().push(Recorded { request: Request::from_parts(head, body) });
        let prepared = self.answers.lock().unwrap().pop_front();
        Ok(prepared.unwrap_or_else(|| Response::new("null".to_owned())))
    }
}

impl Recorded {
    /// The method.
    pub fn method(&self) -> &Method {
        self.request.method()
    }

    /// The path, encoded as sent.
    pub fn path(&self) -> &str {
        self.request.uri().path()
    }

    /// The query's parameters, decoded, in order.
    pub fn query(&self) -> Vec<(String, String)> {
        let query = self.request.uri().query().unwrap_or_default();
        form_urlencoded::parse(query.as_bytes()).into_owned().collect()
    }

    /// The body as JSON; `None` when there is none.
    pub fn json(&self) -> Option<Value> {
        let body = self.request.body();
        if body.is_empty() { None } else { Some(serde_json::from_slice(body).unwrap()) }
    }

    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.request.headers().get(name).map(|value| value.to_str().unwrap())
    }
}
