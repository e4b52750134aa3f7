//! Limits the retries of all calls together.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tower::retry::budget::{Budget as _, TpsBudget};

/// Limits retries, so that an outage does not multiply the load; all clones of a client share it.
///
/// Each call makes a deposit, and each retry a withdrawal. Over ten seconds, retries are limited to
/// a fifth of the calls plus ten a second, so that a client with few calls can retry, too.
#[derive(Clone)]
pub(crate) struct RetryBudget(Arc<TpsBudget>);

impl RetryBudget {
    pub(crate) fn new() -> Self {
        Self(Arc::new(TpsBudget::new(Duration::from_secs(10), 10, 0.2)))
    }

    /// Counts a call, which adds a fifth of a retry.
    pub(crate) fn deposit(&self) {
        self.0.deposit();
    }

    /// Takes a retry from the budget; `false` if none is left.
    pub(crate) fn withdraw(&self) -> bool {
        self.0.withdraw()
    }
}

impl fmt::Debug for RetryBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RetryBudget")
    }
}
