//! A rate that only refusals tell, with tokio's paused clock.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use http::{Request, Response};
use tokio::time::{Instant, sleep};
use trivore::transport::{Body, BoxError, Call, Client};

/// A bucket of 20 tokens that gets 200 a second.
struct Bucket {
    tokens: f64,
    filled: Instant,
    refused: u32,
}

impl Bucket {
    fn take(&mut self) -> bool {
        self.tokens = (self.tokens + self.filled.elapsed().as_secs_f64() * 200.0).min(20.0);
        self.filled = Instant::now();
        let is_allowed = self.tokens >= 1.0;
        if is_allowed {
            self.tokens -= 1.0;
        } else {
            self.refused += 1;
        }
        is_allowed
    }
}

#[tokio::test(start_paused = true)]
async fn many_calls_use_most_of_a_rate_that_the_client_is_not_told() {
    const CALLS: u32 = 6_000;
    let start = Instant::now();
    let bucket = Arc::new(Mutex::new(Bucket { tokens: 20.0, filled: start, refused: 0 }));
    let taking = Arc::clone(&bucket);
    let service = tower::service_fn(move |_: Request<Body>| {
        let is_allowed = taking.lock().unwrap().take();
        async move {
            sleep(Duration::from_millis(5)).await;
            let response = Response::builder();
            let response = if is_allowed {
                response.status(200)
            } else {
                response.status(429).header("retry-after", "1")
            };
            Ok::<_, BoxError>(response.body(String::new())?)
        }
    });
    let client = Client::builder("https://id.example.com").service(service).build().unwrap();

    let calls = stream::iter(0..CALLS).map(|_| client.execute(Call::post(&["user"])));
    let results: Vec<_> = calls.buffer_unordered(64).collect().await;

    assert!(results.iter().all(Result::is_ok), "a refusal reached the caller");
    let used = f64::from(CALLS) / (20.0 + 200.0 * start.elapsed().as_secs_f64());
    let refused = bucket.lock().unwrap().refused;
    assert!(used > 0.7, "{used} of the rate, {refused} refusals");
    assert!(refused < 150, "{refused} refusals");
}
