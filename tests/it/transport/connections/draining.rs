//! Servers that end their connections in good order while they are called.

use std::collections::HashSet;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::task::JoinSet;
use trivore::transport::{Call, Client};
use trivore_tests::scripted::{Connection, GoAway, ScriptedServer, Wire};

/// Makes numbered `POST`s and `GET`s from several tasks, of which none fails.
async fn load(client: &Client, wire: Wire) {
    let mut tasks = JoinSet::new();
    for worker in 0..WORKERS {
        let client = client.clone();
        tasks.spawn(async move {
            for round in 0..ROUNDS {
                let number = worker * ROUNDS + round;
                let post = client.send::<u32>(Call::post(&["x"]).json(&number)).await;
                assert_eq!(post.unwrap(), number, "{wire:?}");
                let get = client.send::<u32>(Call::get(&["x"])).await;
                assert_eq!(get.unwrap(), 0, "{wire:?}");
            }
        });
    }
    tasks.join_all().await;
}

/// Checks that each `POST` was processed once, of those that a server has seen.
fn check(processed: &[String], wire: Wire) {
    let once: HashSet<_> = processed.iter().collect();
    assert_eq!((processed.len(), once.len()), (POSTS, POSTS), "{wire:?}");
}

/// Drains a connection after 50 requests: what is above the last stream is not processed.
///
/// If it `announces` this, it says with the highest stream that it is about to.
async fn drain(
    mut connection: Connection,
    announces: bool,
    processed: Arc<Mutex<Vec<String>>>,
) -> io::Result<()> {
    let responder = connection.responder();
    responder.settings(&[]).await?;
    let (mut highest, mut last) = (0, HIGHEST_STREAM);
    let mut tasks = JoinSet::new();
    for count in 1.. {
        let request = connection.request().await?;
        // Requests arrive as a whole in another order than their streams.
        highest = highest.max(request.stream);
        if request.stream <= last {
            if request.is_post {
                processed.lock().unwrap().push(request.body.clone());
            }
            let (responder, request) = (responder.clone(), request.clone());
            tasks.spawn(async move {
                tokio::time::sleep(Duration::from_millis(2)).await;
                let body = if request.is_post { request.body.as_str() } else { "0" };
                responder.respond(&request, body).await
            });
        }
        if announces && count == 40 {
            responder.go_away(GoAway { last, code: 0 }).await?;
        }
        if count == 50 {
            last = highest;
            responder.go_away(GoAway { last, code: 0 }).await?;
        }
        if count >= 50 && !connection.has_begun_up_to(last) {
            break;
        }
    }
    while tasks.join_next().await.is_some() {}
    responder.shutdown().await?;
    // A connection that is closed with unread bytes is reset, and responses may be lost.
    connection.only_read().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_call_fails_because_a_connection_goes_away() {
    for wire in Wire::HTTP2 {
        let processed = Arc::<Mutex<Vec<_>>>::default();
        let sink = Arc::clone(&processed);
        let server = ScriptedServer::start(wire, move |connection| {
            drain(connection, false, Arc::clone(&sink))
        });
        let client = server.client().build().unwrap();

        load(&client, wire).await;

        check(&processed.lock().unwrap(), wire);
        assert!(server.connections() >= 2 * POSTS / 50, "{wire:?}");
    }
}

/// A server may first announce that it will go away, with the highest stream.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_call_fails_because_a_connection_will_go_away() {
    for wire in Wire::HTTP2 {
        let processed = Arc::<Mutex<Vec<_>>>::default();
        let sink = Arc::clone(&processed);
        let server = ScriptedServer::start(wire, move |connection| {
            // A client that follows the first announcement makes fewer than 50 requests, so the
            // script also ends by time.
            let drained = drain(connection, true, Arc::clone(&sink));
            async move {
                drop(tokio::time::timeout(Duration::from_secs(10), drained).await);
                Ok(())
            }
        });
        let client = server.client().build().unwrap();

        load(&client, wire).await;

        check(&processed.lock().unwrap(), wire);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_call_fails_because_its_response_is_the_last_of_a_connection() {
    for wire in Wire::HTTP1 {
        let requests = Arc::new(AtomicUsize::new(0));
        let server = ScriptedServer::start(wire, move |mut connection: Connection| {
            let requests = Arc::clone(&requests);
            async move {
                let responder = connection.responder();
                loop {
                    let request = connection.request().await?;
                    let body = if request.is_post { request.body.as_str() } else { "0" };
                    if requests.fetch_add(1, Ordering::SeqCst) % 7 == 6 {
                        let headers = [("connection", "close")];
                        responder.respond_with(&request, &headers, body).await?;
                        return responder.shutdown().await;
                    }
                    responder.respond(&request, body).await?;
                }
            }
        });
        let client = server.client().build().unwrap();

        load(&client, wire).await;

        let requests = server.requests();
        let posts = requests.iter().filter(|request| request.is_post);
        check(&posts.map(|request| request.body.clone()).collect::<Vec<_>>(), wire);
        assert!(server.connections() >= 2 * POSTS / 7, "{wire:?}");
    }
}

/// The server leaves the connection open, and does not read from it again.
#[tokio::test]
async fn a_connection_with_its_last_response_is_not_used_again() {
    for wire in Wire::HTTP1 {
        let server = ScriptedServer::start(wire, |mut connection: Connection| async move {
            let responder = connection.responder();
            let request = connection.request().await?;
            responder.respond_with(&request, &[("connection", "close")], "1").await?;
            connection.only_read().await
        });
        let client = server.client().build().unwrap();

        for _ in 0..5 {
            client.execute(Call::post(&["x"])).await.unwrap();
        }

        assert_eq!(server.requests_by_connection(), [1; 5], "{wire:?}");
        assert!(server.has_open(0).await, "{wire:?}");
    }
}

const WORKERS: u32 = 16;
const ROUNDS: u32 = 20;
const POSTS: usize = (WORKERS * ROUNDS) as usize;
const HIGHEST_STREAM: u32 = (1 << 31) - 1;
