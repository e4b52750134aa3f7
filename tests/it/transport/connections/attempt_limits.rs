//! When the limit of an attempt begins, and that it always ends.

use std::time::Duration;

use futures_util::future::{Either, select};
use http::Request;
use tokio::time::{Instant, sleep, timeout};
use tower::layer::layer_fn;
use tower::{ServiceExt as _, service_fn};
use trivore::transport::{Body, BoxError, Call, Client, Connector, Next, RetryPolicy};
use trivore_tests::RefusingPort;

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn a_layer_that_waits_after_a_failed_connection_does_not_stop_the_limit() {
    let port = RefusingPort::new();
    let waits_for_ever = layer_fn(|next: Next| {
        service_fn(move |request: Request<Body>| {
            let response = next.clone().oneshot(request);
            async move {
                drop(response.await);
                std::future::pending::<Result<http::Response<Body>, BoxError>>().await
            }
        })
    });
    let limit = Duration::from_millis(200);
    let client = Client::builder(&port.url())
        .connector(Connector::new().no_proxy().connect_timeout(limit))
        .attempt_timeout(limit)
        .no_timeout()
        .retry(RetryPolicy::off())
        .transport_layer(waits_for_ever)
        .build()
        .unwrap();

    let result = timeout(30 * SECOND, client.execute(Call::post(&["x"]))).await;

    let error = result.expect("the attempt has a limit").unwrap_err();
    assert!(error.is_timeout() && !error.may_have_been_applied(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_second_request_does_not_give_the_first_one_more_time() {
    let silent = service_fn(|_: Request<Body>| {
        std::future::pending::<Result<http::Response<String>, BoxError>>()
    });
    let hedges = layer_fn(|next: Next| {
        service_fn(move |request: Request<Body>| {
            let mut second = Request::new(request.body().try_clone().unwrap());
            second.extensions_mut().clone_from(request.extensions());
            let (first, next) = (next.clone().oneshot(request), next.clone());
            let second = async move {
                sleep(4 * SECOND).await;
                next.oneshot(second).await
            };
            async move {
                match select(Box::pin(first), Box::pin(second)).await {
                    Either::Left((result, _)) | Either::Right((result, _)) => result,
                }
            }
        })
    });
    let client = Client::builder("https://id.example.com")
        .service(silent)
        .attempt_timeout(5 * SECOND)
        .retry(RetryPolicy::off())
        .attempt_layer(hedges)
        .build()
        .unwrap();
    let start = Instant::now();

    let error = client.execute(Call::get(&["x"])).await.unwrap_err();

    assert!(error.is_timeout(), "{error}");
    assert_eq!(start.elapsed(), 5 * SECOND);
}
