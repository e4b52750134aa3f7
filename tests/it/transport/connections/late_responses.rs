//! Responses that arrive when nobody waits for them any more.

use std::time::Duration;

use futures_util::future::join_all;
use trivore::transport::{Call, RetryPolicy};
use trivore_tests::scripted::{Connection, ScriptedServer, Wire};

/// Responds to each `GET` but the first after `slow`, and to each `POST` half a second later.
fn slow(wire: Wire, slow: Duration) -> ScriptedServer {
    ScriptedServer::start(wire, move |mut connection: Connection| async move {
        let responder = connection.responder();
        responder.settings(&[]).await?;
        let first = connection.request().await?;
        responder.respond(&first, "1").await?;
        loop {
            let request = connection.request().await?;
            let responder = responder.clone();
            tokio::spawn(async move {
                let later =
                    if request.is_post { Duration::from_millis(500) } else { Duration::ZERO };
                tokio::time::sleep(slow + later).await;
                responder.respond(&request, "1").await
            });
        }
    })
}

/// The responses arrive a second after the client has given up, when it has forgotten the streams.
#[tokio::test]
async fn they_do_not_end_the_connection_of_a_post() {
    for wire in Wire::HTTP2 {
        let server = slow(wire, Duration::from_millis(2_500));
        let client = server.client().retry(RetryPolicy::off()).build().unwrap();
        client.send::<u8>(Call::get(&["x"])).await.unwrap();

        let post = client.send::<u8>(Call::post(&["x"]));
        let gets = join_all(
            (0..1_100)
                .map(|_| client.execute(Call::get(&["x"]).timeout(Duration::from_millis(1_500)))),
        );
        let (post, gets) = tokio::join!(post, gets);

        assert_eq!(post.unwrap(), 1, "{wire:?}: {:?}", server.requests_by_connection());
        for get in gets {
            let error = get.unwrap_err();
            assert!(error.is_timeout(), "{wire:?}: {error}");
        }
        let posts = server.requests().iter().filter(|request| request.is_post).count();
        assert_eq!(posts, 1, "{wire:?}");
    }
}
