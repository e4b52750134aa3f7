//! Which of the items that were read may run: one at a time for each key, in order.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::SystemTime;

/// An item that was read and has not begun.
#[derive(Debug)]
pub(super) struct QueuedItem<I> {
    pub(super) number: u64,
    pub(super) key: Option<Arc<str>>,
    pub(super) item: I,
    /// When an earlier run has begun it, if its outcome is unknown.
    pub(super) open_since: Option<SystemTime>,
}

/// The items that were read, by key.
///
/// A key is taken from the time one of its items may run until it is released.
#[derive(Debug)]
pub(super) struct ItemQueue<I> {
    /// Items that may run; their keys are taken.
    runnable: VecDeque<QueuedItem<I>>,
    /// The taken keys, and the items that wait for each.
    waiting: HashMap<Arc<str>, VecDeque<QueuedItem<I>>>,
    waiting_count: usize,
}

impl<I> ItemQueue<I> {
    pub(super) fn new() -> Self {
        Self { runnable: VecDeque::new(), waiting: HashMap::new(), waiting_count: 0 }
    }

    pub(super) fn push(&mut self, item: QueuedItem<I>) {
        if let Some(key) = &item.key {
            if let Some(others) = self.waiting.get_mut(key) {
                others.push_back(item);
                self.waiting_count += 1;
                return;
            }
            self.waiting.insert(Arc::clone(key), VecDeque::new());
        }
        self.runnable.push_back(item);
    }

    /// Takes the next item that may run.
    pub(super) fn pop(&mut self) -> Option<QueuedItem<I>> {
        self.runnable.pop_front()
    }

    /// Lets the next item with this key run, after another one has ended.
    pub(super) fn release(&mut self, key: &Arc<str>) {
        let Some(others) = self.waiting.get_mut(key) else { return };
        match others.pop_front() {
            Some(next) => {
                self.waiting_count -= 1;
                self.runnable.push_back(next);
            }
            None => drop(self.waiting.remove(key)),
        }
    }

    /// Removes the items that wait for this key, and returns their numbers.
    pub(super) fn hold(&mut self, key: &Arc<str>) -> Vec<u64> {
        let held = self.waiting.remove(key).unwrap_or_default();
        self.waiting_count -= held.len();
        held.into_iter().map(|item| item.number).collect()
    }

    /// Returns the number of items that wait for others with their key.
    pub(super) fn waiting(&self) -> usize {
        self.waiting_count
    }

    /// Returns the number of items.
    pub(super) fn len(&self) -> usize {
        self.waiting_count + self.runnable.len()
    }

    /// Returns the numbers of all items, in no order.
    pub(super) fn numbers(&self) -> impl Iterator<Item = u64> {
        self.runnable.iter().chain(self.waiting.values().flatten()).map(|item| item.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(keys: &[Option<&str>]) -> ItemQueue<()> {
        let mut queue = ItemQueue::new();
        for (number, key) in (0..).zip(keys) {
            let key = key.map(Arc::from);
            queue.push(QueuedItem { number, key, item: (), open_since: None });
        }
        queue
    }

    fn runnable(queue: &mut ItemQueue<()>) -> Vec<u64> {
        std::iter::from_fn(|| queue.pop()).map(|item| item.number).collect()
    }

    #[test]
    fn one_item_of_each_key_may_run() {
        let mut queue = queue(&[Some("a"), Some("b"), Some("a"), None, Some("a"), None]);

        assert_eq!(runnable(&mut queue), [0, 1, 3, 5]);
        assert_eq!((queue.len(), queue.waiting()), (2, 2));
    }

    #[test]
    fn items_of_a_key_run_in_order() {
        let mut queue = queue(&[Some("a"), Some("a"), Some("a")]);

        for number in 0..3 {
            assert_eq!(runnable(&mut queue), [number]);
            queue.release(&"a".into());
        }
        assert!(queue.waiting.is_empty(), "a key stayed taken");
    }

    #[test]
    fn items_of_a_key_that_is_held_are_removed() {
        let mut queue = queue(&[Some("a"), Some("a"), Some("b"), Some("b"), Some("a")]);

        assert_eq!(queue.hold(&"a".into()), [1, 4]);
        queue.release(&"a".into());

        assert_eq!((queue.waiting(), queue.len()), (1, 3));
        assert_eq!(runnable(&mut queue), [0, 2]);
    }
}
