//! Servers that violate HTTP, or use it to exhaust the client.

use std::time::Duration;

use serde_json::{Value, json};
use trivore::transport::{Call, Client, RetryPolicy};
use trivore::{Error, Result};
use trivore_tests::{RawServer, Reply};

/// How a call ends, named like the error's predicate.
#[derive(Debug, PartialEq)]
enum End {
    Response,
    Connection,
    Decode,
    ServerError,
    Status(u16),
    Timeout,
    TooLarge,
}

impl End {
    fn of<T>(outcome: &Result<T>) -> Self {
        let Err(error) = outcome else { return Self::Response };
        match error {
            _ if error.is_connection() => Self::Connection,
            _ if error.is_decode() => Self::Decode,
            _ if error.is_server_error() => Self::ServerError,
            _ if error.is_timeout() => Self::Timeout,
            _ if error.is_too_large() => Self::TooLarge,
            _ => Self::Status(error.status().map_or(0, |status| status.as_u16())),
        }
    }
}

fn client(server: &RawServer, attempt_limit: Duration) -> Client {
    let client = Client::builder(&server.url()).retry(RetryPolicy::off());
    client.attempt_timeout(attempt_limit).max_response_size(256 << 10).build().unwrap()
}

/// Sends a write that gets this reply, then a read that gets a valid response.
async fn check(reply: Reply, expected: End) {
    let limit = if expected == End::Timeout { QUICK } else { BOUND };
    let bad = reply.clone();
    let server = RawServer::start(move |number, _| match number {
        0 => bad.clone(),
        _ => Reply::Json("7".to_owned()),
    })
    .await;
    let client = client(&server, limit);
    let write = Call::post(&["x"]).json(&json!({"text": "x".repeat(1 << 20)}));

    let outcome = tokio::time::timeout(2 * BOUND, client.send::<Value>(write)).await.unwrap();
    // On a busy machine, even the read may exceed the shorter timeout.
    let read = Call::get(&["y"]).retry(RetryPolicy::backoff().max_attempts(9));
    let next = client.send::<u8>(read).await;

    assert_eq!(End::of(&outcome), expected, "{reply:?}: {outcome:?}");
    let may = outcome.as_ref().is_err_and(Error::may_have_been_applied);
    let is_open = !matches!(expected, End::Response | End::Status(400..500));
    assert_eq!(may, is_open, "{reply:?}");
    assert_eq!(next.unwrap(), 7, "{reply:?}");
    if expected == End::Timeout {
        return;
    }
    assert_eq!(server.requests(), 2, "{reply:?}");
    assert!(server.connections() <= 2, "{reply:?}: {} connections", server.connections());
}

fn head(headers: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\n{headers}\r\n").into_bytes()
}

fn whole(headers: &str, body: &str) -> Vec<u8> {
    [head(headers), body.into()].concat()
}

#[tokio::test]
async fn bytes_that_are_no_response_fail_the_connection() {
    for bytes in [
        "",
        "\0\u{1}\u{2}\r\n\r\n",
        "HTTP/1.1 2",
        "HTTP/1.1 200 OK\r\ncontent-le",
        "HTTP/1.1 99999 OK\r\n\r\n",
        "HTTP/7.7 200 OK\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/1.1 200 OK\r\nname with spaces: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nx: \0\r\n\r\n",
    ] {
        check(Reply::RawThenClose(bytes.into()), End::Connection).await;
    }
    let settings = b"\0\0\0\x04\0\0\0\0\0".to_vec();
    check(Reply::RawThenClose(settings), End::Connection).await;
}

#[tokio::test]
async fn lengths_that_cannot_be_true_fail_the_connection() {
    for headers in [
        "content-length: 3\r\ncontent-length: 2\r\n",
        "content-length: -1\r\n",
        "content-length: 2x\r\n",
        "content-length: 99999999999999999999999\r\n",
        "content-length: 3\r\n",
    ] {
        check(Reply::RawThenClose(whole(headers, "{}")), End::Connection).await;
    }
    let enormous = "content-length: 1152921504606846976\r\n";
    check(Reply::RawThenClose(whole(enormous, "{}")), End::TooLarge).await;
}

#[tokio::test]
async fn chunks_of_impossible_sizes_fail_the_connection() {
    for chunks in [
        "zz\r\n{}\r\n0\r\n\r\n",
        "-2\r\n{}\r\n0\r\n\r\n",
        "fffffffffffffffff\r\n{}",
        "2{}\r\n0\r\n\r\n",
        "3\r\n{}\r\n0\r\n\r\n",
        "2\r\n{}\r\n",
        "2\r\n{}\r\n0\r\n",
    ] {
        let bytes = whole("transfer-encoding: chunked\r\n", chunks);
        check(Reply::RawThenClose(bytes), End::Connection).await;
    }
    let start = head("transfer-encoding: chunked\r\n");
    check(Reply::Endless(start, b"2;".to_vec()), End::Connection).await;
}

#[tokio::test]
async fn a_body_is_what_its_length_says_and_the_rest_is_nobodys_response() {
    let forged = "{}HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n66";
    check(Reply::Raw(whole("content-length: 2\r\n", forged)), End::Response).await;
    let both = whole(
        "content-length: 9\r\ntransfer-encoding: chunked\r\n",
        "2\r\n{}\r\n0\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n66",
    );
    check(Reply::Raw(both), End::Response).await;
}

#[tokio::test]
async fn an_encoding_that_nobody_asked_for_is_not_decoded() {
    let gzip = "content-encoding: gzip\r\ncontent-length: 2\r\n";
    check(Reply::Raw(whole(gzip, "{}")), End::Response).await;
    check(Reply::Raw(whole(gzip, "\u{1f}\u{8}")), End::Decode).await;
}

#[tokio::test]
async fn headers_without_end_fail_the_connection() {
    let ok = b"HTTP/1.1 200 OK\r\n".to_vec();
    check(Reply::Endless(ok.clone(), b"x: y\r\n".repeat(50)), End::Connection).await;
    check(Reply::Endless([ok, b"x: ".to_vec()].concat(), vec![b'y'; 4096]), End::Connection).await;
}

#[tokio::test]
async fn bodies_without_end_are_refused_or_cut() {
    let block = vec![b' '; 8192];
    check(Reply::Endless(head("connection: close\r\n"), block.clone()), End::TooLarge).await;
    let chunk = [b"2000\r\n".to_vec(), block.clone(), b"\r\n".to_vec()].concat();
    check(Reply::Endless(head("transfer-encoding: chunked\r\n"), chunk), End::TooLarge).await;
    for (status, expected) in [(500, End::ServerError), (403, End::Status(403))] {
        let start = format!("HTTP/1.1 {status} No\r\n\r\n").into_bytes();
        check(Reply::Endless(start, block.clone()), expected).await;
    }
}

#[tokio::test]
async fn attempts_end_in_time_whatever_keeps_them() {
    let interim = b"HTTP/1.1 100 Continue\r\n\r\n".repeat(16);
    check(Reply::Endless(Vec::new(), interim), End::Timeout).await;
    let slow = Duration::from_millis(20);
    check(Reply::Drip(whole("content-length: 2\r\n", "{}"), slow), End::Timeout).await;
    let header = [b"HTTP/1.1 200 OK\r\nx: ".to_vec(), vec![b'y'; 1000]].concat();
    check(Reply::Drip(header, slow), End::Timeout).await;
    check(Reply::Never, End::Timeout).await;
}

#[tokio::test]
async fn interim_responses_are_passed_over() {
    let bytes = [
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n".to_vec(),
        whole("content-length: 2\r\n", "{}"),
    ];
    check(Reply::Raw(bytes.concat()), End::Response).await;
    let switch = b"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n";
    check(Reply::RawThenClose(switch.to_vec()), End::Status(101)).await;
}

#[tokio::test]
async fn a_response_may_come_before_the_request_was_read() {
    check(Reply::Early(whole("content-length: 2\r\n", "{}")), End::Response).await;
}

#[tokio::test]
async fn what_a_server_sends_unasked_is_no_response() {
    let forged = whole("content-length: 2\r\n", "66");
    for greeting in [forged, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), vec![0; 9]] {
        let greetings = vec![greeting.clone()];
        let server = RawServer::with_greetings(greetings, |_, _| Reply::Json("7".to_owned())).await;
        let client = client(&server, BOUND);

        let outcome = client.send::<u8>(Call::post(&["x"])).await;
        let next = client.send::<u8>(Call::get(&["y"])).await;

        let is_not_forged = outcome.as_ref().map_or(true, |number| *number == 7);
        assert!(is_not_forged, "{greeting:?}: {outcome:?}");
        assert_eq!(next.unwrap(), 7, "{greeting:?}");
        assert!(server.connections() <= 3);
    }
}

/// Long enough for a busy machine, short enough for a failing test.
const BOUND: Duration = Duration::from_secs(20);

/// For calls that are expected to time out.
const QUICK: Duration = Duration::from_millis(300);
