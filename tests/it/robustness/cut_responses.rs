//! Connections that break after each byte of a response.

use std::time::Duration;

use serde_json::Value;
use trivore::Result;
use trivore::transport::{ApiError, Call, Client, RetryPolicy};
use trivore_tests::{RawServer, Reply, json};

/// Sends a write for each length at which the response can be cut, each followed by a read with the
/// same client.
async fn cut_everywhere(response: Vec<u8>, check: impl Fn(usize, Result<Value>)) {
    let length = response.len();
    let server = RawServer::start(move |number, _| match number % 2 {
        0 => Reply::RawThenClose(response[..number / 2].to_vec()),
        _ => Reply::Json("7".to_owned()),
    })
    .await;
    let client = Client::builder(&server.url()).retry(RetryPolicy::off());
    let client = client.timeout(Duration::from_secs(60)).build().unwrap();

    for cut in 0..=length {
        check(cut, client.send(Call::post(&["x"])).await);
        assert_eq!(client.send::<u8>(Call::get(&["y"])).await.unwrap(), 7, "after {cut} bytes");
    }

    assert_eq!(server.requests(), 2 * (length + 1), "a request was retried");
    assert!(server.connections() <= 2 * (length + 1));
}

#[tokio::test]
async fn a_response_counts_when_it_is_whole() {
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
    for response in [json(200, "{}"), chunked.into()] {
        let length = response.len();
        cut_everywhere(response, |cut, outcome| {
            let Err(error) = outcome else { return assert_eq!(cut, length) };
            assert!(cut < length && error.is_connection(), "{cut}: {error}");
            assert!(error.may_have_been_applied(), "{cut}: {error}");
        })
        .await;
    }
}

#[tokio::test]
async fn a_refusal_counts_when_its_head_is_whole() {
    let body = r#"{"errorMessage":"no"}"#;
    let response = json(403, body);
    let (length, head) = (response.len(), response.len() - body.len());
    cut_everywhere(response, |cut, outcome| {
        let error = outcome.unwrap_err();
        assert_eq!(error.is_forbidden(), cut >= head, "{cut}: {error}");
        assert_eq!(error.is_connection(), cut < head, "{cut}: {error}");
        assert_eq!(error.may_have_been_applied(), cut < head, "{cut}: {error}");
        let words = error.api().and_then(ApiError::message);
        assert_eq!(words, (cut == length).then_some("no"));
    })
    .await;
}
