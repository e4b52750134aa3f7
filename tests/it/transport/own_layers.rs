//! Custom layers that detach or repeat requests: an unknown outcome remains unknown.

use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::future::BoxFuture;
use http::{Request, Response};
use tower::{Layer, Service, ServiceExt as _};
use trivore::Error;
use trivore::transport::{Body, BoxError, Call, Client, ClientBuilder, Next, Safety};
use trivore_tests::{RawServer, Reply};

/// Sends each request in its own task, to protect it from cancellation.
#[derive(Clone)]
struct Detach;

/// Sends a request again if the first one takes too long.
#[derive(Clone)]
struct Repeat;

#[derive(Clone)]
struct Layered<L> {
    next: Next,
    kind: PhantomData<L>,
}

impl<L> Layer<Next> for Own<L> {
    type Service = Layered<L>;

    fn layer(&self, next: Next) -> Layered<L> {
        Layered { next, kind: PhantomData }
    }
}

struct Own<L>(L);

type Responding = BoxFuture<'static, Result<Response<Body>, BoxError>>;

impl Service<Request<Body>> for Layered<Detach> {
    type Response = Response<Body>;
    type Error = BoxError;
    type Future = Responding;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Responding {
        let sending = tokio::spawn(self.next.clone().oneshot(request));
        Box::pin(async move { Ok(sending.await??) })
    }
}

impl Service<Request<Body>> for Layered<Repeat> {
    type Response = Response<Body>;
    type Error = BoxError;
    type Future = Responding;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Responding {
        let mut again = Request::new(Body::default());
        *again.method_mut() = request.method().clone();
        *again.uri_mut() = request.uri().clone();
        *again.extensions_mut() = request.extensions().clone();
        let next = self.next.clone();
        Box::pin(async move {
            let first = next.clone().oneshot(request);
            match tokio::time::timeout(Duration::from_secs(1), first).await {
                Ok(response) => Ok(response?),
                Err(_) => Ok(next.oneshot(again).await?),
            }
        })
    }
}

#[tokio::test]
async fn what_a_detached_request_did_is_open() {
    let server = RawServer::start(|_, _| Reply::Never).await;
    let limit = Duration::from_millis(200);
    let builder = || Client::builder(&server.url()).attempt_timeout(limit);
    let builders: [ClientBuilder; 4] = [
        builder().call_layer(Own(Detach)).timeout(limit / 2),
        builder().attempt_layer(Own(Detach)).timeout(limit / 2),
        builder().transport_layer(Own(Detach)).timeout(limit / 2),
        builder().transport_layer(Own(Detach)),
    ];

    for (number, builder) in (1..).zip(builders) {
        let client = builder.build().unwrap();
        let error = client.execute(Call::post(&["x"])).await.unwrap_err();

        assert!(error.is_timeout(), "{error}");
        assert!(error.may_have_been_applied(), "{number}: {error}");
        assert_eq!(server.requests(), number, "the request was retried");
    }
}

/// Sends after a while, in a task of its own.
#[derive(Clone)]
struct DetachLater;

impl Service<Request<Body>> for Layered<DetachLater> {
    type Response = Response<Body>;
    type Error = BoxError;
    type Future = Responding;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Responding {
        let next = self.next.clone();
        let sending = tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(2)).await;
            next.oneshot(request).await
        });
        Box::pin(async move { Ok(sending.await??) })
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_not_applied_is_not_sent_later() {
    let requests = Arc::new(AtomicUsize::new(0));
    let builder = || {
        let counted = Arc::clone(&requests);
        let service = tower::service_fn(move |_: Request<Body>| {
            counted.fetch_add(1, Ordering::Relaxed);
            std::future::ready(Ok::<_, BoxError>(Response::new(String::new())))
        });
        let builder = Client::builder("https://id.example.com").service(service);
        builder.timeout(Duration::from_secs(1))
    };
    let builders: [ClientBuilder; 3] = [
        builder().call_layer(Own(DetachLater)),
        builder().attempt_layer(Own(DetachLater)),
        builder().transport_layer(Own(DetachLater)),
    ];

    for builder in builders {
        let error = builder.build().unwrap().execute(Call::post(&["x"])).await.unwrap_err();
        tokio::time::sleep(Duration::from_secs(5)).await;

        assert!(!error.may_have_been_applied(), "{error}");
        assert_eq!(requests.load(Ordering::Relaxed), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_layer_sent_before_it_repeated_is_open() {
    for slot in [ClientBuilder::attempt_layer::<Own<Repeat>>, ClientBuilder::transport_layer] {
        let requests = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&requests);
        let hangs_then_refuses = tower::service_fn(move |_: Request<Body>| {
            let number = counted.fetch_add(1, Ordering::Relaxed);
            async move {
                if number == 0 {
                    std::future::pending::<()>().await;
                }
                Err::<Response<String>, BoxError>(Error::connect("refused").into())
            }
        });
        let builder = Client::builder("https://id.example.com").service(hangs_then_refuses);
        let client = slot(builder, Own(Repeat)).build().unwrap();

        let call = Call::post(&["x"]).safety(Safety::OneShot);
        let error = client.execute(call).await.unwrap_err();

        assert!(error.may_have_been_applied(), "{error}");
        assert_eq!(requests.load(Ordering::Relaxed), 2, "the retry layer sent the request again");
    }
}
