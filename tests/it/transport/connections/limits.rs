//! Settings of the pool: how many connections there are, for how long, and whether they live.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::{Instant, sleep, timeout};
use trivore::transport::{Call, Client, Connector, RetryPolicy};
use trivore_tests::scripted::{Connection, MAX_CONCURRENT_STREAMS, ScriptedServer, Wire};

/// Responds after a while, to one request at a time.
fn slow(wire: Wire, pause: Duration) -> ScriptedServer {
    ScriptedServer::start(wire, move |mut connection: Connection| async move {
        let responder = connection.responder();
        // One stream: so there are several connections over HTTP/2 as well.
        responder.settings(&[(MAX_CONCURRENT_STREAMS, 1)]).await?;
        loop {
            let request = connection.request().await?;
            sleep(pause).await;
            responder.respond(&request, "1").await?;
        }
    })
}

fn client(server: &ScriptedServer, change: impl Fn(Connector) -> Connector) -> Client {
    server.client().connector(change(server.connector())).build().unwrap()
}

async fn posts(client: &Client, count: usize) {
    for result in join_all((0..count).map(|_| client.send::<u8>(Call::post(&["x"])))).await {
        assert_eq!(result.unwrap(), 1);
    }
}

#[tokio::test]
async fn there_are_no_more_connections_than_allowed() {
    for wire in Wire::ALL {
        for count in [1, 3] {
            let server = slow(wire, Duration::from_millis(10));
            let client = client(&server, |connector| connector.max_connections(count));

            posts(&client, 12).await;

            assert!(server.accepted() <= count, "{wire:?}: {}", server.accepted());
            assert_eq!(server.requests().len(), 12, "{wire:?}");
        }
    }
}

/// All but the first wait for longer than an attempt may take.
#[tokio::test]
async fn the_wait_for_a_connection_is_no_part_of_an_attempt() {
    for wire in Wire::ALL {
        let server = slow(wire, Duration::from_millis(200));
        let connector = server.connector().max_connections(1);
        let limit = Duration::from_millis(600);
        let client = server.client().connector(connector).attempt_timeout(limit).build().unwrap();

        posts(&client, 6).await;

        assert_eq!((server.accepted(), server.requests().len()), (1, 6), "{wire:?}");
    }
}

#[tokio::test]
async fn what_waits_for_a_connection_was_never_sent() {
    let each = Wire::ALL.map(async |wire| {
        let server = slow(wire, Duration::from_secs(30));
        let client = client(&server, |connector| connector.max_connections(1));
        let holds = tokio::spawn({
            let client = client.clone();
            async move { client.execute(Call::post(&["x"])).await }
        });
        assert!(server.has_seen(1).await, "{wire:?}");

        let waiting =
            (0..20).map(|_| client.execute(Call::post(&["x"]).timeout(Duration::from_millis(300))));
        for result in join_all(waiting).await {
            let error = result.unwrap_err();
            assert!(error.is_timeout() && !error.may_have_been_applied(), "{wire:?}: {error}");
        }

        holds.abort();
        assert_eq!((server.accepted(), server.requests().len()), (1, 1), "{wire:?}");
    });
    join_all(each).await;
}

/// Without any other limit, that of connecting includes the wait for a connection.
#[tokio::test]
async fn the_wait_for_a_connection_has_a_limit_of_its_own() {
    let each = Wire::ALL.map(async |wire| {
        let server = slow(wire, Duration::from_secs(30));
        let connector = server.connector().max_connections(1);
        let connector = connector.connect_timeout(Duration::from_millis(300));
        let client = server.client().connector(connector).retry(RetryPolicy::off());
        let client = client.no_timeout().no_attempt_timeout().build().unwrap();
        let holds = tokio::spawn({
            let client = client.clone();
            async move { client.execute(Call::post(&["x"])).await }
        });
        assert!(server.has_seen(1).await, "{wire:?}");

        let start = Instant::now();
        let result = timeout(Duration::from_secs(5), client.execute(Call::post(&["x"]))).await;

        let took = start.elapsed();
        holds.abort();
        let Ok(result) = result else { panic!("{wire:?}: the call has no limit") };
        let error = result.unwrap_err();
        assert!(error.is_connect() && !error.may_have_been_applied(), "{wire:?}: {error}");
        assert!(took < Duration::from_secs(2), "{wire:?}: {took:?}");
        assert_eq!(server.requests().len(), 1, "{wire:?}");
    });
    join_all(each).await;
}

#[tokio::test]
async fn a_call_that_gives_up_its_wait_takes_no_turn() {
    for wire in Wire::ALL {
        let server = slow(wire, Duration::from_millis(100));
        let client = client(&server, |connector| connector.max_connections(1));

        let first = client.send::<u8>(Call::post(&["x"]));
        let gives_up = join_all(
            (0..10).map(|_| client.execute(Call::post(&["x"]).timeout(Duration::from_millis(20)))),
        );
        let last = async {
            sleep(Duration::from_millis(40)).await;
            client.send::<u8>(Call::post(&["x"])).await
        };
        let (first, _, last) = tokio::join!(first, gives_up, last);

        assert_eq!((first.unwrap(), last.unwrap()), (1, 1), "{wire:?}");
        assert_eq!(server.requests().len(), 2, "{wire:?}");
    }
}

#[tokio::test]
async fn an_old_connection_is_replaced_between_calls() {
    let each = Wire::ALL.map(async |wire| {
        let server = slow(wire, Duration::from_millis(5));
        let client =
            client(&server, |connector| connector.max_connection_age(Duration::from_millis(200)));

        let start = Instant::now();
        while server.connections() < 4 && start.elapsed() < Duration::from_secs(20) {
            posts(&client, 1).await;
            sleep(Duration::from_millis(10)).await;
        }

        assert_eq!(server.connections(), 4, "{wire:?}");
        assert!(start.elapsed() >= 3 * Duration::from_millis(200), "{wire:?}: replaced too early");
        assert!(server.has_open(0).await, "{wire:?}: {} are open", server.open());
    });
    join_all(each).await;
}

/// The call takes longer than the connection may live.
#[tokio::test]
async fn a_connection_lives_as_long_as_its_call() {
    let each = Wire::ALL.map(async |wire| {
        let server = slow(wire, Duration::from_millis(400));
        let client =
            client(&server, |connector| connector.max_connection_age(Duration::from_millis(100)));

        posts(&client, 1).await;

        assert_eq!(server.requests_by_connection(), [1], "{wire:?}");
        assert!(server.has_open(0).await, "{wire:?}");
    });
    join_all(each).await;
}

#[tokio::test]
async fn an_idle_connection_is_closed_after_its_time() {
    let each = Wire::ALL.map(async |wire| {
        let server = slow(wire, Duration::ZERO);
        let client =
            client(&server, |connector| connector.idle_timeout(Duration::from_millis(200)));
        posts(&client, 1).await;
        assert_eq!(server.open(), 1, "{wire:?}");

        assert!(server.has_open(0).await, "{wire:?}");

        posts(&client, 1).await;
        assert_eq!(server.requests_by_connection(), [1, 1], "{wire:?}");
    });
    join_all(each).await;
}

#[tokio::test]
async fn no_more_idle_connections_stay_than_allowed() {
    for wire in Wire::HTTP1 {
        for count in [0, 1, 3] {
            let server = slow(wire, Duration::from_millis(20));
            let client = client(&server, |connector| connector.max_idle_connections(count));

            posts(&client, 6).await;

            assert!(server.has_open(count).await, "{wire:?} {count}: {} are open", server.open());
        }
    }
}

/// Acknowledges pings, or nothing, and responds after a while.
fn slow_over_http2(wire: Wire, is_silent: bool) -> ScriptedServer {
    ScriptedServer::start(wire, move |mut connection: Connection| async move {
        let responder = connection.responder();
        responder.settings(&[]).await?;
        let is_first = connection.number() == 0;
        loop {
            let request = connection.request().await?;
            if is_first && is_silent {
                connection.only_read().await?;
            }
            let responder = responder.clone();
            tokio::spawn(async move {
                sleep(Duration::from_secs(1)).await;
                responder.respond(&request, "1").await
            });
        }
    })
}

fn pinging(server: &ScriptedServer) -> Client {
    let time = Duration::from_millis(150);
    let connector = server.connector().http2_keep_alive(time, time);
    let client = server.client().connector(connector);
    client.attempt_timeout(Duration::from_secs(8)).build().unwrap()
}

#[tokio::test]
async fn pings_find_a_silent_connection_before_the_limit_of_the_attempt() {
    let each = Wire::HTTP2.map(async |wire| {
        let server = slow_over_http2(wire, true);
        let client = pinging(&server);
        let start = Instant::now();

        let result = client.send::<u8>(Call::get(&["x"])).await;

        assert_eq!(result.unwrap(), 1, "{wire:?}");
        assert!(start.elapsed() < Duration::from_secs(6), "{wire:?}: {:?}", start.elapsed());
        assert_eq!(server.requests_by_connection(), [1, 1], "{wire:?}");
    });
    join_all(each).await;
}

#[tokio::test]
async fn a_post_that_pings_end_may_have_been_applied() {
    let each = Wire::HTTP2.map(async |wire| {
        let server = slow_over_http2(wire, true);
        let client = pinging(&server);
        let start = Instant::now();

        let error = client.execute(Call::post(&["x"])).await.unwrap_err();

        assert!(error.may_have_been_applied(), "{wire:?}: {error}");
        assert!(start.elapsed() < Duration::from_secs(6), "{wire:?}: {:?}", start.elapsed());
        assert_eq!(server.requests().len(), 1, "{wire:?}");
    });
    join_all(each).await;
}

#[tokio::test]
async fn a_slow_response_is_awaited_while_pings_are_acknowledged() {
    let each = Wire::HTTP2.map(async |wire| {
        let server = slow_over_http2(wire, false);
        let client = pinging(&server);

        let result = client.send::<u8>(Call::post(&["x"])).await;

        assert_eq!(result.unwrap(), 1, "{wire:?}");
        assert_eq!(server.requests_by_connection(), [1], "{wire:?}");
    });
    join_all(each).await;
}
