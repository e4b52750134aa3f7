//! Token requests: what transport layers make up, retries and attempt numbers.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{Request, Response};
use tokio::time::advance;
use tower::layer::layer_fn;
use tower::util::MapRequestLayer;
use trivore::transport::{Body, BoxError, CallContext, Next, OidcClient, OidcGrant};

use super::server::{Server, call, password_grant, response, token};

fn refresh_grant() -> OidcGrant {
    OidcGrant::refresh_token(OidcClient::new("id", "secret"), "r1")
}

/// Replaces the responses to token requests with refresh tokens, or makes them up unsent.
fn making_up(
    status: u16,
    sends: bool,
) -> impl tower::Layer<
    Next,
    Service: tower::Service<
        Request<Body>,
        Response = Response<Body>,
        Error = BoxError,
        Future: Send,
    > + Clone
                 + Send
                 + Sync,
> + Clone
+ Send
+ Sync {
    layer_fn(move |next: Next| {
        tower::service_fn(move |request: Request<Body>| {
            let next = next.clone();
            let is_refresh = request
                .body()
                .as_bytes()
                .is_some_and(|form| form.starts_with(b"grant_type=refresh_token"));
            Box::pin(async move {
                if !is_refresh {
                    return Ok(tower::ServiceExt::oneshot(next, request).await?);
                }
                if sends {
                    tower::ServiceExt::oneshot(next, request).await?;
                }
                let made_up = Response::builder().status(status).header("retry-after", 1);
                Ok::<_, BoxError>(made_up.body(Body::default())?)
            })
        })
    })
}

/// Returns a server whose tokens live for 100 seconds, with refresh tokens.
fn server() -> Server {
    Server::new(async |number, _| {
        let body = format!(
            r#"{{"access_token":"t{number}","expires_in":100,"refresh_token":"r{number}"}}"#
        );
        response(200, &body)
    })
}

#[tokio::test(start_paused = true)]
async fn a_made_up_response_repeats_no_refresh_token_that_was_sent() {
    for status in [404, 408, 421, 425, 429, 500, 503] {
        let server = server();
        let builder = server.builder(refresh_grant()).transport_layer(making_up(status, true));

        let error = call(&builder.build().unwrap()).await.unwrap_err();

        assert!(error.is_authorization(), "{error}");
        assert_eq!(server.token_count(), 1, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refresh_token_that_was_not_sent_is_not_in_doubt() {
    for status in [404, 421, 429, 503] {
        let server = server();
        let builder = server.builder(password_grant()).transport_layer(making_up(status, false));
        let client = builder.build().unwrap();
        call(&client).await.unwrap();
        advance(Duration::from_secs(101)).await;

        // If the refresh token had been used, the password would be.
        let error = call(&client).await.unwrap_err();

        assert!(error.is_authorization(), "{error}");
        assert_eq!(server.token_count(), 1, "{status}");
        assert_eq!(server.document_count(), 1, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_made_up_response_does_not_move_the_endpoint() {
    for sends in [false, true] {
        let server = server();
        let builder = server.builder(password_grant()).transport_layer(making_up(404, sends));
        let client = builder.build().unwrap();
        call(&client).await.unwrap();
        advance(Duration::from_secs(101)).await;

        drop(call(&client).await);

        assert_eq!(server.document_count(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_refresh_token_whose_response_a_layer_replaced_gives_way_to_the_password() {
    for status in [404, 429] {
        let server = server();
        let builder = server.builder(password_grant()).transport_layer(making_up(status, true));
        let client = builder.build().unwrap();
        call(&client).await.unwrap();
        advance(Duration::from_secs(101)).await;

        call(&client).await.unwrap();

        let kinds: Vec<_> =
            server.forms().iter().map(|form| form.contains("grant_type=refresh_token")).collect();
        assert_eq!(kinds, [false, true, false], "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_misdirected_token_request_is_retried_at_the_same_endpoint() {
    let server = Server::new(async |number, _| match number {
        2 => response(421, ""),
        _ => token(number, 100),
    });
    let client = server.client();
    call(&client).await.unwrap();
    advance(Duration::from_secs(101)).await;

    call(&client).await.unwrap();

    assert_eq!((server.token_count(), server.document_count()), (3, 1));

    // Nor is it looked for if it does not help.
    let server = Server::new(async |number, _| match number {
        1 => token(number, 100),
        _ => response(421, ""),
    });
    let client = server.client();
    call(&client).await.unwrap();
    advance(Duration::from_secs(101)).await;
    call(&client).await.unwrap_err();
    assert_eq!((server.token_count(), server.document_count()), (4, 1));
}

#[tokio::test(start_paused = true)]
async fn attempts_of_a_token_request_have_numbers() {
    let server = Server::new(async |number, _| match number {
        1 => response(502, ""),
        _ => token(number, 100),
    });
    let seen = Arc::new(Mutex::new(Vec::new()));
    let numbers = Arc::clone(&seen);
    let recording = MapRequestLayer::new(move |request: Request<Body>| {
        let number = CallContext::of(&request).map(CallContext::attempt);
        numbers.lock().unwrap().push((request.uri().path().to_owned(), number));
        request
    });
    let client = server.builder(super::server::grant()).transport_layer(recording);

    call(&client.build().unwrap()).await.unwrap();

    let seen = seen.lock().unwrap();
    let seen: Vec<_> = seen.iter().map(|(path, number)| (path.as_str(), *number)).collect();
    assert_eq!(
        seen,
        [
            ("/prefix/.well-known/openid-configuration", Some(1)),
            ("/openid/token", Some(1)),
            ("/openid/token", Some(2)),
            ("/prefix/x", Some(1)),
        ]
    );
}
