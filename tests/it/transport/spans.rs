//! Spans as OpenTelemetry exports them, by its semantic conventions for HTTP clients.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response};
use http_body_util::StreamBody;
use opentelemetry::propagation::{Injector, TextMapPropagator as _};
use opentelemetry::trace::{SpanId, SpanKind, Status, TracerProvider as _};
use opentelemetry::{Array, Value};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use tower::layer::layer_fn;
use tower::util::MapRequestLayer;
use tracing::Instrument as _;
use tracing::subscriber::DefaultGuard;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::layer::SubscriberExt as _;
use trivore::models::User;
use trivore::transport::{
    AccessToken, Body, BoxError, Call, Client, ClientBuilder, Next, OidcClient, OidcGrant,
    RetryPolicy, Safety, TokenSource,
};
use trivore::users::BulkOptions;
use trivore::{Credentials, Error};
use trivore_tests::{Recorder, RefusingPort};

/// Exports the spans of this thread to memory.
struct Export {
    exporter: InMemorySpanExporter,
    provider: SdkTracerProvider,
    _guard: DefaultGuard,
}

impl Export {
    fn begin() -> Self {
        let exporter = InMemorySpanExporter::default();
        let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
        let layer = tracing_opentelemetry::layer()
            .with_tracer(provider.tracer("trivore-tests"))
            .with_location(false)
            .with_target(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_level(false);
        let subscriber = tracing_subscriber::registry().with(layer);
        trivore_tests::keep_enabled();
        let guard = tracing::subscriber::set_default(subscriber);
        Self { exporter, provider, _guard: guard }
    }

    /// Returns the spans that have ended, in the order of their ends.
    fn spans(&self) -> Vec<SpanData> {
        self.provider.force_flush().unwrap();
        self.exporter.get_finished_spans().unwrap()
    }

    /// Returns the spans of attempts in the order of their ends, and the one of the call.
    fn call(&self) -> (Vec<SpanData>, SpanData) {
        let (attempts, mut calls): (Vec<_>, Vec<_>) =
            self.spans().into_iter().partition(|span| span.span_kind == SpanKind::Client);
        assert_eq!(calls.len(), 1, "{calls:?}");
        (attempts, calls.remove(0))
    }
}

/// Returns the attributes of a span; text values are quoted.
fn attributes(span: &SpanData) -> BTreeMap<String, String> {
    let count = span.attributes.len();
    let attributes: BTreeMap<_, _> = span
        .attributes
        .iter()
        .map(|attribute| {
            let value = match &attribute.value {
                Value::I64(number) => number.to_string(),
                Value::String(text) => format!("{:?}", text.as_str()),
                Value::Array(Array::String(texts)) => format!("{texts:?}"),
                other => format!("{other:?}"),
            };
            (attribute.key.to_string(), value)
        })
        .collect();
    assert_eq!(attributes.len(), count, "an attribute is there twice: {span:?}");
    attributes
}

fn attribute(span: &SpanData, name: &str) -> Option<String> {
    attributes(span).remove(name)
}

fn failed() -> Status {
    Status::error("")
}

fn quoted(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
}

#[tokio::test]
async fn an_attempt_is_a_client_span_and_its_call_an_internal_one() {
    let recorder = Recorder::new();
    recorder.respond(200, r#"{"id":"MARK"}"#);
    let export = Export::begin();

    recorder.trivore().users().get(&"MARK".into()).await.unwrap();

    let (attempts, call) = export.call();
    let [attempt] = &attempts[..] else { panic!("{attempts:?}") };
    assert_eq!(call.name, "users.get");
    assert_eq!(call.span_kind, SpanKind::Internal);
    assert_eq!(call.status, Status::Unset);
    assert_eq!(
        attributes(&call),
        quoted(&[
            ("http.request.method", r#""GET""#),
            ("http.response.status_code", "200"),
            ("trivore.operation", r#""users.get""#),
            ("url.template", r#""/api/rest/v1/user/{userId}""#),
        ])
    );
    assert_eq!(attempt.name, "GET /api/rest/v1/user/{userId}");
    assert_eq!(attempt.status, Status::Unset);
    assert_eq!(attempt.parent_span_id, call.span_context.span_id());
    assert_eq!(
        attributes(attempt),
        quoted(&[
            ("http.request.method", r#""GET""#),
            ("http.response.status_code", "200"),
            ("server.address", r#""id.example.com""#),
            ("server.port", "443"),
            ("url.template", r#""/api/rest/v1/user/{userId}""#),
        ])
    );
    assert!(!format!("{call:?} {attempt:?}").contains("MARK"));
}

#[tokio::test]
async fn an_error_status_is_an_error_of_both_spans_and_a_redirect_of_the_call_only() {
    for (status, is_error) in [(201, false), (302, false), (400, true), (404, true), (503, true)] {
        let recorder = Recorder::new();
        recorder.respond(status, "null");
        let export = Export::begin();

        let result = recorder.client().build().unwrap().execute(Call::get(&["x"])).await;

        let (attempts, call) = export.call();
        let [attempt] = &attempts[..] else { panic!("{attempts:?}") };
        let kind = Some(format!("\"{status}\""));
        assert_eq!(attempt.name, "GET");
        assert_eq!(attribute(attempt, "url.template"), None);
        assert_eq!(attribute(attempt, "http.response.status_code"), Some(status.to_string()));
        assert_eq!(attempt.status == failed(), is_error, "{status}");
        assert_eq!(attribute(attempt, "error.type"), kind.clone().filter(|_| is_error));
        assert_eq!(call.status == failed(), result.is_err(), "{status}");
        assert_eq!(attribute(&call, "error.type"), kind.filter(|_| result.is_err()));
        assert_eq!(attribute(&call, "http.response.status_code"), Some(status.to_string()));
    }
}

#[tokio::test(start_paused = true)]
async fn a_repeated_request_has_its_number_and_the_first_one_has_none() {
    let recorder = Recorder::new();
    recorder.respond(503, "").respond(502, "").respond(200, "1");
    let export = Export::begin();
    let client = recorder.client().retry(RetryPolicy::backoff()).build().unwrap();

    client.execute(Call::get(&["x"])).await.unwrap();

    let (attempts, call) = export.call();
    let counts: Vec<_> =
        attempts.iter().map(|span| attribute(span, "http.request.resend_count")).collect();
    assert_eq!(counts, [None, Some("1".to_owned()), Some("2".to_owned())]);
    let statuses: Vec<_> = attempts.iter().map(|span| span.status.clone()).collect();
    assert_eq!(statuses, [failed(), failed(), Status::Unset]);
    assert_eq!(call.status, Status::Unset);
    assert_eq!(attribute(&call, "error.type"), None);
}

#[tokio::test]
async fn a_refused_connection_is_an_error_with_a_type() {
    let nobody = RefusingPort::new();
    let export = Export::begin();
    let client = Client::builder(&nobody.url()).retry(RetryPolicy::off()).build().unwrap();

    client.execute(Call::post(&["x"])).await.unwrap_err();

    let (attempts, call) = export.call();
    let [attempt] = &attempts[..] else { panic!("{attempts:?}") };
    let port = nobody.url().rsplit(':').next().unwrap().trim_end_matches('/').to_owned();
    for span in [attempt, &call] {
        assert_eq!(span.status, failed());
        assert_eq!(attribute(span, "error.type").as_deref(), Some(r#""connect""#));
        assert_eq!(attribute(span, "http.response.status_code"), None);
    }
    assert_eq!(attribute(attempt, "server.address").as_deref(), Some(r#""127.0.0.1""#));
    assert_eq!(attribute(attempt, "server.port"), Some(port));
}

#[tokio::test(start_paused = true)]
async fn a_response_that_breaks_off_has_its_status_and_the_error() {
    for (waits, kind) in [(false, r#""connection""#), (true, r#""timeout""#)] {
        let service = tower::service_fn(move |_: Request<Body>| async move {
            let broken = futures_util::stream::once(async move {
                if waits {
                    std::future::pending::<()>().await;
                }
                Err::<http_body::Frame<Bytes>, BoxError>("cut off".into())
            });
            Ok::<_, BoxError>(Response::new(StreamBody::new(broken)))
        });
        let export = Export::begin();
        let client = Client::builder("http://[::1]:8478")
            .retry(RetryPolicy::off())
            .service(service)
            .build()
            .unwrap();

        client.execute(Call::get(&["x"])).await.unwrap_err();

        let (attempts, _) = export.call();
        let [attempt] = &attempts[..] else { panic!("{attempts:?}") };
        assert_eq!(attempt.status, failed());
        assert_eq!(attribute(attempt, "error.type").as_deref(), Some(kind));
        assert_eq!(attribute(attempt, "http.response.status_code").as_deref(), Some("200"));
        assert_eq!(attribute(attempt, "server.address").as_deref(), Some(r#""::1""#));
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_is_an_error_of_both_spans() {
    let never = tower::service_fn(|_: Request<Body>| {
        std::future::pending::<Result<Response<String>, BoxError>>()
    });
    for builder in [
        Client::builder("https://id.example.com").service(never),
        Client::builder("https://id.example.com").service(never).attempt_layer(traced()),
    ] {
        let export = Export::begin();
        let client = builder.build().unwrap();

        let call = client.execute(Call::get(&["x"]));
        drop(tokio::time::timeout(Duration::from_secs(3), call).await);

        let (attempts, call) = export.call();
        let [attempt] = &attempts[..] else { panic!("{attempts:?}") };
        for span in [attempt, &call] {
            assert_eq!(span.status, failed());
            assert_eq!(attribute(span, "error.type").as_deref(), Some(r#""cut_off""#));
        }
    }
}

struct Headers<'a>(&'a mut http::HeaderMap);

impl Injector for Headers<'_> {
    fn set(&mut self, key: &str, value: String) {
        let name = HeaderName::try_from(key).unwrap();
        self.0.insert(name, HeaderValue::try_from(value).unwrap());
    }
}

fn inject<B>(mut request: Request<B>) -> Request<B> {
    let context = tracing::Span::current().context();
    TraceContextPropagator::new().inject_context(&context, &mut Headers(request.headers_mut()));
    request
}

/// Passes the trace of the current span to the server.
fn traced() -> MapRequestLayer<fn(Request<Body>) -> Request<Body>> {
    MapRequestLayer::new(inject::<Body>)
}

/// Returns the span identifiers that the server got as parents.
fn parents(recorder: &Recorder) -> Vec<SpanId> {
    let parent = |header: &str| SpanId::from_hex(header.split('-').nth(2).unwrap()).unwrap();
    recorder.requests().iter().map(|sent| parent(sent.header("traceparent").unwrap())).collect()
}

#[tokio::test]
async fn calls_of_a_bulk_run_are_in_the_span_of_their_caller() {
    let export = Export::begin();
    let recorder = Recorder::new();
    recorder.respond(201, r#"{"id":"1"}"#).respond(201, r#"{"id":"2"}"#);
    let trivore = recorder.trivore();
    let new = [User::new(), User::new()];

    let creating = trivore.users().create_many(&new, BulkOptions::new());
    let results = creating.instrument(tracing::info_span!("import")).await;

    assert!(results.iter().all(Result::is_ok));
    let spans = export.spans();
    let import = spans.iter().find(|span| span.name == "import").unwrap();
    let calls = spans.iter().filter(|span| span.parent_span_id == import.span_context.span_id());
    assert_eq!(calls.count(), 2);
}

fn ids(spans: &[SpanData]) -> Vec<SpanId> {
    spans.iter().map(|span| span.span_context.span_id()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_trace_that_is_passed_on_in_the_inner_slots_continues_in_its_attempt() {
    let slots: [fn(ClientBuilder) -> ClientBuilder; 4] = [
        |builder| builder.attempt_layer(traced()),
        |builder| builder.transport_layer(traced()),
        |builder| builder.attempt_layer(layer_fn(Waiting)).attempt_layer(traced()),
        |builder| builder.attempt_layer(layer_fn(Waiting)).transport_layer(traced()),
    ];
    for slot in slots {
        let recorder = Recorder::new();
        recorder.respond(503, "").respond(200, "1");
        let export = Export::begin();
        let client = slot(recorder.client().retry(RetryPolicy::backoff())).build().unwrap();

        client.execute(Call::get(&["x"])).await.unwrap();

        let (attempts, call) = export.call();
        assert_eq!(attempts.len(), 2);
        assert_eq!(parents(&recorder), ids(&attempts));
        for attempt in &attempts {
            assert_eq!(attempt.parent_span_id, call.span_context.span_id());
        }
        assert_eq!(attribute(&attempts[1], "http.request.resend_count").as_deref(), Some("1"));
        assert_eq!(attempts[0].status, failed());
        assert_eq!(attempts[1].status, Status::Unset);
    }
}

/// Waits before it sends a request.
#[derive(Clone)]
struct Waiting(Next);

impl tower::Service<Request<Body>> for Waiting {
    type Response = Response<Body>;
    type Error = Error;
    type Future = futures_util::future::BoxFuture<'static, Result<Response<Body>, Error>>;

    fn poll_ready(
        &mut self,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Result<(), Error>> {
        tower::Service::<Request<Body>>::poll_ready(&mut self.0, cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let next = self.0.clone();
        Box::pin(async move {
            tokio::time::sleep(Duration::from_secs(1)).await;
            tower::ServiceExt::oneshot(next, request).await
        })
    }
}

#[tokio::test]
async fn the_request_after_a_rejected_token_has_a_span_of_its_own() {
    for has_layer in [false, true] {
        let tokens = Arc::new(AtomicUsize::new(0));
        let source = TokenSource::new(move || {
            let number = tokens.fetch_add(1, Ordering::Relaxed);
            async move { Ok(AccessToken::new(&format!("t{number}"))) }
        });
        let recorder = Recorder::new();
        recorder.respond(401, "").respond(200, "1");
        let builder = recorder.client().credentials(Credentials::token(source));
        let builder = if has_layer { builder.attempt_layer(traced()) } else { builder };
        let client = builder.transport_layer(traced()).build().unwrap();
        let export = Export::begin();

        client.execute(Call::get(&["x"])).await.unwrap();

        let spans = export.spans();
        let mut attempts: Vec<_> =
            spans.iter().filter(|span| span.span_kind == SpanKind::Client).cloned().collect();
        // With layers in the attempt slot, the first span ends when they do.
        attempts.sort_by_key(|span| span.start_time);
        let call = spans.iter().find(|span| span.name == "call").unwrap();
        let [rejected, accepted] = &attempts[..] else { panic!("{attempts:?}") };
        assert_eq!(rejected.status, failed());
        assert_eq!(accepted.status, Status::Unset);
        assert_eq!(attribute(rejected, "http.request.resend_count"), None);
        assert_eq!(attribute(accepted, "http.request.resend_count").as_deref(), Some("1"));
        for attempt in &attempts {
            assert_eq!(attempt.parent_span_id, call.span_context.span_id(), "{has_layer}");
        }
        assert_eq!(parents(&recorder), ids(&attempts));
    }
}

#[tokio::test]
async fn an_attempt_that_a_layer_ends_without_a_request_has_a_span_all_the_same() {
    let refuses = || {
        layer_fn(|_: Next| {
            tower::service_fn(async |_: Request<Body>| {
                Err::<Response<Body>, BoxError>("the circuit breaker is open".into())
            })
        })
    };
    let recorder = Recorder::new();
    let client = recorder.client().attempt_layer(refuses()).build().unwrap();
    let export = Export::begin();

    client.execute(Call::post(&["x"]).safety(Safety::OneShot)).await.unwrap_err();

    let (attempts, call) = export.call();
    let [attempt] = &attempts[..] else { panic!("{attempts:?}") };
    for span in [attempt, &call] {
        assert_eq!(span.status, failed());
        assert_eq!(attribute(span, "error.type").as_deref(), Some(r#""middleware""#));
        assert_eq!(attribute(span, "http.response.status_code"), None);
    }
    assert_eq!(attribute(attempt, "http.request.resend_count"), None);
}

#[tokio::test]
async fn a_client_of_a_service_alone_has_the_same_spans_without_a_server() {
    let export = Export::begin();
    let client = Client::new(tower::service_fn(async |request: Request<Body>| {
        let parent = inject(request).headers()["traceparent"].to_str()?.to_owned();
        Ok::<_, BoxError>(Response::new(format!("{parent:?}")))
    }));

    let parent: String = client.send(Call::get(&["x"])).await.unwrap();

    let (attempts, call) = export.call();
    let [attempt] = &attempts[..] else { panic!("{attempts:?}") };
    assert!(parent.contains(&attempt.span_context.span_id().to_string()), "{parent}");
    assert_eq!(attempt.parent_span_id, call.span_context.span_id());
    assert_eq!(attribute(attempt, "server.address"), None);
    assert_eq!(attribute(attempt, "server.port"), None);
}

/// Keeps every request that it sees.
#[derive(Clone)]
struct Keeping<S>(S, Arc<Mutex<Vec<http::Extensions>>>);

impl<S: tower::Service<Request<Body>>> tower::Service<Request<Body>> for Keeping<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(
        &mut self,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> S::Future {
        self.1.lock().unwrap().push(request.extensions().clone());
        self.0.call(request)
    }
}

#[tokio::test]
async fn a_layer_that_keeps_the_extensions_keeps_no_span_open() {
    let recorder = Recorder::new();
    let kept = Arc::<Mutex<Vec<_>>>::default();
    let keeping = Arc::clone(&kept);
    let client = recorder
        .client()
        .attempt_layer(layer_fn(move |next: Next| Keeping(next, Arc::clone(&keeping))))
        .build()
        .unwrap();
    let export = Export::begin();

    client.execute(Call::get(&["x"])).await.unwrap();

    assert_eq!(kept.lock().unwrap().len(), 1);
    assert_eq!(export.call().0.len(), 1);
}

#[tokio::test]
async fn token_requests_are_client_spans_of_no_call() {
    let service = tower::service_fn(async |request: Request<Body>| {
        let body = match request.uri().path() {
            "/.well-known/openid-configuration" => {
                r#"{"token_endpoint":"https://id.example.com/openid/token"}"#
            }
            "/openid/token" => r#"{"access_token":"t","expires_in":60}"#,
            _ => "1",
        };
        Ok::<_, BoxError>(Response::new(body.to_owned()))
    });
    let grant = OidcGrant::client_credentials(OidcClient::new("id", "secret"));
    let client = Client::builder("https://id.example.com")
        .credentials(Credentials::token(grant))
        .attempt_layer(traced())
        .service(service)
        .build()
        .unwrap();
    let export = Export::begin();

    client.execute(Call::get(&["x"])).await.unwrap();

    let spans = export.spans();
    let names: Vec<_> = spans.iter().map(|span| (&*span.name, span.span_kind.clone())).collect();
    assert_eq!(
        names,
        [
            ("GET", SpanKind::Client),
            ("POST", SpanKind::Client),
            ("trivore.token", SpanKind::Internal),
            ("GET", SpanKind::Client),
            ("call", SpanKind::Internal),
        ]
    );
    let [discovery, token, refresh, attempt, call] = &spans[..] else { unreachable!() };
    assert_eq!(refresh.parent_span_id, SpanId::INVALID);
    for request in [discovery, token] {
        assert_eq!(request.parent_span_id, refresh.span_context.span_id());
    }
    assert_eq!(attempt.parent_span_id, call.span_context.span_id());
    for request in [discovery, token, attempt] {
        assert_eq!(attribute(request, "http.request.resend_count"), None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_request_that_is_sent_again_has_its_number() {
    let requests = Arc::new(AtomicUsize::new(0));
    let service = tower::service_fn(move |request: Request<Body>| {
        let is_first = requests.fetch_add(1, Ordering::Relaxed) == 0;
        let (status, body) = match request.uri().path() {
            "/openid/token" if is_first => (502, ""),
            "/openid/token" => (200, r#"{"access_token":"t","expires_in":60}"#),
            _ => (200, "1"),
        };
        let response = Response::builder().status(status).body(body.to_owned());
        async move { response.map_err(BoxError::from) }
    });
    let grant = OidcGrant::client_credentials(OidcClient::new("id", "secret"))
        .token_endpoint("https://id.example.com/openid/token");
    let client = Client::builder("https://id.example.com")
        .credentials(Credentials::token(grant))
        .service(service)
        .build()
        .unwrap();
    let export = Export::begin();

    client.execute(Call::get(&["x"])).await.unwrap();

    let spans = export.spans();
    let counts: Vec<_> = spans
        .iter()
        .filter(|span| span.span_kind == SpanKind::Client)
        .map(|span| (&*span.name, attribute(span, "http.request.resend_count")))
        .collect();
    assert_eq!(counts, [("POST", None), ("POST", Some("1".to_owned())), ("GET", None)]);
}
