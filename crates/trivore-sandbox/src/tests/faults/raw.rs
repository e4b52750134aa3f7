//! A client that sends bytes and records exactly what it receives.

use std::io;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::tests::client::basic;
use crate::{Fault, InjectedFault, Sandbox};

/// What was received until the connection ended.
#[derive(Debug)]
pub(in crate::tests) struct Received {
    /// Status line and headers, in lower case.
    pub(in crate::tests) head: String,
    pub(in crate::tests) body: Vec<u8>,
    /// How the connection ended; `None` if it was closed cleanly.
    pub(in crate::tests) error: Option<io::ErrorKind>,
}

impl Received {
    pub(in crate::tests) fn status(&self) -> u16 {
        self.head.split(' ').nth(1).map_or(0, |status| status.parse().unwrap())
    }

    pub(in crate::tests) fn header(&self, name: &str) -> Option<&str> {
        let prefix = format!("{name}: ");
        self.head.lines().find_map(|line| line.strip_prefix(&prefix))
    }

    pub(in crate::tests) fn length(&self) -> usize {
        self.header("content-length").unwrap().parse().unwrap()
    }

    pub(in crate::tests) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Returns whether nothing was received and the connection was closed cleanly.
    pub(in crate::tests) fn is_closed(&self) -> bool {
        self.head.is_empty() && self.error.is_none()
    }

    /// Returns whether nothing was received and the connection was reset.
    pub(in crate::tests) fn is_reset(&self) -> bool {
        self.head.is_empty() && self.error == Some(io::ErrorKind::ConnectionReset)
    }
}

/// Starts a sandbox with one fault.
pub(in crate::tests) async fn sandbox_with(fault: Fault) -> (Sandbox, InjectedFault) {
    let sandbox = Sandbox::start().await.unwrap();
    let fault = sandbox.inject(fault).unwrap();
    (sandbox, fault)
}

/// Sends a request to the API and reads until the connection ends.
pub(in crate::tests) async fn send(
    sandbox: &Sandbox,
    method: &str,
    path: &str,
    body: &str,
) -> Received {
    let mut socket = open(sandbox, method, &format!("/api/rest/v1{path}"), body, "close").await;
    receive(&mut socket).await
}

/// Creates a user; without a fault, the response is 201.
pub(in crate::tests) async fn create(sandbox: &Sandbox) -> Received {
    send(sandbox, "POST", "/user", r#"{"title": "Dr"}"#).await
}

/// Sends a request and returns the socket.
pub(in crate::tests) async fn open(
    sandbox: &Sandbox,
    method: &str,
    path: &str,
    body: &str,
    connection: &str,
) -> TcpStream {
    let mut socket = TcpStream::connect(sandbox.address()).await.unwrap();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {}\r\nContent-Type: \
         application/json\r\nConnection: {connection}\r\nContent-Length: {}\r\n\r\n{body}",
        basic(sandbox),
        body.len(),
    );
    socket.write_all(request.as_bytes()).await.unwrap();
    socket
}

/// Sends the bytes of a request and reads until the connection ends.
pub(in crate::tests) async fn exchange(sandbox: &Sandbox, request: &[u8]) -> Received {
    let mut socket = TcpStream::connect(sandbox.address()).await.unwrap();
    socket.write_all(request).await.unwrap();
    receive(&mut socket).await
}

/// Reads until the connection ends.
pub(in crate::tests) async fn receive(socket: &mut TcpStream) -> Received {
    let mut bytes = Vec::new();
    let error = socket.read_to_end(&mut bytes).await.err().map(|error| error.kind());
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
    let body = end.map_or_else(Vec::new, |end| bytes.split_off(end + 4));
    let head = String::from_utf8(bytes).unwrap().to_ascii_lowercase();
    Received { head, body, error }
}

/// Returns the changes, in order.
pub(in crate::tests) fn changes(sandbox: &Sandbox) -> Vec<(&'static str, &'static str)> {
    sandbox.ledger().iter().map(|entry| (entry.kind, entry.operation)).collect()
}

/// The changes in the ledger after one user was created.
pub(in crate::tests) const CREATED: [(&str, &str); 1] = [("user", "create")];
