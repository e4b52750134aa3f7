//! The side of a connection that is written to.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;

use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::sync::Mutex;

use super::connection::ReceivedRequest;
use super::frame::{self, GoAway, Setting};

type Writer = Box<dyn AsyncWrite + Send + Unpin>;

/// Writes to a connection, also while its script waits for the next request.
///
/// It does not observe flow control: responses over HTTP/2 should be short.
#[derive(Clone)]
pub struct Responder {
    writer: Arc<Mutex<Writer>>,
    is_http2: bool,
}

impl Responder {
    pub(super) fn new(writer: Writer, is_http2: bool) -> Self {
        Self { writer: Arc::new(Mutex::new(writer)), is_http2 }
    }

    /// Responds with 200 and a JSON body.
    pub async fn respond(&self, request: &ReceivedRequest, body: &str) -> io::Result<()> {
        self.respond_with(request, &[], body).await
    }

    /// Responds with 200, these headers and a JSON body. Over HTTP/1.1, values may have line breaks.
    pub async fn respond_with(
        &self,
        request: &ReceivedRequest,
        headers: &[(&str, &str)],
        body: &str,
    ) -> io::Result<()> {
        self.write(&self.response(request.stream, headers, body)).await
    }

    /// Sends the first half of a response.
    pub(crate) async fn respond_half(&self, stream: u32, body: &str) -> io::Result<()> {
        let response = self.response(stream, &[], body);
        self.write(&response[..response.len() / 2]).await
    }

    fn response(&self, stream: u32, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
        if self.is_http2 {
            let json = [&[("content-type", "application/json")], headers].concat();
            return frame::response(stream, &json, body);
        }
        let mut head = format!(
            "HTTP/1.1 200 X\r\ncontent-type: application/json\r\ncontent-length: {}\r\n",
            body.len()
        );
        for (name, value) in headers {
            head.extend([name, ": ", value, "\r\n"]);
        }
        head.push_str("\r\n");
        (head + body).into_bytes()
    }

    /// Sends settings over HTTP/2; does nothing over HTTP/1.1.
    pub async fn settings(&self, settings: &[Setting]) -> io::Result<()> {
        if self.is_http2 { self.write(&frame::settings(settings)).await } else { Ok(()) }
    }

    /// Says that streams above the last one are not processed.
    pub async fn go_away(&self, last: GoAway) -> io::Result<()> {
        self.write(&frame::go_away(last)).await
    }

    /// Ends a stream of HTTP/2 with an error code.
    pub async fn reset_stream(&self, request: &ReceivedRequest, code: u32) -> io::Result<()> {
        self.write(&frame::frame(frame::RST_STREAM, 0, request.stream, &code.to_be_bytes())).await
    }

    /// Sends a ping over HTTP/2.
    pub async fn ping(&self) -> io::Result<()> {
        self.write(&frame::frame(frame::PING, 0, 0, &[7; 8])).await
    }

    /// Ends the connection's direction to the client, over TLS with a `close_notify` alert.
    pub async fn shutdown(&self) -> io::Result<()> {
        self.writer.lock().await.shutdown().await
    }

    /// Returns what another server may write to, until it is dropped.
    pub(super) async fn stream(&self) -> impl AsyncWrite + Unpin + Send + use<> {
        Pin::new(Arc::clone(&self.writer).lock_owned().await)
    }

    /// Writes bytes.
    pub async fn write(&self, bytes: &[u8]) -> io::Result<()> {
        let mut writer = self.writer.lock().await;
        writer.write_all(bytes).await?;
        writer.flush().await
    }
}

impl fmt::Debug for Responder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Responder")
    }
}
