//! TCP connections that the handler of a request can close or reset.

use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use axum::extract::connect_info::Connected;
use axum::serve::IncomingStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// How a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConnectionEnd {
    /// Sends all written data, then closes the connection.
    Close,
    /// Discards unsent data and resets the connection.
    Reset,
}

impl ConnectionEnd {
    /// Returns the error that a client sees.
    pub(crate) fn to_error(self) -> io::Error {
        match self {
            Self::Close => io::ErrorKind::UnexpectedEof.into(),
            Self::Reset => io::ErrorKind::ConnectionReset.into(),
        }
    }
}

/// A handle to the connection of a request.
#[derive(Clone, Default)]
pub(crate) struct Connection(Arc<Mutex<PendingEnd>>);

#[derive(Default)]
struct PendingEnd {
    end: Option<ConnectionEnd>,
    waker: Option<Waker>,
}

impl Connection {
    /// Ends the connection when its task next runs, which drops the handler of the request.
    pub(crate) fn end(&self, end: ConnectionEnd) {
        let mut ending = self.lock();
        ending.end = Some(end);
        let waker = ending.waker.take();
        drop(ending);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Returns how to end, if requested, and registers the waker for a change.
    fn poll_ending(&self, context: &Context<'_>) -> Option<ConnectionEnd> {
        let mut ending = self.lock();
        if !ending.waker.as_ref().is_some_and(|waker| waker.will_wake(context.waker())) {
            ending.waker = Some(context.waker().clone());
        }
        ending.end
    }

    fn lock(&self) -> MutexGuard<'_, PendingEnd> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connected<IncomingStream<'_, Listener>> for Connection {
    fn connect_info(stream: IncomingStream<'_, Listener>) -> Self {
        stream.io().connection.clone()
    }
}

/// Accepts connections.
pub(crate) struct Listener(pub(crate) TcpListener);

impl axum::serve::Listener for Listener {
    type Io = Stream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Stream, SocketAddr) {
        let (socket, address) = axum::serve::Listener::accept(&mut self.0).await;
        // Nagle's algorithm would delay responses that are written in two parts.
        let _ = socket.set_nodelay(true);
        (Stream { socket: Some(socket), connection: Connection::default() }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// A socket that works until its [`Connection`] is ended.
pub(crate) struct Stream {
    socket: Option<TcpStream>,
    connection: Connection,
}

impl Stream {
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
        self.poll_socket(context)?.poll_write(context, bytes)
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
        self.poll_socket(context)?.poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.as_ref().is_some_and(AsyncWrite::is_write_vectored)
    }
}

fn ended() -> io::Error {
    io::ErrorKind::ConnectionAborted.into()
}
