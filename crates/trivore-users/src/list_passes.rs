//! Follows a list that changes while it is read, by pages that overlap.
//!
//! Rows keep their order, but not their positions: while others are created and deleted, a row
//! moves. Each page repeats the last row of the page before it. If it has that row, or any other
//! that this pass had, all rows between the two were read: a row that was there all the time is
//! after one that was read, and is read next. If it has none, rows may be missing, and the pass
//! steps back until it finds one. This holds in whatever order the pages were received.

use trivore_models::{Page, PageRequest};
use trivore_transport::DecodeError;

use crate::drift::Drift;
use crate::page_progress::{MOST_STALE_ROWS, RowKey, contradiction, repetition, unreadable};
use crate::row_id::RowId;
use crate::seen_rows::SeenRows;

/// Passes over a list until one notices no change.
pub(crate) struct Passes {
    most: u8,
    pass: u8,
    seen: SeenRows,
    /// The position at which each pass begins.
    first: u64,
    /// How many rows of the page before are requested again.
    overlap: u64,
    /// The most rows that the server returns at once, if that is less than requested.
    most_rows: Option<u64>,
    current: CurrentPass,
}

/// Where a pass is.
#[derive(Default)]
struct CurrentPass {
    pages: u64,
    /// Pages that continue the one before them.
    joined: u64,
    /// The position after the last page, which the next page should continue.
    position: u64,
    /// The largest position so far.
    furthest: u64,
    last_row: Option<RowId>,
    /// By how many rows the pass stepped back last, while it looks for a row that it had.
    step: u64,
    steps: u64,
    /// Whether the next page is only to show that the list ends at the position.
    confirms_end: bool,
    /// Pages in a row without a row that was new to the pass, and their rows.
    fruitless_pages: u64,
    fruitless_rows: u64,
}

/// Which positions a page has.
#[derive(Clone, Copy)]
struct PageExtent {
    start: u64,
    received: u64,
    /// Whether it has fewer rows than requested, although more follow.
    is_cut: bool,
    /// Whether it continues the page before it.
    is_joined: bool,
    /// Rows that are new to the pass.
    fresh: usize,
}

/// What follows from a page.
#[derive(Debug)]
pub(crate) struct PageOutcome {
    /// The position to read next; `None` at the end of the list.
    pub(crate) next: Option<u64>,
    /// Indexes of the rows that were given already, or must not be given yet.
    pub(crate) withheld: Vec<usize>,
}

impl Passes {
    pub(crate) fn new(most: u32, first: u64) -> Self {
        let current = CurrentPass { position: first, ..CurrentPass::default() };
        let most = u8::try_from(most.max(1)).unwrap_or(u8::MAX);
        let seen = SeenRows::default();
        Self { most, pass: 1, seen, first, overlap: 1, most_rows: None, current }
    }

    /// Returns the position that the next page should continue.
    pub(crate) fn position(&self) -> u64 {
        self.current.position
    }

    /// Sets where the first pass begins, if an earlier stream read what is before it.
    pub(crate) fn begin_at(&mut self, position: u64) {
        self.current.position = position;
    }

    /// Notes a row that an earlier stream gave.
    pub(crate) fn note_given(&mut self, key: &RowKey) {
        if let RowKey::Id(id) = key {
            self.seen.insert(id, self.pass);
            self.current.last_row = Some(id.clone());
        }
    }

    /// Returns the request for the page at a position: where it starts, and its number of rows.
    pub(crate) fn window(&self, position: u64, wanted: u32, is_reduced: bool) -> (u64, u32) {
        if !(1..=PageRequest::MAX_COUNT).contains(&wanted) || self.current.confirms_end {
            return (position, wanted);
        }
        let mut overlap = self.overlap.min(position.saturating_sub(self.first));
        if let Some(most) = self.most_rows {
            overlap = overlap.min((most / 2).max(1));
        }
        if is_reduced {
            overlap = overlap.min(u64::from(wanted / 2));
        }
        let more = u32::try_from(overlap).unwrap_or(u32::MAX);
        let count = if is_reduced { wanted } else { wanted.saturating_add(more) };
        (position - overlap, count.min(PageRequest::MAX_COUNT))
    }

    pub(crate) fn judge<T>(
        &mut self,
        asked: &PageRequest,
        page: &Page<T>,
        keys: &[RowKey],
        drift: &mut Drift,
    ) -> Result<PageOutcome, DecodeError> {
        let following = page.try_next_request(asked).map_err(contradiction)?;
        let had: Vec<bool> = keys.iter().map(|key| self.had(key)).collect();
        let known = had.iter().filter(|had| **had).count();
        let overlap = self.current.position.saturating_sub(asked.start_index);
        let is_start = asked.start_index <= self.first || self.current.pages == 0;
        self.current.pages += 1;

        if std::mem::take(&mut self.current.confirms_end) && page.received() == 0 {
            return Ok(self.end_pass(drift, Vec::new()));
        }
        if known == 0 && !is_start {
            if let Some(position) = self.step_back(asked, keys, overlap) {
                drift.shifted_pages += 1;
                return Ok(PageOutcome {
                    next: Some(position),
                    withheld: (0..keys.len()).collect(),
                });
            }
            drift.gaps += 1;
        }
        self.current.step = 0;
        if !is_start && known > 0 && !self.is_in_place(page, keys, &had, overlap) {
            drift.shifted_pages += 1;
            self.widen(count(known).abs_diff(overlap).saturating_mul(2));
        }
        drift.repeated_rows += count(known).saturating_sub(overlap);
        let withheld = self.note(keys);
        let extent = PageExtent {
            start: asked.start_index,
            received: page.received(),
            is_cut: following.is_some() && (1..u64::from(asked.count)).contains(&page.received()),
            is_joined: is_start || known > 0,
            fresh: keys.iter().filter(|key| matches!(key, RowKey::Id(_))).count() - known,
        };
        self.advance(extent, keys)?;
        let Some(following) = following else { return Ok(self.end_pass(drift, withheld)) };
        if following.start_index <= asked.start_index.saturating_add(overlap) {
            // Nothing but the overlap: the list ends here, or the server returns few rows at once.
            self.current.confirms_end = true;
            let position = asked.start_index.saturating_add(overlap);
            self.current.position = position.min(following.start_index.max(self.first));
            return Ok(PageOutcome { next: Some(self.current.position), withheld });
        }
        Ok(PageOutcome { next: Some(following.start_index), withheld })
    }

    fn had(&self, key: &RowKey) -> bool {
        matches!(key, RowKey::Id(id) if self.seen.pass_of(id) == Some(self.pass))
    }

    /// Whether a page has nothing that this pass had but the overlap, in its place.
    fn is_in_place<T>(&self, page: &Page<T>, keys: &[RowKey], had: &[bool], overlap: u64) -> bool {
        if page.received() != count(keys.len()) {
            // The positions of its rows are not known.
            return count(had.iter().filter(|had| **had).count()) <= overlap;
        }
        let overlap = usize::try_from(overlap).unwrap_or(usize::MAX);
        let Some((before, after)) = had.split_at_checked(overlap) else { return false };
        let ends_with = overlap.checked_sub(1).and_then(|last| keys.get(last));
        let last_row = self.current.last_row.as_ref();
        let is_last = matches!((ends_with, last_row), (Some(RowKey::Id(a)), Some(b)) if a == b);
        is_last && before.iter().all(|had| *had) && !after.contains(&true)
    }

    /// Returns an earlier position at which to look for a row that this pass had.
    fn step_back(&mut self, asked: &PageRequest, keys: &[RowKey], overlap: u64) -> Option<u64> {
        let current = &mut self.current;
        let has_ids = keys.is_empty() || keys.iter().any(|key| matches!(key, RowKey::Id(_)));
        if overlap == 0 || !has_ids || current.steps > MOST_STEPS + current.joined / 4 {
            return None;
        }
        current.steps += 1;
        current.step = current.step.saturating_mul(2).max(u64::from(asked.count));
        current.position = asked.start_index.saturating_sub(current.step).max(self.first);
        let position = current.position;
        self.widen(self.overlap.saturating_mul(4));
        Some(position)
    }

    fn widen(&mut self, overlap: u64) {
        self.overlap = self.overlap.max(overlap.min(WIDEST_OVERLAP));
    }

    /// Notes the rows of a page; returns which of them were given before.
    fn note(&mut self, keys: &[RowKey]) -> Vec<usize> {
        let mut withheld = Vec::new();
        for (index, key) in keys.iter().enumerate() {
            let is_new = match key {
                RowKey::Id(id) => self.seen.insert(id, self.pass),
                RowKey::Content(_) | RowKey::Unknown => self.pass == 1,
            };
            if !is_new {
                withheld.push(index);
            }
        }
        withheld
    }

    /// Moves on to the end of a page.
    fn advance(&mut self, page: PageExtent, keys: &[RowKey]) -> Result<(), DecodeError> {
        let current = &mut self.current;
        if page.fresh > 0 {
            current.fruitless_pages = 0;
            current.fruitless_rows = 0;
        } else if current.position >= current.furthest {
            current.fruitless_pages += u64::from(!keys.is_empty());
            current.fruitless_rows = current.fruitless_rows.saturating_add(page.received);
            let has_ids = matches!(keys.first(), Some(RowKey::Id(_)));
            if has_ids && current.fruitless_pages > MOST_FRUITLESS_PAGES {
                return Err(repetition());
            }
            if current.fruitless_rows > MOST_STALE_ROWS {
                return Err(unreadable());
            }
        }
        current.joined += u64::from(page.is_joined);
        current.position = page.start.saturating_add(page.received);
        current.furthest = current.furthest.max(current.position);
        if let Some(RowKey::Id(id)) = keys.last() {
            current.last_row = Some(id.clone());
        }
        if page.is_cut {
            self.most_rows = Some(page.received);
        }
        Ok(())
    }

    fn end_pass(&mut self, drift: &mut Drift, withheld: Vec<usize>) -> PageOutcome {
        if drift.is_clean() || self.pass >= self.most {
            return PageOutcome { next: None, withheld };
        }
        self.pass += 1;
        self.current = CurrentPass { position: self.first, ..CurrentPass::default() };
        drift.begin_pass();
        PageOutcome { next: Some(self.first), withheld }
    }
}

fn count(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}

/// Half a page: the rest of it can bring new rows.
const WIDEST_OVERLAP: u64 = 250;

/// How often a pass steps back at most, beyond once for every fourth page.
const MOST_STEPS: u64 = 64;

/// How many pages in a row may have no new row.
const MOST_FRUITLESS_PAGES: u64 = 32;

#[cfg(test)]
mod tests {
    use super::*;

    /// xorshift64, which is enough to vary the cases.
    struct Random(u64);

    impl Random {
        fn below(&mut self, limit: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            usize::try_from(self.0 % u64::try_from(limit).unwrap()).unwrap()
        }
    }

    /// Creates and deletes users at random positions; those below `kept` stay.
    fn change(
        users: &mut Vec<u64>,
        random: &mut Random,
        next: &mut u64,
        kept: u64,
        changes: usize,
    ) {
        for _ in 0..changes {
            users.insert(random.below(users.len() + 1), *next);
            *next += 1;
        }
        for _ in 0..changes {
            let from = random.below(users.len());
            let others = (from..users.len()).chain(0..from);
            if let Some(at) = others.into_iter().find(|at| users[*at] >= kept) {
                users.remove(at);
            }
        }
    }

    struct Case {
        seed: u64,
        kept: u64,
        count: u32,
        changes: usize,
        has_total: bool,
        most_rows: usize,
    }

    /// Reads a changing list; returns the rows in the order in which they were given, the drift,
    /// and the number of pages.
    fn read(case: &Case) -> (Vec<u64>, Drift, usize) {
        let mut users: Vec<u64> =
            (0..case.kept).flat_map(|user| [user, 1_000_000 + user]).collect();
        let (mut random, mut next) = (Random(case.seed * 2 + 1), 2_000_000);
        let (mut passes, mut given, mut pages) = (Passes::new(2, 0), Vec::new(), 0);
        let mut drift = Drift { passes: 1, ..Drift::default() };
        let mut position = 0;
        loop {
            change(&mut users, &mut random, &mut next, case.kept, case.changes);
            let (start, count) = passes.window(position, case.count, false);
            let asked = PageRequest::new().start_index(start).count(count);
            let rows = usize::try_from(count).unwrap().min(case.most_rows);
            let rows = users.iter().skip(usize::try_from(start).unwrap()).take(rows);
            let mut page = Page::new(rows.copied().collect::<Vec<_>>());
            page.total_results = case.has_total.then_some(u64::try_from(users.len()).unwrap());
            let keys: Vec<_> =
                page.iter().map(|row| RowKey::Id(RowId::new(&row.to_string()))).collect();
            let outcome = passes.judge(&asked, &page, &keys, &mut drift).unwrap();
            let rows = page.iter().enumerate();
            given
                .extend(rows.filter(|(at, _)| !outcome.withheld.contains(at)).map(|(_, row)| *row));
            pages += 1;
            assert!(pages < 100_000, "endless");
            match outcome.next {
                Some(next) => position = next,
                None => return (given, drift, pages),
            }
        }
    }

    #[test]
    fn all_that_stay_are_given_once_while_others_come_and_go() {
        for seed in 0..3 {
            for count in [1, 2, 5, 10, 50, 500] {
                for (kept, changes, has_total, most_rows) in [
                    (300, 0, true, 500),
                    (300, 0, false, 500),
                    (300, 20, true, 500),
                    (300, 20, false, 500),
                    (0, 20, true, 500),
                    (300, 3, false, 60),
                    (300, 10, true, 60),
                ] {
                    let case = Case { seed, kept, count, changes, has_total, most_rows };
                    let name = format!("{seed} {count} {kept} {changes} {has_total} {most_rows}");

                    let (mut given, drift, pages) = read(&case);

                    let rows = given.len();
                    given.sort_unstable();
                    given.dedup();
                    assert_eq!(given.len(), rows, "twice: {name}");
                    let stayed = given.iter().filter(|user| **user < kept).count();
                    assert_eq!(super::count(stayed), kept, "{name}: {drift:?} after {pages} pages");
                    assert!(drift.is_clean() || changes > 0, "{name} {drift:?}");
                }
            }
        }
    }
}
