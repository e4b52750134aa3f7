//! A service that replaces the server.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{Request, Response};
use tokio::time::Instant;
use trivore::transport::{Body, BoxError, Client, ClientBuilder, RateLimiter, RetryPolicy};

/// Records the time and the path of each request.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) began: Instant,
    arrivals: Arc<Mutex<Vec<(Duration, String)>>>,
    responses: Arc<Mutex<Vec<Response<String>>>>,
}

impl Server {
    pub(crate) fn new() -> Self {
        Self { began: Instant::now(), arrivals: Arc::default(), responses: Arc::default() }
    }

    /// Adds a response to the queue.
    pub(crate) fn respond(&self, status: u16, headers: &[(&str, &str)]) {
        let mut response = Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        self.responses.lock().unwrap().insert(0, response.body(String::new()).unwrap());
    }

    pub(crate) fn client(&self, limiter: &RateLimiter) -> Client {
        self.builder().rate_limiter(limiter.clone()).build().unwrap()
    }

    pub(crate) fn builder(&self) -> ClientBuilder {
        let server = self.clone();
        let service = tower::service_fn(move |request: Request<Body>| {
            let arrival = (server.began.elapsed(), request.uri().path().to_owned());
            server.arrivals.lock().unwrap().push(arrival);
            let response = server.responses.lock().unwrap().pop().unwrap_or_default();
            std::future::ready(Ok::<_, BoxError>(response))
        });
        Client::builder("https://id.example.com").service(service).retry(RetryPolicy::off())
    }

    pub(crate) fn arrivals(&self) -> Vec<Duration> {
        self.arrivals.lock().unwrap().iter().map(|(time, _)| *time).collect()
    }

    pub(crate) fn milliseconds(&self) -> Vec<u128> {
        self.arrivals().iter().map(Duration::as_millis).collect()
    }

    pub(crate) fn paths(&self) -> Vec<String> {
        self.arrivals.lock().unwrap().iter().map(|(_, path)| path.clone()).collect()
    }
}

pub(crate) fn ms(number: u64) -> Duration {
    Duration::from_millis(number)
}
