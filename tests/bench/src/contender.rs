//! Contenders: operations that are measured and compared.

use std::fmt;
use std::future::Future;
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

use crate::Result;

/// A measured operation that can be repeated.
pub struct Contender<'a> {
    name: String,
    at_least: usize,
    run: Box<dyn FnMut(usize) -> Result<Duration> + 'a>,
}

/// Makes sequential calls. Several callers make concurrent calls.
pub trait Caller: Send + 'static {
    /// Makes one call and reads the response.
    fn call(&mut self) -> impl Future<Output = Result<()>> + Send;
}

impl<'a> Contender<'a> {
    /// Creates a contender from a function that makes a number of calls and returns the time.
    pub fn new(name: &str, run: impl FnMut(usize) -> Result<Duration> + 'a) -> Self {
        Self { name: name.to_owned(), at_least: 1, run: Box::new(run) }
    }

    /// Creates a contender that repeats a step on the current thread.
    pub fn repeat<T>(name: &str, mut step: impl FnMut() -> T + 'a) -> Self {
        Self::new(name, move |times| {
            let start = now();
            for _ in 0..times {
                black_box(step());
            }
            Ok(start.elapsed())
        })
    }

    /// Creates a contender that makes concurrent calls, with one task per caller.
    pub fn tasks<C: Caller>(name: &str, runtime: &'a Runtime, mut callers: Vec<C>) -> Self {
        let at_least = callers.len();
        let run = move |calls| {
            let start = now();
            callers = runtime.block_on(share(std::mem::take(&mut callers), calls))?;
            Ok(start.elapsed())
        };
        Self { at_least, ..Self::new(name, run) }
    }

    /// Returns the name in tables.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the minimum number of calls in a turn.
    pub(crate) fn at_least(&self) -> usize {
        self.at_least
    }

    /// Makes a number of calls and returns the time.
    ///
    /// # Errors
    ///
    /// A call failed.
    pub fn run(&mut self, calls: usize) -> Result<Duration> {
        (self.run)(calls).map_err(|error| format!("{}: {error}", self.name).into())
    }
}

impl fmt::Debug for Contender<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contender").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Distributes the calls dynamically, so that no caller is idle before the end.
async fn share<C: Caller>(callers: Vec<C>, calls: usize) -> Result<Vec<C>> {
    let taken = Arc::new(AtomicUsize::new(0));
    let mut tasks = Vec::with_capacity(callers.len());
    for mut caller in callers {
        let taken = Arc::clone(&taken);
        tasks.push(tokio::spawn(async move {
            while taken.fetch_add(1, Ordering::Relaxed) < calls {
                caller.call().await?;
            }
            Ok::<_, crate::Error>(caller)
        }));
    }

    let mut callers = Vec::with_capacity(tasks.len());
    for task in tasks {
        callers.push(task.await??);
    }
    Ok(callers)
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counter(Arc<AtomicUsize>);

    impl Caller for Counter {
        async fn call(&mut self) -> Result<()> {
            self.0.fetch_add(1, Ordering::Relaxed);
            Ok(())
        }
    }

    #[test]
    fn callers_share_the_calls() {
        let runtime = Runtime::new().unwrap();
        let count = Arc::<AtomicUsize>::default();
        let callers = (0..3).map(|_| Counter(Arc::clone(&count))).collect();
        let mut contender = Contender::tasks("a", &runtime, callers);

        contender.run(10).unwrap();
        contender.run(4).unwrap();

        assert_eq!(count.load(Ordering::Relaxed), 14);
        assert_eq!(contender.at_least(), 3);
    }
}
