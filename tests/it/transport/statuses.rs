//! Statuses of servers and gateways: which are tried again, and what they leave open.

use std::time::Duration;

use trivore::Trivore;
use trivore::models::User;
use trivore::transport::{Call, Client, ClientBuilder, RetryPolicy, Safety};
use trivore_tests::{RawServer, Reply, json};

fn quick(builder: ClientBuilder) -> ClientBuilder {
    builder.retry(RetryPolicy::backoff().base_delay(Duration::from_millis(1)))
}

/// Responds with this status first and closes the connection, then with 200.
async fn first(status: u16) -> RawServer {
    RawServer::start(move |number, _| match number {
        0 => Reply::RawThenClose(json(status, "")),
        _ => Reply::Json(r#"{"id":"a"}"#.to_owned()),
    })
    .await
}

#[tokio::test]
async fn a_408_of_a_gateway_is_repeated_for_reads_and_leaves_writes_open() {
    let server = first(408).await;
    let trivore = Trivore::builder(&server.url()).configure(quick).build().unwrap();
    trivore.users().get(&"a".into()).await.unwrap();
    assert_eq!(server.requests(), 2);

    let server = first(408).await;
    let trivore = Trivore::builder(&server.url()).configure(quick).build().unwrap();
    let error = trivore.users().create(&User::new()).await.unwrap_err();
    assert!(error.may_have_been_applied(), "{error}");
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn each_status_is_repeated_where_that_does_no_harm() {
    // Whether a read and a write are sent again, and whether the write may have been applied.
    for (status, read, write, is_open) in [
        (408, true, false, true),
        (499, true, false, true),
        (500, true, false, true),
        (504, true, false, true),
        (520, true, false, true),
        (524, true, false, true),
        (599, true, false, true),
        // Not processed, so that even a write is sent again.
        (421, true, true, false),
        (425, true, true, false),
        (429, true, true, false),
        (400, false, false, false),
        (411, false, false, false),
        (413, false, false, false),
        (460, false, false, false),
        (501, false, false, true),
        (505, false, false, true),
        (507, false, false, true),
        (511, false, false, true),
    ] {
        for (call, repeats) in [
            (Call::<()>::get(&["x"]), read),
            (Call::put(&["x"]), read),
            (Call::post(&["x"]).safety(Safety::OneShot), write),
        ] {
            let server = first(status).await;
            let client = quick(Client::builder(&server.url())).build().unwrap();
            let is_read = call.operation().safety == Safety::Safe;

            let result = client.execute(call).await;

            assert_eq!(result.is_ok(), repeats, "{status}: {result:?}");
            assert_eq!(server.requests(), 1 + usize::from(repeats), "{status}");
            if let Err(error) = result {
                assert_eq!(error.may_have_been_applied(), is_open && !is_read, "{status}");
            }
        }
    }
}
