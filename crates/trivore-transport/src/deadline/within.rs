//! Timers that return an error outside of a tokio runtime.

use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use pin_project_lite::pin_project;
use tokio::runtime::Handle;
use tokio::task::unconstrained;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::error::{Error, Result};

/// Sleeps.
///
/// # Errors
///
/// There is no [`clock`].
pub(crate) async fn pause(time: Duration) -> Result<()> {
    clock()?;
    tokio::time::sleep(time).await;
    Ok(())
}

/// Checks that tokio's timers can be used.
///
/// # Errors
///
/// There is no tokio runtime, so tokio's timers would panic.
pub(crate) fn clock() -> Result<()> {
    Handle::try_current().map(drop).map_err(Error::configuration)
}

pin_project! {
    /// A timer, or none if its time is beyond the clock's range.
    #[derive(Debug)]
    pub(crate) struct Timer {
        #[pin]
        sleep: Option<Sleep>,
    }
}

impl Timer {
    /// # Errors
    ///
    /// There is no [`clock`].
    pub(crate) fn at(end: Option<Instant>) -> Result<Self> {
        clock()?;
        Ok(Self { sleep: end.map(sleep_until) })
    }
}

impl Future for Timer {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match self.project().sleep.as_pin_mut() {
            // Not subject to tokio's budget: a future that uses it up must not delay its own end.
            Some(sleep) => pin!(unconstrained(sleep)).poll(cx),
            None => Poll::Pending,
        }
    }
}

/// Runs a future for at most `limit`; returns `None` if it takes longer.
///
/// # Errors
///
/// There is no [`clock`].
pub(crate) async fn within<F: Future>(limit: Duration, future: F) -> Result<Option<F::Output>> {
    clock()?;
    Ok(tokio::time::timeout(limit, future).await.ok())
}
