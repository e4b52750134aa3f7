//! tower and tower-http layers in the three slots.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue, USER_AGENT};
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use tower::{Layer, Service};
use tower_http::decompression::DecompressionLayer;
use tower_http::map_request_body::MapRequestBodyLayer;
use tower_http::set_header::SetRequestHeaderLayer;
use tower_http::trace::TraceLayer;
use trivore::Credentials;
use trivore::transport::{Body, BoxError, Call, CallContext, Client};
use trivore_tests::{RawServer, Recorder, Reply};

/// Records each request: the slot, and whether it has credentials and a full URL.
#[derive(Clone)]
struct Spy {
    slot: &'static str,
    notes: Arc<Mutex<Vec<String>>>,
}

#[derive(Clone)]
struct Spying<S> {
    inner: S,
    spy: Spy,
}

impl<S> Layer<S> for Spy {
    type Service = Spying<S>;

    fn layer(&self, inner: S) -> Spying<S> {
        Spying { inner, spy: self.clone() }
    }
}

impl<S, B> Service<Request<B>> for Spying<S>
where
    S: Service<Request<B>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(
        &mut self,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> S::Future {
        let note = format!(
            "{} {} signed={} absolute={}",
            self.spy.slot,
            CallContext::of(&request)
                .and_then(CallContext::operation)
                .map_or("?", |known| known.name),
            request.headers().contains_key(AUTHORIZATION),
            request.uri().host().is_some(),
        );
        self.spy.notes.lock().unwrap().push(note);
        self.inner.call(request)
    }
}

#[tokio::test]
async fn each_slot_sees_what_it_is_told_to_see() {
    let recorder = Recorder::new();
    let notes = Arc::<Mutex<Vec<String>>>::default();
    let spy = |slot| Spy { slot, notes: Arc::clone(&notes) };
    let client = recorder
        .client()
        .call_layer(spy("call"))
        .attempt_layer(spy("attempt"))
        .transport_layer(spy("transport"))
        .build()
        .unwrap();

    trivore::Trivore::new(client).users().builtin_roles(&"a".into()).await.unwrap();

    assert_eq!(
        *notes.lock().unwrap(),
        [
            "call users.builtin_roles signed=false absolute=false",
            "attempt users.builtin_roles signed=false absolute=true",
            "transport users.builtin_roles signed=true absolute=true",
        ]
    );
}

#[tokio::test]
async fn layers_of_a_slot_run_in_the_order_they_were_added() {
    let recorder = Recorder::new();
    let notes = Arc::<Mutex<Vec<String>>>::default();
    let spy = |slot| Spy { slot, notes: Arc::clone(&notes) };
    let client =
        recorder.client().call_layer(spy("first")).call_layer(spy("second")).build().unwrap();

    client.execute(Call::get(&["x"])).await.unwrap();

    let slots: Vec<_> = notes
        .lock()
        .unwrap()
        .iter()
        .map(|note| note.split(' ').next().unwrap().to_owned())
        .collect();
    assert_eq!(slots, ["first", "second"]);
}

/// Adds tower-http layers to a slot: two that keep the body types, and two that change them.
macro_rules! with_tower_http {
    ($builder:expr, $slot:ident) => {
        $builder
            .$slot(TraceLayer::new_for_http())
            .$slot(SetRequestHeaderLayer::appending(
                HeaderName::from_static("x-layer"),
                HeaderValue::from_static("seen"),
            ))
            .$slot(MapRequestBodyLayer::new(|body: Body| body.boxed_unsync()))
            .$slot(DecompressionLayer::new())
    };
}

#[tokio::test]
async fn layers_of_tower_http_fit_every_slot() {
    let recorder = Recorder::new();
    recorder.respond(200, r#"["ROLE"]"#);
    let builder = with_tower_http!(recorder.client(), call_layer);
    let builder = with_tower_http!(builder, attempt_layer);
    let client = with_tower_http!(builder, transport_layer).build().unwrap();

    let roles: Vec<String> = client.send(Call::post(&["x"]).json(&[1, 2])).await.unwrap();

    assert_eq!(roles, ["ROLE"]);
    let sent = recorder.last();
    assert_eq!(sent.header("accept-encoding"), Some("gzip"));
    assert_eq!(sent.request.headers().get_all("x-layer").iter().count(), 3);
    assert_eq!(sent.json(), Some(serde_json::json!([1, 2])));
}

#[tokio::test]
async fn a_layer_that_changes_the_body_keeps_its_length() {
    let server = RawServer::start(|_, _| Reply::Json("1".to_owned())).await;
    let client = Client::builder(&server.url())
        .transport_layer(MapRequestBodyLayer::new(|body: Body| body.map_err(BoxError::from)))
        .build()
        .unwrap();

    client.execute(Call::post(&["x"]).json(&"four")).await.unwrap();

    let head = server.heads().remove(0).to_lowercase();
    assert!(head.contains("\r\ncontent-length: 6\r\n"), "{head}");
}

#[tokio::test]
async fn a_layer_that_drops_the_extensions_is_told_before_anything_is_sent() {
    let forgetful = || {
        tower::util::MapRequestLayer::new(|request: Request<Body>| {
            let (head, body) = request.into_parts();
            let mut request = Request::new(body);
            (*request.method_mut(), *request.uri_mut()) = (head.method, head.uri);
            request
        })
    };
    let recorder = Recorder::new();
    let clients = [
        recorder.client().call_layer(forgetful()),
        recorder.client().attempt_layer(forgetful()),
        recorder.client().transport_layer(forgetful()),
    ];

    for client in clients {
        let error = client.build().unwrap().execute(Call::post(&["x"])).await.unwrap_err();

        assert!(error.is_configuration(), "{error}");
        assert!(error.to_string().contains("extensions"), "{error}");
    }
    assert_eq!(recorder.requests().len(), 0);
}

#[tokio::test]
async fn a_compressed_response_is_unpacked_within_the_size_limit() {
    let packed = tower::service_fn(async |_: Request<Body>| {
        let packed = include_bytes!("../../fixtures/one_mebibyte_of_zeros.gz");
        let response = Response::builder().header("content-encoding", "gzip");
        Ok::<_, BoxError>(response.body(Full::new(Bytes::from_static(packed)))?)
    });
    let client = |limit| {
        Client::builder("https://id.example.com")
            .transport_layer(DecompressionLayer::new())
            .max_response_size(limit)
            .service(packed)
            .build()
            .unwrap()
    };

    let whole = client(1 << 20).response(Call::<()>::get(&["x"])).await.unwrap();
    let error = client((1 << 20) - 1).response(Call::<()>::get(&["x"])).await.unwrap_err();

    assert_eq!(whole.body().len(), 1 << 20);
    assert!(error.is_too_large(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn layers_of_tower_keep_their_errors_and_ours() {
    let recorder = Recorder::new();
    recorder.respond(404, r#"{"errorMessage":"User not found.","statusCode":404}"#);
    let slow = recorder
        .client()
        .call_layer(tower::timeout::TimeoutLayer::new(Duration::from_secs(3)))
        .service(tower::service_fn(|_: Request<Body>| {
            std::future::pending::<Result<Response<String>, BoxError>>()
        }))
        .build()
        .unwrap();
    let refused = recorder
        .client()
        .attempt_layer(tower::timeout::TimeoutLayer::new(Duration::from_secs(3)))
        .build()
        .unwrap();

    let timed_out = slow.execute(Call::post(&["x"])).await.unwrap_err();
    let not_found = refused.execute(Call::post(&["x"])).await.unwrap_err();

    assert_eq!(timed_out.to_string(), "call: request timed out");
    assert!(timed_out.may_have_been_applied(), "the service was called before the timeout");
    assert!(not_found.is_not_found());
}

#[tokio::test]
async fn every_request_has_the_shared_headers_and_a_name_of_its_own() {
    let recorder = Recorder::new();
    let client = recorder.client().user_agent("billing/1.4").build().unwrap();

    client.execute(Call::get(&["x"])).await.unwrap();
    client.execute(Call::put(&["x"]).json(&1)).await.unwrap();

    let sent = recorder.requests();
    for recorded in &sent {
        let headers = recorded.request.headers();
        assert_eq!(headers[ACCEPT], "application/json");
        assert_eq!(recorded.header("authorization"), Some("Basic aWQ6c2VjcmV0"));
        assert!(
            recorded.header(USER_AGENT.as_str()).unwrap().starts_with("billing/1.4 trivore-rust/")
        );
    }
    assert!(!sent[0].request.headers().contains_key(CONTENT_TYPE));
    assert_eq!(sent[1].request.headers()[CONTENT_TYPE], "application/json");
    assert_ne!(sent[0].header("x-request-id"), sent[1].header("x-request-id"));
    assert_eq!(sent[0].header("x-request-id").unwrap().len(), 32);
}

#[tokio::test]
async fn a_header_that_is_set_already_stays() {
    let recorder = Recorder::new();
    let client = recorder.client().build().unwrap();
    let text = HeaderValue::from_static("text/plain");

    client.execute(Call::get(&["x"]).header(ACCEPT, text)).await.unwrap();

    assert_eq!(recorder.last().header("accept"), Some("text/plain"));
}

#[tokio::test]
async fn a_layer_that_sends_elsewhere_gets_no_credentials() {
    let recorder = Recorder::new();
    let elsewhere = tower::util::MapRequestLayer::new(|mut request: Request<Body>| {
        *request.uri_mut() = "https://evil.example/x".parse().unwrap();
        request
    });
    let client = recorder
        .client()
        .credentials(Credentials::bearer("t"))
        .attempt_layer(elsewhere)
        .build()
        .unwrap();

    let error = client.execute(Call::get(&["x"])).await.unwrap_err();

    assert!(error.is_configuration(), "{error}");
    assert_eq!(recorder.requests().len(), 0);
}
