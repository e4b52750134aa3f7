//! Jobs that run in a process of their own, to learn its peak memory.

use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use crate::server::{Target, sibling};
use crate::spread::decimal;
use crate::{Result, contender::now};

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_enums, reason = "the program `job` matches all of them")]
pub enum Work {
    /// Reads a list of so many users as a stream.
    List {
        /// Length of the list.
        users: usize,
    },
    /// Creates users.
    Create {
        /// How many.
        users: usize,
        /// How many at the same time.
        in_flight: usize,
    },
    /// Reads single users from many tasks that share a client.
    Tasks {
        /// How many tasks.
        tasks: usize,
        /// How many reads each of them makes, one after the other.
        reads: usize,
        /// How many requests may be under way.
        at_most: Option<usize>,
    },
}

/// Work, and where it is done.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Job {
    /// What is done.
    pub work: Work,
    /// Where.
    pub target: Target,
}

/// What a job cost.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Cost {
    /// Nanoseconds for each user or call.
    pub per_item: f64,
    /// Peak of the process's memory in bytes, where the platform tells.
    pub peak: Option<f64>,
}

impl Job {
    /// Describes a job.
    pub fn new(work: Work, target: Target) -> Self {
        Self { work, target }
    }

    /// Runs it in a process of its own.
    ///
    /// # Errors
    ///
    /// The program `job` was not built, or it failed.
    pub fn run(&self) -> Result<Cost> {
        let program = sibling("job")?;
        let output = Command::new(&program)
            .arg(serde_json::to_string(self)?)
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| format!("{}: {error}; was it built?", program.display()))?;
        if !output.status.success() {
            return Err(format!("{:?}: {}", self.work, output.status).into());
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }
}

impl Cost {
    /// Measures some steps that handle so many items.
    ///
    /// # Errors
    ///
    /// The steps failed.
    pub async fn of(items: usize, steps: impl Future<Output = Result<()>>) -> Result<Self> {
        let start = now();
        steps.await?;
        let per_item = start.elapsed().as_secs_f64() * 1e9 / decimal(items);
        Ok(Self { per_item, peak: peak_memory() })
    }
}

/// Asks Linux for the peak of what was resident.
fn peak_memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn a_process_has_used_memory() {
        assert!(peak_memory().is_some_and(|bytes| bytes > 100_000.0));
    }
}
