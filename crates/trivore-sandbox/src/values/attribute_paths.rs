//! Short numbers for the paths of attributes.

use std::collections::HashMap;

/// The paths that stored documents have, such as `name.givenName`, and their numbers.
#[derive(Clone, Default)]
pub(crate) struct AttributePaths {
    numbers: HashMap<Box<str>, u16>,
    is_full: bool,
}

/// Where the values of an attribute are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PathNumber {
    /// In the list of values of each document, by this number.
    Listed(u16),
    /// Nowhere: no document has such a value.
    Unused,
    /// Only in the document itself.
    Unlisted,
}

impl AttributePaths {
    pub(crate) fn find(&self, path: &str) -> PathNumber {
        match self.numbers.get(path) {
            Some(number) => PathNumber::Listed(*number),
            None if self.is_full => PathNumber::Unlisted,
            None => PathNumber::Unused,
        }
    }

    /// Returns the number of a path; `None` if there are too many paths.
    pub(crate) fn add(&mut self, path: &str) -> Option<u16> {
        if let Some(number) = self.numbers.get(path) {
            return Some(*number);
        }
        let number = u16::try_from(self.numbers.len()).ok().filter(|number| *number < MAX_PATHS);
        match number {
            Some(number) => {
                self.numbers.insert(path.into(), number);
            }
            None => self.is_full = true,
        }
        number
    }
}

/// Bounds the memory if clients store ever new names of custom fields.
const MAX_PATHS: u16 = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_keeps_its_number_and_too_many_are_not_listed() {
        let mut paths = AttributePaths::default();
        let first = paths.add("first");
        assert_eq!(paths.find("other"), PathNumber::Unused);

        for number in 0..MAX_PATHS {
            paths.add(&format!("path-{number}"));
        }

        assert_eq!((paths.add("first"), paths.add("one too many")), (first, None));
        assert_eq!(paths.find("one too many"), PathNumber::Unlisted);
        assert_eq!(paths.find("first"), PathNumber::Listed(0));
    }
}
