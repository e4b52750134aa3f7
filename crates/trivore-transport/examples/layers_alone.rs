//! Uses two layers of the SDK in your own tower stack.
//!
//! ```console
//! cargo run -p trivore-transport --example layers_alone
//! ```

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use tower::{ServiceBuilder, ServiceExt as _};
use trivore_transport::layer::{AttemptLayer, RetryLayer};
use trivore_transport::{Body, BoxError, RetryPolicy};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    let calls = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&calls);
    // A service that is unavailable at first. `AttemptLayer` adapts its body and error type.
    let service = tower::service_fn(move |_: Request<Body>| {
        let number = counted.fetch_add(1, Ordering::Relaxed) + 1;
        let mut response = Response::new(format!("response {number}"));
        if number < 3 {
            *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        }
        std::future::ready(Ok::<_, BoxError>(response))
    });

    let stack = ServiceBuilder::new()
        .layer(RetryLayer::new(RetryPolicy::backoff().base_delay(Duration::from_millis(20))))
        .layer(AttemptLayer::new(1 << 20).timeout(Duration::from_secs(5)))
        .service(service);
    let response = stack.oneshot(Request::new(Bytes::new())).await?;

    println!("{} after {} requests", response.status(), calls.load(Ordering::Relaxed));
    if response.body() != "response 3" {
        return Err("expected the third response".into());
    }
    Ok(())
}
