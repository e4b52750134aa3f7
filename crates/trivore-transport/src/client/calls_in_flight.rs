//! Counts the calls in flight, and refuses calls once the client is closed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::timeout;

use crate::error::{Error, Result};

/// The calls in flight of a client and its clones.
///
/// Threads count in different places, so that calls of several threads do not contend for one cache
/// line. The sum is read only when the client is closed.
#[derive(Clone, Debug, Default)]
pub(super) struct CallsInFlight(Arc<CallCounts>);

#[derive(Debug, Default)]
struct CallCounts {
    counts: [Count; COUNTS],
    is_closed: AtomicBool,
    ended: Notify,
}

/// Two cache lines, because processors fetch them in pairs.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Count(AtomicUsize);

/// A call in flight, until it is dropped.
#[derive(Debug)]
pub(super) struct CallInFlight<'a> {
    shared: &'a CallCounts,
    count: usize,
}

impl CallsInFlight {
    /// Counts a call.
    ///
    /// # Errors
    ///
    /// The client is closed.
    pub(super) fn begin(&self) -> Result<CallInFlight<'_>> {
        let count = own_count();
        // First counted, then asked: `close` does both in the other order, so that one of the two
        // sees the other.
        self.0.counts[count].0.fetch_add(1, Ordering::SeqCst);
        let call = CallInFlight { shared: &self.0, count };
        if self.0.is_closed.load(Ordering::SeqCst) { Err(Error::closed()) } else { Ok(call) }
    }

    /// Refuses further calls, and waits for those in flight; returns how many are left.
    pub(super) async fn close(&self, limit: Duration) -> usize {
        self.0.is_closed.store(true, Ordering::SeqCst);
        let all_ended = async {
            loop {
                let ended = self.0.ended.notified();
                if self.0.sum() == 0 {
                    return;
                }
                ended.await;
            }
        };
        match timeout(limit, all_ended).await {
            Ok(()) => 0,
            Err(_elapsed) => self.0.sum(),
        }
    }
}

impl CallCounts {
    fn sum(&self) -> usize {
        self.counts.iter().map(|count| count.0.load(Ordering::SeqCst)).sum()
    }
}

impl Drop for CallInFlight<'_> {
    fn drop(&mut self) {
        self.shared.counts[self.count].0.fetch_sub(1, Ordering::SeqCst);
        if self.shared.is_closed.load(Ordering::SeqCst) {
            self.shared.ended.notify_waiters();
        }
    }
}

/// Returns the count of this thread; others may have the same one.
fn own_count() -> usize {
    thread_local! {
        /// Only its address matters, which differs between threads.
        static PLACE: u8 = const { 0 };
    }
    // The golden ratio spreads addresses, whose lowest bits are often the same.
    let address = PLACE.with(|place| std::ptr::from_ref(place).addr()) as u64;
    let spread = address.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
    usize::try_from(spread).unwrap_or_default() % COUNTS
}

const COUNTS: usize = 16;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn calls_of_all_threads_are_waited_for() {
        let calls = CallsInFlight::default();
        let mut begun = Vec::new();
        for _ in 0..64 {
            let new_call = || calls.begin().unwrap();
            begun.push(std::thread::scope(|scope| scope.spawn(new_call).join().unwrap()));
        }

        assert_eq!(calls.close(Duration::from_secs(1)).await, 64);
        assert!(calls.begin().is_err());
        drop(begun.pop());
        assert_eq!(calls.close(Duration::ZERO).await, 63);
        let (left, ()) = tokio::join!(calls.close(Duration::from_secs(1)), async { begun.clear() });
        assert_eq!(left, 0);
    }

    #[test]
    fn threads_count_in_different_places() {
        let all = std::sync::Barrier::new(64);
        let places: BTreeSet<_> = std::thread::scope(|scope| {
            let place = || {
                // All threads are there at once, and none takes the place of one that has ended.
                all.wait();
                own_count()
            };
            let mut threads = Vec::new();
            for _ in 0..64 {
                threads.push(scope.spawn(place));
            }
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });

        assert!(places.len() > 1 && places.iter().all(|place| *place < COUNTS), "{places:?}");
    }
}
