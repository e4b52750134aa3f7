//! CPU time, context switches and memory of a process.

use std::collections::BTreeMap;
use std::fs;
use std::ops::{Add, Sub};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::Result;

/// What the threads of a process have used so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Usage {
    /// CPU time in user and kernel mode.
    pub cpu: Duration,
    /// Context switches, because a thread waited or was preempted.
    pub switches: u64,
}

impl Usage {
    /// Reads the usage of a process, on Linux.
    ///
    /// Threads that have exited are missing, so compare only while the threads stay the same.
    ///
    /// # Errors
    ///
    /// There is no such process, or the system does not report this.
    pub fn of(process: u32) -> Result<Self> {
        let threads = Self::of_threads(process)?;
        Ok(threads.into_values().fold(Self::default(), |sum, usage| sum + usage))
    }

    /// Reads the usage of each thread of a process, by its folder.
    ///
    /// # Errors
    ///
    /// See [`Self::of`].
    pub fn of_threads(process: u32) -> Result<BTreeMap<PathBuf, Self>> {
        let mut threads = BTreeMap::new();
        for thread in fs::read_dir(format!("/proc/{process}/task"))? {
            let folder = thread?.path();
            match Self::of_thread(&folder) {
                Ok(usage) => drop(threads.insert(folder, usage)),
                // The thread has exited since the folder was listed.
                Err(_) if !folder.exists() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(threads)
    }

    fn of_thread(folder: &Path) -> Result<Self> {
        let times = fs::read_to_string(folder.join("schedstat"))?;
        let status = fs::read_to_string(folder.join("status"))?;
        Ok(Self { cpu: cpu(&times)?, switches: switches(&status)? })
    }
}

impl Add for Usage {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { cpu: self.cpu + other.cpu, switches: self.switches + other.switches }
    }
}

impl Sub for Usage {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self {
            cpu: self.cpu.saturating_sub(earlier.cpu),
            switches: self.switches.saturating_sub(earlier.switches),
        }
    }
}

/// Reads how much memory this process uses, in KiB, on Linux.
///
/// `VmRSS` is what is resident now, and `VmHWM` its peak (`man 5 proc_pid_status`).
///
/// # Errors
///
/// The system does not report this.
pub fn memory(field: &str) -> Result<usize> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix("kB"));
    let kibibytes = kibibytes.ok_or_else(|| format!("no {field} in /proc/self/status"))?;
    Ok(kibibytes.trim().parse()?)
}

/// Reads the first field: the nanoseconds on a CPU.
fn cpu(schedstat: &str) -> Result<Duration> {
    let time = schedstat.split_whitespace().next().ok_or("no CPU time")?;
    Ok(Duration::from_nanos(time.parse()?))
}

fn switches(status: &str) -> Result<u64> {
    let mut sum = 0;
    for line in status.lines() {
        if let Some((_, count)) = line.split_once("voluntary_ctxt_switches:") {
            sum += count.trim().parse::<u64>()?;
        }
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_of_switches_count() {
        let status = "Threads:\t1\nvoluntary_ctxt_switches:\t76\nnonvoluntary_ctxt_switches:\t26\n";

        assert_eq!(switches(status).unwrap(), 102);
        assert_eq!(cpu("970519736 95103406 103\n").unwrap(), Duration::from_nanos(970_519_736));
        assert!(cpu("\n").is_err());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_process_has_used_memory() {
        for field in ["VmRSS", "VmHWM"] {
            assert!(memory(field).is_ok_and(|kibibytes| kibibytes > 100), "{field}");
        }
        assert!(memory("Vm").is_err());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_thread_that_works_uses_cpu_time() {
        // Threads of other tests begin and exit meanwhile, so only this one is compared.
        let thread = fs::canonicalize("/proc/thread-self").unwrap();
        let used = || Usage::of_threads(std::process::id()).unwrap()[&thread];
        let before = used();
        let start = crate::contender::now();
        while (used() - before).cpu < Duration::from_millis(1) {
            assert!(start.elapsed() < Duration::from_secs(60), "no CPU time was counted");
        }

        assert!(Usage::of(std::process::id()).unwrap().cpu > Duration::ZERO);
    }
}
