//! One refresh under way.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use tokio::sync::watch;

use crate::error::{Error, Result};
use crate::kind::Scope;
use crate::token::failure::Failure;
use crate::token::lifetime::Lifetime;
use crate::token::patience::Patience;

/// A token in use.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) header: HeaderValue,
    pub(crate) lifetime: Lifetime,
    /// Tells it from tokens before and after, even from those with the same text.
    pub(crate) generation: u64,
}

/// What a refresh came to.
pub(crate) type Landing = Result<Held, Failure>;

#[derive(Debug)]
enum Progress {
    UnderWay,
    Landed(Landing),
}

/// One refresh under way, as those see it who wait for it.
///
/// It runs in a task of the runtime of whoever began it, and that runtime may be dropped, or
/// not be driven any more: a current-thread runtime rests between two `block_on`. So the task
/// gives signs of life, and those who wait without one take over.
#[derive(Clone, Debug)]
pub(crate) struct Flight {
    pub(crate) id: u64,
    pub(crate) patience: Arc<Patience>,
    progress: watch::Receiver<Progress>,
}

/// The same, as the one sees it who carries it out.
#[derive(Debug)]
pub(crate) struct Pilot(watch::Sender<Progress>);

impl Flight {
    pub(crate) fn new(id: u64, patience: Patience) -> (Self, Pilot) {
        let (sender, progress) = watch::channel(Progress::UnderWay);
        (Self { id, patience: Arc::new(patience), progress }, Pilot(sender))
    }

    /// Whether its task is gone.
    pub(crate) fn is_lost(&self) -> bool {
        self.progress.has_changed().is_err()
    }

    /// Waits for its end; `None` when it will not come.
    pub(crate) async fn landed(mut self) -> Option<Landing> {
        loop {
            if let Progress::Landed(landing) = &*self.progress.borrow_and_update() {
                return Some(landing.clone());
            }
            match tokio::time::timeout(SILENCE, self.progress.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) | Err(_) => return None,
            }
        }
    }
}

impl Pilot {
    /// Does the work within a limit, and gives signs of life meanwhile.
    pub(crate) async fn carry_out<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let mut work = pin!(work);
        let signaling = async {
            loop {
                match tokio::time::timeout(SIGNAL, &mut work).await {
                    Ok(done) => return done,
                    Err(_elapsed) => drop(self.0.send_replace(Progress::UnderWay)),
                }
            }
        };
        let done = tokio::time::timeout(LIMIT, signaling).await;
        done.unwrap_or_else(|_elapsed| Err(Error::timeout(LIMIT, Scope::Attempt, true)))
    }

    /// Tells all who wait.
    pub(crate) fn land(self, landing: Landing) {
        self.0.send_replace(Progress::Landed(landing));
    }
}

/// Longest time for one refresh, all its attempts included.
const LIMIT: Duration = Duration::from_secs(60);
/// Time between two signs of life.
const SIGNAL: Duration = Duration::from_secs(1);
/// Without a sign of life for this long, a refresh counts as lost.
const SILENCE: Duration = Duration::from_secs(5);
