//! Reads the input, skips what an earlier run has settled, and keeps items of a key in order.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::stream::{BoxStream, StreamExt as _};
use trivore_transport::{Error, Result};

use super::item_queue::{ItemQueue, QueuedItem};
use super::journal::{JournalError, JournalState, RecordedState};

/// Makes the key of an item.
pub(super) type KeyOf<I> = Box<dyn Fn(&I) -> String + Send + Sync>;

/// The input of a run.
pub(super) struct Intake<'a, I> {
    /// `None` once it has ended.
    input: Option<BoxStream<'a, Result<I>>>,
    key: Option<KeyOf<I>>,
    next_number: u64,
    queue: ItemQueue<I>,
    /// How many items may wait for others with their key.
    most_waiting: usize,
    recorded: JournalState,
    repeats_refused: bool,
    skipped: u64,
    held: Held,
}

/// Items that this run does not begin, because an earlier one with their key may run again later.
#[derive(Default)]
struct Held {
    /// Hashes of their keys, which are smaller than the keys.
    keys: HashSet<u64>,
    hasher: RandomState,
    count: u64,
    first: Option<u64>,
}

impl Held {
    fn has(&self, key: &str) -> bool {
        !self.keys.is_empty() && self.keys.contains(&self.hasher.hash_one(key))
    }

    fn add(&mut self, number: u64) {
        self.count += 1;
        self.first = Some(self.first.map_or(number, |first| first.min(number)));
    }
}

impl<'a, I> Intake<'a, I> {
    pub(super) fn new(
        input: BoxStream<'a, Result<I>>,
        key: Option<KeyOf<I>>,
        most_waiting: usize,
    ) -> Self {
        Self {
            input: Some(input),
            key,
            next_number: 0,
            queue: ItemQueue::new(),
            most_waiting,
            recorded: JournalState::new(),
            repeats_refused: false,
            skipped: 0,
            held: Held::default(),
        }
    }

    pub(super) fn has_keys(&self) -> bool {
        self.key.is_some()
    }

    /// Continues where a journal ends.
    pub(super) fn resume(&mut self, recorded: JournalState, repeats_refused: bool) {
        self.recorded = recorded;
        self.repeats_refused = repeats_refused;
    }

    /// Takes the next item that may run; `Pending` also if all that were read wait for others.
    pub(super) fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<QueuedItem<I>>>> {
        for _ in 0..MOST_READ_AT_ONCE {
            if let Some(item) = self.queue.pop() {
                return Poll::Ready(Some(Ok(item)));
            }
            let Some(input) = &mut self.input else {
                return if self.queue.len() == 0 { Poll::Ready(None) } else { Poll::Pending };
            };
            if self.queue.waiting() >= self.most_waiting {
                return Poll::Pending;
            }
            let added = match input.poll_next_unpin(cx) {
                Poll::Ready(Some(Ok(item))) => self.add(item).map_err(Error::before_sending),
                Poll::Ready(Some(Err(error))) => Err(error),
                Poll::Ready(None) => {
                    self.input = None;
                    self.check_end().map_err(Error::before_sending)
                }
                Poll::Pending => return Poll::Pending,
            };
            if let Err(error) = added {
                return Poll::Ready(Some(Err(error)));
            }
        }
        // Other tasks of the thread take their turn while many items are skipped.
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    fn add(&mut self, item: I) -> Result<(), JournalError> {
        let number = self.next_number;
        let key: Option<Arc<str>> = self.key.as_ref().map(|key| key(&item).into());
        let recorded = self.recorded.of_item(number, key.as_deref().unwrap_or_default())?;
        self.next_number += 1;
        let is_settled = match recorded {
            Some(RecordedState::Done) => true,
            Some(RecordedState::Refused) => !self.repeats_refused,
            Some(RecordedState::Begun | RecordedState::NotApplied | RecordedState::Unknown)
            | None => false,
        };
        if is_settled {
            self.skipped += 1;
        } else if key.as_deref().is_some_and(|key| self.held.has(key)) {
            self.held.add(number);
        } else {
            let open_since = self.recorded.open_since(number);
            self.queue.push(QueuedItem { number, key, item, open_since });
        }
        Ok(())
    }

    /// Checks that the input has all items that were recorded.
    fn check_end(&self) -> Result<(), JournalError> {
        if self.recorded.has_from(self.next_number) {
            return Err(JournalError::short_input(self.next_number));
        }
        Ok(())
    }

    /// Lets the next item with a key run.
    pub(super) fn release(&mut self, key: Option<&Arc<str>>) {
        if let Some(key) = key {
            self.queue.release(key);
        }
    }

    /// Lets no further item with a key run.
    pub(super) fn hold(&mut self, key: Option<&Arc<str>>) {
        if let Some(key) = key {
            self.held.keys.insert(self.held.hasher.hash_one(&**key));
            self.queue.hold(key).into_iter().for_each(|number| self.held.add(number));
        }
    }

    /// Returns how many items are held.
    pub(super) fn held(&self) -> u64 {
        self.held.count
    }

    /// Returns the number of the first item that is held.
    pub(super) fn held_from(&self) -> Option<u64> {
        self.held.first
    }

    /// Returns the number of items that were read and have not begun.
    pub(super) fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// Returns the numbers of the items that were read and have not begun.
    pub(super) fn waiting_numbers(&self) -> impl Iterator<Item = u64> {
        self.queue.numbers()
    }

    /// Returns the number of the first item that was not read; `None` if all were.
    pub(super) fn unread_from(&self) -> Option<u64> {
        self.input.as_ref().map(|_| self.next_number)
    }

    /// Returns how many items were not read, if the input knows.
    pub(super) fn unread(&self) -> Option<u64> {
        let (least, most) = self.input.as_ref().map_or((0, Some(0)), |input| input.size_hint());
        most.filter(|most| *most == least).and_then(|count| count.try_into().ok())
    }

    /// Returns how many items an earlier run has settled.
    pub(super) fn skipped(&self) -> u64 {
        self.skipped
    }
}

const MOST_READ_AT_ONCE: usize = 1024;
