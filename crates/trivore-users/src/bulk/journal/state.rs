//! What a journal says about each item.

use std::collections::BTreeMap;
use std::time::SystemTime;

use super::checksum::crc32;
use super::journal_error::JournalError;
use super::record::{JournalRecord, RecordedState};

/// What a journal says about each item, in about eight bytes an item, and more for those whose
/// outcome is unknown.
///
/// A [`Journal`](crate::Journal) of your own makes it from its records, in their order.
#[derive(Debug, Default)]
pub struct JournalState {
    blocks: BTreeMap<u64, [Option<Seen>; BLOCK]>,
    /// When the items whose outcome is unknown began.
    open_since: BTreeMap<u64, SystemTime>,
}

/// The last state of an item, and the checksum of its key.
#[derive(Clone, Copy, Debug)]
struct Seen {
    key: u32,
    state: RecordedState,
}

impl JournalState {
    /// Makes the state of a journal without records.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_users::JournalState;
    ///
    /// assert_eq!(JournalState::new().get(0), None);
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the next record.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::SystemTime;
    ///
    /// use trivore_users::{JournalError, JournalRecord, JournalState, RecordedState};
    ///
    /// let mut state = JournalState::new();
    /// for seen in [RecordedState::Begun, RecordedState::Done] {
    ///     let time = SystemTime::now();
    ///     state.add(&JournalRecord { number: 0, key: "maija".into(), state: seen, time })?;
    /// }
    ///
    /// assert_eq!(state.get(0), Some(RecordedState::Done));
    /// # Ok::<(), JournalError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The item has another key than in an earlier record, its first record is not
    /// [`Begun`](RecordedState::Begun), or it was already [`Done`](RecordedState::Done).
    pub fn add(&mut self, record: &JournalRecord) -> Result<(), JournalError> {
        let (block, index) = place(record.number);
        let seen = self.blocks.entry(block).or_insert([None; BLOCK]).get_mut(index);
        let Some(seen) = seen else { return Err(JournalError::invalid("it has no place")) };
        let key = crc32(record.key.as_bytes());
        match seen {
            None if record.state != RecordedState::Begun => {
                return Err(JournalError::invalid("the item ends without having begun"));
            }
            Some(before) if before.key != key => {
                return Err(JournalError::other_input(record.number));
            }
            Some(Seen { state: RecordedState::Done, .. }) => {
                return Err(JournalError::invalid("the item was already done"));
            }
            None | Some(_) => {}
        }
        *seen = Some(Seen { key, state: record.state });
        if record.state.is_open() {
            // If it was open before, an earlier request may have been applied.
            self.open_since.entry(record.number).or_insert(record.time);
        } else {
            self.open_since.remove(&record.number);
        }
        Ok(())
    }

    /// Returns the last state of an item.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::SystemTime;
    ///
    /// use trivore_users::{JournalError, JournalRecord, JournalState, RecordedState};
    ///
    /// let mut state = JournalState::new();
    /// let (begun, time) = (RecordedState::Begun, SystemTime::now());
    /// state.add(&JournalRecord { number: 7, key: "".into(), state: begun, time })?;
    ///
    /// assert_eq!((state.get(7), state.get(8)), (Some(RecordedState::Begun), None));
    /// # Ok::<(), JournalError>(())
    /// ```
    pub fn get(&self, number: u64) -> Option<RecordedState> {
        self.seen(number).map(|seen| seen.state)
    }

    /// Returns when an item began whose outcome is unknown: before this time, none of its requests
    /// left that may have been applied.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    ///
    /// use trivore_users::{JournalError, JournalRecord, JournalState, RecordedState};
    ///
    /// let mut state = JournalState::new();
    /// let begun = SystemTime::now();
    /// for (seen, after) in [(RecordedState::Begun, 0), (RecordedState::Unknown, 5)] {
    ///     let time = begun + Duration::from_secs(after);
    ///     state.add(&JournalRecord { number: 7, key: "".into(), state: seen, time })?;
    /// }
    ///
    /// assert_eq!(state.open_since(7), Some(begun));
    /// # Ok::<(), JournalError>(())
    /// ```
    pub fn open_since(&self, number: u64) -> Option<SystemTime> {
        self.open_since.get(&number).copied()
    }

    /// Returns the last state of an item that must have this key.
    pub(crate) fn of_item(
        &self,
        number: u64,
        key: &str,
    ) -> Result<Option<RecordedState>, JournalError> {
        match self.seen(number) {
            Some(seen) if seen.key != crc32(key.as_bytes()) => {
                Err(JournalError::other_input(number))
            }
            seen => Ok(seen.map(|seen| seen.state)),
        }
    }

    /// Whether there is an item with this number or a higher one.
    pub(crate) fn has_from(&self, number: u64) -> bool {
        let (block, index) = place(number);
        self.blocks.range(block..).any(|(at, block_seen)| {
            let from = if *at == block { index } else { 0 };
            block_seen.iter().skip(from).any(Option::is_some)
        })
    }

    fn seen(&self, number: u64) -> Option<Seen> {
        let (block, index) = place(number);
        self.blocks.get(&block)?.get(index).copied().flatten()
    }
}

fn place(number: u64) -> (u64, usize) {
    let block = u64::try_from(BLOCK).unwrap_or(u64::MAX);
    (number / block, usize::try_from(number % block).unwrap_or(BLOCK))
}

/// Items of a block; the numbers of a journal have few gaps.
const BLOCK: usize = 64;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn state(numbers: &[u64]) -> JournalState {
        let mut state = JournalState::new();
        for number in numbers {
            let (key, seen) = (number.to_string().into(), RecordedState::Begun);
            let time = SystemTime::UNIX_EPOCH;
            state.add(&JournalRecord { number: *number, key, state: seen, time }).unwrap();
        }
        state
    }

    #[test]
    fn each_item_has_its_own_place() {
        let numbers = [0, 1, 63, 64, 65, 1000, u64::MAX];
        let state = state(&numbers);

        for number in numbers {
            assert_eq!(state.of_item(number, &number.to_string()).unwrap(), state.get(number));
            assert!(state.of_item(number, "another").is_err());
        }
        assert_eq!((state.get(2), state.get(66), state.get(u64::MAX - 1)), (None, None, None));
    }

    #[test]
    fn it_knows_whether_there_are_items_beyond_the_input() {
        let state = state(&[3, 64]);

        assert!([0, 3, 4, 64].into_iter().all(|from| state.has_from(from)));
        assert!([65, 128, u64::MAX].into_iter().all(|from| !state.has_from(from)));
    }

    #[test]
    fn an_item_is_open_since_the_first_request_that_may_have_been_applied() {
        use RecordedState::{Begun, Done, NotApplied, Unknown};
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);

        for (states, expected) in [
            (&[Begun][..], Some(0)),
            (&[Begun, Unknown], Some(0)),
            (&[Begun, Begun], Some(0)),
            (&[Begun, Unknown, Begun, Unknown], Some(0)),
            (&[Begun, NotApplied], None),
            (&[Begun, NotApplied, Begun], Some(2)),
            (&[Begun, Unknown, NotApplied, Begun, Unknown], Some(3)),
            (&[Begun, Unknown, Done], None),
        ] {
            let mut state = JournalState::new();
            for (time, seen) in (0..).map(at).zip(states) {
                let key = "maija".into();
                state.add(&JournalRecord { number: 7, key, state: *seen, time }).unwrap();
            }

            assert_eq!(state.open_since(7), expected.map(at), "{states:?}");
            assert_eq!(state.open_since(8), None);
        }
    }

    #[test]
    fn an_item_takes_eight_bytes() {
        assert_eq!(size_of::<Option<Seen>>(), 8);
    }
}
