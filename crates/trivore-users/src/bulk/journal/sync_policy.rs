//! When a journal is written to the disk.

use std::time::Duration;

/// When a journal's records are written to the disk (`fsync`).
///
/// Whatever the policy, a record is handed to the operating system before its request leaves, so
/// that it survives the end of the process, also by `SIGKILL`. The policy decides what survives a
/// crash of the system or a power failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SyncPolicy {
    /// Never: the operating system decides.
    Never,
    /// Before each request leaves. Records of requests that start together share one `fsync`.
    EachRecord,
    /// Once so many records were written since the last time, and at the end.
    Every(u64),
    /// With the first record after this time since the last time, and at the end.
    Interval(Duration),
}

impl SyncPolicy {
    /// Whether to write to the disk now.
    pub(super) fn is_due(self, records: u64, since: Duration) -> bool {
        match self {
            Self::Never => false,
            Self::EachRecord => true,
            Self::Every(count) => records >= count,
            Self::Interval(interval) => since >= interval,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::SyncPolicy;
    use std::time::Duration;

    #[test]
    fn each_policy_is_due_in_its_time() {
        let second = Duration::from_secs(1);
        for (policy, records, since, is_due) in [
            (SyncPolicy::Never, u64::MAX, Duration::MAX, false),
            (SyncPolicy::EachRecord, 1, Duration::ZERO, true),
            (SyncPolicy::Every(10), 9, Duration::MAX, false),
            (SyncPolicy::Every(10), 10, Duration::ZERO, true),
            (SyncPolicy::Every(0), 1, Duration::ZERO, true),
            (SyncPolicy::Interval(second), u64::MAX, second / 2, false),
            (SyncPolicy::Interval(second), 1, second, true),
        ] {
            assert_eq!(policy.is_due(records, since), is_due, "{policy:?}");
        }
    }
}
