//! Replaces the HTTP client with a `tower::Service`.
//!
//! The service of this example is a table of responses, as a test would have one. It could also be
//! another HTTP library, a service mesh or a recorder.
//!
//! ```console
//! cargo run -p trivore --example own_service
//! ```

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use http::{Request, Response, StatusCode};
use tower::Service;
use trivore::transport::{Body, Client};
use trivore::{Credentials, Trivore};

/// Responds with the body that a table has for the path.
#[derive(Clone)]
struct Table(&'static [(&'static str, &'static str)]);

impl Service<Request<Body>> for Table {
    type Response = Response<String>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let found = self.0.iter().find(|(path, _)| *path == request.uri().path());
        let mut response = Response::new(found.map_or("", |(_, body)| body).to_owned());
        if found.is_none() {
            *response.status_mut() = StatusCode::NOT_FOUND;
        }
        ready(Ok(response))
    }
}

const TABLE: Table = Table(&[(
    "/api/rest/v1/user/5b0cfba4e2bb230ff8b535e6",
    r#"{"id":"5b0cfba4e2bb230ff8b535e6","nsCode":"demo"}"#,
)]);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Below the default stack: base URL, credentials, limits, spans.
    let with_stack = Client::builder("https://id.example.com")
        .credentials(Credentials::basic("9939129297585525", "secret"))
        .service(TABLE)
        .build()?;
    // As the whole client.
    let bare = Client::new(TABLE);

    for client in [with_stack, bare] {
        let trivore = Trivore::new(client);
        let user = trivore.users().get(&"5b0cfba4e2bb230ff8b535e6".into()).await?;
        println!("{user:?}");
        match trivore.users().get(&"nobody".into()).await {
            Err(error) if error.is_not_found() => println!("{error}"),
            other => return Err(format!("unexpected: {other:?}").into()),
        }
    }
    Ok(())
}
