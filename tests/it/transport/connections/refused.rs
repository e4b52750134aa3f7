//! Requests that an HTTP/2 server says it has not processed.

use std::collections::HashSet;
use std::time::Duration;

use futures_util::future::join_all;
use trivore::transport::{Call, RetryPolicy};
use trivore_tests::scripted::{Connection, GoAway, ScriptedServer, Wire};

/// How a server refuses a request.
#[derive(Clone, Copy, Debug)]
enum Refusal {
    /// By `GOAWAY` with this error code; the connection stays open.
    GoAway(u32),
    /// By `GOAWAY` with this error code, after which it closes the connection.
    GoAwayAndClose(u32),
    /// By the reset of the stream.
    Stream,
}

const REFUSALS: [Refusal; 6] = [
    Refusal::GoAway(NO_ERROR),
    Refusal::GoAway(ENHANCE_YOUR_CALM),
    Refusal::GoAwayAndClose(NO_ERROR),
    Refusal::GoAwayAndClose(INTERNAL_ERROR),
    Refusal::GoAwayAndClose(ENHANCE_YOUR_CALM),
    Refusal::Stream,
];

/// Refuses the first request, or all of them, and responds to the others.
fn refusing(wire: Wire, refusal: Refusal, always: bool) -> ScriptedServer {
    ScriptedServer::start(wire, move |mut connection: Connection| async move {
        let responder = connection.responder();
        responder.settings(&[]).await?;
        let mut refuses = always || connection.number() == 0;
        loop {
            let request = connection.request().await?;
            if !refuses {
                responder.respond(&request, "1").await?;
                continue;
            }
            refuses = always;
            let last = request.stream.saturating_sub(2);
            match refusal {
                Refusal::GoAway(code) => responder.go_away(GoAway { last, code }).await?,
                Refusal::GoAwayAndClose(code) => {
                    responder.go_away(GoAway { last, code }).await?;
                    responder.shutdown().await?;
                    return connection.only_read().await;
                }
                Refusal::Stream => responder.reset_stream(&request, REFUSED_STREAM).await?,
            }
        }
    })
}

#[tokio::test]
async fn a_refused_post_is_repeated() {
    for wire in Wire::HTTP2 {
        for refusal in REFUSALS {
            let server = refusing(wire, refusal, false);
            let client = server.client().build().unwrap();

            let result = client.send::<u8>(Call::post(&["x"])).await;

            assert_eq!(result.unwrap(), 1, "{wire:?} {refusal:?}");
            let requests = server.requests_by_connection();
            if matches!(refusal, Refusal::Stream) {
                assert_eq!(requests.iter().sum::<usize>(), 2, "{wire:?} {refusal:?}");
            } else {
                assert_eq!(requests, [1, 1], "{wire:?} {refusal:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_post_that_is_refused_each_time_was_never_sent() {
    for wire in Wire::HTTP2 {
        for refusal in REFUSALS {
            let server = refusing(wire, refusal, true);
            let client = server.client().build().unwrap();
            for (retry, attempts) in [
                (RetryPolicy::off(), 1),
                (RetryPolicy::backoff().base_delay(Duration::from_millis(1)).into(), 3),
            ] {
                let before = server.requests().len();

                let error = client.execute(Call::post(&["x"]).retry(retry)).await.unwrap_err();

                assert!(!error.may_have_been_applied(), "{wire:?} {refusal:?}: {error}");
                assert_eq!(error.attempts().len(), attempts, "{wire:?} {refusal:?}: {error}");
                assert_eq!(server.requests().len() - before, attempts, "{wire:?} {refusal:?}");
            }
        }
    }
}

/// The last stream that a server may have processed includes the request.
#[tokio::test]
async fn a_post_that_may_have_been_processed_is_reported_as_such() {
    for wire in Wire::HTTP2 {
        for code in [NO_ERROR, INTERNAL_ERROR] {
            for above in [0, 2, HIGHEST_STREAM - 1] {
                let server =
                    ScriptedServer::start(wire, move |mut connection: Connection| async move {
                        let responder = connection.responder();
                        responder.settings(&[]).await?;
                        let request = connection.request().await?;
                        let last = request.stream + above;
                        responder.go_away(GoAway { last, code }).await?;
                        responder.shutdown().await
                    });
                let client = server.client().build().unwrap();

                let error = client.execute(Call::post(&["x"])).await.unwrap_err();

                assert!(error.may_have_been_applied(), "{wire:?} {code} {above}: {error}");
                assert_eq!(server.requests().len(), 1, "{wire:?} {code} {above}: {error}");
            }
        }
    }
}

#[tokio::test]
async fn a_reset_for_another_reason_leaves_the_outcome_open() {
    for wire in Wire::HTTP2 {
        for code in [NO_ERROR, INTERNAL_ERROR, CANCEL, ENHANCE_YOUR_CALM] {
            let server =
                ScriptedServer::start(wire, move |mut connection: Connection| async move {
                    let responder = connection.responder();
                    responder.settings(&[]).await?;
                    loop {
                        let request = connection.request().await?;
                        responder.reset_stream(&request, code).await?;
                    }
                });
            let client = server.client().build().unwrap();

            let error = client.execute(Call::post(&["x"])).await.unwrap_err();

            assert!(error.may_have_been_applied(), "{wire:?} {code}: {error}");
            assert_eq!(server.requests().len(), 1, "{wire:?} {code}: {error}");
        }
    }
}

/// Of 20 requests in flight, the server processes ten.
#[tokio::test]
async fn those_above_the_last_stream_are_repeated_and_the_others_are_not() {
    for wire in Wire::HTTP2 {
        let server = ScriptedServer::start(wire, |mut connection: Connection| async move {
            let responder = connection.responder();
            responder.settings(&[]).await?;
            if connection.number() == 0 {
                let first = connection.request().await?;
                responder.respond(&first, "0").await?;
                let mut requests = Vec::new();
                while requests.len() < 20 {
                    requests.push(connection.request().await?);
                }
                requests.sort_by_key(|request| request.stream);
                let last = requests[9].stream;
                responder.go_away(GoAway { last, code: NO_ERROR }).await?;
                for request in &requests[..10] {
                    responder.respond(request, &request.body).await?;
                }
                responder.shutdown().await?;
                return connection.only_read().await;
            }
            loop {
                let request = connection.request().await?;
                responder.respond(&request, &request.body).await?;
            }
        });
        let client = server.client().build().unwrap();
        client.execute(Call::get(&["x"])).await.unwrap();

        let posts = (0..20_u8).map(|number| {
            let client = client.clone();
            async move { client.send::<u8>(Call::post(&["x"]).json(&number)).await }
        });
        let results = join_all(posts).await;

        for (number, result) in results.into_iter().enumerate() {
            assert_eq!(usize::from(result.unwrap()), number, "{wire:?}");
        }
        let requests = server.requests();
        let mut first = requests[1..21].to_vec();
        first.sort_by_key(|request| request.stream);
        let processed: Vec<_> = first[..10].iter().map(|seen| &seen.body).collect();
        let repeated: HashSet<_> = requests[21..].iter().map(|seen| &seen.body).collect();
        assert_eq!((requests.len(), repeated.len()), (31, 10), "{wire:?}");
        assert!(processed.iter().all(|body| !repeated.contains(body)), "{wire:?}");
    }
}

const NO_ERROR: u32 = 0;
const INTERNAL_ERROR: u32 = 2;
const REFUSED_STREAM: u32 = 7;
const CANCEL: u32 = 8;
const ENHANCE_YOUR_CALM: u32 = 11;
/// Above that of the first stream, which is 1.
const HIGHEST_STREAM: u32 = (1 << 31) - 2;
