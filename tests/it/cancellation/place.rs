//! A server on a runtime of its own, and two more runtimes for clients.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use tokio::runtime::{Builder, Runtime};
use trivore::models::PageRequest;
use trivore::transport::{Client, Connector, TlsBackend};
use trivore::users::Users;
use trivore_tests::operations::{Case, Setup, Subject};

use super::doorkeeper::Doorkeeper;

/// A runtime for servers, and two for clients.
pub(super) struct Place {
    server: Runtime,
    clients: [Runtime; RUNTIMES],
}

/// A sandbox with one user, behind a doorkeeper.
pub(super) struct Scene {
    pub(super) setup: Setup,
    pub(super) subject: Subject,
    pub(super) doorkeeper: Doorkeeper,
}

impl Place {
    pub(super) fn new() -> Self {
        let many = || Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let one = Builder::new_current_thread().enable_all().build().unwrap();
        Self { server: many(), clients: [one, many()] }
    }

    pub(super) fn scene(&self) -> Scene {
        self.server.block_on(async {
            let setup = Setup::start().await;
            let subject = setup.add_subject().await;
            let doorkeeper = Doorkeeper::before(setup.sandbox().address()).await;
            Scene { setup, subject, doorkeeper }
        })
    }

    /// Runs to its end on one of the clients' runtimes.
    pub(super) fn run<F: Future>(&self, runtime: usize, future: F) -> F::Output {
        self.clients[runtime].block_on(future)
    }

    /// Polls on one of the clients' runtimes until it is done, or so often, then drops it.
    pub(super) fn cut_off<F: Future>(
        &self,
        runtime: usize,
        future: F,
        polls: usize,
    ) -> Option<F::Output> {
        self.run(runtime, cut_off(future, polls))
    }

    /// Makes a call on each runtime; then but a few connections that are kept are open.
    #[track_caller]
    pub(super) fn check_client(&self, users: &Users, scene: &Scene) {
        for runtime in 0..RUNTIMES {
            let answer = self.run(runtime, users.list(&PageRequest::new().count(1)));
            // A user's token opens no lists, but the answer came.
            let is_answered = answer.map_or_else(|error| error.is_forbidden(), |_| true);
            assert!(is_answered, "the client is of no use on runtime {runtime}");
        }
        let is_few = self.server.block_on(scene.doorkeeper.has_at_most(RUNTIMES * SPARE));
        assert!(is_few, "connections of dropped calls stay open");
    }
}

impl Scene {
    pub(super) fn users(&self, case: &Case) -> Users {
        let connector = Connector::new().tls_backend(TlsBackend::Disabled).no_proxy();
        let client = Client::builder(&self.doorkeeper.url()).connector(connector);
        Users::new(client.credentials(Setup::credentials(case, &self.subject)).build().unwrap())
    }

    /// What calls wrote into the ledger.
    pub(super) fn ledger(&self) -> Vec<(&'static str, &'static str)> {
        let ledger = self.setup.sandbox().ledger();
        ledger.iter().map(|entry| (entry.kind, entry.operation)).collect()
    }
}

/// Polls a future when it is woken, and drops it after so many polls.
async fn cut_off<F: Future>(future: F, polls: usize) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(|cx| {
        let Some(rest) = left.checked_sub(1) else { return Poll::Ready(None) };
        left = rest;
        match future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// How many runtimes there are for clients.
pub(super) const RUNTIMES: usize = 2;

/// Connections that a pool may keep for one runtime: while one is not back yet, another is made.
const SPARE: usize = 4;
