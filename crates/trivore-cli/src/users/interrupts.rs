//! Ctrl-C, where it must not end the program at once.

use crate::failure::Failure;

/// The presses of Ctrl-C, which do not end the program any more.
pub(crate) struct Interrupts {
    #[cfg(unix)]
    signal: tokio::signal::unix::Signal,
    #[cfg(not(unix))]
    signal: (),
}

impl Interrupts {
    /// Listens from now on.
    ///
    /// # Errors
    ///
    /// The system does not allow it.
    #[cfg(unix)]
    pub(crate) fn listen() -> Result<Self, Failure> {
        use tokio::signal::unix::{SignalKind, signal};
        let signal = signal(SignalKind::interrupt())
            .map_err(|error| Failure::io("cannot listen to signals", error))?;
        Ok(Self { signal })
    }

    /// Waits for the next press.
    #[cfg(unix)]
    pub(crate) async fn next(&mut self) {
        self.signal.recv().await;
    }

    #[cfg(not(unix))]
    #[expect(clippy::unnecessary_wraps, reason = "on Unix, it can fail")]
    pub(crate) fn listen() -> Result<Self, Failure> {
        Ok(Self { signal: () })
    }

    #[cfg(not(unix))]
    pub(crate) async fn next(&mut self) {
        drop(tokio::signal::ctrl_c().await);
    }
}
