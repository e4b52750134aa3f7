//! Ctrl-C: the first one finishes what runs, the second one stops.

use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, mpsc};

use futures_util::FutureExt as _;
use futures_util::future::{Either, select};
use tokio::sync::watch;

use crate::failure::{Failure, FailureKind};
use crate::hidden_prompt;

/// How often the command was interrupted, by Ctrl-C or by the signal to terminate.
#[derive(Clone)]
pub(crate) struct Interrupt {
    count: watch::Receiver<u32>,
    /// The count when it began to listen.
    start: u32,
    _listening: Arc<Listening>,
}

impl Interrupt {
    /// Listens from now on and until it is dropped; otherwise, Ctrl-C ends the process.
    ///
    /// Call it on the runtime. `tell` is called after the first interrupt.
    pub(crate) fn listen(tell: impl Fn() + Send + 'static) -> Self {
        let listening = Arc::new(Listening::new());
        let count = signals();
        let start = *count.borrow();
        let interrupt = Self { count, start, _listening: listening };
        tokio::spawn(interrupt.first().map(move |()| tell()));
        interrupt
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

    fn reached(&self, times: u32) -> impl Future<Output = ()> + Send + 'static {
        let (mut count, wanted) = (self.count.clone(), self.start.saturating_add(times));
        async move {
            if count.wait_for(|count| *count >= wanted).await.is_err() {
                pending::<()>().await;
            }
        }
    }
}

/// While there is one, Ctrl-C does not end the process.
struct Listening;

impl Listening {
    fn new() -> Self {
        LISTENERS.fetch_add(1, Ordering::SeqCst);
        Self
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        LISTENERS.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Handles signals from now on: one that nobody listens to ends the process with the exit code of an
/// interrupt, and the terminal shows again what is typed.
///
/// It works while the runtime waits for a read from the terminal.
pub(crate) fn end_at_interrupts() {
    drop(signals());
}

/// Ends the process as a signal would.
pub(crate) fn end() -> ! {
    hidden_prompt::show_again();
    #[expect(clippy::exit, reason = "a signal would end the program here, too")]
    std::process::exit(FailureKind::Interrupted as i32)
}

/// Returns how many signals there were; they are handled when it returns.
fn signals() -> watch::Receiver<u32> {
    let start = || {
        let (sender, receiver) = watch::channel(0);
        let (ready, is_ready) = mpsc::channel::<()>();
        std::thread::spawn(move || handle_signals(&sender, ready));
        // The other end is dropped when signals are handled, or cannot be.
        let _ = is_ready.recv();
        receiver
    };
    SIGNALS.get_or_init(start).clone()
}

fn handle_signals(sender: &watch::Sender<u32>, ready: mpsc::Sender<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let Ok(runtime) = runtime else { return };
    runtime.block_on(async {
        let Some(mut signals) = Signals::new() else { return };
        drop(ready);
        while signals.next().await {
            sender.send_modify(|count| *count = count.saturating_add(1));
            if LISTENERS.load(Ordering::SeqCst) == 0 {
                end();
            }
        }
    });
}

/// The signals that interrupt.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> Option<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let interrupt = signal(SignalKind::interrupt()).ok()?;
        let terminate = signal(SignalKind::terminate()).ok()?;
        Some(Self { interrupt, terminate })
    }

    /// Waits for the next signal; returns `false` if there will be none.
    async fn next(&mut self) -> bool {
        let (interrupt, terminate) = (self.interrupt.recv().boxed(), self.terminate.recv().boxed());
        select(interrupt, terminate).await.factor_first().0.is_some()
    }
}

#[cfg(windows)]
struct Signals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Signals {
    fn new() -> Option<Self> {
        tokio::signal::windows::ctrl_c().ok().map(Self)
    }

    async fn next(&mut self) -> bool {
        self.0.recv().await.is_some()
    }
}

#[cfg(not(any(unix, windows)))]
struct Signals;

#[cfg(not(any(unix, windows)))]
impl Signals {
    fn new() -> Option<Self> {
        None
    }

    async fn next(&mut self) -> bool {
        false
    }
}

static SIGNALS: OnceLock<watch::Receiver<u32>> = OnceLock::new();

/// How many parts of the program want to finish something after Ctrl-C.
static LISTENERS: AtomicUsize = AtomicUsize::new(0);
