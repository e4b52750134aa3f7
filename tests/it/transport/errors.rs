//! Errors: predicates, messages and sources.

use std::error::Error as _;
use std::io;
use std::time::Duration;

use http::{Request, Response};
use tower::timeout::TimeoutLayer;
use tower_http::timeout::ResponseBodyTimeoutLayer;
use trivore::models::{PageRequest, RoleChanges, User, UserId};
use trivore::transport::{Body, BoxError, Call, Client, Failure, RetryPolicy, Safety};
use trivore::{Error, Trivore};
use trivore_tests::{RawServer, Recorder, RefusingPort, Reply};

async fn refused(status: u16, body: &str) -> Error {
    let recorder = Recorder::new();
    recorder.respond(status, body);
    recorder.trivore().users().get(&UserId::from("a")).await.unwrap_err()
}

#[tokio::test]
async fn each_status_has_its_predicate() {
    type Predicate = fn(&Error) -> bool;
    let table: [(u16, Predicate); 7] = [
        (400, Error::is_bad_request),
        (401, Error::is_unauthorized),
        (403, Error::is_forbidden),
        (404, Error::is_not_found),
        (409, Error::is_conflict),
        (429, Error::is_rate_limited),
        (503, Error::is_server_error),
    ];
    for (status, _) in table {
        let error = refused(status, "").await;

        for (other, predicate) in table {
            assert_eq!(
                predicate(&error),
                status == other,
                "predicate of {other} with status {status}"
            );
        }
        assert_eq!(error.status().unwrap(), status);
    }
}

#[tokio::test]
async fn an_error_is_one_useful_line() {
    let body = r#"{"errorMessage":"Client does not have required permission ACCOUNT_VIEW.","statusCode":403}"#;

    let error = refused(403, body).await;

    assert_eq!(
        error.to_string(),
        "users.get: the server responded with 403 Forbidden: \
         Client does not have required permission ACCOUNT_VIEW."
    );
    assert_eq!(error.missing_permission(), Some("ACCOUNT_VIEW"));
    assert_eq!(error.api().unwrap().body(), body);
}

#[tokio::test]
async fn only_an_object_holds_a_message() {
    for body in [
        r#"["MARK is taken"]"#,
        r#"["MARK","MARK","MARK"]"#,
        r#"[{"errorMessage":"MARK"}]"#,
        r#""MARK""#,
    ] {
        let error = refused(409, body).await;

        let api = error.api().unwrap();
        assert_eq!((api.message(), api.oauth_error()), (None, None), "{body}");
        assert_eq!(error.to_string(), "users.get: the server responded with 409 Conflict");
        assert_eq!(api.body(), body);
    }
}

#[derive(Debug, serde::Deserialize)]
struct Shelf {
    #[expect(dead_code, reason = "only its type matters")]
    books: Vec<Book>,
}

#[derive(Debug, serde::Deserialize)]
struct Book {
    #[expect(dead_code, reason = "only its type matters")]
    title: String,
}

#[tokio::test]
async fn a_decode_error_names_a_member_that_is_missing_or_repeated() {
    for (body, path, expected) in [
        (r#"{"MARK":"MARK"}"#, ".", "a member `books`"),
        (r#"{"books":[{"title":"MARK"},{"titel":"MARK"}]}"#, "books[1]", "a member `title`"),
        (
            r#"{"books":[{"title":"MARK","title":"MARK"}]}"#,
            "books[0]",
            "a member `title` that is not repeated",
        ),
        (
            r#"{"books":[{"title":"MARK"}],"books":[]}"#,
            ".",
            "a member `books` that is not repeated",
        ),
        (r#"{"books":["missing field `MARK`"]}"#, "books[0]", "struct Book"),
    ] {
        let recorder = Recorder::new();
        recorder.respond(200, body);
        let client = recorder.client().build().unwrap();

        let error = client.send(Call::<Shelf>::get(&["shelf"])).await.unwrap_err();

        let decode = error.decode_error().unwrap();
        assert_eq!((decode.path(), decode.expected()), (path, Some(expected)), "{body}");
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(expected) && !shown.contains("MARK"), "{shown}");
    }
}

#[tokio::test]
async fn a_message_cannot_forge_lines_of_a_log() {
    let error = refused(400, r#"{"errorMessage":"bad\r\nINFO all is well"}"#).await;

    assert_eq!(error.api().unwrap().message(), Some("badINFO all is well"));
}

#[tokio::test]
async fn a_redirect_is_refused_and_not_followed() {
    let recorder = Recorder::new();
    recorder.respond(302, "");

    let error = recorder.trivore().users().get(&"a".into()).await.unwrap_err();

    assert_eq!(error.status().unwrap(), 302);
    assert_eq!(recorder.requests().len(), 1);
}

#[tokio::test]
async fn what_may_have_been_applied_depends_on_the_status_and_the_operation() {
    for (status, headers, unsafe_write) in [
        (101, None, true),
        (303, None, true),
        (400, None, false),
        (404, None, false),
        (408, None, true),
        (409, None, false),
        (421, None, false),
        (425, None, false),
        (499, None, true),
        (429, None, false),
        (500, None, true),
        (502, None, true),
        (503, None, true),
        (503, Some("retry-after"), true),
        (501, None, true),
        (520, None, true),
        (504, None, true),
    ] {
        let service = tower::service_fn(move |_: Request<Body>| {
            let mut response = Response::builder().status(status);
            if let Some(name) = headers {
                response = response.header(name, "1");
            }
            std::future::ready(Ok::<_, BoxError>(response.body(String::new()).unwrap()))
        });
        let client = Client::new(service);

        let write = client.execute(Call::post(&["x"])).await.unwrap_err();
        let read = client.execute(Call::get(&["x"])).await.unwrap_err();

        assert_eq!(write.may_have_been_applied(), unsafe_write, "{status} {headers:?}");
        assert!(!read.may_have_been_applied(), "{status} {headers:?}");
    }
}

#[tokio::test]
async fn a_response_that_does_not_fit_tells_the_place_and_not_the_value() {
    let recorder = Recorder::new();
    recorder.respond(200, r#"{"resources":[{"id":"1"},{"name":{"givenName":["MARKED"]}}]}"#);

    let error = recorder.trivore().users().list(&PageRequest::default()).await.unwrap_err();

    let place = error.decode_error().unwrap();
    assert_eq!(place.path(), "resources[1].name.givenName");
    assert!(place.expected().unwrap().contains("string"), "{place}");
    assert!(!format!("{error} {error:?} {:?}", error.source()).contains("MARKED"));
}

#[tokio::test]
async fn a_response_that_does_not_fit_tells_of_its_attempt() {
    let recorder = Recorder::new();
    recorder.respond(200, "<html>");

    let error = recorder.trivore().users().get(&"a".into()).await.unwrap_err();

    assert!(error.is_decode());
    assert_eq!(error.attempts().len(), 1);
}

#[tokio::test]
async fn a_write_whose_response_cannot_be_read_may_have_been_applied() {
    let recorder = Recorder::new();
    recorder.respond(200, "<html>").respond(200, "<html>");
    let trivore = recorder.trivore();
    let user = UserId::from("a");

    let write = trivore.users().update_builtin_roles(&user, &RoleChanges::default()).await;
    let read = trivore.users().builtin_roles(&user).await;

    let (write, read) = (write.unwrap_err(), read.unwrap_err());
    assert!(write.is_decode() && write.may_have_been_applied());
    assert!(read.is_decode() && !read.may_have_been_applied());
    assert_eq!((write.attempts().len(), read.attempts().len()), (1, 1));
}

#[tokio::test]
async fn bad_input_is_told_before_anything_is_sent() {
    let recorder = Recorder::new();
    let trivore = recorder.trivore();

    for id in ["", ".", ".."] {
        let error = trivore.users().update(&UserId::from(id), &User::new()).await.unwrap_err();

        assert!(error.is_invalid_input(), "{id:?}: {error}");
        assert!(!error.may_have_been_applied());
        assert_eq!(error.operation().unwrap().name, "users.update");
        assert_eq!(error.operation().unwrap().safety, Safety::Idempotent);
    }
    assert_eq!(recorder.requests().len(), 0);
}

#[tokio::test]
async fn a_server_that_is_not_there_was_sent_nothing() {
    let port = RefusingPort::new();
    let trivore = Trivore::builder(&port.url()).build().unwrap();

    let error = trivore.users().create(&User::new()).await.unwrap_err();

    assert!(error.is_connect());
    assert!(!error.may_have_been_applied());
    assert!(error.to_string().contains("users.create: could not connect: "), "{error}");
    assert!(error.source().is_some());
}

/// The texts of an error and of all its sources, as `anyhow` prints them.
fn chain(error: &Error) -> Vec<String> {
    let first: &dyn std::error::Error = error;
    let chain = std::iter::successors(Some(first), |error| (*error).source());
    chain.map(ToString::to_string).collect()
}

#[tokio::test]
async fn a_chain_tells_each_cause_once() {
    let port = RefusingPort::new();
    let refused = Trivore::builder(&port.url()).build().unwrap();
    let refused = refused.users().create(&User::new()).await.unwrap_err();
    let server = RawServer::start(|_, _| Reply::RawThenClose(Vec::new())).await;
    let closed = Trivore::builder(&server.url()).build().unwrap();
    let closed = closed.users().create(&User::new()).await.unwrap_err();
    let inner = || io::Error::other("the breaker is open");
    let own = Error::before_sending(inner());

    for error in [refused, closed, own, Error::connect(inner()), Error::input(inner())] {
        let texts = chain(&error);

        for (number, text) in texts.iter().enumerate() {
            let others = texts.iter().enumerate().filter(|(other, _)| *other != number);
            for (_, other) in others {
                assert!(!text.contains(other.as_str()), "{texts:?}");
            }
        }
        assert!(texts[0].matches("breaker").count() <= 1, "{texts:?}");
    }
}

#[tokio::test]
async fn the_error_of_a_service_can_be_had_back() {
    let service = tower::service_fn(async |_: Request<Body>| {
        Err::<Response<String>, _>(io::Error::from(io::ErrorKind::BrokenPipe))
    });

    let error = Client::new(service).execute(Call::post(&["x"])).await.unwrap_err();

    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<io::Error>());
    assert_eq!(inner.map(io::Error::kind), Some(io::ErrorKind::BrokenPipe));
    assert_eq!(error.failure(), Failure::Middleware);
    assert!(error.may_have_been_applied());
}

#[tokio::test]
async fn a_service_that_says_that_it_sent_nothing_is_believed() {
    for (make, failure, requests) in [
        (Error::connect as fn(&'static str) -> Error, Failure::Connect, 3),
        (Error::before_sending, Failure::Middleware, 1),
        (Error::input, Failure::Input, 1),
        (Error::configuration, Failure::Configuration, 1),
    ] {
        let service = tower::service_fn(move |_: Request<Body>| {
            std::future::ready(Err::<Response<String>, _>(make("no")))
        });
        let policy = RetryPolicy::backoff().base_delay(Duration::from_millis(1));
        let client = Client::builder("https://id.example.com").retry(policy).service(service);

        let error = client.build().unwrap().execute(Call::post(&["x"])).await.unwrap_err();

        assert!(!error.may_have_been_applied(), "{error}");
        assert_eq!((error.failure(), error.attempts().len()), (failure, requests), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn timeouts_of_layers_and_services_are_timeouts() {
    let hangs = || {
        tower::service_fn(|_: Request<Body>| {
            std::future::pending::<Result<Response<String>, BoxError>>()
        })
    };
    let stalls = tower::service_fn(async |_: Request<Body>| {
        let never =
            futures_util::stream::pending::<Result<http_body::Frame<bytes::Bytes>, BoxError>>();
        Ok::<_, BoxError>(Response::new(http_body_util::StreamBody::new(never)))
    });
    let times_out = |error: fn() -> BoxError| {
        tower::service_fn(move |_: Request<Body>| {
            std::future::ready(Err::<Response<String>, _>(error()))
        })
    };
    let second = Duration::from_secs(1);
    let builder = || Client::builder("https://id.example.com").retry(RetryPolicy::off());
    let clients = [
        builder().service(hangs()).call_layer(TimeoutLayer::new(second)),
        builder().service(hangs()).attempt_layer(TimeoutLayer::new(second)),
        builder().service(hangs()).transport_layer(TimeoutLayer::new(second)),
        builder().service(stalls).transport_layer(ResponseBodyTimeoutLayer::new(second)),
        builder().service(times_out(|| io::Error::from(io::ErrorKind::TimedOut).into())),
        builder()
            .service(times_out(|| io::Error::other(tower::timeout::error::Elapsed::new()).into())),
    ];

    for (number, client) in clients.into_iter().enumerate() {
        let error = client.build().unwrap().execute(Call::post(&["x"])).await.unwrap_err();

        assert!(error.is_timeout(), "{number}: {error}");
        assert!(error.may_have_been_applied(), "{number}: {error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_layers_timeout_is_a_timeout_in_the_history() {
    let service = tower::service_fn(|_: Request<Body>| {
        std::future::pending::<Result<Response<String>, BoxError>>()
    });
    let client = Client::builder("https://id.example.com")
        .service(service)
        .attempt_layer(TimeoutLayer::new(Duration::from_secs(1)))
        .build()
        .unwrap();

    let error = client.execute(Call::post(&["x"])).await.unwrap_err();

    assert_eq!(error.failure(), Failure::Timeout);
    assert_eq!(error.attempts().len(), 1);
    assert_eq!(error.attempts()[0].to_string(), "timeout after 1000 ms");
}
