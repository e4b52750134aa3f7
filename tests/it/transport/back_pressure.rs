//! tower's layers that shed or limit load, in the three slots.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::future::{BoxFuture, join_all};
use http::{HeaderName, HeaderValue, Request, Response};
use tokio::time::Instant;
use tower::layer::layer_fn;
use tower::limit::{ConcurrencyLimit, ConcurrencyLimitLayer, GlobalConcurrencyLimitLayer};
use tower::load_shed::LoadShedLayer;
use tower::{Service, ServiceBuilder};
use tower_http::set_header::SetRequestHeaderLayer;
use trivore::Error;
use trivore::transport::{Body, BoxError, Call, Client, ClientBuilder, Next, RetryPolicy};

const SECOND: Duration = Duration::from_secs(1);

/// Responds after one second.
async fn slow(_: Request<Body>) -> Result<Response<String>, BoxError> {
    tokio::time::sleep(SECOND).await;
    Ok(Response::new(String::new()))
}

fn builder() -> ClientBuilder {
    Client::builder("https://id.example.com")
        .retry(RetryPolicy::off())
        .service(tower::service_fn(slow))
}

fn header() -> SetRequestHeaderLayer<HeaderValue> {
    SetRequestHeaderLayer::overriding(
        HeaderName::from_static("x-layer"),
        HeaderValue::from_static("seen"),
    )
}

async fn several(client: &Client, number: usize) -> Vec<Result<(), Error>> {
    join_all((0..number).map(|_| client.execute(Call::post(&["x"])))).await
}

/// Makes three calls at a time, twice: each time, one is sent, and the others fail at once.
async fn check_sheds(what: &str, builder: ClientBuilder) {
    let client = builder.build().unwrap();
    for round in 1..=2 {
        let begun = Instant::now();
        let others = async {
            tokio::task::yield_now().await;
            let others = several(&client, 2).await;
            (others, begun.elapsed())
        };

        let (first, (others, elapsed)) = tokio::join!(client.execute(Call::post(&["x"])), others);

        assert!(first.is_ok(), "{what}, round {round}: {first:?}");
        assert_eq!(elapsed, Duration::ZERO, "{what}, round {round}: waited");
        for other in others {
            let error = other.unwrap_err();
            assert!(error.to_string().contains("overloaded"), "{what}: {error}");
            assert!(!error.may_have_been_applied(), "{what}: {error}");
        }
    }
}

/// Makes the ways to put a shedding and a limiting layer into one slot.
macro_rules! ways {
    ($slot:ident) => {
        [
            (
                concat!(stringify!($slot), ", several calls"),
                builder().$slot(LoadShedLayer::new()).$slot(ConcurrencyLimitLayer::new(1)),
            ),
            (
                concat!(stringify!($slot), ", one service builder"),
                builder().$slot(ServiceBuilder::new().load_shed().concurrency_limit(1)),
            ),
            (
                concat!(stringify!($slot), ", other layers around"),
                builder()
                    .$slot(header())
                    .$slot(LoadShedLayer::new())
                    .$slot(header())
                    .$slot(GlobalConcurrencyLimitLayer::new(1))
                    .$slot(header()),
            ),
            (
                concat!(stringify!($slot), ", mixed"),
                builder()
                    .$slot(ServiceBuilder::new().layer(header()).load_shed())
                    .$slot(ServiceBuilder::new().layer(header()).concurrency_limit(1)),
            ),
        ]
    };
}

#[tokio::test(start_paused = true)]
async fn load_is_shed_above_a_limit_in_the_same_slot() {
    let ways = [ways!(call_layer), ways!(attempt_layer), ways!(transport_layer)];
    for (what, builder) in ways.into_iter().flatten() {
        check_sheds(what, builder).await;
    }
}

#[tokio::test(start_paused = true)]
async fn load_is_shed_above_a_service_of_yours_that_limits() {
    let limited = ConcurrencyLimit::new(tower::service_fn(slow), 1);
    let builder = builder().service(limited).transport_layer(LoadShedLayer::new());

    check_sheds("service", builder).await;
}

#[tokio::test(start_paused = true)]
async fn load_is_shed_at_the_limit_of_concurrent_requests() {
    for builder in [
        builder().max_concurrency(1).shed_load(),
        builder().shed_load().max_concurrency(0),
        builder().shed_load().max_concurrency(1).retry(RetryPolicy::backoff()).no_timeout(),
    ] {
        check_sheds("max_concurrency", builder).await;
    }
    let without_limit = builder().shed_load().build().unwrap();

    let results = several(&without_limit, 3).await;

    assert!(results.iter().all(Result::is_ok), "{results:?}");
}

#[tokio::test(start_paused = true)]
async fn a_retry_that_is_shed_keeps_what_is_known_of_the_write() {
    let begun = Instant::now();
    // Fails within the first second, and is slow from then on.
    let service = tower::service_fn(move |request: Request<Body>| async move {
        let is_early = begun.elapsed() < SECOND && request.uri().path() == "/put";
        tokio::time::sleep(if is_early { SECOND / 2 } else { 100 * SECOND }).await;
        Ok::<_, BoxError>(Response::builder().status(502).body(String::new())?)
    });
    let builder = builder().service(service).retry(RetryPolicy::backoff()).max_concurrency(1);
    let client = builder.shed_load().build().unwrap();

    let first = client.execute(Call::put(&["put"]));
    let other = async {
        tokio::time::sleep(SECOND / 2).await;
        tokio::task::yield_now().await;
        client.execute(Call::get(&["get"])).await
    };
    let (first, _other) = tokio::join!(first, other);

    let error = first.unwrap_err();
    assert!(error.to_string().contains("overloaded"), "{error}");
    assert!(error.may_have_been_applied(), "the first attempt may have been applied: {error}");
}

#[tokio::test(start_paused = true)]
async fn a_limit_without_shedding_makes_calls_wait_and_forgets_dropped_ones() {
    let limit = || ConcurrencyLimitLayer::new(1);
    for builder in [
        builder().call_layer(header()).call_layer(limit()),
        builder().attempt_layer(header()).attempt_layer(limit()),
        builder().transport_layer(header()).transport_layer(limit()),
    ] {
        let client = builder.build().unwrap();
        let begun = Instant::now();

        let first = client.execute(Call::post(&["x"]));
        let dropped = tokio::time::timeout(SECOND / 2, client.execute(Call::post(&["x"])));
        let (first, dropped, others) = tokio::join!(first, dropped, several(&client, 2));

        assert!(first.is_ok() && dropped.is_err());
        assert!(others.iter().all(Result::is_ok));
        assert_eq!(begun.elapsed(), 3 * SECOND);
    }
}

/// Calls a copy of the inner service without asking whether it is ready.
#[derive(Clone)]
struct Hasty(Next);

impl Service<Request<Body>> for Hasty {
    type Response = Response<Body>;
    type Error = Error;
    type Future = BoxFuture<'static, Result<Response<Body>, Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        self.0.clone().call(request)
    }
}

#[tokio::test(start_paused = true)]
async fn a_layer_that_does_not_ask_for_readiness_waits_in_its_call() {
    let limit = || ConcurrencyLimitLayer::new(1);
    for builder in [
        builder().call_layer(layer_fn(Hasty)).call_layer(limit()),
        builder().attempt_layer(layer_fn(Hasty)).attempt_layer(limit()),
        builder().transport_layer(layer_fn(Hasty)).transport_layer(limit()),
    ] {
        let client = builder.build().unwrap();
        let begun = Instant::now();

        let results = several(&client, 3).await;

        assert!(results.iter().all(Result::is_ok), "{results:?}");
        assert_eq!(begun.elapsed(), 3 * SECOND);
    }
}

/// A service that is never ready, because it has failed.
#[derive(Clone)]
struct Failed(Arc<AtomicUsize>);

impl Service<Request<Body>> for Failed {
    type Response = Response<String>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Response<String>, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Poll::Ready(Err("the worker has ended".into()))
    }

    fn call(&mut self, _: Request<Body>) -> Self::Future {
        Box::pin(async { Err("called without being ready".into()) })
    }
}

#[tokio::test]
async fn a_service_that_cannot_get_ready_is_told_of_and_nothing_was_sent() {
    for shed in [false, true] {
        let asked = Arc::default();
        let builder = builder().service(Failed(Arc::clone(&asked)));
        let builder = if shed { builder.transport_layer(LoadShedLayer::new()) } else { builder };
        let client = builder.build().unwrap();

        let error = client.execute(Call::post(&["x"])).await.unwrap_err();

        assert!(error.to_string().contains("the worker has ended"), "{error}");
        assert!(!error.may_have_been_applied(), "{error}");
        assert_eq!(asked.load(Ordering::Relaxed), 1);
    }
}
