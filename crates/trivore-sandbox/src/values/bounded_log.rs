//! A list of the newest entries, within a limit on their bytes.

use std::collections::VecDeque;

/// Keeps the newest entries, with numbers that count from 1 and continue after the log is cleared.
#[derive(Clone)]
pub(crate) struct BoundedLog<T> {
    entries: VecDeque<(usize, T)>,
    /// Bytes of all entries.
    bytes: usize,
    max_bytes: usize,
    /// Number of the newest entry.
    last: u64,
    /// How often the log was cleared.
    clears: u64,
    /// What [`undo`](Self::undo) needs, if the log can do that.
    pending: Option<Pending<T>>,
}

/// What happened to a log since it was last kept.
#[derive(Clone)]
struct Pending<T> {
    /// How many entries were added.
    added: usize,
    /// Entries that gave way, oldest first; all are older than those of the log.
    dropped: Vec<(usize, T)>,
    clears: u64,
}

impl<T> Pending<T> {
    fn new() -> Self {
        Self { added: 0, dropped: Vec::new(), clears: 0 }
    }
}

impl<T> BoundedLog<T> {
    pub(crate) fn new(max_bytes: usize) -> Self {
        Self { entries: VecDeque::new(), bytes: 0, max_bytes, last: 0, clears: 0, pending: None }
    }

    /// Creates a log whose changes can be undone until they are kept.
    pub(crate) fn undoable(max_bytes: usize) -> Self {
        Self { pending: Some(Pending::new()), ..Self::new(max_bytes) }
    }

    /// Ends the time in which earlier changes can be undone.
    pub(crate) fn keep(&mut self) {
        self.pending = self.pending.take().map(|_| Pending::new());
    }

    /// Undoes all changes since they were last kept.
    pub(crate) fn undo(&mut self) {
        let Some(pending) = self.pending.replace(Pending::new()) else { return };
        for entry in pending.dropped.into_iter().rev() {
            self.entries.push_front(entry);
        }
        self.entries.truncate(self.entries.len().saturating_sub(pending.added));
        self.bytes = self.entries.iter().map(|(bytes, _)| bytes).sum();
        self.last -= u64::try_from(pending.added).unwrap_or_default();
        self.clears -= pending.clears;
    }

    /// Adds an entry of this size, and drops the oldest ones if there is no room.
    pub(crate) fn push(&mut self, entry: T, bytes: usize) {
        self.last += 1;
        self.bytes = self.bytes.saturating_add(bytes);
        self.entries.push_back((bytes, entry));
        while self.bytes > self.max_bytes {
            let Some(entry) = self.entries.pop_front() else { break };
            self.bytes -= entry.0;
            if let Some(pending) = &mut self.pending {
                pending.dropped.push(entry);
            }
        }
        if let Some(pending) = &mut self.pending {
            pending.added += 1;
        }
    }

    /// Returns all entries, oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.entries.iter().map(|(_, entry)| entry)
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns the bytes of all entries.
    #[cfg(test)]
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Drops all entries; numbers continue.
    pub(crate) fn clear(&mut self) {
        let dropped = self.entries.drain(..);
        if let Some(pending) = &mut self.pending {
            pending.dropped.extend(dropped);
            pending.clears += 1;
        } else {
            drop(dropped);
        }
        self.bytes = 0;
        self.clears += 1;
    }

    /// Returns how often the log was cleared.
    pub(crate) fn clears(&self) -> u64 {
        self.clears
    }

    /// Returns the number of the newest entry that was ever added, or 0.
    pub(crate) fn last(&self) -> u64 {
        self.last
    }

    /// Returns the oldest entries after a number, with their numbers, within both limits.
    ///
    /// There is at least one entry, if any has a higher number.
    pub(crate) fn after(
        &self,
        number: u64,
        max_entries: usize,
        max_bytes: usize,
    ) -> LogPage<'_, T> {
        let first = self.last - u64::try_from(self.len()).unwrap_or_default() + 1;
        let skipped =
            usize::try_from(number.saturating_add(1).saturating_sub(first)).unwrap_or(usize::MAX);
        let mut entries = Vec::new();
        let mut bytes = 0_usize;
        for (index, (size, entry)) in self.entries.iter().enumerate().skip(skipped) {
            bytes = bytes.saturating_add(*size);
            if entries.len() == max_entries || bytes > max_bytes && !entries.is_empty() {
                return LogPage { entries, has_more: true };
            }
            entries.push((first + u64::try_from(index).unwrap_or_default(), entry));
        }
        LogPage { entries, has_more: false }
    }
}

/// Some entries of a log, with their numbers.
pub(crate) struct LogPage<'a, T> {
    pub(crate) entries: Vec<(u64, &'a T)>,
    pub(crate) has_more: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(log: &BoundedLog<char>, after: u64, entries: usize, bytes: usize) -> (String, bool) {
        let page = log.after(after, entries, bytes);
        let shown: Vec<_> =
            page.entries.iter().map(|(number, entry)| format!("{number}{entry}")).collect();
        (shown.join(" "), page.has_more)
    }

    #[test]
    fn the_oldest_entries_give_way() {
        let mut log = BoundedLog::new(10);
        for entry in ['a', 'b', 'c', 'd'] {
            log.push(entry, 4);
        }
        assert_eq!((log.bytes(), numbers(&log, 0, 9, 99)), (8, ("3c 4d".to_owned(), false)));
        log.push('e', 11);
        assert_eq!((log.bytes(), log.len()), (0, 0), "an entry above the limit is not kept");
        log.push('f', 1);
        assert_eq!(numbers(&log, 0, 9, 99), ("6f".to_owned(), false));
    }

    #[test]
    fn changes_are_undone_until_they_are_kept() {
        let mut log = BoundedLog::undoable(10);
        log.push('a', 4);
        log.push('b', 4);
        log.keep();
        for is_cleared in [false, true] {
            log.push('c', 4);
            if is_cleared {
                log.clear();
            }
            log.push('d', 11);
            log.push('e', 4);
            log.undo();
            assert_eq!(numbers(&log, 0, 9, 99), ("1a 2b".to_owned(), false));
            assert_eq!((log.bytes(), log.last(), log.clears()), (8, 2, 0));
        }
    }

    #[test]
    fn pages_begin_after_a_number_and_end_at_a_limit() {
        let mut log = BoundedLog::new(100);
        for entry in ['a', 'b', 'c', 'd'] {
            log.push(entry, 4);
        }
        for (after, entries, bytes, expected) in [
            (0, 2, 99, ("1a 2b", true)),
            (2, 2, 99, ("3c 4d", false)),
            (1, 9, 8, ("2b 3c", true)),
            (1, 9, 1, ("2b", true)),
            (4, 9, 99, ("", false)),
            (u64::MAX, 9, 99, ("", false)),
        ] {
            let (shown, has_more) = numbers(&log, after, entries, bytes);
            assert_eq!((shown.as_str(), has_more), expected);
        }
        log.clear();
        assert_eq!(numbers(&log, 0, 9, 99), (String::new(), false));
    }
}
