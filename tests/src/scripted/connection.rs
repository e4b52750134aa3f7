//! A connection that a script drives.

use std::collections::HashMap;
use std::fmt;
use std::io;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite};
use tokio::net::TcpStream;

use super::Responder;
use super::frame::{self, Frame};
use super::log::Log;

/// A connection of a client. When its script returns, the connection is closed.
pub struct Connection {
    number: usize,
    log: Log,
    socket: std::net::TcpStream,
    reader: Box<dyn AsyncRead + Send + Unpin>,
    responder: Responder,
    is_http2: bool,
    has_preface: bool,
    only_reads: bool,
    /// Bytes that were received and not read.
    received: Vec<u8>,
    /// Requests of which the end has not arrived, by stream.
    begun: HashMap<u32, ReceivedRequest>,
}

/// A request that has arrived as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReceivedRequest {
    /// The number of its connection, from 0.
    pub connection: usize,
    /// The stream of HTTP/2.
    pub stream: u32,
    /// Whether its method is `POST`.
    pub is_post: bool,
    /// Its body.
    pub body: String,
}

impl Connection {
    pub(super) fn new(
        log: &Log,
        socket: std::net::TcpStream,
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
        is_http2: bool,
    ) -> Self {
        let (reader, writer) = tokio::io::split(stream);
        Self {
            number: log.connected(),
            log: log.clone(),
            socket,
            reader: Box::new(reader),
            responder: Responder::new(Box::new(writer), is_http2),
            is_http2,
            has_preface: false,
            only_reads: false,
            received: Vec::new(),
            begun: HashMap::new(),
        }
    }

    /// Returns the connection's number, from 0.
    pub fn number(&self) -> usize {
        self.number
    }

    /// Returns a handle that writes to the connection.
    pub fn responder(&self) -> Responder {
        self.responder.clone()
    }

    /// Reads the next request; fails if the client has closed the connection.
    ///
    /// Over HTTP/2, it acknowledges settings and pings on the way. It may be cancelled.
    pub async fn request(&mut self) -> io::Result<ReceivedRequest> {
        let seen = if self.is_http2 { self.over_http2().await? } else { self.over_http1().await? };
        self.log.lock().requests.push(seen.clone());
        Ok(seen)
    }

    /// Whether a request on this stream or a lower one has begun and not arrived as a whole.
    pub fn has_begun_up_to(&self, stream: u32) -> bool {
        self.begun.keys().any(|begun| *begun <= stream)
    }

    /// Sends empty settings, and responds to every request with the number 1.
    pub async fn respond_always(mut self) -> io::Result<()> {
        self.responder.settings(&[]).await?;
        loop {
            let request = self.request().await?;
            self.responder.respond(&request, "1").await?;
        }
    }

    /// Reads requests until the client closes the connection, and sends nothing at all.
    pub async fn only_read(&mut self) -> io::Result<()> {
        self.only_reads = true;
        loop {
            self.request().await?;
        }
    }

    /// Returns what another server may read and write, until it is dropped.
    pub(crate) async fn stream(&mut self) -> impl AsyncRead + AsyncWrite + Unpin + Send {
        tokio::io::join(&mut self.reader, self.responder.stream().await)
    }

    /// Reads until the client closes the connection, whatever arrives, and sends nothing at all.
    pub(crate) async fn discard(&mut self) -> io::Result<()> {
        tokio::io::copy(&mut self.reader, &mut tokio::io::sink()).await.map(drop)
    }

    /// Ends the connection with a TCP reset.
    pub fn reset(self) -> io::Result<()> {
        TcpStream::from_std(self.socket)?.set_zero_linger()
    }

    async fn over_http2(&mut self) -> io::Result<ReceivedRequest> {
        while !self.has_preface {
            if self.received.len() < PREFACE {
                self.receive().await?;
            } else {
                self.received.drain(..PREFACE);
                self.has_preface = true;
            }
        }
        loop {
            let Some(frame) = Frame::take(&mut self.received) else {
                self.receive().await?;
                continue;
            };
            match frame.kind {
                frame::PING if frame.has(frame::ACK) => self.log.lock().pongs += 1,
                frame::SETTINGS | frame::PING if !frame.has(frame::ACK) && !self.only_reads => {
                    let ack = frame::frame(frame.kind, frame::ACK, 0, frame.ack_payload());
                    self.responder.write(&ack).await?;
                }
                frame::HEADERS => {
                    let is_post = frame.payload.first() == Some(&frame::METHOD_POST);
                    self.begin(frame.stream, is_post);
                }
                frame::DATA => {
                    if let Some(begun) = self.begun.get_mut(&frame.stream) {
                        begun.body.push_str(&String::from_utf8_lossy(&frame.payload));
                    }
                }
                _ => {}
            }
            let may_end = matches!(frame.kind, frame::HEADERS | frame::DATA);
            if may_end
                && frame.has(frame::END_STREAM)
                && let Some(seen) = self.begun.remove(&frame.stream)
            {
                return Ok(seen);
            }
        }
    }

    fn begin(&mut self, stream: u32, is_post: bool) {
        let body = String::new();
        self.begun
            .insert(stream, ReceivedRequest { connection: self.number, stream, is_post, body });
    }

    async fn over_http1(&mut self) -> io::Result<ReceivedRequest> {
        loop {
            let text = String::from_utf8_lossy(&self.received).into_owned();
            if let Some((head, rest)) = text.split_once("\r\n\r\n") {
                let head = head.to_ascii_lowercase();
                let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
                let length = length.map_or(0, |length| length.parse().unwrap());
                if rest.len() >= length {
                    let body = rest[..length].to_owned();
                    self.received.drain(..head.len() + 4 + length);
                    let is_post = head.starts_with("post ");
                    return Ok(ReceivedRequest {
                        connection: self.number,
                        stream: 1,
                        is_post,
                        body,
                    });
                }
            }
            self.receive().await?;
        }
    }

    /// Reads some bytes.
    async fn receive(&mut self) -> io::Result<()> {
        match self.reader.read_buf(&mut self.received).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("number", &self.number).finish_non_exhaustive()
    }
}

/// Length of the text with which a connection of HTTP/2 begins.
const PREFACE: usize = 24;
