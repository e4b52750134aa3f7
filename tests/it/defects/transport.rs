//! Defects 34 to 40, 42 and 44: connections, timeouts, headers and credentials.

use std::time::Duration;

use http::header::{AUTHORIZATION, HeaderValue};
use http::{Request, Response};
use tokio::time::Instant;
use trivore::models::UserId;
use trivore::transport::{Body, BoxError, Call, Client};
use trivore::{Credentials, Trivore};
use trivore_tests::{RawServer, Recorder, Reply};

fn id() -> UserId {
    UserId::from("5d0000000000000000000001")
}

#[tokio::test]
async fn g34_five_calls_use_one_connection() {
    let server = RawServer::start(|_, _| Reply::Json(r#"{"id":"1"}"#.to_owned())).await;
    let trivore = Trivore::builder(&server.url()).build().unwrap();

    for _ in 0..5 {
        trivore.clone().users().get(&id()).await.unwrap();
    }

    assert_eq!((server.requests(), server.connections()), (5, 1));
}

#[tokio::test(start_paused = true)]
async fn g35_a_server_that_never_responds_is_given_up() {
    let silent = tower::service_fn(|_: Request<Body>| {
        std::future::pending::<Result<Response<String>, BoxError>>()
    });
    let client = Client::builder("https://id.example.com").service(silent).build().unwrap();
    let start = Instant::now();

    let error = Trivore::new(client).users().delete(&id()).await.unwrap_err();

    assert!(error.is_timeout());
    assert!(error.may_have_been_applied());
    let limit = Duration::from_secs(90);
    assert!(start.elapsed() <= limit, "{:?}", start.elapsed());
}

#[tokio::test]
async fn g35_too_many_requests_are_told_in_one_line() {
    let recorder = Recorder::new();
    recorder.respond(429, &format!("<html>{}</html>", "slow down ".repeat(1000)));

    let error = recorder.trivore().users().get(&id()).await.unwrap_err();

    assert!(error.is_rate_limited());
    assert_eq!(error.to_string(), "users.get: the server responded with 429 Too Many Requests");
}

#[tokio::test]
async fn g36_json_is_asked_for() {
    let recorder = Recorder::new();

    recorder.trivore().users().delete(&id()).await.unwrap();

    assert_eq!(recorder.last().header("accept"), Some("application/json"));
}

#[tokio::test]
async fn g39_credentials_are_the_ones_given_and_no_others() {
    let recorder = Recorder::new();
    let client = recorder.client().credentials(Credentials::bearer("last")).build().unwrap();
    let call = Call::get(&["user"]).header(AUTHORIZATION, HeaderValue::from_static("Basic own"));

    client.execute(call).await.unwrap();

    let headers = recorder.last();
    let headers: Vec<_> = headers.request.headers().get_all(AUTHORIZATION).iter().collect();
    assert_eq!(headers, ["Bearer last"]);
}

#[test]
fn g40_an_sdk_is_made_without_a_runtime_and_without_a_server() {
    let nobody = "http://127.0.0.1:9";

    let made = Trivore::builder(nobody).credentials(Credentials::bearer("t")).build();

    assert!(made.is_ok());
}

#[tokio::test]
async fn g40_making_an_sdk_does_not_connect() {
    let server = RawServer::start(|_, _| Reply::Json(r#"{"id":"1"}"#.to_owned())).await;

    let trivore = Trivore::builder(&server.url()).build().unwrap();
    let before = server.connections();
    trivore.users().get(&id()).await.unwrap();

    assert_eq!((before, server.connections()), (0, 1));
}

#[tokio::test]
async fn g42_credentials_stand_in_a_header_and_never_in_the_url() {
    for (credentials, header) in [
        (Credentials::basic("MARK-id", "MARK-secret"), "Basic TUFSSy1pZDpNQVJLLXNlY3JldA=="),
        (Credentials::bearer("MARK-token"), "Bearer MARK-token"),
    ] {
        let recorder = Recorder::new();
        let client = recorder.client().credentials(credentials).build().unwrap();

        Trivore::new(client).users().delete(&id()).await.unwrap();

        let sent = recorder.last();
        assert!(!sent.request.uri().to_string().contains("MARK"));
        assert_eq!(sent.header("authorization"), Some(header));
        assert!(sent.request.headers()[AUTHORIZATION].is_sensitive());
    }
}

#[tokio::test]
async fn g44_a_token_is_passed_on_untouched() {
    let token = "a:b,c{d}.e-f_g~h+i/j==";
    let recorder = Recorder::new();
    let client = recorder.client().credentials(Credentials::bearer(token)).build().unwrap();

    Trivore::new(client).users().delete(&id()).await.unwrap();

    assert_eq!(recorder.last().header("authorization"), Some(&*format!("Bearer {token}")));
}
