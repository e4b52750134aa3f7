//! The connection counts of a client.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::runtime::Builder;
use tower::service_fn;
use trivore::Trivore;
use trivore::transport::{Body, BoxError, Call, Client, Connections};
use trivore_tests::scripted::{Connection, ScriptedServer, Wire};

/// Idle, in use, opening, and opened in all.
fn counts(client: &Client) -> (usize, usize, usize, u64) {
    of(client.connections())
}

fn of(connections: Connections) -> (usize, usize, usize, u64) {
    let Connections { idle, in_use, opening, opened, .. } = connections;
    (idle, in_use, opening, opened)
}

/// Waits until the client has these counts.
async fn come_to(client: &Client, expected: (usize, usize, usize, u64)) {
    for _ in 0..1_000 {
        if counts(client) == expected {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(counts(client), expected);
}

/// Responds to a `GET`, and never to a `POST`.
fn holding_posts(wire: Wire) -> ScriptedServer {
    ScriptedServer::start(wire, |mut connection: Connection| async move {
        let responder = connection.responder();
        responder.settings(&[]).await?;
        loop {
            let request = connection.request().await?;
            if !request.is_post {
                responder.respond(&request, "1").await?;
            }
        }
    })
}

#[tokio::test]
async fn a_connection_is_idle_after_its_response() {
    for wire in Wire::ALL {
        let server = ScriptedServer::start(wire, Connection::respond_always);
        let client = server.client().build().unwrap();
        assert_eq!(counts(&client), (0, 0, 0, 0), "{wire:?}");

        for _ in 0..3 {
            client.execute(Call::get(&["x"])).await.unwrap();
            assert_eq!(counts(&client.clone()), (1, 0, 0, 1), "{wire:?}");
        }
    }
}

#[tokio::test]
async fn a_connection_is_in_use_until_its_response() {
    for wire in Wire::ALL {
        let server = holding_posts(wire);
        let client = server.client().build().unwrap();
        client.execute(Call::get(&["x"])).await.unwrap();
        let posts: Vec<_> = (0..3)
            .map(|_| {
                let client = client.clone();
                tokio::spawn(async move { client.execute(Call::post(&["x"])).await })
            })
            .collect();
        assert!(server.has_seen(4).await, "{wire:?}");

        let in_use = if matches!(wire, Wire::Http2(_)) { 1 } else { 3 };
        come_to(&client, (0, in_use, 0, in_use as u64)).await;

        for post in posts {
            post.abort();
        }
        // Over HTTP/1.1 they cannot be used again.
        let expected = if matches!(wire, Wire::Http2(_)) { (1, 0, 0, 1) } else { (0, 0, 0, 3) };
        come_to(&client, expected).await;
    }
}

#[tokio::test]
async fn a_connection_is_opening_until_its_handshake_is_complete() {
    for wire in Wire::ALL.into_iter().filter(|wire| *wire != Wire::Http1) {
        let delay = Duration::from_millis(300);
        let server = ScriptedServer::with_slow_handshakes(wire, delay, Connection::respond_always);
        let client = server.client().build().unwrap();
        let calling = tokio::spawn({
            let client = client.clone();
            async move { client.execute(Call::get(&["x"])).await }
        });

        come_to(&client, (0, 0, 1, 0)).await;
        calling.await.unwrap().unwrap();

        assert_eq!(counts(&client), (1, 0, 0, 1), "{wire:?}");
    }
}

#[tokio::test]
async fn closed_connections_count_as_opened() {
    for wire in Wire::ALL {
        let server = ScriptedServer::start(wire, |mut connection: Connection| async move {
            let responder = connection.responder();
            responder.settings(&[]).await?;
            let request = connection.request().await?;
            responder.respond(&request, "1").await?;
            responder.shutdown().await
        });
        let client = server.client().build().unwrap();

        for number in 1..4 {
            client.execute(Call::get(&["x"])).await.unwrap();
            come_to(&client, (0, 0, 0, number)).await;
        }
    }
}

#[tokio::test]
async fn failed_connects_are_not_counted() {
    let port = trivore_tests::RefusingPort::new();
    let client = Client::builder(&port.url()).build().unwrap();

    client.execute(Call::get(&["x"])).await.unwrap_err();

    come_to(&client, (0, 0, 0, 0)).await;
}

#[tokio::test]
async fn the_facade_counts_them_as_well() {
    let server = ScriptedServer::start(Wire::Http1, |mut connection: Connection| async move {
        let responder = connection.responder();
        loop {
            let request = connection.request().await?;
            responder.respond(&request, r#"{"id":"a"}"#).await?;
        }
    });
    let trivore = Trivore::builder(&server.url()).build().unwrap();

    let user = "a".into();
    for result in join_all((0..3).map(|_| trivore.users().get(&user))).await {
        result.unwrap();
    }

    let (idle, in_use, opening, opened) = of(trivore.connections());
    assert_eq!((idle, in_use, opening), (3, 0, 0));
    assert_eq!(opened, 3);
}

#[tokio::test]
async fn a_service_of_the_users_own_has_none() {
    let client = Client::new(service_fn(async |_: http::Request<Body>| {
        Ok::<_, BoxError>(http::Response::new("1".to_owned()))
    }));

    client.execute(Call::get(&["x"])).await.unwrap();

    assert_eq!(client.connections(), Connections::default());
}

/// The counts are those of all pools, and each is gone with its runtime.
#[test]
fn connections_count_until_their_runtime_ends() {
    for (wire, count) in [(Wire::Http1, 17), (Wire::HTTP2[1], 17), (Wire::Http1, 200)] {
        let server = ScriptedServer::start(wire, Connection::respond_always);
        let client = server.client().build().unwrap();
        let new = || Builder::new_current_thread().enable_all().build().unwrap();
        let runtimes: Vec<_> = (0..count).map(|_| new()).collect();
        for _ in 0..5 {
            for runtime in &runtimes {
                runtime.block_on(client.execute(Call::get(&["x"]))).unwrap();
            }
        }
        assert_eq!(counts(&client), (count, 0, 0, count as u64), "{wire:?}");

        drop(runtimes);

        new().block_on(come_to(&client, (0, 0, 0, count as u64)));
    }
}
