//! Servers that limit the number of concurrent streams, and what waits for one.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::timeout;
use trivore::transport::{Call, Client, Result};
use trivore_tests::scripted::{Connection, MAX_CONCURRENT_STREAMS, ScriptedServer, Wire};

async fn posts(client: &Client, count: u32) -> Vec<Result<u32>> {
    let post = |number| async move { client.send(Call::post(&["x"]).json(&number)).await };
    join_all((0..count).map(post)).await
}

fn may_have_been_applied(results: &[Result<u32>]) -> usize {
    let errors = results.iter().filter_map(|result| result.as_ref().err());
    errors.filter(|error| error.may_have_been_applied()).count()
}

/// Allows `streams` on each connection, and responds to none.
fn never_responding(wire: Wire, streams: u32) -> ScriptedServer {
    ScriptedServer::start(wire, move |mut connection: Connection| async move {
        connection.responder().settings(&[(MAX_CONCURRENT_STREAMS, streams)]).await?;
        loop {
            connection.request().await?;
        }
    })
}

#[tokio::test]
async fn posts_to_a_server_without_streams_were_never_sent() {
    for wire in Wire::HTTP2 {
        let server = never_responding(wire, 0);
        let client = server.client().timeout(LIMIT).build().unwrap();

        let results = posts(&client, 40).await;

        let failed = results.iter().filter(|result| result.is_err()).count();
        assert_eq!((failed, may_have_been_applied(&results)), (40, 0), "{wire:?}");
        assert_eq!(server.requests().len(), 0, "{wire:?}");
    }
}

#[tokio::test]
async fn a_server_without_streams_gets_no_further_connection() {
    for wire in Wire::HTTP2 {
        let server = never_responding(wire, 0);
        let client = server.client().timeout(LIMIT).build().unwrap();
        posts(&client, 1).await;

        posts(&client, 40).await;

        assert_eq!(server.accepted(), 1, "{wire:?}");
    }
}

/// One request holds its stream for longer than the others wait.
#[tokio::test]
async fn posts_that_wait_for_the_only_stream_were_never_sent() {
    for wire in Wire::HTTP2 {
        let server = never_responding(wire, 1);
        let connector = server.connector().max_connections(1);
        let client = server.client().connector(connector).timeout(LIMIT).build().unwrap();
        let holds = tokio::spawn({
            let client = client.clone();
            async move { client.execute(Call::get(&["x"]).timeout(LIMIT * 10)).await }
        });
        assert!(server.has_seen(1).await, "{wire:?}");

        let results = posts(&client, 40).await;

        holds.abort();
        let failed = results.iter().filter(|result| result.is_err()).count();
        assert_eq!((failed, may_have_been_applied(&results)), (40, 0), "{wire:?}");
        assert_eq!((server.accepted(), server.requests().len()), (1, 1), "{wire:?}");
    }
}

#[tokio::test]
async fn posts_that_wait_for_the_only_stream_get_their_turns() {
    for wire in Wire::HTTP2 {
        let server = ScriptedServer::start(wire, |mut connection: Connection| async move {
            let responder = connection.responder();
            responder.settings(&[(MAX_CONCURRENT_STREAMS, 1)]).await?;
            loop {
                let request = connection.request().await?;
                tokio::time::sleep(Duration::from_millis(5)).await;
                responder.respond(&request, &request.body).await?;
            }
        });
        let client = server.client().build().unwrap();

        let results = posts(&client, 40).await;

        for (number, result) in (0..).zip(results) {
            assert_eq!(result.unwrap(), number, "{wire:?}");
        }
        assert_eq!(server.requests().len(), 40, "{wire:?}");
    }
}

#[tokio::test]
async fn requests_wait_until_the_server_allows_streams() {
    for wire in Wire::HTTP2 {
        let server = ScriptedServer::start(wire, |mut connection: Connection| async move {
            let responder = connection.responder();
            responder.settings(&[(MAX_CONCURRENT_STREAMS, 0)]).await?;
            tokio::spawn({
                let responder = responder.clone();
                async move {
                    tokio::time::sleep(Duration::from_millis(300)).await;
                    responder.settings(&[(MAX_CONCURRENT_STREAMS, 10)]).await
                }
            });
            loop {
                let request = connection.request().await?;
                responder.respond(&request, &request.body).await?;
            }
        });
        let client = server.client().attempt_timeout(Duration::from_millis(200)).build().unwrap();

        let results = posts(&client, 5).await;

        for (number, result) in (0..).zip(results) {
            assert_eq!(result.unwrap(), number, "{wire:?}");
        }
        assert_eq!(server.requests().len(), 5, "{wire:?}");
    }
}

#[tokio::test]
async fn a_server_may_take_its_streams_back() {
    for wire in Wire::HTTP2 {
        let server = ScriptedServer::start(wire, |mut connection: Connection| async move {
            let responder = connection.responder();
            responder.settings(&[(MAX_CONCURRENT_STREAMS, 10)]).await?;
            loop {
                let request = connection.request().await?;
                responder.settings(&[(MAX_CONCURRENT_STREAMS, 0)]).await?;
                responder.respond(&request, &request.body).await?;
            }
        });
        let client = server.client().timeout(LIMIT).build().unwrap();
        assert!(posts(&client, 1).await.remove(0).is_ok(), "{wire:?}");

        let results = posts(&client, 10).await;

        let failed = results.iter().filter(|result| result.is_err()).count();
        assert_eq!((failed, may_have_been_applied(&results)), (10, 0), "{wire:?}");
        assert_eq!((server.requests().len(), server.accepted()), (1, 1), "{wire:?}");
    }
}

#[tokio::test]
async fn nothing_is_sent_before_the_settings_of_the_server() {
    for wire in Wire::HTTP2 {
        let early = Arc::new(AtomicUsize::new(0));
        let seen = Arc::clone(&early);
        let server = ScriptedServer::start(wire, move |mut connection: Connection| {
            let seen = Arc::clone(&seen);
            async move {
                let responder = connection.responder();
                if timeout(Duration::from_millis(300), connection.request()).await.is_ok() {
                    seen.fetch_add(1, Ordering::SeqCst);
                }
                responder.settings(&[]).await?;
                loop {
                    let request = connection.request().await?;
                    responder.respond(&request, &request.body).await?;
                }
            }
        });
        let client = server.client().timeout(Duration::from_secs(5)).build().unwrap();

        let results = posts(&client, 5).await;

        assert_eq!(early.load(Ordering::SeqCst), 0, "{wire:?}");
        for (number, result) in (0..).zip(results) {
            assert_eq!(result.unwrap(), number, "{wire:?}");
        }
        assert_eq!(server.accepted(), 1, "{wire:?}");
    }
}

#[tokio::test]
async fn posts_to_a_server_that_never_sends_its_settings_were_never_sent() {
    for wire in Wire::HTTP2 {
        let server = ScriptedServer::start(wire, |mut connection: Connection| async move {
            connection.only_read().await
        });
        let client = server.client().timeout(LIMIT).build().unwrap();

        let results = posts(&client, 40).await;

        assert_eq!(may_have_been_applied(&results), 0, "{wire:?}");
        assert_eq!(server.requests().len(), 0, "{wire:?}");
        for result in results {
            assert!(result.unwrap_err().is_timeout(), "{wire:?}");
        }
    }
}

const LIMIT: Duration = Duration::from_millis(500);
