//! Timeouts and size limits, with tokio's paused clock.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::StreamBody;
use tokio::time::Instant;
use trivore::transport::{Body, BoxError, Call, Client, ClientBuilder, Connector, RetryPolicy};
use trivore_tests::TlsServer;

fn builder() -> ClientBuilder {
    Client::builder("https://id.example.com").retry(RetryPolicy::off())
}

/// Returns the head after one second, and one byte of the body after each further second.
async fn drip(
    _: Request<Body>,
) -> Result<Response<impl http_body::Body<Data = Bytes, Error = BoxError>>, BoxError> {
    tokio::time::sleep(Duration::from_secs(1)).await;
    let bytes = futures_util::stream::unfold("12345".bytes(), |mut bytes| async move {
        let byte = bytes.next()?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        Some((Ok::<_, BoxError>(http_body::Frame::data(Bytes::from(vec![byte]))), bytes))
    });
    Ok(Response::new(StreamBody::new(bytes)))
}

#[tokio::test(start_paused = true)]
async fn an_attempt_ends_in_time_even_while_its_body_drips() {
    for (limit, expected) in [(6_500, Ok(12_345)), (5_500, Err(()))] {
        let limit = Duration::from_millis(limit);
        let client = builder().attempt_timeout(limit).service(tower::service_fn(drip)).build();
        let start = Instant::now();

        let result = client.unwrap().send::<u32>(Call::get(&["x"])).await;

        if let Err(error) = &result {
            assert!(error.is_timeout(), "{error}");
            assert_eq!(start.elapsed(), limit);
        }
        assert_eq!(result.map_err(drop), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_ends_at_its_deadline_in_each_of_its_attempts() {
    let seconds = Duration::from_secs;
    // In the first attempt, the second one and the third one, and by the limit of the call itself.
    for (limit, own, attempts) in [(5, None, 1), (25, None, 3), (18, None, 2), (60, Some(15), 2)] {
        let layered = builder().call_layer(tower::layer::util::Identity::new());
        for builder in [builder(), layered] {
            let client = builder
                .timeout(seconds(limit))
                .attempt_timeout(seconds(10))
                .retry(RetryPolicy::backoff().base_delay(Duration::ZERO))
                .service(tower::service_fn(|_: Request<Body>| {
                    std::future::pending::<Result<Response<String>, BoxError>>()
                }))
                .build()
                .unwrap();
            let call = Call::<()>::get(&["x"]);
            let call = own.map_or(call, |own| Call::get(&["x"]).timeout(seconds(own)));
            let start = Instant::now();

            let error = client.execute(call).await.unwrap_err();

            let limit = own.unwrap_or(limit);
            assert!(error.to_string().contains("the call timed out"), "{limit}: {error}");
            assert_eq!(start.elapsed(), seconds(limit));
            assert_eq!(error.attempts().len(), attempts, "{limit}: {error:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_ends_in_time_when_a_layer_of_yours_waits() {
    let client = builder()
        .timeout(Duration::from_secs(3))
        .call_layer(tower::limit::GlobalConcurrencyLimitLayer::new(1))
        .service(tower::service_fn(|_: Request<Body>| {
            std::future::pending::<Result<Response<String>, BoxError>>()
        }))
        .build()
        .unwrap();
    let start = Instant::now();

    let (first, queued) =
        tokio::join!(client.execute(Call::post(&["x"])), client.execute(Call::post(&["x"])),);

    let (first, queued) = (first.unwrap_err(), queued.unwrap_err());
    assert!(first.is_timeout() && queued.is_timeout());
    assert!(first.may_have_been_applied());
    assert!(!queued.may_have_been_applied(), "the request never left the queue");
    assert_eq!(start.elapsed(), Duration::from_secs(3));
}

#[tokio::test(start_paused = true)]
async fn limits_hold_by_default_and_can_be_taken_away() {
    let never = tower::service_fn(|_: Request<Body>| {
        std::future::pending::<Result<Response<String>, BoxError>>()
    });
    let limited = builder().service(never).build().unwrap();
    let unlimited = builder().no_timeout().no_attempt_timeout().service(never).build().unwrap();

    let error = limited.execute(Call::get(&["x"])).await.unwrap_err();
    let day = Duration::from_secs(86_400);
    let waiting = tokio::time::timeout(day, unlimited.execute(Call::get(&["x"]))).await;

    assert!(error.is_timeout());
    assert!(waiting.is_err(), "a default timeout ended the call");
}

#[tokio::test]
async fn a_response_above_the_size_limit_is_refused() {
    for (limit, fits) in [(5, true), (4, false)] {
        let service = tower::service_fn(async |_: Request<Body>| {
            Ok::<_, BoxError>(Response::new("12345".to_owned()))
        });
        let client = builder().max_response_size(limit).service(service).build().unwrap();

        let result = client.send::<u32>(Call::put(&["x"])).await;

        match result {
            Ok(number) => assert_eq!((number, fits), (12_345, true)),
            Err(error) => {
                assert!(!fits && error.is_too_large());
                assert!(error.may_have_been_applied(), "the server responded with success");
            }
        }
    }
}

#[tokio::test]
async fn connections_may_have_any_limits_of_time() {
    let server = TlsServer::start().await;
    let address = format!("https://localhost:{}", server.port());
    for time in [Duration::MAX, Duration::from_nanos(1), Duration::ZERO] {
        let connector = Connector::new()
            .no_proxy()
            .add_root_certificate(server.certificate())
            .keep_alive(time)
            .tcp_user_timeout(time.max(Duration::from_secs(1)))
            .idle_timeout(time)
            .max_connection_age(time)
            .http2_keep_alive(time, Duration::MAX);
        let client = Client::builder(&address).connector(connector).build().unwrap();

        for _ in 0..3 {
            client.execute(Call::get(&["x"])).await.unwrap();
        }
    }
    let connector = Connector::new().no_proxy().connect_timeout(Duration::MAX);
    let connector = connector.add_root_certificate(server.certificate()).max_connections(0);
    let client = Client::builder(&address).connector(connector).build().unwrap();
    client.execute(Call::get(&["x"])).await.unwrap();
}
