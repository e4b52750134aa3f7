//! Limits the retries of all calls together.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tower::retry::budget::{Budget as _, TpsBudget};

/// Limits retries, so that an outage does not multiply the load; all clones of a client share it.
///
/// Each fifth call makes a deposit, and each retry a withdrawal. Over ten seconds, retries are
/// limited to a fifth of the calls plus ten a second, so that a client with few calls can retry, too.
#[derive(Clone)]
pub(crate) struct RetryBudget(Arc<SharedBudget>);

struct SharedBudget {
    calls: AtomicU32,
    /// Each deposit is worth a retry.
    retries: TpsBudget,
}

impl RetryBudget {
    pub(crate) fn new() -> Self {
        let retries = TpsBudget::new(Duration::from_secs(10), 10, 1.0);
        Self(Arc::new(SharedBudget { calls: AtomicU32::new(0), retries }))
    }

    /// Counts a call; each fifth one adds a retry.
    ///
    /// The others neither read a clock nor take the lock, which all calls of the client share.
    pub(crate) fn deposit(&self) {
        let calls = self.0.calls.fetch_add(1, Ordering::Relaxed);
        if calls % CALLS_PER_RETRY == CALLS_PER_RETRY - 1 {
            self.0.retries.deposit();
        }
    }

    /// Takes a retry from the budget; `false` if none is left.
    pub(crate) fn withdraw(&self) -> bool {
        self.0.retries.withdraw()
    }
}

const CALLS_PER_RETRY: u32 = 5;

impl fmt::Debug for RetryBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RetryBudget")
    }
}
