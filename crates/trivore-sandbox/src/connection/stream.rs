//! The socket of a connection, which the handler of a request can end.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::handle::{Connection, ConnectionEnd};

/// A socket that works until its [`Connection`] is ended.
pub(super) struct Stream {
    socket: Option<TcpStream>,
    connection: Connection,
}

impl Stream {
    pub(super) fn new(socket: TcpStream, connection: Connection) -> Self {
        // Nagle's algorithm would delay responses that are written in two parts.
        let _ = socket.set_nodelay(true);
        Self { socket: Some(socket), connection }
    }

    /// Returns the socket, or an error if the connection was reset.
    fn poll_socket(&mut self, context: &Context<'_>) -> io::Result<Pin<&mut TcpStream>> {
        if self.connection.poll_ending(context) == Some(ConnectionEnd::Reset) {
            return Err(self.end(ConnectionEnd::Reset));
        }
        self.socket.as_mut().map(Pin::new).ok_or_else(ended)
    }

    fn end(&mut self, end: ConnectionEnd) -> io::Error {
        if let Some(socket) = self.socket.take()
            && end == ConnectionEnd::Reset
        {
            // An error here means that the connection is already gone.
            let _ = socket.set_zero_linger();
        }
        ended()
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.poll_socket(context)?.poll_read(context, buffer)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = self.poll_socket(context)?.poll_write(context, bytes);
        self.connection.activity().set_write_blocked(written.is_pending());
        written
    }

    /// Closes only here, after all written data has been sent.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_socket(context)?.poll_flush(context))?;
        match self.connection.poll_ending(context) {
            Some(end) => Poll::Ready(Err(self.end(end))),
            None => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_socket(context)?.poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = self.poll_socket(context)?.poll_write_vectored(context, parts);
        self.connection.activity().set_write_blocked(written.is_pending());
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.as_ref().is_some_and(AsyncWrite::is_write_vectored)
    }
}

fn ended() -> io::Error {
    io::ErrorKind::ConnectionAborted.into()
}
