//! Responses that layers make up: what was sent decides whether a write may have been applied.

use std::future::ready;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt as _};
use http::{Request, Response, StatusCode};
use tower::limit::GlobalConcurrencyLimitLayer;
use tower::load_shed::LoadShedLayer;
use tower::timeout::TimeoutLayer;
use tower::util::BoxCloneSyncService;
use tower::{Layer, ServiceBuilder, ServiceExt as _};
use tower_http::timeout::TimeoutLayer as HttpTimeoutLayer;
use trivore::models::User;
use trivore::transport::{
    AccessToken, Body, BoxError, Call, Client, ClientBuilder, Error, Next, RetryPolicy, Safety,
    TokenSource,
};
use trivore::{Credentials, Trivore};
use trivore_sandbox::{ApiClient, Fault, Sandbox};
use trivore_tests::{RawServer, RefusingPort, Reply};

/// A layer from a function of the request and of what is below.
#[derive(Clone)]
struct FromFn<F>(F);

type Responding = BoxFuture<'static, Result<Response<Body>, BoxError>>;

impl<F> Layer<Next> for FromFn<F>
where
    F: Fn(Request<Body>, Next) -> Responding + Clone + Send + Sync + 'static,
{
    type Service = BoxCloneSyncService<Request<Body>, Response<Body>, BoxError>;

    fn layer(&self, next: Next) -> Self::Service {
        let act = self.0.clone();
        BoxCloneSyncService::new(tower::service_fn(move |request| act(request, next.clone())))
    }
}

fn status(status: u16) -> Response<Body> {
    let mut response = Response::new(Body::default());
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    response
}

/// Adds a layer to each of the three slots in turn.
macro_rules! in_each_slot {
    ($builder:expr, $layer:expr) => {
        [
            $builder().call_layer($layer),
            $builder().attempt_layer($layer),
            $builder().transport_layer($layer),
        ]
    };
}

/// A client of a service that counts requests and returns each status in turn, the last for ever.
///
/// With the status 0, it never responds; with 1, it cannot connect.
fn scripted(script: &'static [u16]) -> (impl Fn() -> ClientBuilder, Arc<AtomicUsize>) {
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&requests);
    let builder = move || {
        let requests = Arc::clone(&counted);
        let policy = RetryPolicy::backoff().base_delay(Duration::from_millis(1));
        Client::builder("https://id.example.com").retry(policy).service(tower::service_fn(
            move |_: Request<Body>| {
                let number = requests.fetch_add(1, Ordering::Relaxed);
                async move {
                    match script[number.min(script.len() - 1)] {
                        0 => std::future::pending().await,
                        1 => Err(BoxError::from(Error::connect("refused"))),
                        code => Ok(status(code)),
                    }
                }
            },
        ))
    };
    (builder, requests)
}

fn post() -> Call<()> {
    Call::post(&["x"])
}

#[tokio::test]
async fn a_timeout_with_a_status_leaves_open_what_the_service_did() {
    let builder = Sandbox::builder();
    let client = ApiClient::new("id", "secret").primary_namespace("home");
    let namespace = serde_json::json!({"code": "home", "name": "Home"});
    let sandbox = builder.api_client(client).namespace(namespace).start().await.unwrap();
    let timeout =
        HttpTimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_millis(500));
    let builder = || Client::builder(sandbox.url()).credentials(Credentials::basic("id", "secret"));

    for (slot, builder) in in_each_slot!(builder, timeout).into_iter().enumerate() {
        sandbox.clear_ledger();
        let fault = sandbox.inject(Fault::no_response_after_applying()).unwrap();
        let users = Trivore::new(builder.build().unwrap()).users().clone();
        let mut user = User::new();
        user.username = Some(format!("user{slot}"));

        let error = users.create(&user).await.unwrap_err();

        assert_eq!(error.status(), Some(StatusCode::REQUEST_TIMEOUT), "{error}");
        assert_eq!(fault.hits(), 1, "slot {slot}: it is not sent again");
        assert_eq!(sandbox.ledger().len(), 1, "slot {slot}: the user exists");
        assert!(error.may_have_been_applied(), "slot {slot}: {error}");
        sandbox.clear_faults();
    }
}

#[tokio::test(start_paused = true)]
async fn whatever_status_a_layer_makes_up_a_lost_write_may_have_been_applied() {
    for made_up in [400, 401, 404, 408, 409, 421, 425, 429, 499, 500, 503, 504, 302] {
        let timeout = HttpTimeoutLayer::with_status_code(
            StatusCode::from_u16(made_up).unwrap(),
            Duration::from_secs(1),
        );
        let (builder, requests) = scripted(&[0]);
        for (slot, builder) in in_each_slot!(builder, timeout).into_iter().enumerate() {
            requests.store(0, Ordering::Relaxed);
            let client = builder.build().unwrap();

            let write = client.execute(post()).await.unwrap_err();
            let sent = requests.swap(0, Ordering::Relaxed);
            let read = client.execute(Call::get(&["x"])).await.unwrap_err();

            assert!(write.may_have_been_applied(), "{made_up} in slot {slot}: {write}");
            assert_eq!(sent, 1, "{made_up} in slot {slot}: it is not sent again");
            assert!(!read.may_have_been_applied());
            // The call slot is above the retries.
            let tries = if slot == 0 { 1 } else { 3 };
            assert_eq!(requests.load(Ordering::Relaxed), tries, "{made_up} in slot {slot}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_made_up_401_gets_no_second_request_with_a_new_token() {
    let timeout =
        HttpTimeoutLayer::with_status_code(StatusCode::UNAUTHORIZED, Duration::from_secs(1));
    let (builder, requests) = scripted(&[0]);
    let tokens = AtomicUsize::new(0);
    let source = TokenSource::new(move || {
        let number = tokens.fetch_add(1, Ordering::Relaxed);
        ready(Ok(AccessToken::new(&format!("token{number}"))))
    });
    let client =
        builder().credentials(Credentials::token(source)).transport_layer(timeout).build().unwrap();

    let error = client.execute(post()).await.unwrap_err();

    assert!(error.may_have_been_applied(), "{error}");
    assert_eq!(requests.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn nothing_was_applied_where_nothing_was_sent() {
    for made_up in [302, 404, 408, 429, 500, 503] {
        let cache = FromFn(move |_, _| Box::pin(ready(Ok(status(made_up)))) as Responding);
        let (builder, requests) = scripted(&[200]);
        for (slot, builder) in in_each_slot!(builder, cache.clone()).into_iter().enumerate() {
            let error = builder.build().unwrap().execute(post()).await.unwrap_err();

            assert_eq!(error.status().unwrap(), made_up);
            assert!(!error.may_have_been_applied(), "{made_up} in slot {slot}: {error}");
        }
        assert_eq!(requests.load(Ordering::Relaxed), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_cached_response_that_cannot_be_read_was_not_applied() {
    let cache = FromFn(|_, _| {
        Box::pin(ready(Ok(Response::new(Body::from(bytes::Bytes::from("<html>")))))) as Responding
    });
    let (builder, _) = scripted(&[200]);
    for builder in in_each_slot!(builder, cache.clone()) {
        let error = builder.build().unwrap().send::<u8>(Call::post(&["x"])).await.unwrap_err();

        assert!(error.is_decode());
        assert!(!error.may_have_been_applied(), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_made_up_refusal_before_sending_is_tried_again_for_every_operation() {
    let (builder, requests) = scripted(&[200]);
    let refusals = AtomicUsize::new(0);
    let refusals = Arc::new(refusals);
    let once = FromFn(move |request, next: Next| {
        let is_first = refusals.fetch_add(1, Ordering::Relaxed) == 0;
        Box::pin(async move {
            if is_first { Ok(status(503)) } else { Ok(next.oneshot(request).await?) }
        }) as Responding
    });

    let call = post().safety(Safety::OneShot);
    builder().attempt_layer(once).build().unwrap().execute(call).await.unwrap();

    assert_eq!(requests.load(Ordering::Relaxed), 1);
}

/// Sends, and replaces the status of the response.
fn mapping(to: u16) -> FromFn<impl Fn(Request<Body>, Next) -> Responding + Clone> {
    FromFn(move |request, next: Next| {
        Box::pin(async move {
            next.oneshot(request).await?;
            Ok(status(to))
        }) as Responding
    })
}

#[tokio::test(start_paused = true)]
async fn of_a_response_that_a_layer_replaced_the_servers_status_counts() {
    const TABLE: [(&[u16], u16, bool); 7] = [
        (&[200], 404, true),
        (&[500], 400, true),
        (&[408], 429, true),
        (&[503], 425, true),
        (&[404], 500, false),
        (&[409], 302, false),
        (&[429], 503, false),
    ];
    for (script, shown, expected) in TABLE {
        let (builder, requests) = scripted(script);
        for (slot, builder) in in_each_slot!(builder, mapping(shown)).into_iter().enumerate() {
            requests.store(0, Ordering::Relaxed);

            let error = builder.build().unwrap().execute(post()).await.unwrap_err();

            let case = format!("{script:?} shown as {shown} in slot {slot}: {error}");
            assert_eq!(error.may_have_been_applied(), expected, "{case}");
            if expected {
                assert_eq!(requests.load(Ordering::Relaxed), 1, "{case}");
            }
        }
    }
}

/// Sends twice at once, and returns the second response.
fn hedging() -> FromFn<impl Fn(Request<Body>, Next) -> Responding + Clone> {
    FromFn(|request: Request<Body>, next: Next| {
        let mut second = Request::new(Body::default());
        *second.method_mut() = request.method().clone();
        *second.uri_mut() = request.uri().clone();
        *second.extensions_mut() = request.extensions().clone();
        Box::pin(async move {
            let mut first = Box::pin(next.clone().oneshot(request));
            drop((&mut first).now_or_never());
            Ok(next.oneshot(second).await?)
        }) as Responding
    })
}

#[tokio::test(start_paused = true)]
async fn each_request_of_a_hedging_layer_counts() {
    const TABLE: [(&[u16], bool); 5] = [
        // The first one never got a response.
        (&[0, 400], true),
        (&[0, 429], true),
        (&[503, 404], true),
        (&[404, 409], false),
        (&[1, 400], false),
    ];
    for (script, expected) in TABLE {
        let (builder, requests) = scripted(script);
        for (slot, builder) in
            [builder().attempt_layer(hedging()), builder().transport_layer(hedging())]
                .into_iter()
                .enumerate()
        {
            requests.store(0, Ordering::Relaxed);

            let error = builder.build().unwrap().execute(post()).await.unwrap_err();

            assert_eq!(error.may_have_been_applied(), expected, "{script:?} {slot}: {error}");
            assert_eq!(requests.load(Ordering::Relaxed), 2, "{script:?} {slot}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_made_up_404_does_not_confirm_a_deletion() {
    let (builder, requests) = scripted(&[0]);
    let timeout = HttpTimeoutLayer::with_status_code(StatusCode::NOT_FOUND, Duration::from_secs(1));
    let client = builder().attempt_layer(timeout).build().unwrap();
    let call = Call::<()>::delete(&["x"]).safety(Safety::IdempotentDelete);

    let error = client.execute(call).await.unwrap_err();

    assert!(error.is_not_found() && error.may_have_been_applied(), "{error}");
    assert_eq!(requests.load(Ordering::Relaxed), 3, "a deletion can be repeated");
}

#[tokio::test]
async fn a_timeout_before_there_is_a_connection_was_not_applied() {
    let server = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", server.local_addr().unwrap());
    let timeout =
        HttpTimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_millis(100));
    let builder = || Client::builder(&url).retry(RetryPolicy::off());

    for builder in in_each_slot!(builder, timeout) {
        let error = builder.build().unwrap().execute(post()).await.unwrap_err();

        assert_eq!(error.status(), Some(StatusCode::REQUEST_TIMEOUT));
        assert!(!error.may_have_been_applied(), "TLS never began: {error}");
    }
}

#[tokio::test]
async fn a_response_that_breaks_off_after_its_head_is_the_servers() {
    for (code, expected) in [(200, true), (404, false), (408, true)] {
        let server = RawServer::start(move |_, _| {
            let head = format!("HTTP/1.1 {code} X\r\ncontent-length: 9\r\n\r\n{{");
            Reply::RawThenClose(head.into_bytes())
        })
        .await;
        // Reads the whole body, and makes its failure a 502.
        let reading = || {
            FromFn(|request, next: Next| {
                Box::pin(async move {
                    let response = next.oneshot(request).await?;
                    let whole = http_body_util::BodyExt::collect(response.into_body()).await;
                    Ok(whole.map_or_else(|_| status(502), |_| status(200)))
                }) as Responding
            })
        };
        let builder = || Client::builder(&server.url()).retry(RetryPolicy::off());
        let builders = [builder(), builder().transport_layer(reading())];

        for builder in builders {
            let error = builder.build().unwrap().execute(post()).await.unwrap_err();

            assert_eq!(error.may_have_been_applied(), expected, "{code}: {error}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn timeouts_of_tower_are_judged_alike() {
    let timeout = || TimeoutLayer::new(Duration::from_secs(1));
    let (builder, requests) = scripted(&[0]);
    for builder in in_each_slot!(builder, timeout()) {
        requests.store(0, Ordering::Relaxed);

        let error = builder.build().unwrap().execute(post()).await.unwrap_err();

        assert!(error.is_timeout() && error.may_have_been_applied(), "{error}");
        assert_eq!(requests.load(Ordering::Relaxed), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn requests_that_are_shed_or_wait_for_a_permit_were_not_sent() {
    let full =
        || GlobalConcurrencyLimitLayer::with_semaphore(Arc::new(tokio::sync::Semaphore::new(0)));
    let shedding = || ServiceBuilder::new().layer(LoadShedLayer::new()).layer(full()).into_inner();
    let (builder, requests) = scripted(&[200]);
    for builder in in_each_slot!(builder, shedding()) {
        let error = builder.build().unwrap().execute(post()).await.unwrap_err();

        assert!(!error.may_have_been_applied(), "{error}");
    }
    for builder in in_each_slot!(builder, full()) {
        let error = builder.build().unwrap().execute(post()).await.unwrap_err();

        assert!(error.is_timeout() && !error.may_have_been_applied(), "{error}");
    }
    assert_eq!(requests.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn a_layer_that_says_what_a_refused_connection_is_not_changes_nothing() {
    let port = RefusingPort::new();
    let as_bad_gateway = FromFn(|request, next: Next| {
        Box::pin(async move { Ok(next.oneshot(request).await.unwrap_or_else(|_| status(502))) })
            as Responding
    });
    let builder = || Client::builder(&port.url()).retry(RetryPolicy::off());

    for builder in in_each_slot!(builder, as_bad_gateway.clone()) {
        let error = builder.build().unwrap().execute(post()).await.unwrap_err();

        assert!(error.is_server_error() && !error.may_have_been_applied(), "{error}");
    }
}
