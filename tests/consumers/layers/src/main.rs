//! A platform with an HTTP client and middleware of its own, built without the SDK's.

use std::convert::Infallible;
use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::{Request, Response};
use tower::layer::layer_fn;
use tower::limit::GlobalConcurrencyLimitLayer;
use tower::service_fn;
use trivore_models::PageRequest;
use trivore_transport::{Body, Client, Credentials, Next};
use trivore_users::Users;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let attempts = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&attempts);
    let count_attempts = layer_fn(move |next: Next| {
        let counted = Arc::clone(&counted);
        service_fn(move |request: Request<Body>| {
            assert!(!request.headers().contains_key("authorization"));
            counted.fetch_add(1, Ordering::Relaxed);
            let mut next = next.clone();
            async move { tower::Service::call(&mut next, request).await }
        })
    });
    let client = Client::builder("https://id.example.com")
        .credentials(Credentials::basic("9939129297585525", "secret"))
        .call_layer(GlobalConcurrencyLimitLayer::new(4))
        .attempt_layer(count_attempts)
        .service(service_fn(respond))
        .build()?;

    let page = Users::new(client).list(&PageRequest::new().count(10)).await?;

    assert_eq!(page.total_results, Some(0));
    assert_eq!(attempts.load(Ordering::Relaxed), 2, "the 503 is retried");
    Ok(())
}

/// Stands for the platform's HTTP client: unavailable once, then an empty list.
async fn respond(request: Request<Body>) -> Result<Response<String>, Infallible> {
    static REQUESTS: AtomicUsize = AtomicUsize::new(0);
    assert!(request.headers().contains_key("authorization"));
    assert_eq!(request.uri().path_and_query().map(|uri| uri.as_str()), Some(LIST));
    let is_first = REQUESTS.fetch_add(1, Ordering::Relaxed) == 0;
    let mut response = Response::new(r#"{"totalResults":0,"resources":[]}"#.to_owned());
    *response.status_mut() = if is_first { 503 } else { 200 }.try_into().unwrap_or_default();
    Ok(response)
}

const LIST: &str = "/api/rest/v1/user?startIndex=0&count=10";
