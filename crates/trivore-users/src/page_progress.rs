//! Judges whether a list moves on from page to page.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher as _, Hash as _, Hasher as _, RandomState};

use trivore_models::{InvalidPage, Page, PageRequest};
use trivore_transport::DecodeError;

use crate::row_id::RowId;

/// What is remembered of the pages of a list.
///
/// A server may ignore the position that it is asked for, or start over; a list may shift while
/// it is read. The rows distinguish them: a list that shifts has grown.
pub(crate) struct Progress {
    /// Rows of the last pages, each with the page that had it last.
    seen: HashMap<RowKey, u64>,
    /// Numbers of rows of the pages in `seen`.
    lengths: VecDeque<usize>,
    page: u64,
    total: Option<u64>,
    /// How many rows may come again because the list has grown.
    shifted: u64,
    /// Rows since the last one that was new.
    stale: u64,
    landmark: Option<Landmark>,
    previous: Option<Previous>,
    hasher: RandomState,
}

/// What distinguishes a row from others.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) enum RowKey {
    /// The identifier.
    Id(RowId),
    /// Everything, for a row without an identifier.
    Content(String),
    /// Nothing: the row has no identifier, and the rest of it was not decoded.
    Unknown,
}

/// The last page that had rows.
struct Previous {
    fingerprint: u64,
    last_row: RowKey,
}

/// A page that later ones are compared with.
struct Landmark {
    fingerprint: u64,
    total: Option<u64>,
}

/// What follows from a page.
#[derive(Debug)]
pub(crate) struct Judgment {
    /// The request for the next page; `None` at the end of the list.
    pub(crate) next: Option<PageRequest>,
    /// Indexes of the rows whose identifier is among the last rows.
    pub(crate) repeated: Vec<usize>,
}

impl Progress {
    pub(crate) fn new() -> Self {
        Self {
            seen: HashMap::new(),
            lengths: VecDeque::new(),
            page: 0,
            total: None,
            shifted: 0,
            stale: 0,
            landmark: None,
            previous: None,
            hasher: RandomState::new(),
        }
    }

    /// Compares a page with its request and with the pages before it.
    ///
    /// # Errors
    ///
    /// The page contradicts its request or itself, or it repeats what came before although the
    /// list has not grown.
    pub(crate) fn judge<T>(
        &mut self,
        asked: &PageRequest,
        page: &Page<T>,
        keys: &[RowKey],
    ) -> Result<Judgment, DecodeError> {
        let next = page.try_next_request(asked).map_err(contradiction)?;
        self.page += 1;
        let growth = page
            .total_results
            .zip(self.total)
            .map_or(0, |(now, before)| now.saturating_sub(before));
        self.shifted = self.shifted.saturating_add(growth);
        self.total = page.total_results.or(self.total);

        let mut hasher = self.hasher.build_hasher();
        let (mut repeated, mut repetitions, mut ends_with_news) = (Vec::new(), 0_u64, false);
        // Rows that cannot be told from others are no progress; too many of them are an error.
        let mut unknown = 0_u64;
        for (index, key) in keys.iter().enumerate() {
            key.hash(&mut hasher);
            if *key == RowKey::Unknown {
                unknown += 1;
                continue;
            }
            ends_with_news = self.seen.insert(key.clone(), self.page).is_none();
            if !ends_with_news {
                repetitions += 1;
                if matches!(key, RowKey::Id(_)) {
                    repeated.push(index);
                }
            }
        }
        self.forget(keys.len());

        let fingerprint = hasher.finish();
        let is_end = self.is_end_once_more(asked, page.received(), keys.last(), fingerprint);
        let rows = u64::try_from(keys.len()).unwrap_or(u64::MAX).saturating_sub(unknown);
        let has_news = rows > repetitions;
        // A list that shifts by less than a page brings the new rows last. New ones before those
        // that came already are what a list has grown by, at a position that was read before.
        if has_news && (ends_with_news || repetitions < rows - repetitions) {
            self.stale = 0;
            self.compare(fingerprint, rows, page.total_results)?;
        } else if is_end && (page.total_results.is_none() || next.is_none()) {
            return Ok(Judgment { next: None, repeated });
        } else {
            self.stale = if has_news { 0 } else { self.stale.saturating_add(page.received()) };
            if repetitions > self.shifted {
                return Err(repetition());
            }
            if self.stale > MOST_STALE_ROWS {
                return Err(if rows == 0 { unreadable() } else { repetition() });
            }
        }
        self.shifted = self.shifted.saturating_sub(repetitions);
        Ok(Judgment { next, repeated })
    }

    /// Returns whether a page is not full, and ends with the same row as another page before it.
    ///
    /// If no row of it is new, the list has shifted at its end, and nothing follows.
    fn is_end_once_more(
        &mut self,
        asked: &PageRequest,
        received: u64,
        last_row: Option<&RowKey>,
        fingerprint: u64,
    ) -> bool {
        let Some(last_row) = last_row.filter(|key| **key != RowKey::Unknown).cloned() else {
            return false;
        };
        let is_full = received >= u64::from(asked.count);
        let is_end = self.previous.as_ref().is_some_and(|previous| {
            !is_full && previous.fingerprint != fingerprint && previous.last_row == last_row
        });
        self.previous = Some(Previous { fingerprint, last_row });
        is_end
    }

    /// Forgets the oldest pages, as far as enough rows are left.
    fn forget(&mut self, rows: usize) {
        self.lengths.push_back(rows);
        let mut remembered: usize = self.lengths.iter().sum();
        let mut oldest = None;
        while let Some(length) = self.lengths.front()
            && self.lengths.len() > 1
            && remembered - length >= REMEMBERED_ROWS
        {
            remembered -= length;
            self.lengths.pop_front();
            let pages = u64::try_from(self.lengths.len()).unwrap_or(u64::MAX);
            oldest = Some(self.page.saturating_sub(pages));
        }
        if let Some(oldest) = oldest {
            self.seen.retain(|_, page| *page > oldest);
        }
    }

    /// Finds a list that starts over after more rows than are remembered.
    ///
    /// This is Brent's algorithm: the landmark moves to every page whose number is a power of two,
    /// so any cycle is found, with the memory for one page.
    fn compare(
        &mut self,
        fingerprint: u64,
        rows: u64,
        total: Option<u64>,
    ) -> Result<(), DecodeError> {
        if let Some(landmark) = &self.landmark
            && landmark.fingerprint == fingerprint
        {
            let growth =
                total.zip(landmark.total).map_or(0, |(now, then)| now.saturating_sub(then));
            if growth < rows {
                return Err(repetition());
            }
        }
        if self.page.is_power_of_two() {
            self.landmark = Some(Landmark { fingerprint, total });
        }
        Ok(())
    }
}

pub(crate) fn contradiction(page: InvalidPage) -> DecodeError {
    match page {
        InvalidPage::Position { requested, returned } => DecodeError::new(
            "startIndex",
            &format!(
                "{requested}, which was requested, not {returned}{}",
                if page.may_count_from_1() { "; the service may count from 1" } else { "" }
            ),
        ),
        InvalidPage::EndsEarly { position, total_results } => DecodeError::new(
            "resources",
            &format!(
                "more rows, because `totalResults` is {total_results}, but the page at {position} is empty"
            ),
        ),
        other => {
            DecodeError::new("resources", &format!("a page that can be followed, but {other}"))
        }
    }
}

pub(crate) fn repetition() -> DecodeError {
    DecodeError::new(
        "resources",
        "rows that have not been listed before (the server may ignore `startIndex`)",
    )
}

pub(crate) fn unreadable() -> DecodeError {
    DecodeError::new(
        "resources",
        &format!("a row that can be read and has an identifier among {MOST_STALE_ROWS} rows"),
    )
}

/// How many rows are remembered at least: four of the largest pages.
pub(crate) const REMEMBERED_ROWS: usize = 2_000;

/// How many rows may come one after the other without a new one that can be used.
pub(crate) const MOST_STALE_ROWS: u64 = 5_000;
