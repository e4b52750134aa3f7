//! Calls from many tasks, over all kinds of connections.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use trivore::Trivore;
use trivore::models::{Names, User};
use trivore_bench::contenders::{SdkVersions, sdk};
use trivore_bench::{Error, Result, Scheme, Server, body};

/// Tasks that make calls until they are stopped.
pub(crate) struct Load {
    tasks: JoinSet<()>,
    shared: Arc<Shared>,
}

/// Counts of calls so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) succeeded: u64,
    pub(crate) failed: u64,
    /// Failed calls that began and ended while the server was well.
    pub(crate) unexpected: u64,
    pub(crate) slowest: Duration,
}

#[derive(Default)]
struct Shared {
    stops: AtomicBool,
    /// Even while calls may fail; changes whenever that changes.
    period: AtomicU64,
    succeeded: AtomicU64,
    failed: AtomicU64,
    unexpected: AtomicU64,
    slowest: AtomicU64,
}

impl Load {
    /// Starts the tasks, each with its share of three clients.
    pub(crate) fn start(server: &Server) -> Result<Self> {
        let mut load = Self { tasks: JoinSet::new(), shared: Arc::default() };
        for (scheme, versions) in CLIENTS {
            let trivore = sdk(&server.target(scheme), versions)
                .configure(|client| client.timeout(LIMIT).attempt_timeout(ATTEMPT))
                .build()?;
            for number in 0..CALLERS {
                load.tasks.spawn(calls(trivore.clone(), Arc::clone(&load.shared), number));
            }
        }
        Ok(load)
    }

    /// Tells whether calls from now on must succeed.
    pub(crate) fn expect_success(&self, must_succeed: bool) {
        let before = self.shared.period.load(Ordering::Relaxed);
        if must_succeed != is_healthy(before) {
            self.shared.period.store(before + 1, Ordering::Relaxed);
        }
    }

    pub(crate) fn counts(&self) -> Counts {
        let Shared { succeeded, failed, unexpected, slowest, .. } = &*self.shared;
        Counts {
            succeeded: succeeded.load(Ordering::Relaxed),
            failed: failed.load(Ordering::Relaxed),
            unexpected: unexpected.load(Ordering::Relaxed),
            slowest: Duration::from_micros(slowest.load(Ordering::Relaxed)),
        }
    }

    /// Waits until the tasks have ended and dropped their clients.
    pub(crate) async fn stop(mut self) -> Result<()> {
        self.shared.stops.store(true, Ordering::Relaxed);
        while let Some(task) = self.tasks.join_next().await {
            task?;
        }
        Ok(())
    }
}

async fn calls(trivore: Trivore, shared: Arc<Shared>, number: usize) {
    let mut count = number;
    while !shared.stops.load(Ordering::Relaxed) {
        let (period, begun) = (shared.period.load(Ordering::Relaxed), Instant::now());
        let result = call(&trivore, count).await;
        shared.record(period, begun.elapsed(), &result);
        count += 1;
        sleep(PAUSE).await;
    }
}

/// Makes a call: every fourth creates a user, the others read one.
async fn call(trivore: &Trivore, count: usize) -> Result<()> {
    if count.is_multiple_of(4) {
        let mut user = User::new();
        user.namespace_code = Some("customers".into());
        user.name = Some(Names::new("Maija", "Meikäläinen"));
        trivore.users().create(&user).await?;
    } else {
        trivore.users().get(&body::id(count).into()).await?;
    }
    Ok(())
}

impl Shared {
    fn record(&self, period: u64, elapsed: Duration, result: &Result<(), Error>) {
        let micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
        self.slowest.fetch_max(micros, Ordering::Relaxed);
        if result.is_ok() {
            self.succeeded.fetch_add(1, Ordering::Relaxed);
            return;
        }
        self.failed.fetch_add(1, Ordering::Relaxed);
        if is_healthy(period) && period == self.period.load(Ordering::Relaxed) {
            self.unexpected.fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn is_healthy(period: u64) -> bool {
    period % 2 == 1
}

/// The limit of a call.
pub(crate) const LIMIT: Duration = Duration::from_secs(2);
const ATTEMPT: Duration = Duration::from_millis(500);

const CLIENTS: [(Scheme, SdkVersions); 3] = [
    (Scheme::Http, SdkVersions::Http1),
    (Scheme::Https, SdkVersions::Http1),
    (Scheme::Https, SdkVersions::Http2OrHttp1),
];
/// Number of tasks for each client.
const CALLERS: usize = 16;
/// Keeps the load far below what the machine can do, so that its limits do not show.
const PAUSE: Duration = Duration::from_millis(10);
