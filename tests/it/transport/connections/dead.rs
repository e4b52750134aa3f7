//! Idle connections that all turn out to be dead.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::Barrier;
use tokio::time::timeout;
use trivore::transport::{Call, Client, RetryPolicy};
use trivore_tests::scripted::{Connection, MAX_CONCURRENT_STREAMS, ScriptedServer, Wire};

/// What the first connections do at their second request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Failure {
    Reset,
    Close,
    Silence,
}

const FAILURES: [Failure; 3] = [Failure::Reset, Failure::Close, Failure::Silence];

/// The first five connections respond once, all together; later ones always respond.
fn failing(wire: Wire, failure: Failure) -> ScriptedServer {
    let together = Arc::new(Barrier::new(IDLE));
    ScriptedServer::start(wire, move |mut connection: Connection| {
        let together = Arc::clone(&together);
        async move {
            let responder = connection.responder();
            // One stream: so there are several connections over HTTP/2 as well.
            responder.settings(&[(MAX_CONCURRENT_STREAMS, 1)]).await?;
            let fails = connection.number() < IDLE;
            if fails {
                let first = connection.request().await?;
                together.wait().await;
                responder.respond(&first, "1").await?;
            }
            loop {
                let request = connection.request().await?;
                if !fails {
                    responder.respond(&request, "1").await?;
                    continue;
                }
                return match failure {
                    Failure::Reset => connection.reset(),
                    Failure::Close => Ok(()),
                    Failure::Silence => connection.only_read().await,
                };
            }
        }
    })
}

/// A client with five idle connections, and at most two attempts.
async fn with_idle_connections(server: &ScriptedServer) -> Client {
    let retry = RetryPolicy::backoff().max_attempts(2).base_delay(Duration::from_millis(1));
    let client = server.client().attempt_timeout(Duration::from_millis(1_500)).retry(retry);
    let client = client.build().unwrap();
    let gets = join_all((0..IDLE).map(|_| client.execute(Call::get(&["x"]))));
    let Ok(results) = timeout(Duration::from_secs(10), gets).await else {
        panic!("there is no connection for each call");
    };
    for result in results {
        result.unwrap();
    }
    client
}

#[tokio::test]
async fn a_get_succeeds_with_its_second_attempt() {
    for wire in Wire::ALL {
        for failure in FAILURES {
            let server = failing(wire, failure);
            let client = with_idle_connections(&server).await;
            let before = server.requests().len();

            let result = client.send::<u8>(Call::get(&["x"])).await;

            let requests = server.requests_by_connection();
            assert!(result.is_ok(), "{wire:?} {failure:?}: {requests:?}: {result:?}");
            assert_eq!(server.requests().len() - before, 2, "{wire:?} {failure:?}");
            assert_eq!(server.connections(), IDLE + 1, "{wire:?} {failure:?}");
        }
    }
}

#[tokio::test]
async fn many_gets_succeed_with_their_second_attempts() {
    for wire in Wire::ALL {
        let server = failing(wire, Failure::Reset);
        let client = with_idle_connections(&server).await;

        let results = join_all((0..IDLE).map(|_| client.send::<u8>(Call::get(&["x"])))).await;

        let failed = results.iter().filter(|result| result.is_err()).count();
        assert_eq!(failed, 0, "{wire:?}");
    }
}

#[tokio::test]
async fn a_post_is_sent_once_and_reported_right() {
    for wire in Wire::ALL {
        for failure in FAILURES {
            let server = failing(wire, failure);
            let client = with_idle_connections(&server).await;
            let before = server.requests().len();

            let error = client.execute(Call::post(&["x"]).json(&1)).await.unwrap_err();

            assert!(error.may_have_been_applied(), "{wire:?} {failure:?}: {error}");
            assert_eq!(error.attempts().len(), 1, "{wire:?} {failure:?}: {error}");
            assert_eq!(server.requests().len() - before, 1, "{wire:?} {failure:?}");
        }
    }
}

/// The server closes its idle connections a while before the next request.
#[tokio::test]
async fn connections_that_were_closed_while_idle_are_not_used() {
    for wire in Wire::ALL {
        let together = Arc::new(Barrier::new(IDLE));
        let server = ScriptedServer::start(wire, move |mut connection: Connection| {
            let together = Arc::clone(&together);
            async move {
                let responder = connection.responder();
                responder.settings(&[(MAX_CONCURRENT_STREAMS, 1)]).await?;
                let request = connection.request().await?;
                if connection.number() < IDLE {
                    together.wait().await;
                }
                responder.respond(&request, "1").await?;
                responder.shutdown().await?;
                connection.only_read().await
            }
        });
        let client = with_idle_connections(&server).await;
        assert!(server.has_open(0).await, "{wire:?}: the client leaves them open");

        let result = client.send::<u8>(Call::post(&["x"])).await;

        assert_eq!(result.unwrap(), 1, "{wire:?}");
        assert_eq!(server.requests().len(), IDLE + 1, "{wire:?}");
    }
}

const IDLE: usize = 5;
