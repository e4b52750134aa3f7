//! Ports that accept connections and close them at once.

use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use trivore::transport::{Call, Client, Connector, RetryPolicy, TlsBackend};
use trivore_tests::scripted::{Connection, ScriptedServer, Wire};

/// Accepts each connection and closes it.
async fn closing() -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let accepting = tokio::spawn(async move {
        loop {
            drop(listener.accept().await.unwrap());
        }
    });
    (address, accepting)
}

/// Makes `POST`s one after the other; returns how many of them may have been applied.
async fn unclear(client: &Client, count: usize, attempts: usize) -> usize {
    let mut unclear = 0;
    for _ in 0..count {
        let error = client.execute(Call::post(&["x"]).json(&"x")).await.unwrap_err();
        if error.may_have_been_applied() {
            unclear += 1;
        } else {
            assert_eq!(error.attempts().len(), attempts, "{error}");
        }
    }
    unclear
}

fn settings(url: &str, backend: TlsBackend, attempts: u32) -> Client {
    let retry = RetryPolicy::backoff().max_attempts(attempts).base_delay(Duration::ZERO);
    let connector = Connector::new().no_proxy().tls_backend(backend);
    Client::builder(url).connector(connector).no_retry_budget().retry(retry).build().unwrap()
}

/// The connection is closed before the client's turn comes to send anything.
#[tokio::test]
async fn posts_to_it_were_never_sent() {
    let (address, accepting) = closing().await;
    for (scheme, backend, count) in [
        ("http", TlsBackend::Disabled, 200),
        ("https", TlsBackend::NativeTls, 50),
        ("https", TlsBackend::Rustls, 50),
    ] {
        for attempts in [1, 3] {
            let client = settings(&format!("{scheme}://{address}"), backend, attempts);

            let unclear = unclear(&client, count, attempts as usize).await;

            assert_eq!(unclear, 0, "{backend:?}, of {count}");
        }
    }
    accepting.abort();
}

/// The server completes the TLS handshake and closes the connection before its settings.
#[tokio::test]
async fn posts_over_http2_were_never_sent() {
    for wire in Wire::HTTP2 {
        let server = ScriptedServer::start(wire, |connection: Connection| async move {
            drop(connection);
            Ok(())
        });
        let client = server.client().build().unwrap();

        let unclear = unclear(&client, 50, 3).await;

        assert_eq!((unclear, server.accepted()), (0, 150), "{wire:?}");
    }
}

/// Whatever was written by then: a connection that is found closed is not replaced at once.
#[tokio::test]
async fn each_attempt_opens_one_connection() {
    for wire in Wire::ALL {
        let server = ScriptedServer::start(wire, |connection: Connection| async move {
            drop(connection);
            Ok(())
        });
        let client = server.client().build().unwrap();

        let mut attempts = 0;
        for _ in 0..20 {
            let error = client.execute(Call::post(&["x"]).json(&"x")).await.unwrap_err();
            attempts += error.attempts().len();
        }

        let accepted = server.accepted();
        assert!(accepted <= attempts + 2, "{wire:?}: {accepted} for {attempts} attempts");
    }
}
