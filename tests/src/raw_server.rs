//! A TCP server with minimal HTTP/1.1 that can violate the protocol.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Barrier;
use tokio::task::JoinHandle;

/// Responds to each request according to a script, and counts connections and requests.
#[derive(Debug)]
pub struct RawServer {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
    heads: Heads,
    task: JoinHandle<()>,
}

type Heads = Arc<Mutex<Vec<String>>>;

/// The server's reaction to a request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Reply {
    /// Responds with 200 and this JSON body, and keeps the connection.
    Json(String),
    /// Writes these bytes and keeps the connection.
    Raw(Vec<u8>),
    /// Writes these bytes and closes the connection.
    RawThenClose(Vec<u8>),
    /// Writes these bytes before it reads the request's body, and keeps the connection.
    Early(Vec<u8>),
    /// Writes the first bytes, then repeats the second ones until the client disconnects.
    Endless(Vec<u8>, Vec<u8>),
    /// Writes these bytes one by one, with this delay after each.
    Drip(Vec<u8>, Duration),
    /// Waits until the barrier's number of requests has arrived, then writes these bytes.
    Together(Arc<Barrier>, Vec<u8>),
    /// Never responds.
    Never,
}

impl RawServer {
    /// Listens on loopback; `script` gets the request's number, from 0, and its head.
    pub async fn start<F>(script: F) -> Self
    where
        F: Fn(usize, &str) -> Reply + Send + Sync + 'static,
    {
        Self::with_greetings(Vec::new(), script).await
    }

    /// Writes the next greeting to each new connection before it reads.
    pub async fn with_greetings<F>(greetings: Vec<Vec<u8>>, script: F) -> Self
    where
        F: Fn(usize, &str) -> Reply + Send + Sync + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let heads = Heads::default();
        let counts = (Arc::clone(&connections), Arc::clone(&heads));
        let script = Arc::new(script);
        let task = tokio::spawn(async move {
            let (connections, heads) = counts;
            while let Ok((stream, _)) = listener.accept().await {
                let number = connections.fetch_add(1, Ordering::SeqCst);
                let greeting = greetings.get(number).cloned().unwrap_or_default();
                let (heads, script) = (Arc::clone(&heads), Arc::clone(&script));
                tokio::spawn(
                    async move { serve(stream, &greeting, &heads, script.as_ref()).await },
                );
            }
        });
        Self { address, connections, heads, task }
    }

    /// Returns host and port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the server's URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the number of accepted connections.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// Returns the number of requests so far.
    pub fn requests(&self) -> usize {
        self.heads().len()
    }

    /// Returns the heads of all requests so far.
    pub fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

impl Drop for RawServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    mut stream: TcpStream,
    greeting: &[u8],
    heads: &Mutex<Vec<String>>,
    script: &(dyn Fn(usize, &str) -> Reply + Send + Sync),
) {
    drop(stream.write_all(greeting).await);
    while let Some(head) = read_head(&mut stream).await {
        let number = {
            let mut heads = heads.lock().unwrap();
            heads.push(head.clone());
            heads.len() - 1
        };
        let reply = script(number, &head);
        let is_early = matches!(reply, Reply::Early(_));
        if !is_early && read_body(&mut stream, &head).await.is_none() {
            return;
        }
        if write(&mut stream, reply).await.is_err() {
            return;
        }
        if is_early && read_body(&mut stream, &head).await.is_none() {
            return;
        }
    }
}

/// Writes a reply; fails if the connection ends.
async fn write(stream: &mut TcpStream, reply: Reply) -> io::Result<()> {
    match reply {
        Reply::Json(body) => stream.write_all(&json(200, &body)).await,
        Reply::Raw(bytes) | Reply::Early(bytes) => stream.write_all(&bytes).await,
        Reply::RawThenClose(bytes) => {
            stream.write_all(&bytes).await?;
            stream.shutdown().await?;
            Err(io::ErrorKind::ConnectionAborted.into())
        }
        Reply::Endless(start, again) => {
            stream.write_all(&start).await?;
            loop {
                stream.write_all(&again).await?;
            }
        }
        Reply::Drip(bytes, pause) => {
            for byte in bytes {
                stream.write_u8(byte).await?;
                tokio::time::sleep(pause).await;
            }
            Ok(())
        }
        Reply::Together(barrier, bytes) => {
            barrier.wait().await;
            stream.write_all(&bytes).await
        }
        Reply::Never => std::future::pending().await,
    }
}

/// Returns the bytes of a response with a JSON body.
pub fn json(status: u16, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Reads a head; `None` if the client disconnected.
async fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    String::from_utf8(head).ok()
}

/// Reads the body, with the length from the head.
async fn read_body(stream: &mut TcpStream, head: &str) -> Option<()> {
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).await.ok()?;
    Some(())
}
