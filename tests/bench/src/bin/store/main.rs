//! A server that keeps users in memory, limits the rate, and loses responses and connections.
//!
//! Its argument is [`StoreSettings`] as JSON, and its first line of output the address that it
//! listens at. It exits when its input is closed. Paths:
//!
//! | Path | Response |
//! |---|---|
//! | `POST /api/rest/v1/user` | the user that it has created |
//! | `GET /api/rest/v1/user?filter=…` | the page of the users with a username |
//! | `POST /api/rest/v1/invite/user` | nothing, after one message to each address |
//! | `GET /counts` | [`StoreCounts`]; neither limited nor lost |
//! | `GET /contents` | [`StoreContents`]; neither limited nor lost |
//!
//! Over the rate, a response is 429 with a `Retry-After` of whole seconds, rounded up.

#![expect(clippy::print_stdout, reason = "a command line tool")]

mod accounts;
mod bucket;
mod faults;

use std::fmt;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Method, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, stdin};
use tokio::net::{TcpListener, TcpStream};
use trivore_bench::{Error, Result, StoreContents, StoreCounts, StoreSettings};

use accounts::Accounts;
use bucket::Bucket;
use faults::{Fault, Faults};

#[tokio::main]
async fn main() -> Result<()> {
    let settings = std::env::args().nth(1).ok_or("usage: store SETTINGS")?;
    let settings: StoreSettings = serde_json::from_str(&settings)?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    println!("{}", listener.local_addr()?);
    let store = Arc::new(Mutex::new(Store {
        accounts: Accounts::default(),
        bucket: Bucket::new(&settings),
        faults: Faults::new(&settings),
        counts: StoreCounts::default(),
    }));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // Otherwise, Nagle's algorithm delays small responses until acknowledgments.
            if stream.set_nodelay(true).is_ok() {
                tokio::spawn(serve(stream, Arc::clone(&store)));
            }
        }
    });
    stdin().read_to_end(&mut Vec::new()).await?;
    Ok(())
}

/// Serves a connection until it is closed or a fault ends it.
async fn serve(stream: TcpStream, store: Arc<Mutex<Store>>) {
    let service = service_fn(move |request| respond(Arc::clone(&store), request));
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let Err(error) = (&mut connection).await else { return };
    let is_reset = std::error::Error::source(&error).is_some_and(|source| {
        source.downcast_ref::<NoResponse>().is_some_and(|NoResponse(fault)| fault.is_reset())
    });
    if is_reset {
        // The system resets the connection when it is closed then.
        drop(connection.into_parts().io.into_inner().set_zero_linger());
    }
}

async fn respond(
    store: Arc<Mutex<Store>>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>> {
    let (head, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let (response, fault) = lock(&store).respond(&head.method, &head.uri, &body);
    match fault {
        None => Ok(response),
        Some(Fault::Silent) => std::future::pending().await,
        Some(fault) => Err(NoResponse(fault).into()),
    }
}

fn lock(store: &Mutex<Store>) -> MutexGuard<'_, Store> {
    store.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Store {
    accounts: Accounts,
    bucket: Bucket,
    faults: Faults,
    counts: StoreCounts,
}

impl Store {
    /// Returns the response, and whether it gets lost.
    fn respond(
        &mut self,
        method: &Method,
        uri: &Uri,
        body: &[u8],
    ) -> (Response<Full<Bytes>>, Option<Fault>) {
        match uri.path() {
            "/counts" => return (json_response(serde_json::to_value(self.counts())), None),
            "/contents" => return (json_response(serde_json::to_value(self.contents())), None),
            _ => {}
        }
        if let Err(wait) = self.bucket.take(now()) {
            self.counts.refused += 1;
            return (too_many(wait.as_secs() + 1), None);
        }
        let fault = self.faults.draw();
        match fault {
            Some(fault) if fault.is_reset() => self.counts.reset += 1,
            Some(_) => self.counts.lost += 1,
            None => {}
        }
        if fault.is_none_or(Fault::is_applied) {
            (self.apply(method, uri, body), fault)
        } else {
            (Response::default(), fault)
        }
    }

    fn apply(&mut self, method: &Method, uri: &Uri, body: &[u8]) -> Response<Full<Bytes>> {
        match (method, uri.path()) {
            (&Method::POST, "/api/rest/v1/user") => json_response(self.accounts.create(body)),
            (&Method::POST, "/api/rest/v1/invite/user") => {
                json_response(self.accounts.invite(body))
            }
            (&Method::GET, "/api/rest/v1/user") => {
                let query = uri.query().unwrap_or_default().as_bytes();
                let filter = form_urlencoded::parse(query).find(|(name, _)| name == "filter");
                json_response(self.accounts.find(&filter.unwrap_or_default().1))
            }
            _ => status(StatusCode::NOT_FOUND),
        }
    }

    fn counts(&self) -> StoreCounts {
        StoreCounts {
            users: count(self.accounts.count()),
            messages: count(self.accounts.messages().len()),
            used: self.bucket.used(),
            ..self.counts
        }
    }

    fn contents(&self) -> StoreContents {
        StoreContents {
            users: self.accounts.usernames().map(str::to_owned).collect(),
            messages: self.accounts.messages().to_vec(),
        }
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A request gets no response.
#[derive(Debug)]
struct NoResponse(Fault);

impl fmt::Display for NoResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl std::error::Error for NoResponse {}

fn json_response(result: Result<Value, impl Into<Error>>) -> Response<Full<Bytes>> {
    let Ok(body) = result else { return status(StatusCode::BAD_REQUEST) };
    let mut response = Response::new(Full::from(body.to_string()));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn too_many(seconds: u64) -> Response<Full<Bytes>> {
    let mut response = status(StatusCode::TOO_MANY_REQUESTS);
    response.headers_mut().insert(RETRY_AFTER, seconds.into());
    response
}

fn status(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response
}

#[expect(clippy::disallowed_methods, reason = "the rate is one of real time")]
fn now() -> Instant {
    Instant::now()
}
