//! Compares the totals and the lengths of the pages of a list.

use trivore_models::{Page, PageRequest};

use crate::drift::Drift;

/// What the pages before say about how long a list and its pages are.
#[derive(Debug, Default)]
pub(crate) struct PageLengths {
    total: Option<u64>,
    /// The most rows that the server returns at once, if that is less than requested.
    most: Option<u64>,
    /// Whether the last page was short, unless it is the last one of the list.
    was_short: bool,
    was_full: bool,
}

impl PageLengths {
    /// Sets the total that an earlier stream saw.
    pub(crate) fn continue_from(&mut self, total: Option<u64>) {
        self.total = total;
    }

    pub(crate) fn total(&self) -> Option<u64> {
        self.total
    }

    /// Returns how many rows a page will probably have.
    pub(crate) fn expected(&self, count: u32) -> u64 {
        self.most.map_or(u64::from(count), |most| most.min(u64::from(count)))
    }

    /// Whether the list may have rows at a position, as far as its pages tell.
    pub(crate) fn may_reach(&self, position: u64) -> bool {
        self.was_full && self.total.is_none_or(|total| position < total)
    }

    /// Notes a page, and what is odd about it; `position` is where the page before it ended.
    pub(crate) fn note<T>(
        &mut self,
        asked: &PageRequest,
        page: &Page<T>,
        position: u64,
        drift: &mut Drift,
    ) {
        let received = page.received();
        if let (Some(now), Some(before)) = (page.total_results, self.total)
            && now != before
        {
            drift.changed_totals += 1;
        }
        self.total = page.total_results.or(self.total);
        if received > 0 && page.start_index.is_some_and(|start| start != asked.start_index) {
            drift.wrong_positions += 1;
        }
        let end = asked.start_index.saturating_add(received);
        if end <= position {
            // Nothing follows, so the page before was the last one.
            self.was_short = false;
            return;
        }
        let is_last = page.total_results == Some(end);
        drift.short_pages += u64::from(self.was_short);
        if let Some(most) = self.most
            && received > most
        {
            // An earlier page was short, and not because the server returns no more.
            drift.short_pages += 1;
            self.most = None;
        }
        let is_short = received < self.expected(asked.count) && !is_last;
        self.was_short = is_short && self.most.is_some();
        if is_short {
            self.most.get_or_insert(received);
        }
        self.was_full = received >= self.expected(asked.count);
    }
}
