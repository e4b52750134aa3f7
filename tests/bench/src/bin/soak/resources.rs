//! What a process holds: file descriptors, memory and tasks.

use std::fs;

use tokio::runtime::Handle;
use trivore_bench::{Result, memory};

/// Resources of this process and of the current runtime.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Resources {
    /// Open file descriptors.
    pub(crate) descriptors: usize,
    /// Resident memory in KiB.
    pub(crate) memory: usize,
    /// Tasks that have not ended.
    pub(crate) tasks: usize,
}

impl Resources {
    /// Reads them, on Linux and within a tokio runtime.
    pub(crate) fn now() -> Result<Self> {
        Ok(Self {
            descriptors: fs::read_dir("/proc/self/fd")?.count(),
            memory: memory("VmRSS")?,
            tasks: Handle::current().metrics().num_alive_tasks(),
        })
    }

    /// Whether all descriptors are closed and all tasks have ended that there were not before.
    pub(crate) fn is_closed(self, before: Self) -> bool {
        self.descriptors <= before.descriptors && self.tasks <= before.tasks
    }

    /// Returns the larger ones of each.
    pub(crate) fn max(self, other: Self) -> Self {
        Self {
            descriptors: self.descriptors.max(other.descriptors),
            memory: self.memory.max(other.memory),
            tasks: self.tasks.max(other.tasks),
        }
    }
}
