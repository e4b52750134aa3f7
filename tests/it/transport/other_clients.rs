//! Layers and services that call another client, and return its error as their own.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Method, Request, Response};
use tower::layer::{Layer, layer_fn};
use tower::util::BoxCloneSyncService;
use tower::{ServiceBuilder, ServiceExt as _};
use trivore::Error;
use trivore::transport::layer::RetryLayer;
use trivore::transport::{
    Body, BoxError, Call, Client, ClientBuilder, Next, Operation, RetryPolicy, Safety,
};

const GET_USER: Operation = Operation::get("users.get", "/user/{userId}");
const CREATE_USER: Operation = Operation::post("users.create", "/user", Safety::OneShot);

const SECOND: Duration = Duration::from_secs(1);

type Own = BoxCloneSyncService<Request<Body>, Response<Body>, BoxError>;

/// A service that returns each status in turn, the last for ever, and the number of its requests.
///
/// With the status 0, it never responds; with 1, it cannot connect; with 2, the connection breaks.
fn scripted(script: &'static [u16]) -> (Own, Arc<AtomicUsize>) {
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&requests);
    let service = tower::service_fn(move |_: Request<Body>| {
        let number = counted.fetch_add(1, Ordering::Relaxed);
        async move {
            match script[number.min(script.len() - 1)] {
                0 => std::future::pending().await,
                1 => Err(BoxError::from(Error::connect("refused"))),
                2 => Err("reset".into()),
                code => Ok(Response::builder().status(code).body(Body::default())?),
            }
        }
    });
    (BoxCloneSyncService::new(service), requests)
}

/// If a request fails, returns what `other` does instead.
fn instead<F>(
    other: impl Fn() -> F + Clone + Send + Sync + 'static,
) -> impl Layer<Next, Service = Own> + Clone + Send + Sync + 'static
where
    F: Future<Output = Result<Response<Bytes>, BoxError>> + Send + 'static,
{
    layer_fn(move |next: Next| {
        let other = other.clone();
        BoxCloneSyncService::new(tower::service_fn(move |request: Request<Body>| {
            let (next, other) = (next.clone(), other.clone());
            async move {
                match next.oneshot(request).await {
                    Ok(response) => Ok::<_, BoxError>(response),
                    Err(_) => Ok(other().await?.map(Body::from)),
                }
            }
        }))
    })
}

/// Calls `create` through a client with this layer in each of the three slots.
async fn errors_of_create(
    script: &'static [u16],
    layer: impl Layer<Next, Service = Own> + Clone + Send + Sync + 'static,
) -> Vec<Error> {
    let slots: [fn(ClientBuilder, _) -> ClientBuilder; 3] =
        [ClientBuilder::call_layer, ClientBuilder::attempt_layer, ClientBuilder::transport_layer];
    let mut errors = Vec::new();
    for slot in slots {
        let builder = Client::builder("https://id.example.com").service(scripted(script).0);
        let client = slot(builder, layer.clone()).build().unwrap();
        errors.push(client.execute(Call::of(&CREATE_USER, &[])).await.unwrap_err());
    }
    errors
}

#[tokio::test(start_paused = true)]
async fn a_failed_search_for_what_a_broken_call_did_does_not_hide_that_it_was_sent() {
    for found in [&[404], &[1], &[2], &[0]] {
        let (service, _) = scripted(found);
        let other = Client::new(service);
        let search = instead(move || {
            let other = other.clone();
            let call = Call::<()>::of(&GET_USER, &["1"]).timeout(SECOND);
            async move { Ok(other.response(call).await?) }
        });

        for error in errors_of_create(&[2], search).await {
            assert_eq!(error.operation(), Some(&CREATE_USER), "{error}");
            assert!(error.may_have_been_applied(), "{error}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_search_after_nothing_was_sent_applies_nothing() {
    for found in [&[404], &[1], &[2], &[0]] {
        let (service, _) = scripted(found);
        let other = Client::new(service);
        let search = instead(move || {
            let other = other.clone();
            let call = Call::<()>::of(&GET_USER, &["1"]).timeout(SECOND);
            async move { Ok(other.response(call).await?) }
        });

        for error in errors_of_create(&[1], search).await {
            assert!(!error.may_have_been_applied(), "{found:?}: {error}");
        }
    }
}

/// An error of the user's with one of the SDK's as its source.
#[derive(Debug)]
struct Both(Error);

impl fmt::Display for Both {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the second server failed, too")
    }
}

impl StdError for Both {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.0)
    }
}

#[tokio::test(start_paused = true)]
async fn what_another_client_sent_instead_may_have_been_applied() {
    for is_wrapped in [false, true] {
        for (script, expected) in
            [(&[0], true), (&[2], true), (&[503], true), (&[1], false), (&[404], false)]
        {
            let (service, requests) = scripted(script);
            let other = Client::new(service);
            let failover = instead(move || {
                let other = other.clone();
                let call = Call::<()>::of(&CREATE_USER, &[]).timeout(SECOND);
                async move {
                    let response = other.response(call).await;
                    response.map_err(
                        |error| {
                            if is_wrapped { Both(error).into() } else { error.into() }
                        },
                    )
                }
            });

            let errors = errors_of_create(&[1], failover).await;

            for error in &errors {
                assert_eq!(error.may_have_been_applied(), expected, "{script:?}: {error}");
            }
            if expected {
                let requests = requests.load(Ordering::Relaxed);
                assert_eq!(requests, errors.len(), "{script:?}: it is not sent again");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_client_below_another_one_sent_first_may_have_been_applied() {
    for (script, expected, sent) in [
        (&[503, 1, 1][..], true, 3),
        (&[1, 1, 503, 1, 1, 1], true, 3),
        // Each of the outer client's attempts is three of the inner one's.
        (&[1], false, 9),
        (&[404], false, 1),
    ] {
        let (service, requests) = scripted(script);
        let inner =
            Client::builder("https://id.example.com").no_retry_budget().service(service).build();
        let inner = inner.unwrap();
        let own = tower::service_fn(move |_: Request<Body>| {
            let (inner, call) = (inner.clone(), Call::<()>::put(&["x"]));
            async move { inner.response(call).await.map(|response| response.map(Body::from)) }
        });
        let client = Client::builder("https://id.example.com").service(own).build().unwrap();

        let error = client.execute(Call::of(&CREATE_USER, &[])).await.unwrap_err();

        assert_eq!(error.may_have_been_applied(), expected, "{script:?}: {error}");
        assert_eq!(requests.load(Ordering::Relaxed), sent, "{script:?}: {error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_retry_layer_alone_asks_what_the_client_below_it_sent() {
    let (service, requests) = scripted(&[503, 1]);
    let inner = Client::builder("https://id.example.com").service(service).build().unwrap();
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let own = tower::service_fn(move |_: Request<Bytes>| {
        counted.fetch_add(1, Ordering::Relaxed);
        let (inner, call) = (inner.clone(), Call::<()>::put(&["x"]));
        let responding: BoxFuture<'static, _> = Box::pin(async move { inner.response(call).await });
        responding
    });
    let service = ServiceBuilder::new().layer(RetryLayer::new(RetryPolicy::backoff())).service(own);
    let request = Request::builder().method(Method::POST).uri("/x").body(Bytes::new()).unwrap();

    let error = service.oneshot(request).await.unwrap_err();

    assert!(error.is_connect() && error.may_have_been_applied(), "{error}");
    assert_eq!(requests.load(Ordering::Relaxed), 3);
    assert_eq!(calls.load(Ordering::Relaxed), 1, "it is not sent again");
}
