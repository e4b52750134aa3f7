//! A limit of time on a future.

use std::time::Duration;

use tokio::runtime::Handle;

use crate::error::{Error, Result};

/// Waits; an error outside of tokio, where there is no clock to wait by.
pub(crate) async fn pause(time: Duration) -> Result<()> {
    clock()?;
    tokio::time::sleep(time).await;
    Ok(())
}

/// Says whether there is a clock to keep times by.
///
/// # Errors
///
/// There is no tokio runtime, without which tokio's timers panic.
pub(crate) fn clock() -> Result<()> {
    Handle::try_current().map(drop).map_err(Error::configuration)
}

/// Runs a future for at most `limit`; `None` when it took longer.
///
/// # Errors
///
/// There is no [`clock`].
pub(crate) async fn within<F: Future>(limit: Duration, future: F) -> Result<Option<F::Output>> {
    clock()?;
    Ok(tokio::time::timeout(limit, future).await.ok())
}
