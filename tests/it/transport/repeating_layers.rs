//! tower's layers that send a request more than once, in the three slots.

use std::future::{Ready, ready};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use tower::hedge::Hedge;
use tower::layer::layer_fn;
use tower::retry::RetryLayer;
use tower::{Service, hedge, retry};
use trivore::transport::{
    Body, BoxError, Call, CallContext, Client, ClientBuilder, Next, RetryPolicy, Safety,
};
use trivore_tests::{Recorded, Recorder};

/// Copies a request, if its body is buffered.
fn copied(request: &Request<Body>) -> Option<Request<Body>> {
    let mut copy = Request::new(request.body().try_clone()?);
    copy.method_mut().clone_from(request.method());
    copy.uri_mut().clone_from(request.uri());
    copy.headers_mut().clone_from(request.headers());
    copy.extensions_mut().clone_from(request.extensions());
    Some(copy)
}

/// Repeats a request once after a 503.
#[derive(Clone)]
struct Again(bool);

impl<B, E> retry::Policy<Request<Body>, Response<B>, E> for Again {
    type Future = Ready<()>;

    fn retry(
        &mut self,
        _: &mut Request<Body>,
        result: &mut Result<Response<B>, E>,
    ) -> Option<Ready<()>> {
        let is_unavailable = result
            .as_ref()
            .is_ok_and(|response| response.status() == StatusCode::SERVICE_UNAVAILABLE);
        (std::mem::take(&mut self.0) && is_unavailable).then(|| ready(()))
    }

    fn clone_request(&mut self, request: &Request<Body>) -> Option<Request<Body>> {
        copied(request)
    }
}

#[tokio::test]
async fn the_retry_layer_of_tower_repeats_a_request_with_its_body() {
    let slots: [fn(ClientBuilder) -> ClientBuilder; 3] = [
        |builder| builder.call_layer(RetryLayer::new(Again(true))),
        |builder| builder.attempt_layer(RetryLayer::new(Again(true))),
        |builder| builder.transport_layer(RetryLayer::new(Again(true))),
    ];
    for slot in slots {
        let recorder = Recorder::new();
        recorder.respond(503, "").respond(200, "7");
        let client = slot(recorder.client()).build().unwrap();

        let seven: u32 = client.send(Call::put(&["x"]).json(&[1, 2])).await.unwrap();

        let bodies: Vec<_> = recorder.requests().iter().map(Recorded::json).collect();
        assert_eq!(seven, 7);
        assert_eq!(bodies, vec![Some(serde_json::json!([1, 2])); 2]);
    }
}

/// Sends reads a second time.
#[derive(Clone)]
struct Reads;

impl hedge::Policy<Request<Body>> for Reads {
    fn clone_request(&self, request: &Request<Body>) -> Option<Request<Body>> {
        copied(request)
    }

    fn can_retry(&self, request: &Request<Body>) -> bool {
        CallContext::of(request)
            .and_then(CallContext::operation)
            .is_some_and(|operation| operation.safety.is_safe())
    }
}

/// Makes a service cloneable: all clones share it.
struct Shared<S>(Arc<Mutex<S>>);

impl<S> Clone for Shared<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S: Service<Q>, Q> Service<Q> for Shared<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.lock().unwrap().poll_ready(cx)
    }

    fn call(&mut self, request: Q) -> S::Future {
        self.0.lock().unwrap().call(request)
    }
}

type Hedged = Shared<Hedge<Next, Reads>>;

/// Sends a second request after 100 ms.
fn hedged(next: Next) -> Hedged {
    let period = Duration::from_secs(60);
    let hedge = Hedge::new_with_mock_latencies(next, Reads, 1, 0.9, period, &[100; 10]);
    Shared(Arc::new(Mutex::new(hedge)))
}

#[tokio::test(start_paused = true)]
async fn the_hedge_of_tower_sends_a_read_twice_and_a_write_once() {
    let slots: [fn(ClientBuilder) -> ClientBuilder; 3] = [
        |builder| builder.call_layer(layer_fn(hedged)),
        |builder| builder.attempt_layer(layer_fn(hedged)),
        |builder| builder.transport_layer(layer_fn(hedged)),
    ];
    for slot in slots {
        let requests = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&requests);
        // Every second request is quick.
        let service = tower::service_fn(move |_: Request<Body>| {
            let is_slow = counted.fetch_add(1, Ordering::Relaxed).is_multiple_of(2);
            async move {
                tokio::time::sleep(Duration::from_secs(if is_slow { 10 } else { 0 })).await;
                Ok::<_, BoxError>(Response::new(String::new()))
            }
        });
        let builder = Client::builder("https://id.example.com").retry(RetryPolicy::off());
        let client = slot(builder.service(service)).build().unwrap();
        let begun = tokio::time::Instant::now();

        client.execute(Call::get(&["x"])).await.unwrap();
        let read = begun.elapsed();
        client.execute(Call::post(&["x"]).json(&1).safety(Safety::NotIdempotent)).await.unwrap();
        let both = begun.elapsed();

        assert!(read < Duration::from_millis(200), "{read:?}");
        assert!(both >= Duration::from_secs(10), "{both:?}");
        assert_eq!(requests.load(Ordering::Relaxed), 3);
    }
}

#[tokio::test]
async fn a_body_can_be_shared_between_threads_and_wrapped_again() {
    fn shared<B: http_body::Body + Send + Sync + 'static>(body: B) -> B {
        body
    }
    let buffered = shared(Body::from(Bytes::from_static(b"12345")));
    let stream = shared(Body::new(Full::new(Bytes::from_static(b"12345"))));

    let bytes = buffered.as_bytes().map(<[u8]>::to_vec);
    let (boxed, streamed) = (buffered.boxed(), stream.boxed());

    assert_eq!(bytes, Some(b"12345".to_vec()));
    assert_eq!(boxed.collect().await.unwrap().to_bytes(), "12345");
    assert_eq!(streamed.collect().await.unwrap().to_bytes(), "12345");
}
