//! Many calls at once from a client without connections.

use std::pin::pin;
use std::time::Duration;

use futures_util::future::join_all;
use futures_util::poll;
use tokio::task::JoinSet;
use trivore::transport::{Call, Client};
use trivore_tests::scripted::{Connection, ScriptedServer, Wire};

fn responding(wire: Wire) -> ScriptedServer {
    ScriptedServer::start(wire, Connection::respond_always)
}

async fn gets(client: &Client, count: usize) {
    for result in join_all((0..count).map(|_| client.send::<u8>(Call::get(&["x"])))).await {
        assert_eq!(result.unwrap(), 1);
    }
}

#[tokio::test]
async fn calls_over_http2_share_their_handshakes() {
    for wire in Wire::HTTP2 {
        let server = responding(wire);
        let client = server.client().build().unwrap();

        gets(&client, 64).await;

        assert_eq!(server.accepted(), 1, "{wire:?}: {:?}", server.requests_by_connection());
        assert_eq!(server.requests().len(), 64, "{wire:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn calls_of_several_threads_share_their_handshakes() {
    for wire in Wire::HTTP2 {
        let server = responding(wire);
        let client = server.client().build().unwrap();

        let mut tasks = JoinSet::new();
        for _ in 0..64 {
            let client = client.clone();
            tasks.spawn(async move { gets(&client, 1).await });
        }
        tasks.join_all().await;

        assert_eq!(server.accepted(), 1, "{wire:?}: {:?}", server.requests_by_connection());
    }
}

#[tokio::test]
async fn every_connection_over_http1_is_used() {
    for wire in Wire::HTTP1 {
        let server = responding(wire);
        let client = server.client().build().unwrap();

        gets(&client, 64).await;

        let requests = server.requests_by_connection();
        assert!(requests.len() <= 64, "{wire:?}: {requests:?}");
        assert_eq!(server.accepted(), requests.len(), "{wire:?}");
        assert!(!requests.contains(&0), "{wire:?}: {requests:?}");
    }
}

#[tokio::test]
async fn calls_after_the_first_one_share_its_connection() {
    for wire in Wire::HTTP2 {
        let server = responding(wire);
        let client = server.client().build().unwrap();
        gets(&client, 1).await;

        gets(&client, 64).await;

        assert_eq!(server.requests_by_connection(), [65], "{wire:?}");
    }
}

/// A call that is dropped while it connects takes nothing from those that wait for its connection.
#[tokio::test]
async fn a_shared_handshake_survives_the_call_that_began_it() {
    for wire in Wire::HTTP2 {
        let delay = Duration::from_millis(200);
        let server = ScriptedServer::with_slow_handshakes(wire, delay, Connection::respond_always);
        let client = server.client().build().unwrap();
        let begins = tokio::spawn({
            let client = client.clone();
            async move { gets(&client, 1).await }
        });
        assert!(server.has_accepted(1).await, "{wire:?}");
        let mut waits = pin!(gets(&client, 8));
        assert!(poll!(&mut waits).is_pending(), "{wire:?}");

        begins.abort();
        assert!(begins.await.unwrap_err().is_cancelled(), "{wire:?}: the handshake was complete");
        waits.await;

        assert_eq!(server.accepted(), 1, "{wire:?}: {:?}", server.requests_by_connection());
    }
}
