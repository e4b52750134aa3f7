//! Adds tower layers to each of the three slots.
//!
//! ```console
//! cargo run -p trivore --example custom_layers
//! ```

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{HeaderName, HeaderValue, Request};
use tower::limit::GlobalConcurrencyLimitLayer;
use tower::timeout::TimeoutLayer;
use tower::util::MapRequestLayer;
use tower_http::decompression::DecompressionLayer;
use tower_http::set_header::SetRequestHeaderLayer;
use trivore::models::PageRequest;
use trivore::transport::{Body, CallContext};
use trivore::{Credentials, Trivore};
use trivore_sandbox::Sandbox;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::start().await?;
    let credentials = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    let signed = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&signed);

    let trivore = Trivore::builder(sandbox.url())
        .credentials(credentials)
        .configure(|client| {
            client
                // Each call, without address and credentials: for names, metrics, tenants.
                .call_layer(MapRequestLayer::new(|request: Request<Body>| {
                    if let Some(operation) =
                        CallContext::of(&request).and_then(CallContext::operation)
                    {
                        println!("call     {} ({})", operation.name, operation.safety);
                    }
                    request
                }))
                .call_layer(GlobalConcurrencyLimitLayer::new(4))
                // Each attempt, with its address, without credentials.
                .attempt_layer(SetRequestHeaderLayer::overriding(
                    HeaderName::from_static("x-tenant"),
                    HeaderValue::from_static("demo"),
                ))
                .attempt_layer(TimeoutLayer::new(Duration::from_secs(5)))
                // Every attempt with its credentials, just before it is sent.
                .transport_layer(DecompressionLayer::new())
                .transport_layer(MapRequestLayer::new(move |request: Request<Body>| {
                    if request.headers().contains_key(AUTHORIZATION) {
                        count.fetch_add(1, Ordering::Relaxed);
                    }
                    request
                }))
        })
        .build()?;

    let page = trivore.users().list(&PageRequest::new()).await?;

    println!("received {} users", page.resources.len());
    let requests = sandbox.requests();
    let tenant = requests.first().and_then(|request| request.headers.get("x-tenant"));
    println!("server   saw x-tenant: {tenant:?}");
    println!("signed   {} request", signed.load(Ordering::Relaxed));
    if tenant.is_none() || signed.load(Ordering::Relaxed) != 1 {
        return Err("a layer did not run".into());
    }
    Ok(())
}
