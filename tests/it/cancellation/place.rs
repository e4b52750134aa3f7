//! A server on its own runtime, and two more runtimes for clients.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use tokio::runtime::{Builder, Runtime};
use trivore::models::PageRequest;
use trivore::transport::{Client, Connector, TlsBackend};
use trivore::users::Users;
use trivore_tests::operations::{Case, Setup, Subject};

use super::connection_counter::ConnectionCounter;
use crate::operations::setup;

/// A runtime for servers, and two for clients.
pub(super) struct Place {
    server: Runtime,
    clients: [Runtime; RUNTIMES],
}

/// A sandbox with one user, behind a proxy that counts connections.
pub(super) struct Scene {
    pub(super) setup: Setup,
    pub(super) subject: Subject,
    pub(super) connections: ConnectionCounter,
}

impl Place {
    pub(super) fn new() -> Self {
        let many = || Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let one = Builder::new_current_thread().enable_all().build().unwrap();
        Self { server: many(), clients: [one, many()] }
    }

    pub(super) fn scene(&self) -> Scene {
        self.server.block_on(async {
            let setup = setup().await;
            let subject = setup.add_subject().await;
            let connections = ConnectionCounter::in_front_of(setup.sandbox().address()).await;
            Scene { setup, subject, connections }
        })
    }

    /// Runs a future to completion on one of the clients' runtimes.
    pub(super) fn run<F: Future>(&self, runtime: usize, future: F) -> F::Output {
        self.clients[runtime].block_on(future)
    }

    /// Polls a future at most `polls` times on one of the clients' runtimes, then drops it.
    pub(super) fn cut_off<F: Future>(
        &self,
        runtime: usize,
        future: F,
        polls: usize,
    ) -> Option<F::Output> {
        self.run(runtime, cut_off(future, polls))
    }

    /// Makes a call on each runtime and asserts that only a few idle connections are open
    /// afterwards.
    #[track_caller]
    pub(super) fn check_client(&self, users: &Users, scene: &Scene) {
        for runtime in 0..RUNTIMES {
            let result = self.run(runtime, users.list(&PageRequest::new().count(1)));
            // A user's token may not list users, but a 403 is a response as well.
            let has_response = result.map_or_else(|error| error.is_forbidden(), |_| true);
            assert!(has_response, "the client does not work on runtime {runtime}");
        }
        let is_few = self.server.block_on(scene.connections.has_at_most(RUNTIMES * SPARE));
        assert!(is_few, "connections of dropped calls stayed open");
    }
}

impl Scene {
    pub(super) fn users(&self, case: &Case) -> Users {
        let connector = Connector::new().tls_backend(TlsBackend::Disabled).no_proxy();
        let client = Client::builder(&self.connections.url()).connector(connector);
        Users::new(client.credentials(Setup::credentials(case, &self.subject)).build().unwrap())
    }

    /// Returns the ledger's entries as kind and operation.
    pub(super) fn ledger(&self) -> Vec<(&'static str, &'static str)> {
        let ledger = self.setup.sandbox().ledger();
        ledger.iter().map(|entry| (entry.kind, entry.operation)).collect()
    }
}

/// Polls a future when it is woken, and drops it after a number of polls.
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

/// Number of runtimes for clients.
pub(super) const RUNTIMES: usize = 2;

/// Maximum number of idle connections per runtime. The pool opens another one if a connection has
/// not been returned yet.
const SPARE: usize = 4;
