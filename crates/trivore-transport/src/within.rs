//! A limit of time on a future.

use std::time::Duration;

use tokio::runtime::Handle;

use crate::error::{Error, Result};

/// Waits; an error outside of tokio, where there is no clock to wait by.
pub(crate) async fn pause(time: Duration) -> Result<()> {
    Handle::try_current().map_err(Error::configuration)?;
    tokio::time::sleep(time).await;
    Ok(())
}

/// Runs a future for at most `limit`; `None` when it took longer.
///
/// # Errors
///
/// There is no tokio runtime, whose clock is needed. Without this check tokio panics.
pub(crate) async fn within<F: Future>(limit: Duration, future: F) -> Result<Option<F::Output>> {
    Handle::try_current().map_err(Error::configuration)?;
    Ok(tokio::time::timeout(limit, future).await.ok())
}
