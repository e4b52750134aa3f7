//! The SDK over a service that responds from memory.

use std::convert::Infallible;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use trivore::{ConfigError, Credentials, Trivore, transport::Body};

/// Returns the default stack over a service that responds to every request with 200 and `body`.
pub(crate) fn trivore(credentials: Credentials, body: Vec<u8>) -> Result<Trivore, ConfigError> {
    let body = Bytes::from(body);
    let leaf = tower::service_fn(move |_: Request<Body>| {
        let response = Response::new(Full::new(body.clone()));
        async {
            // A real response is never ready immediately. Yielding starts the timers of the
            // timeouts.
            tokio::task::yield_now().await;
            Ok::<_, Infallible>(response)
        }
    });
    Trivore::builder("https://id.example.com")
        .credentials(credentials)
        .configure(|client| client.service(leaf))
        .build()
}
