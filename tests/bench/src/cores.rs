//! Which cores of the machine take part.

use crate::Result;

/// Runs a step, and all threads and processes that it starts, on one core.
///
/// Calls one after the other leave each side idle while the other one works. On cores of their
/// own both fall asleep in between, and what is measured is how long the machine takes to wake
/// them: about 100 µs, or next to nothing, as it comes. On one core they take turns. Elsewhere
/// than on Linux the step runs as it is.
///
/// # Errors
///
/// The step failed, or the system does not let the program choose.
pub fn on_one_core<T>(step: impl FnOnce() -> Result<T>) -> Result<T> {
    let _restored = OneCore::choose()?;
    step()
}

/// All cores again, once it is dropped.
struct OneCore(#[cfg(target_os = "linux")] rustix::thread::CpuSet);

impl OneCore {
    #[cfg(target_os = "linux")]
    fn choose() -> Result<Self> {
        use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

        let all = sched_getaffinity(None)?;
        let first =
            (0..CpuSet::MAX_CPU).find(|core| all.is_set(*core)).ok_or("there is no core")?;
        let mut one = CpuSet::new();
        one.set(first);
        sched_setaffinity(None, &one)?;
        Ok(Self(all))
    }

    #[cfg(not(target_os = "linux"))]
    fn choose() -> Result<Self> {
        Ok(Self())
    }
}

#[cfg(target_os = "linux")]
impl Drop for OneCore {
    fn drop(&mut self) {
        // Those cores were there before.
        let _was_set = rustix::thread::sched_setaffinity(None, &self.0);
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn threads_that_a_step_starts_share_its_core() {
        let before = thread::available_parallelism().unwrap();

        let within = on_one_core(|| {
            Ok(thread::spawn(|| thread::available_parallelism().unwrap()).join().unwrap())
        });

        assert_eq!(within.unwrap().get(), 1);
        assert_eq!(thread::available_parallelism().unwrap(), before);
    }
}
