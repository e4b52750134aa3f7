//! Connections on which nothing arrives any more.

use std::time::Duration;

use futures_util::future::join_all;
use trivore::transport::{Call, Client, RetryPolicy};
use trivore_tests::scripted::{Connection, ScriptedServer, Wire};

/// The first connection responds once and then only reads; later ones respond.
fn silent_after_one(wire: Wire) -> ScriptedServer {
    ScriptedServer::start(wire, |mut connection: Connection| async move {
        let responder = connection.responder();
        responder.settings(&[]).await?;
        loop {
            let request = connection.request().await?;
            responder.respond(&request, "1").await?;
            if connection.number() == 0 {
                connection.only_read().await?;
            }
        }
    })
}

async fn get(client: &Client) -> trivore::transport::Result<u8> {
    client.send(Call::get(&["x"])).await
}

#[tokio::test]
async fn a_call_leaves_a_silent_connection_with_its_second_attempt() {
    for wire in Wire::ALL {
        let server = silent_after_one(wire);
        let limit = Duration::from_millis(500);
        let client = server.client().attempt_timeout(limit).build().unwrap();
        get(&client).await.unwrap();

        let result = get(&client).await;

        assert_eq!(result.unwrap(), 1, "{wire:?}");
        assert_eq!(server.requests_by_connection(), [2, 1], "{wire:?}");
    }
}

#[tokio::test]
async fn a_failed_call_leaves_a_silent_connection_to_nobody() {
    for wire in Wire::ALL {
        let server = silent_after_one(wire);
        let client = server.client().attempt_timeout(LIMIT).build().unwrap();
        get(&client).await.unwrap();

        let error = client.execute(Call::post(&["x"])).await.unwrap_err();
        let next = client.send::<u8>(Call::post(&["x"]).retry(RetryPolicy::off())).await;

        assert!(error.is_timeout() && error.may_have_been_applied(), "{wire:?}: {error}");
        assert_eq!(error.attempts().len(), 1, "{wire:?}: {error}");
        assert_eq!(next.unwrap(), 1, "{wire:?}");
        assert_eq!(server.requests_by_connection(), [2, 1], "{wire:?}");
    }
}

/// The limit may be that of the call.
#[tokio::test]
async fn a_deadline_leaves_a_silent_connection_to_nobody() {
    for wire in Wire::ALL {
        let server = silent_after_one(wire);
        let client = server.client().no_attempt_timeout().build().unwrap();
        get(&client).await.unwrap();

        let on_the_silent_one = client.execute(Call::get(&["x"]).timeout(LIMIT)).await;
        let next = client.execute(Call::post(&["x"]).timeout(LIMIT)).await;

        assert!(on_the_silent_one.unwrap_err().is_timeout(), "{wire:?}");
        assert!(next.is_ok(), "{wire:?}: {next:?}");
        assert_eq!(server.requests_by_connection(), [2, 1], "{wire:?}");
    }
}

#[tokio::test]
async fn all_calls_on_a_silent_connection_leave_it_together() {
    for wire in Wire::HTTP2 {
        let server = silent_after_one(wire);
        let client = server.client().attempt_timeout(LIMIT).build().unwrap();
        get(&client).await.unwrap();

        let results = join_all((0..20).map(|_| get(&client))).await;

        let failed = results.iter().filter(|result| result.is_err()).count();
        assert_eq!(failed, 0, "{wire:?}");
        let requests = server.requests_by_connection();
        assert!(requests.len() <= 3, "{wire:?}: {requests:?}");
        assert_eq!(requests.iter().sum::<usize>(), 41, "{wire:?}: {requests:?}");
    }
}

/// The first `POST` gets no response; `GET`s do, and a ping follows the first one if it `pings`.
fn ignoring_the_first_post(wire: Wire, pings: bool) -> ScriptedServer {
    ScriptedServer::start(wire, move |mut connection: Connection| async move {
        let responder = connection.responder();
        responder.settings(&[]).await?;
        let mut ignores_post = connection.number() == 0;
        loop {
            let request = connection.request().await?;
            if request.is_post && std::mem::take(&mut ignores_post) {
                let responder = responder.clone();
                tokio::spawn(async move {
                    tokio::time::sleep(LIMIT * 3 / 2).await;
                    if pings { responder.ping().await } else { Ok(()) }
                });
            } else {
                responder.respond(&request, "1").await?;
            }
        }
    })
}

#[tokio::test]
async fn a_connection_that_has_sent_a_frame_since_is_used_again() {
    for wire in Wire::HTTP2 {
        let server = ignoring_the_first_post(wire, true);
        let client = server.client().attempt_timeout(LIMIT).build().unwrap();
        get(&client).await.unwrap();

        client.execute(Call::post(&["x"])).await.unwrap_err();
        assert!(server.has_pongs(1).await, "{wire:?}: the client is gone");
        get(&client).await.unwrap();

        assert_eq!(server.requests_by_connection(), [3], "{wire:?}");
    }
}

#[tokio::test]
async fn one_slow_response_does_not_make_a_busy_connection_silent() {
    for wire in Wire::HTTP2 {
        let server = ignoring_the_first_post(wire, false);
        let client = server.client().attempt_timeout(LIMIT).build().unwrap();
        get(&client).await.unwrap();

        let slow = async {
            let error = client.execute(Call::post(&["x"])).await.unwrap_err();
            assert!(error.is_timeout(), "{error}");
        };
        let busy = join_all((0..4).map(async |_| {
            for _ in 0..100 {
                get(&client).await.unwrap();
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }));
        tokio::join!(slow, busy);

        assert!(server.connections() <= 2, "{wire:?}: {:?}", server.requests_by_connection());
    }
}

const LIMIT: Duration = Duration::from_millis(300);
