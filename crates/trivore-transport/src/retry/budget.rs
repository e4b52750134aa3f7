//! How much retrying an outage may cause, for all calls together.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tower::retry::budget::{Budget as _, TpsBudget};

/// Shared by all clones: each call pays in, each retry takes out.
///
/// Over ten seconds, retries are at most a fifth of the calls and ten a second more, so that
/// a client with few calls can retry, too.
#[derive(Clone)]
pub(crate) struct RetryBudget(Arc<TpsBudget>);

impl RetryBudget {
    pub(crate) fn new() -> Self {
        Self(Arc::new(TpsBudget::new(Duration::from_secs(10), 10, 0.2)))
    }

    /// Counts a call.
    pub(crate) fn deposit(&self) {
        self.0.deposit();
    }

    /// Takes out a retry; `false` when there is none left.
    pub(crate) fn withdraw(&self) -> bool {
        self.0.withdraw()
    }
}

impl fmt::Debug for RetryBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RetryBudget")
    }
}
