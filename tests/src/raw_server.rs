//! A TCP server that speaks just enough HTTP/1.1 to misbehave in it.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Answers each request as a script says, and counts connections and requests.
#[derive(Debug)]
pub struct RawServer {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
    heads: Heads,
    task: JoinHandle<()>,
}

type Heads = Arc<Mutex<Vec<String>>>;

/// What the server does with one request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Reply {
    /// Answers 200 with this JSON body and keeps the connection.
    Json(String),
    /// Writes these bytes and keeps the connection.
    Raw(Vec<u8>),
    /// Writes these bytes and closes the connection.
    RawThenClose(Vec<u8>),
    /// Never answers.
    Never,
}

impl RawServer {
    /// Listens on loopback; `script` gets the request's number, from 0, and its head.
    pub async fn start<F>(script: F) -> Self
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
                connections.fetch_add(1, Ordering::SeqCst);
                let (heads, script) = (Arc::clone(&heads), Arc::clone(&script));
                tokio::spawn(async move { serve(stream, &heads, script.as_ref()).await });
            }
        });
        Self { address, connections, heads, task }
    }

    /// Host and port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The server's URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Connections accepted so far.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// Requests read so far.
    pub fn requests(&self) -> usize {
        self.heads().len()
    }

    /// The heads of all requests so far.
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
    heads: &Mutex<Vec<String>>,
    script: &(dyn Fn(usize, &str) -> Reply + Send + Sync),
) {
    while let Some(head) = read_request(&mut stream).await {
        let number = {
            let mut heads = heads.lock().unwrap();
            heads.push(head.clone());
            heads.len() - 1
        };
        let written = match script(number, &head) {
            Reply::Json(body) => stream.write_all(&json(200, &body)).await,
            Reply::Raw(bytes) => stream.write_all(&bytes).await,
            Reply::RawThenClose(bytes) => {
                let written = stream.write_all(&bytes).await;
                drop(stream.shutdown().await);
                drop(written);
                return;
            }
            Reply::Never => std::future::pending().await,
        };
        if written.is_err() {
            return;
        }
    }
}

/// An answer with a JSON body, as bytes.
pub fn json(status: u16, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Reads a head and its body; `None` when the client hung up.
async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).ok()?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).await.ok()?;
    Some(head)
}
