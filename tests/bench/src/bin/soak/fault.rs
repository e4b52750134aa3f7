//! What happens to the server.

use std::time::Duration;

use tokio::time::sleep;
use trivore_bench::{Result, Server};

/// A fault of the server, which runs again afterwards.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// The process is killed and stays away for a while.
    Killed,
    /// The process closes its connections after their current requests, and another one follows.
    Drained,
    /// The process is killed, and another one follows at once.
    Restarted,
    /// The process does nothing for longer than the limit of a call.
    Frozen,
    /// The same, and then it is killed.
    FrozenAndKilled,
}

impl Fault {
    pub(crate) const ALL: [Self; 5] =
        [Self::Killed, Self::Drained, Self::Restarted, Self::Frozen, Self::FrozenAndKilled];

    /// Returns when the server runs again. Starting and stopping it blocks the thread.
    pub(crate) async fn inflict(self, server: &mut Server) -> Result<()> {
        match self {
            Self::Killed => {
                server.kill()?;
                sleep(AWAY).await;
                server.restart()
            }
            Self::Drained => {
                server.drain()?;
                server.restart()
            }
            Self::Restarted => {
                server.kill()?;
                server.restart()
            }
            Self::Frozen => {
                server.freeze()?;
                sleep(FROZEN).await;
                server.resume()
            }
            Self::FrozenAndKilled => {
                server.freeze()?;
                sleep(FROZEN).await;
                server.kill()?;
                server.restart()
            }
        }
    }
}

const AWAY: Duration = Duration::from_millis(700);
const FROZEN: Duration = Duration::from_millis(2_500);
