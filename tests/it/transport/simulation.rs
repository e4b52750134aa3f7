//! Calls over an unreliable simulated network, with the same faults and times in every run.

use std::time::Duration;

use http::Method;
use tokio::time::Instant;
use trivore::transport::{Call, Client, Safety};
use trivore::{Credentials, OidcClient, OidcGrant};
use trivore_tests::simulation::{Ledger, TOKEN_PATH, client, serve};
use turmoil::{Builder, Sim};

const ATTEMPT: Duration = Duration::from_secs(2);
const CALL: Duration = Duration::from_secs(15);

fn simulation<'a>(seed: u64) -> Sim<'a> {
    let mut builder = Builder::new();
    builder.rng_seed(seed).simulation_duration(Duration::from_secs(3600));
    builder.tick_duration(Duration::from_millis(5)).build()
}

fn server(sim: &mut Sim<'_>, ledger: &Ledger) {
    let ledger = ledger.clone();
    sim.host("server", move || serve(ledger.clone(), |_| ()));
}

/// Adds a server that is disconnected after it applied its first change.
fn server_cut_off_once(sim: &mut Sim<'_>, ledger: &Ledger) {
    let ledger = ledger.clone();
    sim.host("server", move || {
        let seen = ledger.clone();
        serve(ledger.clone(), move |request| {
            let is_write = request.method() != Method::GET;
            if is_write && seen.entries().len() == 1 {
                turmoil::partition("client", "server");
            }
        })
    });
}

fn sdk() -> Client {
    client().attempt_timeout(ATTEMPT).timeout(CALL).build().unwrap()
}

fn put() -> Call<u8> {
    Call::put(&["x"]).safety(Safety::Idempotent)
}

/// Sends a call and checks that it ends within its deadline.
async fn timed(client: &Client, call: Call<u8>) -> trivore::Result<u8> {
    let start = Instant::now();
    let outcome = client.send(call).await;
    assert!(start.elapsed() <= CALL + Duration::from_millis(5), "{:?}", start.elapsed());
    outcome
}

#[test]
fn a_response_that_is_lost_doubles_nothing() {
    let (mut sim, ledger) = (simulation(1), Ledger::default());
    server_cut_off_once(&mut sim, &ledger);
    sim.client("client", async {
        let client = sdk();

        let error = timed(&client, Call::post(&["x"])).await.unwrap_err();
        turmoil::repair("client", "server");
        let read = timed(&client, Call::get(&["x"])).await;

        assert!(error.is_timeout() && error.may_have_been_applied(), "{error}");
        assert_eq!(error.attempts().len(), 1);
        assert_eq!(read.unwrap(), 7);
        Ok(())
    });

    sim.run().unwrap();

    assert_eq!(ledger.count("POST /x"), 1);
}

#[test]
fn a_repeatable_write_whose_response_is_lost_is_sent_again() {
    let (mut sim, ledger) = (simulation(2), Ledger::default());
    server_cut_off_once(&mut sim, &ledger);
    sim.client("client", async {
        tokio::spawn(async {
            tokio::time::sleep(ATTEMPT + Duration::from_millis(500)).await;
            turmoil::repair("client", "server");
        });

        assert_eq!(timed(&sdk(), put()).await.unwrap(), 7);
        Ok(())
    });

    sim.run().unwrap();

    assert_eq!(ledger.count("PUT /x"), 2, "an idempotent write was not retried");
}

#[test]
fn a_server_that_cannot_be_reached_did_nothing() {
    let (mut sim, ledger) = (simulation(3), Ledger::default());
    server(&mut sim, &ledger);
    let seen = ledger.clone();
    sim.client("client", async move {
        let client = sdk();
        turmoil::partition("client", "server");

        let error = timed(&client, Call::post(&["x"])).await.unwrap_err();
        let done_before = seen.entries();
        turmoil::repair("client", "server");
        let again = timed(&client, Call::post(&["x"])).await;

        assert!(error.is_connect() && !error.may_have_been_applied(), "{error}");
        assert_eq!(error.attempts().len(), 4, "an unsent request was not retried");
        assert!(done_before.is_empty());
        assert_eq!(again.unwrap(), 7);
        Ok(())
    });

    sim.run().unwrap();

    assert_eq!(ledger.count("POST /x"), 1);
}

#[test]
fn latency_above_the_limits_ends_calls_in_time() {
    let (mut sim, ledger) = (simulation(4), Ledger::default());
    server(&mut sim, &ledger);
    sim.client("client", async move {
        let client = sdk();

        let read = timed(&client, Call::get(&["x"])).await.unwrap_err();
        let write = timed(&client, Call::post(&["x"])).await.unwrap_err();

        assert!(read.is_timeout() && !read.may_have_been_applied(), "{read}");
        assert!(write.is_timeout() && write.may_have_been_applied(), "{write}");
        assert_eq!((read.attempts().len(), write.attempts().len()), (4, 1));
        Ok(())
    });
    sim.set_link_latency("client", "server", Duration::from_secs(30));

    sim.run().unwrap();

    assert!(ledger.count("POST /x") <= 1);
}

#[test]
fn a_server_that_comes_back_is_found_again() {
    let (mut sim, ledger) = (simulation(5), Ledger::default());
    server(&mut sim, &ledger);
    sim.client("client", async {
        let client = sdk();
        let read = timed(&client, Call::get(&["x"])).await;
        let created = timed(&client, Call::post(&["x"])).await;

        assert_eq!((read.unwrap(), created.unwrap()), (7, 7));
        Ok(())
    });
    sim.crash("server");

    let mut is_back = false;
    while !sim.step().unwrap() {
        if sim.elapsed() > Duration::from_secs(2) && !is_back {
            sim.bounce("server");
            is_back = true;
        }
    }

    assert!(is_back);
    assert_eq!(ledger.count("POST /x"), 1);
}

/// Writes and reads over a lossy network. Returns what each write reported, and the server's
/// ledger.
fn lossy(seed: u64) -> (Vec<Result<u8, bool>>, Ledger) {
    let ledger = Ledger::default();
    let mut builder = Builder::new();
    builder.rng_seed(seed).simulation_duration(Duration::from_secs(3600));
    builder.tick_duration(Duration::from_millis(5)).fail_rate(0.03).repair_rate(0.2);
    let mut sim = builder.build();
    server(&mut sim, &ledger);
    let told = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let outcomes = std::rc::Rc::clone(&told);
    sim.client("client", async move {
        let client = sdk();
        for number in 0..CALLS {
            let name = number.to_string();
            let outcome = timed(&client, Call::post(&[&name])).await;
            told.borrow_mut().push(outcome.map_err(|error| error.may_have_been_applied()));
            drop(timed(&client, Call::get(&[&name])).await);
        }
        Ok(())
    });
    sim.run().unwrap();
    drop(sim);
    (outcomes.take(), ledger)
}

#[test]
fn lost_packets_double_nothing_and_hide_nothing() {
    let (mut succeeded, mut open) = (0, 0);
    for seed in 0..20 {
        let (outcomes, ledger) = lossy(seed);

        assert_eq!(outcomes.len(), CALLS);
        for (number, outcome) in outcomes.into_iter().enumerate() {
            let done = ledger.count(&format!("POST /{number}"));
            match outcome {
                Ok(_) => assert_eq!(done, 1, "seed {seed}, call {number}"),
                Err(false) => assert_eq!(done, 0, "seed {seed}, call {number}"),
                Err(true) => assert!(done <= 1, "seed {seed}, call {number}"),
            }
            succeeded += usize::from(outcome.is_ok());
            open += usize::from(outcome == Err(true));
        }
    }
    assert!(succeeded > 20 && open > 5, "{succeeded} succeeded, {open} with an unknown outcome");
}

#[test]
fn the_same_seed_gives_the_same_run() {
    let ((first, done), (second, done_again)) = (lossy(7), lossy(7));

    assert_eq!(first, second);
    assert_eq!(done.entries(), done_again.entries());
}

const CALLS: usize = 8;

#[test]
fn a_dead_token_endpoint_ends_calls_in_time_and_nothing_is_sent() {
    let (mut sim, ledger) = (simulation(8), Ledger::default());
    server(&mut sim, &ledger);
    let seen = ledger.clone();
    sim.client("client", async move {
        let grant = OidcGrant::client_credentials(OidcClient::new("id", "secret"))
            .token_endpoint(&format!("http://server{TOKEN_PATH}"));
        let client = client()
            .allow_plain_http()
            .credentials(Credentials::token(grant))
            .attempt_timeout(ATTEMPT)
            .timeout(CALL)
            .build()?;
        turmoil::partition("client", "server");

        let dead = timed(&client, Call::post(&["x"])).await.unwrap_err();
        let sent_meanwhile = seen.count("POST /x");
        turmoil::repair("client", "server");
        tokio::time::sleep(Duration::from_secs(10)).await;
        let alive = timed(&client, Call::post(&["x"])).await;

        assert!(dead.is_authorization() || dead.is_timeout(), "{dead}");
        assert!(!dead.may_have_been_applied(), "{dead}");
        assert_eq!(sent_meanwhile, 0);
        assert_eq!(alive.unwrap(), 7);
        Ok(())
    });

    sim.run().unwrap();

    assert_eq!(ledger.count("POST /x"), 1);
}
