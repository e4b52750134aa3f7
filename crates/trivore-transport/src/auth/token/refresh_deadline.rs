//! The deadline of a refresh, which is the latest one among its waiters.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::call::ExpiresAt;

/// The latest deadline of all calls that wait for a refresh; `None` means no deadline.
///
/// The refresh never starts a wait between two attempts that would exceed it.
#[derive(Debug)]
pub(crate) struct RefreshDeadline(Mutex<Option<ExpiresAt>>);

impl RefreshDeadline {
    /// Starts with the deadline of the first waiter; `None` for a waiter without a deadline.
    pub(crate) fn new(expires_at: Option<ExpiresAt>) -> Self {
        Self(Mutex::new(expires_at))
    }

    /// Adds a waiter with this deadline.
    pub(crate) fn extend(&self, expires_at: Option<ExpiresAt>) {
        let mut latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *latest = match (*latest, expires_at) {
            (Some(known), Some(new)) => Some(if new.0 > known.0 { new } else { known }),
            (None, _) | (_, None) => None,
        };
    }

    /// Whether a wait of this length ends before the deadline.
    pub(crate) fn allows(&self, wait: Duration) -> bool {
        let latest = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        latest.is_none_or(|latest| latest.allows(wait))
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_latest_deadline_counts() {
        let after = |seconds| Some(ExpiresAt(Instant::now() + Duration::from_secs(seconds)));
        let deadline = RefreshDeadline::new(after(2));
        assert!(!deadline.allows(Duration::from_secs(3)));

        deadline.extend(after(9));
        deadline.extend(after(4));
        assert!(deadline.allows(Duration::from_secs(8)));
        assert!(!deadline.allows(Duration::from_secs(9)));

        deadline.extend(None);
        deadline.extend(after(1));
        assert!(deadline.allows(Duration::from_secs(3600)));
    }
}
