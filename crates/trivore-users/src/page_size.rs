//! The number of rows to request per page.

use trivore_transport::Error;

/// Requests fewer rows after pages that failed because of their size, and slowly more again.
#[derive(Debug)]
pub(crate) struct PageSize {
    wanted: u32,
    current: u32,
    /// Pages that arrived since the size last changed.
    arrived: u32,
    /// Pages that have to arrive before the size grows.
    pages_to_grow: u32,
    /// Times in a row that a page timed out.
    timeouts: u32,
    /// Whether no page arrived since the size grew.
    has_grown: bool,
}

impl PageSize {
    pub(crate) fn new(wanted: u32) -> Self {
        Self {
            wanted,
            current: wanted,
            arrived: 0,
            pages_to_grow: FIRST_PAGES_TO_GROW,
            timeouts: 0,
            has_grown: false,
        }
    }

    pub(crate) fn current(&self) -> u32 {
        self.current
    }

    /// Whether pages are smaller than wanted.
    pub(crate) fn is_reduced(&self) -> bool {
        self.current < self.wanted
    }

    /// Grows after enough pages have arrived.
    pub(crate) fn note_arrival(&mut self) {
        self.timeouts = 0;
        self.has_grown = false;
        self.arrived = self.arrived.saturating_add(1);
        if self.is_reduced() && self.arrived >= self.pages_to_grow {
            self.current = self.current.saturating_mul(2).min(self.wanted);
            self.arrived = 0;
            self.has_grown = true;
        }
    }

    /// Halves the size if that may help; returns whether to request the page again.
    pub(crate) fn reduce(&mut self, error: &Error) -> bool {
        is_of_size(error) && self.halve(error.is_timeout())
    }

    fn halve(&mut self, is_timeout: bool) -> bool {
        if is_timeout {
            self.timeouts += 1;
        }
        if self.current <= 1 || self.timeouts > MOST_TIMEOUTS {
            return false;
        }
        if self.has_grown {
            self.pages_to_grow = self.pages_to_grow.saturating_mul(2).min(MOST_PAGES_TO_GROW);
            self.has_grown = false;
        }
        self.current /= 2;
        self.arrived = 0;
        true
    }
}

/// Whether a page of fewer rows may succeed.
///
/// A gateway that waited too long for the page, and a service that ran out of memory or time,
/// respond with one of these statuses.
fn is_of_size(error: &Error) -> bool {
    let status = error.status().map(|status| status.as_u16());
    let is_late = error.is_timeout() && !error.is_connect();
    error.is_too_large() || is_late || matches!(status, Some(413 | 500 | 502 | 504))
}

const FIRST_PAGES_TO_GROW: u32 = 4;
const MOST_PAGES_TO_GROW: u32 = 256;

/// A server that does not respond at all is not waited for again and again.
const MOST_TIMEOUTS: u32 = 4;

#[cfg(test)]
mod tests {
    use super::*;

    /// Requests pages from a server that fails those above a limit; returns how many failed.
    fn failures(size: &mut PageSize, limit: u32, pages: u32) -> u32 {
        let mut failed = 0;
        for _ in 0..pages {
            while size.current() > limit {
                assert!(size.halve(false));
                failed += 1;
            }
            size.note_arrival();
        }
        failed
    }

    #[test]
    fn a_smaller_size_is_found_and_tried_to_exceed_ever_more_rarely() {
        for limit in [1, 10, 100, 249, 250, 499] {
            let mut size = PageSize::new(500);

            let failed = failures(&mut size, limit, 10_000);

            assert!(size.current() * 2 > limit || size.current() == limit, "{limit}");
            assert!((1..=60).contains(&failed), "{limit}: {failed}");
        }
        assert_eq!(failures(&mut PageSize::new(500), 500, 100), 0);
    }

    #[test]
    fn the_size_grows_back_to_what_is_wanted_and_no_further() {
        let mut size = PageSize::new(500);
        failures(&mut size, 3, 1);
        assert_eq!(size.current(), 3);

        failures(&mut size, 500, 100);

        assert_eq!(size.current(), 500);
    }

    #[test]
    fn a_server_that_always_fails_is_asked_a_bounded_number_of_times() {
        let mut size = PageSize::new(500);
        let sizes: Vec<_> =
            std::iter::from_fn(|| size.halve(false).then(|| size.current())).collect();
        assert_eq!(sizes, [250, 125, 62, 31, 15, 7, 3, 1]);

        let mut size = PageSize::new(500);
        let sizes: Vec<_> =
            std::iter::from_fn(|| size.halve(true).then(|| size.current())).collect();
        assert_eq!(sizes, [250, 125, 62, 31]);
    }

    #[test]
    fn an_error_that_has_nothing_to_do_with_the_size_changes_nothing() {
        let mut size = PageSize::new(500);

        assert!(!size.reduce(&Error::input("x")));
        assert!(!size.reduce(&Error::connect("x")));
        assert!(!size.reduce(&Error::connect(std::io::Error::from(std::io::ErrorKind::TimedOut))));
        assert_eq!(size.current(), 500);
    }
}
