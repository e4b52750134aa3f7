//! CPU affinity of the measurements.

use crate::Result;

/// Runs a step, and all threads and processes that it starts, on one core.
///
/// With sequential calls, client and server wait for each other. On separate cores, both go to
/// sleep between calls, and the measured time includes the time to wake them, which varies between
/// almost nothing and about 100 µs. On one core, they take turns. On systems other than Linux, the
/// step runs on all cores.
///
/// # Errors
///
/// The step fails, or the system does not allow the program to set its CPU affinity.
pub fn on_one_core<T>(step: impl FnOnce() -> Result<T>) -> Result<T> {
    let _restored = OneCore::choose()?;
    step()
}

/// Restores the previous CPU affinity on drop.
struct OneCore(#[cfg(target_os = "linux")] rustix::thread::CpuSet);

impl OneCore {
    #[cfg(target_os = "linux")]
    fn choose() -> Result<Self> {
        use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

        let all = sched_getaffinity(None)?;
        let first = (0..CpuSet::MAX_CPU)
            .find(|core| all.is_set(*core))
            .ok_or("the CPU affinity mask is empty")?;
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
        // The same mask was in effect before, so this should not fail.
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
