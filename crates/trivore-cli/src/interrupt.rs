//! Ctrl-C: the first one finishes what runs, the second one stops.

use std::future::pending;

use futures_util::FutureExt as _;
use futures_util::future::{Either, select};
use tokio::sync::watch;

use crate::failure::{Failure, FailureKind};

/// How often the command was interrupted, by Ctrl-C or by the signal to terminate.
#[derive(Clone)]
pub(crate) struct Interrupt {
    count: watch::Receiver<u32>,
}

impl Interrupt {
    /// Listens from now on; until then, Ctrl-C ends the process.
    ///
    /// Call it on the runtime. `tell` is called after the first interrupt.
    pub(crate) fn listen(tell: impl Fn() + Send + 'static) -> Self {
        let (sender, count) = watch::channel(0);
        tokio::spawn(async move {
            let mut signals = Signals::new();
            while signals.next().await {
                sender.send_modify(|count| *count += 1);
                if *sender.borrow() == 1 {
                    tell();
                }
            }
            // Without signals, nothing is ever interrupted.
            pending::<()>().await;
        });
        Self { count }
    }

    /// Waits for the first interrupt: begin nothing more, and finish what runs.
    pub(crate) fn first(&self) -> impl Future<Output = ()> + Send + 'static {
        self.reached(1)
    }

    /// Waits for something, but not after the second interrupt; `None` after it.
    pub(crate) async fn unless_stopped<T>(&self, wait: impl Future<Output = T>) -> Option<T> {
        match select(std::pin::pin!(wait), self.reached(2).boxed()).await {
            Either::Left((value, _)) => Some(value),
            Either::Right(_) => None,
        }
    }

    /// Waits for something, but not after the first interrupt.
    pub(crate) async fn unless_interrupted<T>(
        &self,
        wait: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        match select(std::pin::pin!(wait), self.first().boxed()).await {
            Either::Left((result, _)) => result,
            Either::Right(_) => Err(Failure::new(FailureKind::Interrupted, "interrupted")),
        }
    }

    fn reached(&self, wanted: u32) -> impl Future<Output = ()> + Send + 'static {
        let mut count = self.count.clone();
        async move {
            if count.wait_for(|count| *count >= wanted).await.is_err() {
                pending::<()>().await;
            }
        }
    }
}

/// The signals that interrupt.
#[cfg(unix)]
struct Signals {
    interrupt: Option<tokio::signal::unix::Signal>,
    terminate: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Signals {
    fn new() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        Self {
            interrupt: signal(SignalKind::interrupt()).ok(),
            terminate: signal(SignalKind::terminate()).ok(),
        }
    }

    /// Waits for the next signal; returns `false` if there will be none.
    async fn next(&mut self) -> bool {
        match (&mut self.interrupt, &mut self.terminate) {
            (Some(interrupt), Some(terminate)) => {
                let (interrupt, terminate) = (interrupt.recv().boxed(), terminate.recv().boxed());
                select(interrupt, terminate).await.factor_first().0.is_some()
            }
            _ => false,
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> Self {
        Self
    }

    async fn next(&mut self) -> bool {
        tokio::signal::ctrl_c().await.is_ok()
    }
}
