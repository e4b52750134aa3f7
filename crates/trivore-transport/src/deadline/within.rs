//! Timers that return an error outside of a tokio runtime.

use std::time::Duration;

use tokio::runtime::Handle;

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

/// Runs a future for at most `limit`; returns `None` if it takes longer.
///
/// # Errors
///
/// There is no [`clock`].
pub(crate) async fn within<F: Future>(limit: Duration, future: F) -> Result<Option<F::Output>> {
    clock()?;
    Ok(tokio::time::timeout(limit, future).await.ok())
}
