//! Servers that close idle connections just when they are used again.

use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use trivore::transport::{Call, Client};
use trivore_tests::scripted::{Connection, ScriptedServer, Wire};

/// Closes connections that were idle for a second; with these headers in its responses.
fn closing_idle(wire: Wire, headers: &'static [(&str, &str)]) -> ScriptedServer {
    ScriptedServer::start(wire, move |mut connection: Connection| async move {
        let responder = connection.responder();
        responder.settings(&[]).await?;
        let mut request = connection.request().await?;
        loop {
            responder.respond_with(&request, headers, "1").await?;
            let Ok(next) = timeout(IDLE, connection.request()).await else {
                return responder.shutdown().await;
            };
            request = next?;
        }
    })
}

/// Makes a `POST` about once a second; returns how many of them may have been applied.
async fn unclear(client: Client, number: u64) -> usize {
    let mut unclear = 0;
    for round in 0..POSTS {
        if let Err(error) = client.execute(Call::post(&["x"]).json(&1)).await {
            assert!(error.may_have_been_applied(), "{error}");
            unclear += 1;
        }
        // Some clients come before the server closes the connection, some after.
        sleep(EARLY + Duration::from_micros((number * 350 + round * 150) % 4_000)).await;
    }
    unclear
}

/// Returns the results of many clients at once, which share nothing.
async fn of_many_clients(headers: &'static [(&str, &str)]) -> Vec<(Wire, usize)> {
    let (mut servers, mut clients) = (Vec::new(), Vec::new());
    for wire in Wire::ALL {
        let server = closing_idle(wire, headers);
        let count = if wire == Wire::Http1 { 32 } else { 4 };
        clients.extend((0..count).map(|_| (wire, server.client().build().unwrap())));
        servers.push(server);
    }
    let mut tasks = JoinSet::new();
    for (number, (wire, client)) in (0..).zip(clients) {
        tasks.spawn(async move { (wire, unclear(client, number).await) });
    }
    tasks.join_all().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_hits_the_end_of_an_idle_connection_at_most_once() {
    let unclear = of_many_clients(&[]).await;

    let several: Vec<_> = unclear.iter().filter(|(_, unclear)| *unclear > 1).collect();
    assert_eq!(several, Vec::<&(Wire, usize)>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_was_told_the_idle_time_never_hits_its_end() {
    let unclear = of_many_clients(&[("keep-alive", "timeout=1")]).await;

    let some: Vec<_> =
        unclear.iter().filter(|(wire, count)| !is_http2(*wire) && *count > 0).collect();
    assert_eq!(some, Vec::<&(Wire, usize)>::new());
}

#[tokio::test]
async fn a_connection_is_used_within_its_idle_time() {
    for wire in Wire::HTTP1 {
        for header in ["timeout=1", "timeout=5, max=100", "max=100", "timeout=x", "timeout=100000"]
        {
            let headers: &[_] = Box::leak(Box::new([("keep-alive", header)]));
            let server = closing_idle(wire, headers);
            let client = server.client().build().unwrap();

            for _ in 0..4 {
                client.execute(Call::post(&["x"])).await.unwrap();
                sleep(IDLE / 20).await;
            }

            assert_eq!(server.accepted(), 1, "{wire:?} {header}");
        }
    }
}

/// `Keep-Alive` has no meaning in HTTP/2 (RFC 9113, section 8.2.2).
fn is_http2(wire: Wire) -> bool {
    matches!(wire, Wire::Http2(_))
}

const IDLE: Duration = Duration::from_secs(1);
/// When the first clients come, just before the server closes their connections.
const EARLY: Duration = Duration::from_millis(998);
const POSTS: u64 = 7;
