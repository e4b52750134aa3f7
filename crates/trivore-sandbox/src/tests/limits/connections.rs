//! Tests of idle and slow connections.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use crate::tests::faults::raw::{create, open, receive};
use crate::{Fault, Sandbox};

/// Real time within which another client must get its response.
const SOON: Duration = Duration::from_secs(20);
const LIMIT: usize = 30;

async fn limited() -> Sandbox {
    Sandbox::builder().max_connections(LIMIT).start().await.unwrap()
}

/// Opens connections and sends the same bytes on each, as far as there are file descriptors.
async fn connect(sandbox: &Sandbox, count: usize, first: &[u8]) -> Vec<TcpStream> {
    let mut sockets = Vec::new();
    for _ in 0..count {
        let Ok(mut socket) = TcpStream::connect(sandbox.address()).await else {
            sockets.truncate(sockets.len() / 2);
            break;
        };
        // The server may close the connection for a newer one.
        let _ = socket.write_all(first).await;
        sockets.push(socket);
    }
    sockets
}

/// Lets this process have so many files and sockets open, as far as its hard limit allows.
#[cfg(unix)]
fn allow_open_files(needed: u64) -> Result<(), String> {
    let (soft, hard) = rlimit::Resource::NOFILE.get().map_err(|error| error.to_string())?;
    if soft >= needed || rlimit::increase_nofile_limit(needed).is_ok_and(|now| now >= needed) {
        return Ok(());
    }
    Err(format!(
        "this test needs {needed} open files, but the hard limit of its process is {hard}: raise it, \
         for example with `ulimit -Hn {needed}` as root or in limits.conf"
    ))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "it can fail on Unix")]
fn allow_open_files(_: u64) -> Result<(), String> {
    Ok(())
}

#[cfg(unix)]
#[test]
fn a_limit_that_cannot_be_raised_is_explained() {
    allow_open_files(1).unwrap();
    let Err(error) = allow_open_files(u64::MAX - 1) else { return };
    assert!(error.contains("needs 18446744073709551614 open files"), "{error}");
    assert!(error.contains("ulimit -Hn"), "{error}");
}

async fn is_served(sandbox: &Sandbox) {
    assert_eq!(timeout(SOON, create(sandbox)).await.unwrap().status(), 201);
}

const IDLE: &[u8] = b"";
const SLOW_HEAD: &[u8] = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ";
const SLOW_BODY: &[u8] =
    b"POST /api/rest/v1/user HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{";

#[tokio::test]
async fn a_thousand_idle_connections_do_not_stop_others() {
    // Both ends of each connection are in this process, beside those of other tests.
    allow_open_files(2 * 1000 + 500).unwrap();
    let sandbox = Sandbox::start().await.unwrap();
    let idle = connect(&sandbox, 1000, IDLE).await;
    assert_eq!(idle.len(), 1000);

    is_served(&sandbox).await;
    drop(idle);
}

#[tokio::test]
async fn slow_senders_give_way_to_others() {
    for first in [IDLE, SLOW_HEAD, SLOW_BODY] {
        let sandbox = limited().await;
        let slow = connect(&sandbox, 3 * LIMIT, first).await;

        is_served(&sandbox).await;
        drop(slow);
    }
}

#[tokio::test]
async fn connections_that_are_kept_alive_give_way_only_to_many_others() {
    let sandbox = limited().await;
    let mut kept = TcpStream::connect(sandbox.address()).await.unwrap();
    let request = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let others = connect(&sandbox, LIMIT - 5, IDLE).await;
    for _ in 0..3 {
        kept.write_all(request).await.unwrap();
        let mut start = [0; 12];
        kept.read_exact(&mut start).await.unwrap();
        assert_eq!(&start[..9], b"HTTP/1.1 ");
        let mut rest = vec![0; 4096];
        assert!(kept.read(&mut rest).await.unwrap() > 0);
    }
    drop(others);
}

#[tokio::test]
async fn requests_in_flight_never_give_way_to_new_connections() {
    let sandbox = limited().await;
    let fault = sandbox.inject(Fault::no_response_after_applying().once()).unwrap();
    let mut held = open(&sandbox, "POST", "/api/rest/v1/user", "{}", "close").await;
    assert!(fault.reached(1).await);

    let idle = connect(&sandbox, 3 * LIMIT, IDLE).await;
    is_served(&sandbox).await;
    let still_open = timeout(Duration::from_millis(50), held.read_u8()).await;
    assert!(still_open.is_err(), "{still_open:?}");
    drop(idle);
}

#[tokio::test]
async fn new_connections_wait_for_requests_in_flight() {
    let sandbox = Sandbox::builder().max_connections(1).start().await.unwrap();
    let fault = sandbox.inject(Fault::no_response().once()).unwrap();
    let held = open(&sandbox, "GET", "/api/rest/v1/user", "", "close").await;
    assert!(fault.reached(1).await);

    let waiting = timeout(Duration::from_millis(50), create(&sandbox)).await;
    assert!(waiting.is_err(), "{waiting:?}");
    drop(held);
    is_served(&sandbox).await;
}

#[tokio::test]
async fn a_sandbox_without_connections_does_not_start() {
    let error = Sandbox::builder().max_connections(0).start().await.unwrap_err();
    assert_eq!(error.to_string(), "at least one connection must be allowed");
}

#[tokio::test(start_paused = true)]
async fn a_connection_without_a_request_is_closed_after_a_minute() {
    let sandbox = Sandbox::start().await.unwrap();
    for first in [&b""[..], b"PRI * HTTP/2.0\r\n", b"GET / HTTP/1.1\r\nHost: localhost\r\nX: "] {
        let mut socket = TcpStream::connect(sandbox.address()).await.unwrap();
        socket.write_all(first).await.unwrap();
        let begin = Instant::now();

        let read = socket.read_u8().await;
        assert!(read.is_err(), "{read:?}");
        let waited = begin.elapsed().as_secs();
        assert!((59..=61).contains(&waited), "{waited} s, {}", first.len());
    }
}

#[tokio::test]
async fn a_connection_whose_request_is_held_stays_open() {
    let sandbox = Sandbox::start().await.unwrap();
    let fault = sandbox.inject(Fault::delay(Duration::from_secs(600))).unwrap();
    let mut socket = open(&sandbox, "POST", "/api/rest/v1/user", "{}", "close").await;
    assert!(fault.reached(1).await);
    tokio::time::pause();
    let begin = Instant::now();

    assert_eq!(receive(&mut socket).await.status(), 201);
    // The delay began before the clock was paused.
    let waited = begin.elapsed();
    assert!(waited >= Duration::from_secs(599), "{waited:?}");
}

#[tokio::test]
async fn a_connection_whose_response_is_not_read_is_closed() {
    const PADDED: u64 = 64 << 20;
    let sandbox = Sandbox::start().await.unwrap();
    let fault = sandbox.inject(Fault::oversized_body(PADDED)).unwrap();
    let mut socket = open(&sandbox, "GET", "/api/rest/v1/user", "", "close").await;
    assert!(fault.reached(1).await);
    tokio::time::pause();

    tokio::time::sleep(Duration::from_secs(200)).await;
    let mut received = Vec::new();
    let _ = socket.read_to_end(&mut received).await;
    assert!(!received.is_empty() && (received.len() as u64) < PADDED, "{}", received.len());
}
