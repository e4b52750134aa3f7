//! The thread behind the blocking API, and how a call blocks.

use std::future;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, JoinHandle, Thread};

use futures_util::Stream;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;
use tokio::task::coop::consume_budget;
use trivore_transport::{Error, Result};

use crate::ConfigError;

/// A thread that drives connections and timers; clones share it, and it ends with the last one.
///
/// A call runs on the thread that makes it, so calls of different threads do not wait for each
/// other. tokio's `block_on` would panic in async code, and so would dropping its runtime there.
#[derive(Clone, Debug)]
pub(super) struct Runtime(Arc<Driver>);

#[derive(Debug)]
struct Driver {
    handle: Handle,
    /// Ends the thread when it is dropped.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Runtime {
    pub(super) fn start() -> Result<Self, ConfigError> {
        Self::try_start().map_err(ConfigError::Thread)
    }

    fn try_start() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel();
        let thread =
            thread::Builder::new().name("trivore-blocking".to_owned()).spawn(move || {
                // It fails when the sender is dropped.
                drop(runtime.block_on(stopped));
                // Dropping it would wait for the operating system to find the addresses of a name.
                runtime.shutdown_background();
            })?;
        Ok(Self(Arc::new(Driver { handle, stop: Some(stop), thread: Some(thread) })))
    }

    /// Runs a call to its end.
    pub(super) fn run<T>(&self, call: impl Future<Output = Result<T>>) -> Result<T> {
        self.block_on(call)?
    }

    /// Runs a future to its end.
    ///
    /// # Errors
    ///
    /// The thread runs async code.
    pub(super) fn block_on<T>(&self, future: impl Future<Output = T>) -> Result<T> {
        if is_in_async_code() {
            return Err(Error::configuration(
                "the blocking API was called in async code; use the async API, or call it in \
                 `tokio::task::spawn_blocking`",
            ));
        }
        // Timers and tasks that the future starts belong to this runtime.
        let _entered = self.0.handle.enter();
        let signal = Arc::new(Signal { thread: thread::current(), is_set: AtomicBool::new(false) });
        let waker = Waker::from(Arc::clone(&signal));
        let mut context = Context::from_waker(&waker);
        let mut future = pin!(future);
        loop {
            if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
                return Ok(output);
            }
            signal.wait();
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        drop(self.stop.take());
        let Some(thread) = self.thread.take() else { return };
        // The thread cannot wait for itself, and async code must not wait.
        if thread.thread().id() != thread::current().id() && !is_in_async_code() {
            // A panic of the thread was reported by its own panic hook.
            drop(thread.join());
        }
    }
}

/// Wakes the thread of a call.
struct Signal {
    thread: Thread,
    /// A token of `park` could be used up by a call inside this one.
    is_set: AtomicBool,
}

impl Signal {
    fn wait(&self) {
        while !self.is_set.swap(false, Ordering::Acquire) {
            thread::park();
        }
    }
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.is_set.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

/// Whether a tokio task is being polled on this thread.
///
/// tokio tells only by a panic, but it gives a budget to each poll of a task, so that one task
/// cannot keep a thread for itself. Other code, also in `spawn_blocking`, has no limit. Code that
/// is [`unconstrained`](tokio::task::unconstrained) or runs on another executor is not recognized;
/// a call then blocks its thread, and works.
fn is_in_async_code() -> bool {
    /// More than a task gets (128 in tokio 1).
    const BUDGET: usize = 1024;
    let mut context = Context::from_waker(Waker::noop());
    let mut has_budget = || pin!(consume_budget()).poll(&mut context).is_ready();
    Handle::try_current().is_ok() && !(0..BUDGET).all(|_| has_budget())
}

/// A stream as an iterator, or another value with async methods.
#[derive(Clone, Debug)]
pub(super) struct Blocking<S> {
    // Declared first: what it drops needs the runtime.
    pub(super) stream: S,
    pub(super) runtime: Runtime,
    has_failed: bool,
}

impl<S> Blocking<S> {
    pub(super) fn new(runtime: &Runtime, stream: S) -> Self {
        Self { stream, runtime: runtime.clone(), has_failed: false }
    }

    /// Changes the stream.
    pub(super) fn map<R>(self, change: impl FnOnce(S) -> R) -> Blocking<R> {
        Blocking { stream: change(self.stream), runtime: self.runtime, has_failed: self.has_failed }
    }

    /// Changes the stream, unless that fails.
    pub(super) fn try_map<R>(self, change: impl FnOnce(S) -> Result<R>) -> Result<Blocking<R>> {
        let stream = change(self.stream)?;
        Ok(Blocking { stream, runtime: self.runtime, has_failed: self.has_failed })
    }

    /// Waits for the next item.
    ///
    /// In async code, it fails once and then ends: a loop that passes over errors must end, too.
    pub(super) fn next(&mut self) -> Option<Result<S::Item>>
    where
        S: Stream + Unpin,
    {
        if self.has_failed {
            return None;
        }
        let stream = &mut self.stream;
        let next = future::poll_fn(|context| Pin::new(&mut *stream).poll_next(context));
        let item = self.runtime.block_on(next);
        self.has_failed = item.is_err();
        item.transpose()
    }
}
