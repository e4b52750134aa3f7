//! Servers that are killed and restarted while they are called.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use tokio::task::JoinSet;
use trivore::transport::Call;
use trivore_tests::scripted::{Connection, ScriptedServer, Wire};

/// What became of the calls while the server was killed again and again.
struct Run {
    /// What each failed `POST` says: whether it may have been applied.
    failed: HashMap<u32, bool>,
    /// The requests that the server has read, and those that it has responded to.
    begun: Vec<u32>,
    responded: HashSet<u32>,
}

/// The calls in flight, by number.
#[derive(Default)]
struct InFlight {
    numbers: Mutex<HashSet<u32>>,
    /// Held while no call may begin.
    paused: tokio::sync::Mutex<()>,
}

impl InFlight {
    async fn begin(&self, number: u32) {
        let _begins = self.paused.lock().await;
        self.numbers.lock().unwrap().insert(number);
    }

    fn end(&self, number: u32) {
        self.numbers.lock().unwrap().remove(&number);
    }

    /// Waits until the server has read a request to which it has yet to respond.
    async fn wait_for_one(&self, server: &ScriptedServer, responded: &Responded) {
        loop {
            let responded = responded.lock().await;
            let is_open = |number| self.numbers.lock().unwrap().contains(number);
            if begun(server).iter().any(|number| is_open(number) && !responded.contains(number)) {
                return;
            }
            drop(responded);
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Restarts the server when it has read all requests and no response is on its way.
    async fn restart(&self, server: &ScriptedServer, responded: &Responded) {
        let _paused = self.paused.lock().await;
        loop {
            let responded = responded.lock().await;
            let begun: HashSet<_> = begun(server).into_iter().collect();
            let is_settled = |number| begun.contains(number) && !responded.contains(number);
            if self.numbers.lock().unwrap().iter().all(is_settled) {
                server.restart();
                return;
            }
            drop(responded);
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

/// The calls that were responded to; locked while a response is sent.
type Responded = tokio::sync::Mutex<HashSet<u32>>;

fn begun(server: &ScriptedServer) -> Vec<u32> {
    server.requests().iter().map(|request| request.body.parse().unwrap()).collect()
}

/// Calls a server from several tasks while it is killed and restarted.
///
/// If it `settles`, the calls that a restart ends are those to which it has yet to respond.
async fn run(wire: Wire, settles: bool) -> Run {
    let done = Arc::new(Responded::default());
    let sink = Arc::clone(&done);
    let server = Arc::new(ScriptedServer::start(wire, move |mut connection: Connection| {
        let sink = Arc::clone(&sink);
        async move {
            let responder = connection.responder();
            responder.settings(&[]).await?;
            // They end with the connection.
            let mut responses = JoinSet::new();
            loop {
                let request = connection.request().await?;
                let (responder, sink) = (responder.clone(), Arc::clone(&sink));
                let number: u32 = request.body.parse().unwrap();
                let respond = async move {
                    let time = if number.is_multiple_of(10) { 100 } else { 2 };
                    tokio::time::sleep(Duration::from_millis(time)).await;
                    let mut done = sink.lock().await;
                    responder.respond(&request, "1").await?;
                    done.insert(number);
                    Ok::<_, std::io::Error>(())
                };
                if matches!(wire, Wire::Http2(_)) {
                    responses.spawn(respond);
                } else {
                    respond.await?;
                }
            }
        }
    }));
    let client = server.client().build().unwrap();

    let in_flight = Arc::new(InFlight::default());
    let killing = tokio::spawn({
        let (server, done) = (Arc::clone(&server), Arc::clone(&done));
        let in_flight = Arc::clone(&in_flight);
        async move {
            for _ in 0..RESTARTS {
                tokio::time::sleep(Duration::from_millis(60)).await;
                in_flight.wait_for_one(&server, &done).await;
                if settles {
                    in_flight.restart(&server, &done).await;
                } else {
                    server.restart();
                }
            }
        }
    });
    let mut tasks = JoinSet::new();
    for worker in 0..WORKERS {
        let (client, in_flight) = (client.clone(), Arc::clone(&in_flight));
        let is_over = killing.abort_handle();
        tasks.spawn(async move {
            let mut failed = Vec::new();
            for round in 0.. {
                if is_over.is_finished() {
                    break;
                }
                let number: u32 = worker * 100_000 + round;
                in_flight.begin(number).await;
                let result = client.execute(Call::post(&["x"]).json(&number)).await;
                in_flight.end(number);
                if let Err(error) = result {
                    failed.push((number, error.may_have_been_applied()));
                }
                tokio::time::sleep(Duration::from_millis(6)).await;
            }
            failed
        });
    }
    let failed = tasks.join_all().await.into_iter().flatten().collect();
    killing.await.unwrap();
    let begun = begun(&server);
    let responded = done.lock().await.clone();
    Run { failed, begun, responded }
}

#[tokio::test]
async fn no_post_is_processed_twice_or_misreported() {
    for wire in Wire::ALL {
        let run = run(wire, false).await;

        assert!(!run.begun.is_empty() && !run.failed.is_empty(), "{wire:?}: nothing was killed");
        let begun: HashSet<_> = run.begun.iter().collect();
        assert_eq!(begun.len(), run.begun.len(), "{wire:?}: a POST was processed twice");
        for (number, may_have_been_applied) in &run.failed {
            assert!(
                *may_have_been_applied || !begun.contains(number),
                "{wire:?}: {number} had begun"
            );
        }
    }
}

#[tokio::test]
async fn only_posts_that_had_begun_may_have_been_applied() {
    for wire in Wire::ALL {
        let run = run(wire, true).await;

        let without_response = run.begun.iter().filter(|number| !run.responded.contains(number));
        let (without_response, begun) = (without_response.count(), run.begun.len());
        let unclear = run.failed.values().filter(|may| **may).count();
        let never_sent = run.failed.len() - unclear;
        assert_eq!(never_sent, 0, "{wire:?}: of {begun}");
        assert!(unclear > 0, "{wire:?}: nothing was killed");
        // Between the kill and its news, a client may write to a connection that is closed.
        assert!(
            (without_response..=without_response + 2 * RESTARTS).contains(&unclear),
            "{wire:?}: {unclear} unclear, {without_response} without a response, of {begun}"
        );
    }
}

/// The client has had no time to notice that its connections are closed.
#[tokio::test]
async fn connections_are_checked_before_they_are_used() {
    for wire in Wire::ALL {
        let server = ScriptedServer::start(wire, Connection::respond_always);
        let client = server.client().build().unwrap();
        let calls = || join_all((0..8).map(|_| client.send::<u8>(Call::post(&["x"]))));
        for result in calls().await {
            result.unwrap();
        }

        for _ in 0..5 {
            server.restart();
            for result in calls().await {
                assert_eq!(result.unwrap(), 1, "{wire:?}");
            }
        }
    }
}

const WORKERS: u32 = 16;
const RESTARTS: usize = 12;
