//! Jobs that run in their own process, so that its peak memory can be measured.

use std::process::{Command, Stdio};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::server::{Target, sibling};
use crate::spread::decimal;
use crate::{Result, Section, Unit, Usage, contender::now, memory};

/// The work of a job.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_enums, reason = "the program `job` matches all of them")]
pub enum Work {
    /// Reads a list of users as a stream.
    List {
        /// Length of the list.
        users: usize,
    },
    /// Creates users.
    Create {
        /// Number of users.
        users: usize,
        /// Maximum number of concurrent requests.
        in_flight: usize,
        /// Whether all requests are sent from one task, as before there was a runner.
        in_one_task: bool,
    },
    /// Creates users with usernames, as a program for a service that limits the rate.
    CreateAtRate {
        /// Number of users.
        users: usize,
        /// Maximum number of concurrent requests.
        in_flight: usize,
        /// The client's own limit, if it has one.
        per_second: Option<f64>,
    },
    /// Runs items that do nothing through the runner.
    Run {
        /// Number of items.
        items: usize,
        /// Maximum number of concurrent items.
        in_flight: usize,
        /// Whether a journal is written, without `fsync`.
        has_journal: bool,
    },
    /// Reads single users from many tasks that share a client.
    Tasks {
        /// Number of tasks.
        tasks: usize,
        /// Number of sequential reads per task.
        reads: usize,
        /// Maximum number of concurrent requests, if limited.
        at_most: Option<usize>,
    },
}

/// Work, and the server to use.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Job {
    /// The work.
    pub work: Work,
    /// The server.
    pub target: Target,
}

/// Time and memory that a job took.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Cost {
    /// Nanoseconds per user or call.
    pub per_item: f64,
    /// Peak memory of the process in bytes, if the platform reports it.
    pub peak: Option<f64>,
    /// CPU time per user or call in nanoseconds, if the platform reports it.
    pub cpu: Option<f64>,
    /// The same, of the thread that needs the most.
    pub busiest_thread: Option<f64>,
}

impl Job {
    /// Creates a job.
    pub fn new(work: Work, target: Target) -> Self {
        Self { work, target }
    }

    /// Runs the job in its own process.
    ///
    /// # Errors
    ///
    /// The program `job` was not built, or it fails.
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
    /// Measures a future that processes this number of items.
    ///
    /// # Errors
    ///
    /// The future fails.
    pub async fn of(items: usize, steps: impl Future<Output = Result<()>>) -> Result<Self> {
        let per_item = |time: Duration| time.as_secs_f64() * 1e9 / decimal(items);
        let (start, before) = (now(), Usage::of_threads(std::process::id()).unwrap_or_default());
        steps.await?;
        let elapsed = start.elapsed();
        let after = Usage::of_threads(std::process::id()).unwrap_or_default();
        let used = after
            .iter()
            .map(|(thread, usage)| (*usage - before.get(thread).copied().unwrap_or_default()).cpu);
        let sum = used.clone().reduce(|sum, cpu| sum + cpu);
        Ok(Self {
            per_item: per_item(elapsed),
            peak: memory("VmHWM").ok().map(|kibibytes| decimal(kibibytes) * 1024.0),
            cpu: sum.map(per_item),
            busiest_thread: used.max().map(per_item),
        })
    }
}

/// Runs jobs in turns and records their times and their peak memory.
///
/// # Errors
///
/// See [`Job::run`].
pub fn measure(section: &mut Section, of: &str, jobs: &[(String, Job)]) -> Result<()> {
    measure_with(section, of, jobs, |_, job| job.run())
}

/// The same, with a function that runs the job at an index.
///
/// # Errors
///
/// The function fails.
pub fn measure_with(
    section: &mut Section,
    of: &str,
    jobs: &[(String, Job)],
    mut run: impl FnMut(usize, &Job) -> Result<Cost>,
) -> Result<()> {
    if !section.wants(of) {
        return Ok(());
    }
    let rounds = if section.is_quick() { 3 } else { 9 };
    let mut times: Vec<_> = jobs.iter().map(|(name, _)| (name.clone(), Vec::new())).collect();
    let mut peaks = times.clone();
    for _ in 0..rounds {
        for (index, (_, job)) in jobs.iter().enumerate() {
            let cost = run(index, job)?;
            times[index].1.push(cost.per_item);
            peaks[index].1.extend(cost.peak);
        }
    }

    section.record(of, Unit::Time, &times);
    if peaks.iter().all(|(_, peaks)| !peaks.is_empty()) {
        section.record(&format!("{of}: peak memory"), Unit::Memory, &peaks);
    }
    Ok(())
}

/// Formats a number with commas.
pub fn grouped(number: usize) -> String {
    if number < 1_000 {
        number.to_string()
    } else {
        format!("{},{:03}", grouped(number / 1_000), number % 1_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_commas() {
        assert_eq!([7, 1_000, 1_234_567].map(grouped), ["7", "1,000", "1,234,567"]);
    }
}
