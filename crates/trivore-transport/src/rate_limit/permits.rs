//! Permits, which limit the number of concurrent requests.

use std::sync::Arc;

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::error::{Error, Result};

/// The permits of concurrent requests, which clones share.
#[derive(Clone, Debug)]
pub(crate) struct Permits {
    semaphore: Arc<Semaphore>,
    sheds_load: bool,
}

impl Permits {
    /// Limits the number of concurrent requests to `requests`; others wait, unless `sheds_load`.
    pub(crate) fn new(requests: usize, sheds_load: bool) -> Self {
        Self { semaphore: Arc::new(Semaphore::new(requests)), sheds_load }
    }

    /// Returns a permit, in the order of the calls of this method.
    ///
    /// # Errors
    ///
    /// All permits are taken, and requests above the limit are shed.
    pub(super) async fn acquire(&self) -> Result<SemaphorePermit<'_>> {
        if self.sheds_load {
            self.semaphore.try_acquire().map_err(|_all_taken| Error::before_sending(Overloaded))
        } else {
            // The semaphore is never closed.
            self.semaphore.acquire().await.map_err(Error::before_sending)
        }
    }
}

/// Why a request was not sent.
#[derive(Debug, thiserror::Error)]
#[error("the client is overloaded: the limit of concurrent requests is reached")]
struct Overloaded;
