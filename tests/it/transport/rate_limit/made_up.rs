//! Responses that layers make up or change: only the server's own count.

use std::future::ready;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{HeaderName, Request, Response, StatusCode};
use tokio::time::Instant;
use tower::util::BoxCloneSyncService;
use tower::{Layer, ServiceBuilder, ServiceExt as _};
use trivore::transport::layer::{AttemptLayer, RateLimitLayer};
use trivore::transport::{
    Body, BoxError, Call, Client, ClientBuilder, ClientEvent, Error, Next, Observer, RateLimiter,
};

use super::server::{Server, ms};

/// A layer from a function of the request and of what is below.
#[derive(Clone)]
struct FromFn<F>(F);

type ResponseFuture = BoxFuture<'static, Result<Response<Body>, BoxError>>;

impl<F> Layer<Next> for FromFn<F>
where
    F: Fn(Request<Body>, Next) -> ResponseFuture + Clone + Send + Sync + 'static,
{
    type Service = BoxCloneSyncService<Request<Body>, Response<Body>, BoxError>;

    fn layer(&self, next: Next) -> Self::Service {
        let act = self.0.clone();
        BoxCloneSyncService::new(tower::service_fn(move |request| act(request, next.clone())))
    }
}

/// A layer that changes what the server responds.
fn change(
    change: impl Fn(Response<Body>) -> Result<Response<Body>, BoxError> + Clone + Send + Sync + 'static,
) -> FromFn<impl Fn(Request<Body>, Next) -> ResponseFuture + Clone + Send + Sync + 'static> {
    FromFn(move |request, next: Next| {
        let change = change.clone();
        Box::pin(async move { change(next.oneshot(request).await?) }) as ResponseFuture
    })
}

fn status(status: u16, retry_after: Option<u32>) -> Response<Body> {
    let mut response = Response::new(Body::default());
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    if let Some(seconds) = retry_after {
        response.headers_mut().insert("retry-after", seconds.into());
    }
    response
}

/// Adds a layer to each of the slots that see attempts.
fn in_slots<F>(server: &Server, layer: &FromFn<F>) -> [ClientBuilder; 2]
where
    F: Fn(Request<Body>, Next) -> ResponseFuture + Clone + Send + Sync + 'static,
{
    [server.builder().attempt_layer(layer.clone()), server.builder().transport_layer(layer.clone())]
}

fn get() -> Call<()> {
    Call::get(&["x"])
}

#[tokio::test(start_paused = true)]
async fn a_refusal_that_a_layer_made_up_pauses_nothing() {
    for made_up in [429, 503] {
        for is_sent in [false, true] {
            for slot in 0..2 {
                let server = Server::new();
                let is_first = Arc::new(AtomicBool::new(true));
                let once = FromFn(move |request, next: Next| {
                    let is_first = is_first.swap(false, Ordering::Relaxed);
                    Box::pin(async move {
                        if is_first && is_sent {
                            drop(next.oneshot(request).await?);
                            return Ok(status(made_up, Some(600)));
                        }
                        if is_first {
                            Ok(status(made_up, Some(600)))
                        } else {
                            Ok(next.oneshot(request).await?)
                        }
                    }) as ResponseFuture
                });
                let builder = in_slots(&server, &once).into_iter().nth(slot).unwrap();
                let events = Arc::new(AtomicUsize::new(0));
                let seen = Arc::clone(&events);
                let observer = Observer::new(move |event| {
                    if matches!(event, ClientEvent::RateLimited { .. }) {
                        seen.fetch_add(1, Ordering::Relaxed);
                    }
                });
                let client = builder.observer(observer).build().unwrap();

                let error = client.execute(get()).await.unwrap_err();
                assert_eq!(error.status().unwrap(), made_up);
                client.execute(get()).await.unwrap();

                assert_eq!(server.began.elapsed(), Duration::ZERO, "{made_up} in slot {slot}");
                assert_eq!(events.load(Ordering::Relaxed), 0);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_response_from_a_cache_does_not_end_a_series_of_pauses() {
    let is_cached = Arc::new(AtomicBool::new(false));
    for slot in 0..2 {
        is_cached.store(false, Ordering::Relaxed);
        let cached = Arc::clone(&is_cached);
        let cache = FromFn(move |request, next: Next| {
            if cached.load(Ordering::Relaxed) {
                return Box::pin(ready(Ok(status(200, None)))) as ResponseFuture;
            }
            Box::pin(async move { Ok(next.oneshot(request).await?) })
        });
        let server = Server::new();
        let builder = in_slots(&server, &cache).into_iter().nth(slot).unwrap();
        let client = builder.build().unwrap();
        (0..2).for_each(|_| server.respond(429, &[]));

        client.execute(get()).await.unwrap_err();
        // Waits for a second, and then gets the cached response.
        is_cached.store(true, Ordering::Relaxed);
        client.execute(get()).await.unwrap();
        is_cached.store(false, Ordering::Relaxed);
        tokio::time::sleep(ms(500)).await;
        client.execute(get()).await.unwrap_err();
        client.execute(get()).await.unwrap();

        let arrivals = server.arrivals();
        assert_eq!(arrivals[..2], [Duration::ZERO, ms(1_500)]);
        assert!(arrivals[2] >= ms(3_500), "the series was ended, slot {slot}");
        assert!(arrivals[2] <= ms(3_550), "slot {slot}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_counts_as_the_server_sent_it() {
    type Change = fn(Response<Body>) -> Result<Response<Body>, BoxError>;
    let changes: [(&str, Change); 6] = [
        ("no headers", |mut response| {
            response.headers_mut().clear();
            Ok(response)
        }),
        ("other headers", |mut response| {
            response.headers_mut().insert("retry-after", 60.into());
            Ok(response)
        }),
        ("another status", |_| Ok(status(503, None))),
        ("success", |_| Ok(status(200, None))),
        ("a longer pause", |_| Ok(status(429, Some(600)))),
        ("an error", |_| Err("refused".into())),
    ];
    for (what, changed) in changes {
        for slot in 0..2 {
            let server = Server::new();
            let is_first = Arc::new(AtomicBool::new(true));
            let layer = change(move |response| {
                if is_first.swap(false, Ordering::Relaxed) {
                    changed(response)
                } else {
                    Ok(response)
                }
            });
            let builder = in_slots(&server, &layer).into_iter().nth(slot).unwrap();
            let client = builder.build().unwrap();
            server.respond(429, &[("retry-after", "7")]);

            drop(client.execute(get()).await);
            client.execute(get()).await.unwrap();

            assert_eq!(server.milliseconds(), [0, 7_000], "{what} in slot {slot}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn headers_of_an_accepted_request_count_as_the_server_sent_them() {
    let header = HeaderName::from_static("x-ratelimit-remaining");
    let strip = change(move |mut response| {
        response.headers_mut().remove(&header);
        Ok(response)
    });
    let add = change(|mut response| {
        response.headers_mut().insert("x-ratelimit-remaining", 0.into());
        response.headers_mut().insert("x-ratelimit-reset", 5.into());
        Ok(response)
    });
    for slot in 0..2 {
        let server = Server::new();
        let client = in_slots(&server, &strip).into_iter().nth(slot).unwrap().build().unwrap();
        server.respond(200, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "5")]);
        client.execute(get()).await.unwrap();
        client.execute(get()).await.unwrap();
        assert_eq!(server.milliseconds(), [0, 5_000]);

        let server = Server::new();
        let client = in_slots(&server, &add).into_iter().nth(slot).unwrap().build().unwrap();
        client.execute(get()).await.unwrap();
        client.execute(get()).await.unwrap();
        assert_eq!(server.milliseconds(), [0, 0]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_response_of_an_earlier_attempt_is_not_counted_again() {
    // The layer responds to the second attempt, after the server refused the first one.
    let attempts = Arc::new(AtomicUsize::new(0));
    let layer = FromFn(move |request, next: Next| {
        let number = attempts.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            if number == 1 { Ok(status(502, None)) } else { Ok(next.oneshot(request).await?) }
        }) as ResponseFuture
    });
    let server = Server::new();
    let retry = trivore::transport::RetryPolicy::backoff().base_delay(Duration::ZERO);
    let client = server.builder().attempt_layer(layer).retry(retry).build().unwrap();
    server.respond(429, &[]);

    client.execute(get()).await.unwrap();

    // Waits for the pause, and for its turn behind the attempt that was not sent.
    assert_eq!(server.milliseconds(), [0, 1_050]);
}

#[tokio::test(start_paused = true)]
async fn a_layer_alone_judges_the_response_that_it_gets() {
    let statuses = Arc::new(Mutex::new(vec![200, 429]));
    let service = tower::service_fn(move |_: Request<Bytes>| {
        let status = statuses.lock().unwrap().pop().unwrap();
        let response = Response::builder().status(status).header("retry-after", "3");
        ready(response.body(Bytes::new()).map_err(Error::before_sending))
    });
    let layer = || RateLimitLayer::new(RateLimiter::default());
    let service = ServiceBuilder::new().layer(layer()).service(service);
    let begun = Instant::now();

    for expected in [429, 200] {
        let response = service.clone().oneshot(Request::new(Bytes::new())).await.unwrap();
        assert_eq!(response.status(), expected);
    }
    assert_eq!(begun.elapsed(), ms(3_000));

    // Above the layer that reads the server's response, that one counts.
    let own = tower::service_fn(|_: Request<Body>| ready(Ok::<_, BoxError>(status(429, Some(3)))));
    let hides =
        tower::util::MapResponseLayer::new(|_: Response<Bytes>| Response::new(Bytes::new()));
    let service = ServiceBuilder::new().layer(layer()).layer(hides).layer(AttemptLayer::new(9));
    let service = service.service(own);
    let begun = Instant::now();
    for _ in 0..2 {
        service.clone().oneshot(Request::new(Bytes::new())).await.unwrap();
    }
    assert_eq!(begun.elapsed(), ms(3_000));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_counts_although_its_call_ends_before_its_body() {
    let is_first = Arc::new(AtomicBool::new(true));
    let begun = Instant::now();
    let service = tower::service_fn(move |_: Request<Body>| {
        let refused = is_first.swap(false, Ordering::Relaxed);
        let mut response = status(if refused { 429 } else { 200 }, refused.then_some(7));
        if refused {
            let never =
                futures_util::stream::pending::<Result<http_body::Frame<Bytes>, BoxError>>();
            *response.body_mut() = Body::new(http_body_util::StreamBody::new(never));
        }
        ready(Ok::<_, BoxError>(response))
    });
    let builder = Client::builder("https://id.example.com").service(service);
    let client = builder.build().unwrap();

    let first = tokio::time::timeout(ms(10), client.execute(get())).await;
    assert!(first.is_err(), "the call was dropped");
    client.execute(get()).await.unwrap();

    assert_eq!(begun.elapsed(), ms(7_010));
}
