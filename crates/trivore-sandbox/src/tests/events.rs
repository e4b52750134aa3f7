//! Tests of the stream of received requests.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::client::{api, send};
use super::faults::raw::{create, exchange};
use crate::{Fault, Sandbox};

/// An open stream of events, over a connection.
struct Stream {
    socket: TcpStream,
    received: String,
}

impl Stream {
    async fn open(sandbox: &Sandbox, query: &str, header: &str) -> Self {
        let mut socket = TcpStream::connect(sandbox.address()).await.unwrap();
        let request = format!(
            "GET /sandbox/events{query} HTTP/1.1\r\nHost: localhost\r\n{header}Accept: \
             text/event-stream\r\n\r\n"
        );
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut stream = Self { socket, received: String::new() };
        stream.read_until("retry: 1000\n\n").await;
        stream
    }

    /// Reads until all that was received contains a text, and returns it.
    async fn read_until(&mut self, wanted: &str) -> &str {
        while !self.received.contains(wanted) {
            let mut bytes = [0; 4096];
            let read = timeout(SOON, self.socket.read(&mut bytes)).await.unwrap().unwrap();
            assert!(read > 0, "the stream ended: {}", self.received);
            self.received.push_str(&String::from_utf8_lossy(&bytes[..read]));
        }
        &self.received
    }

    /// Returns the numbers of the received requests.
    fn numbers(&self) -> Vec<u64> {
        let lines = self.received.lines().filter_map(|line| line.strip_prefix("id: "));
        lines.map(|number| number.parse().unwrap()).collect()
    }

    /// Reads until the stream ends.
    async fn is_ended(&mut self) -> bool {
        let mut rest = Vec::new();
        timeout(SOON, self.socket.read_to_end(&mut rest)).await.is_ok()
    }
}

const SOON: Duration = Duration::from_secs(20);

#[tokio::test]
async fn requests_are_sent_as_they_come() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut stream = Stream::open(&sandbox, "", "").await;
    let head = stream.received.to_ascii_lowercase();
    assert!(head.contains("content-type: text/event-stream\r\n"), "{head}");
    assert!(head.contains("cache-control: no-store\r\n"), "{head}");

    sandbox.inject(Fault::status(503).route("/group").once()).unwrap();
    api(&sandbox, "GET", "/group?filter=x", Value::Null).await;
    let received = stream.read_until("id: 1\nevent: request\ndata: ").await;
    let data = received.split("data: ").nth(1).unwrap().lines().next().unwrap();
    let mut event: Value = serde_json::from_str(data).unwrap();
    assert!(event["time"].is_string() && event["requestId"].is_string());
    event.as_object_mut().unwrap().retain(|key, _| key != "time" && key != "requestId");
    let expected = json!({
        "number": 1, "method": "GET", "path": "/api/rest/v1/group", "query": "filter=x",
        "status": 503, "fault": 1, "caller": null,
    });
    assert_eq!(event, expected);

    api(&sandbox, "GET", "/user", Value::Null).await;
    let received = stream.read_until("id: 2\n").await;
    assert!(received.contains(&format!("client {}", sandbox.client_id())), "{received}");
    assert!(!received.contains(sandbox.client_secret()));
}

#[tokio::test]
async fn a_stream_continues_after_the_last_event() {
    let sandbox = Sandbox::start().await.unwrap();
    for _ in 0..4 {
        api(&sandbox, "GET", "/user", Value::Null).await;
    }
    for (query, header, expected) in [
        ("", "", vec![1, 2, 3, 4]),
        ("?after=2", "", vec![3, 4]),
        ("?after=1", "Last-Event-ID: 3\r\n", vec![4]),
        // From before a restart of the sandbox.
        ("", "Last-Event-ID: 17\r\n", vec![1, 2, 3, 4]),
    ] {
        let mut stream = Stream::open(&sandbox, query, header).await;
        stream.read_until("id: 4\n").await;
        assert_eq!(stream.numbers(), expected, "{query} {header}");
    }
    let mut stream = Stream::open(&sandbox, "?after=4", "").await;
    api(&sandbox, "GET", "/user", Value::Null).await;
    stream.read_until("id: 5\n").await;
    assert_eq!(stream.numbers(), [5]);

    for (query, header) in [("", "Last-Event-ID: x\r\n"), ("?after=x", "")] {
        let request = format!(
            "GET /sandbox/events{query} HTTP/1.1\r\nHost: localhost\r\n{header}\
             Connection: close\r\n\r\n"
        );
        assert_eq!(exchange(&sandbox, request.as_bytes()).await.status(), 400, "{query}{header}");
    }
}

#[tokio::test]
async fn many_requests_are_sent_in_order_and_once() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut stream = Stream::open(&sandbox, "", "").await;
    for _ in 0..250 {
        api(&sandbox, "GET", "/user", Value::Null).await;
    }
    stream.read_until("id: 250\n").await;
    assert_eq!(stream.numbers(), (1..=250).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_stream_says_when_the_requests_are_cleared() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut stream = Stream::open(&sandbox, "", "").await;
    api(&sandbox, "GET", "/user", Value::Null).await;
    stream.read_until("id: 1\n").await;
    sandbox.reset().unwrap();
    stream.read_until("event: clear\ndata: {}\n\n").await;
    api(&sandbox, "GET", "/user", Value::Null).await;
    stream.read_until("id: 2\n").await;
}

#[tokio::test]
async fn streams_end_when_the_sandbox_stops() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut stream = Stream::open(&sandbox, "", "").await;
    timeout(Duration::from_millis(1900), sandbox.shutdown()).await.unwrap();
    assert!(stream.is_ended().await);
}

#[tokio::test]
async fn idle_streams_give_way_to_new_connections() {
    const LIMIT: usize = 8;
    let sandbox = Sandbox::builder().max_connections(LIMIT).start().await.unwrap();
    let mut streams = Vec::new();
    for _ in 0..LIMIT {
        streams.push(Stream::open(&sandbox, "", "").await);
    }
    assert_eq!(timeout(SOON, create(&sandbox)).await.unwrap().status(), 201);
    assert!(streams[0].is_ended().await, "it has waited the longest");
}

#[tokio::test(start_paused = true)]
async fn a_stream_without_requests_stays_open() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut stream = Stream::open(&sandbox, "", "").await;
    // More than the limit on idle connections.
    tokio::time::sleep(Duration::from_secs(200)).await;
    api(&sandbox, "GET", "/user", Value::Null).await;
    let received = stream.read_until("id: 1\n").await;
    assert!(received.contains("\n:\n\n"), "a comment shows whether the client is still there");
}

#[tokio::test]
async fn a_bypass_leaves_no_trace() {
    let sandbox = Sandbox::start().await.unwrap();
    let fault = sandbox.inject(Fault::status(503)).unwrap();
    for (value, expected) in [("true", 401), ("false", 503)] {
        let request = format!(
            "GET /api/rest/v1/user HTTP/1.1\r\nHost: localhost\r\nX-Sandbox-Bypass: {value}\r\n\
             Connection: close\r\n\r\n"
        );
        assert_eq!(exchange(&sandbox, request.as_bytes()).await.status(), expected);
    }
    assert_eq!((fault.hits(), sandbox.requests().len()), (1, 1));
}

#[tokio::test]
async fn requests_are_recorded_with_response_and_caller() {
    let sandbox = Sandbox::start().await.unwrap();
    api(&sandbox, "POST", "/user", json!({"nickName": "J"})).await;
    let (_, list) = send(&sandbox, "GET", "/sandbox/requests", "", Value::Null).await;
    let request = &list[0];
    assert_eq!(request["caller"], format!("client {}", sandbox.client_id()));
    assert!(request["time"].as_str().unwrap().ends_with('Z'));
    let body = request["response"]["body"].as_str().unwrap();
    assert!(body.contains("\"nickName\":\"J\""), "{body}");
    assert_eq!(request["response"]["bodyLength"], body.len());
    let headers = request["response"]["headers"].as_array().unwrap();
    assert!(headers.contains(&json!(["content-type", "application/json"])), "{headers:?}");

    let large = "x".repeat(300_000);
    api(&sandbox, "POST", "/user", json!({"title": large})).await;
    let requests = sandbox.requests();
    let response = requests[1].response.as_ref().unwrap();
    assert!(response.body.is_none() && response.body_length.unwrap() > 300_000);
    assert!(!format!("{response:?}").contains("xxx"));

    sandbox.inject(Fault::reset_before()).unwrap();
    create(&sandbox).await;
    assert!(sandbox.requests()[2].response.is_none());
}
